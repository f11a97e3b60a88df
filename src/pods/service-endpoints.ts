import type { ApiClient } from '../apiclient/client.ts';
import { endpointSliceType } from '../apiclient/core-types.ts';
import { type Controller, dependsOn, startController } from '../controller/controller.ts';
import { type Informer, keyOf } from '../controller/informer.ts';
import { isReady, type Pod, readPorts, type Service } from './pod.ts';

export interface Endpoint {
  readonly pod: string;
  readonly ready: boolean;
  /** Real port by the name of the Service's port. */
  readonly ports: Readonly<Record<string, number>>;
}

/** The pods behind a Service, with the real ports that its ports lead to. */
export function findEndpoints(service: Service, pods: readonly Pod[]): Endpoint[] {
  const { selector, ports = [], publishNotReadyAddresses = false } = service.spec;
  if (selector === undefined) return [];
  return pods
    .filter(
      (pod) =>
        pod.metadata.namespace === service.metadata.namespace &&
        pod.metadata.deletionTimestamp === undefined &&
        Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value),
    )
    .map((pod) => {
      const real = readPorts(pod);
      const declared = pod.spec.containers[0]?.ports ?? [];
      const entries = ports.flatMap((port) => {
        const target = port.targetPort ?? port.port;
        const name =
          typeof target === 'string'
            ? target
            : declared.find(({ containerPort }) => containerPort === target)?.name;
        const number = name === undefined ? undefined : real[name];
        return number === undefined ? [] : [[port.name ?? '', number] as const];
      });
      return {
        pod: pod.metadata.name,
        ready: publishNotReadyAddresses || isReady(pod),
        ports: Object.fromEntries(entries),
      };
    })
    .filter(({ ports: found }) => Object.keys(found).length > 0);
}

/** Publishes the endpoints of every Service with a selector as an EndpointSlice, as kube-controller-manager does. */
export function startEndpointController(
  client: ApiClient,
  services: Informer<Service>,
  pods: Informer<Pod>,
  onError: (key: string, error: unknown) => void,
): Controller {
  return startController<Service>({
    name: 'endpoints',
    informer: services,
    alsoWatch: [
      dependsOn(pods, (pod) =>
        services
          .list()
          .filter((service) => service.metadata.namespace === pod.metadata.namespace)
          .map(keyOf),
      ),
    ],
    onError,
    async reconcile(_, service) {
      if (service?.spec.selector === undefined || service.metadata.deletionTimestamp !== undefined)
        return undefined;
      await client.apply(
        endpointSliceType,
        buildEndpointSlice(service, findEndpoints(service, pods.list())),
        {
          fieldManager: 'sdp-endpoints',
          force: true,
        },
      );
      return undefined;
    },
  });
}

function buildEndpointSlice(service: Service, endpoints: readonly Endpoint[]) {
  const { name, namespace, uid } = service.metadata;
  // Ports belong to the slice, not to an endpoint: one pod is behind a Service here.
  const [first] = endpoints;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'sdp' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid: uid ?? '', controller: true }],
    },
    addressType: 'IPv4',
    endpoints:
      first === undefined
        ? []
        : [
            {
              addresses: ['127.0.0.1'],
              conditions: { ready: first.ready },
              targetRef: { kind: 'Pod', name: first.pod, namespace },
            },
          ],
    ports: Object.entries(first?.ports ?? {}).map(([portName, port]) => ({
      name: portName,
      port,
      protocol: 'TCP',
    })),
  };
}
