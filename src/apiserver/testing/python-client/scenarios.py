"""What a Python program does with a Kubernetes API: prints one JSON object, the result of each scenario by name."""

import json
import sys
import traceback

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException

NAMESPACE = "default"
WIDGETS = {"group": "example.org", "version": "v1", "plural": "widgets", "namespace": NAMESPACE}
APPLY = "application/apply-patch+yaml"


def config_map(name, data=None, **metadata):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, **metadata), data=data)


def widget(name, **spec):
    return {"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": name}, "spec": spec}


def refusal(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except ApiException as error:
        status = json.loads(error.body)
        assert error.status == status["code"]
        return status["reason"]
    return None


def core_objects(core):
    created = core.create_namespaced_config_map(NAMESPACE, config_map("py-core", {"a": "1"}))
    read = core.read_namespaced_config_map("py-core", NAMESPACE)
    read.data = {"b": "2"}
    replaced = core.replace_namespaced_config_map("py-core", NAMESPACE, read)
    deleted = core.delete_namespaced_config_map("py-core", NAMESPACE)
    return {
        "age": type(created.metadata.creation_timestamp).__name__,
        "twice": refusal(core.create_namespaced_config_map, NAMESPACE, replaced),
        "replaced": replaced.data,
        "stale": refusal_of_stale(core),
        "deleted": deleted.status,
        "missing": refusal(core.read_namespaced_config_map, "py-core", NAMESPACE),
    }


def refusal_of_stale(core):
    stale = core.create_namespaced_config_map(NAMESPACE, config_map("py-stale"))
    core.patch_namespaced_config_map("py-stale", NAMESPACE, {"data": {"a": "1"}})
    return refusal(core.replace_namespaced_config_map, "py-stale", NAMESPACE, stale)


def patches(core):
    core.create_namespaced_config_map(NAMESPACE, config_map("py-patched", {"a": "1", "b": "2"}))
    results = {}

    def patch(name, body, **options):
        patched = core.patch_namespaced_config_map("py-patched", NAMESPACE, body, **options)
        results[name] = patched.data

    # The client sends an object as a strategic merge patch, a list as a JSON patch.
    patch("strategic", {"data": {"a": None, "c": "3"}})
    patch("json", [{"op": "replace", "path": "/data/c", "value": "4"}])
    patch("merge", {"data": {"b": None}}, _content_type="application/merge-patch+json")
    applied = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "py-patched"}, "data": {"c": "5"}}
    options = {"field_manager": "py", "_content_type": APPLY}
    results["conflict"] = refusal(
        core.patch_namespaced_config_map, "py-patched", NAMESPACE, applied, **options
    )
    patch("apply", applied, force=True, **options)
    return results


def strategic_merge(core):
    core.create_namespaced_service(
        NAMESPACE,
        client.V1Service(
            metadata=client.V1ObjectMeta(name="py-service"),
            spec=client.V1ServiceSpec(selector={"app": "x"}, ports=[client.V1ServicePort(name="a", port=80)]),
        ),
    )
    patch = {"spec": {"ports": [{"name": "b", "port": 81}, {"port": 80, "$patch": "delete"}]}}
    patched = core.patch_namespaced_service("py-service", NAMESPACE, patch)
    return [[port.name, port.port, port.target_port] for port in patched.spec.ports]


def custom_objects(custom):
    created = custom.create_namespaced_custom_object(**WIDGETS, body=widget("py-custom", size=2))
    address = {**WIDGETS, "name": "py-custom"}
    steps = [{"op": "add", "path": "/spec/code", "value": "AB"}]
    patched = custom.patch_namespaced_custom_object(
        **address, body=steps, _content_type="application/json-patch+json"
    )
    status = custom.patch_namespaced_custom_object_status(
        **address,
        body={"status": {"observedGeneration": 7}},
        _content_type="application/merge-patch+json",
    )
    listed = custom.list_namespaced_custom_object(**WIDGETS, label_selector="x!=y")
    custom.delete_namespaced_custom_object(**address)
    return {
        "created": created["spec"],
        "patched": patched["spec"],
        "status": status["status"],
        "listed": [item["metadata"]["name"] for item in listed["items"]],
        "invalid": refusal(
            custom.create_namespaced_custom_object, **WIDGETS, body=widget("py-large", size=99)
        ),
        "missing": refusal(custom.get_namespaced_custom_object, **address),
    }


def dynamic_client(api):
    discovered = dynamic.DynamicClient(api)
    widgets = discovered.resources.get(api_version="example.org/v1", kind="Widget")
    config_maps = discovered.resources.get(api_version="v1", kind="ConfigMap")
    place = {"namespace": NAMESPACE}
    widgets.create(body=widget("py-dynamic", size=1), **place)
    merged = widgets.patch(
        body=widget("py-dynamic", size=2), content_type="application/merge-patch+json", **place
    )
    try:
        widgets.server_side_apply(body=widget("py-dynamic", size=3), field_manager="py", **place)
        conflict = None
    except dynamic.exceptions.ConflictError as error:
        conflict = json.loads(error.body)["message"]
    applied = widgets.server_side_apply(
        body=widget("py-dynamic", size=3), field_manager="py", force_conflicts=True, **place
    )
    status = widgets.status.patch(
        body={**widget("py-dynamic"), "status": {"observedGeneration": 3}},
        content_type="application/merge-patch+json",
        **place,
    )
    events = [
        [event["type"], event["object"].metadata.name]
        for event in widgets.watch(name="py-dynamic", timeout=1, **place)
    ]
    widgets.delete(name="py-dynamic", **place)
    return {
        "path": widgets.urls["namespaced_base"],
        "short": [resource.kind for resource in discovered.resources.search(short_names=["wg"], kind="Widget")],
        "merged": merged.spec.to_dict(),
        "conflict": conflict,
        "applied": applied.spec.to_dict(),
        "status": status.status.to_dict(),
        "events": events,
        "maps": isinstance(config_maps.get(**place).items, list),
        "version": discovered.version["kubernetes"]["major"],
    }


def pages(core):
    for index in range(5):
        core.create_namespaced_config_map(NAMESPACE, config_map(f"py-page-{index}", labels={"paged": "py"}))
    names, versions, token = [], set(), None
    while True:
        page = core.list_namespaced_config_map(NAMESPACE, label_selector="paged=py", limit=2, _continue=token)
        names.append([item.metadata.name for item in page.items])
        versions.add(page.metadata.resource_version)
        token = page.metadata._continue
        if not token:
            break
        if len(names) == 1:
            core.delete_namespaced_config_map("py-page-4", NAMESPACE)
    core.delete_collection_namespaced_config_map(NAMESPACE, label_selector="paged=py")
    left = core.list_namespaced_config_map(NAMESPACE, label_selector="paged=py").items
    return {"pages": names, "versions": len(versions), "left": len(left)}


def watch_and_resume(core):
    selection = {"namespace": NAMESPACE, "label_selector": "watched=py"}
    start = core.list_namespaced_config_map(**selection).metadata.resource_version

    def create(name):
        core.create_namespaced_config_map(NAMESPACE, config_map(name, labels={"watched": "py"}))

    def follow(version):
        watcher = watch.Watch()
        stream = watcher.stream(
            core.list_namespaced_config_map, resource_version=version, timeout_seconds=1, **selection
        )
        return [f"{event['type']} {event['object'].metadata.name}" for event in stream], watcher.resource_version

    create("py-watched-a")
    core.patch_namespaced_config_map("py-watched-a", NAMESPACE, {"data": {"a": "1"}})
    first, reached = follow(start)
    create("py-watched-b")
    core.delete_namespaced_config_map("py-watched-a", NAMESPACE)
    second, _ = follow(reached)
    return {"first": first, "second": second}


def watch_compacted(core):
    try:
        for _ in watch.Watch().stream(
            core.list_namespaced_config_map, NAMESPACE, resource_version="1", timeout_seconds=5
        ):
            return "answered"
    except ApiException as error:
        return [error.status, error.reason.split(":")[0]]


def finalizers(core):
    held = config_map("py-held", finalizers=["example.org/hold"])
    core.create_namespaced_config_map(NAMESPACE, held)
    core.delete_namespaced_config_map("py-held", NAMESPACE)
    marked = core.read_namespaced_config_map("py-held", NAMESPACE).metadata.deletion_timestamp
    core.patch_namespaced_config_map("py-held", NAMESPACE, {"metadata": {"finalizers": None}})
    return {
        "marked": type(marked).__name__,
        "gone": refusal(core.read_namespaced_config_map, "py-held", NAMESPACE),
    }


def logs(core):
    utils.create_from_dict(
        core.api_client,
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "py-pod"},
            "spec": {"containers": [{"name": "main", "image": "x"}]},
        },
        namespace=NAMESPACE,
    )
    return {
        # Otherwise the client answers the text of a `bytes` literal.
        "read": core.read_namespaced_pod_log("py-pod", NAMESPACE, _preload_content=False).data.decode(),
        "followed": list(watch.Watch().stream(core.read_namespaced_pod_log, "py-pod", NAMESPACE)),
    }


def main():
    config.load_kube_config()
    api = client.ApiClient()
    core = client.CoreV1Api(api)
    custom = client.CustomObjectsApi(api)
    scenarios = [
        (core_objects, core),
        (patches, core),
        (strategic_merge, core),
        (custom_objects, custom),
        (dynamic_client, api),
        (pages, core),
        (watch_and_resume, core),
        (watch_compacted, core),
        (finalizers, core),
        (logs, core),
    ]
    results = {}
    for scenario, argument in scenarios:
        try:
            results[scenario.__name__] = scenario(argument)
        except Exception:
            results[scenario.__name__] = {"error": traceback.format_exc()}
    json.dump(results, sys.stdout)


main()
