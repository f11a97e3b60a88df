import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../apiclient/client.ts';
import { endpointSliceType } from '../apiclient/core-types.ts';
import type { Manifest } from '../apiclient/object.ts';
import { type Controller, dependsOn, ownerKeys, startController } from '../controller/controller.ts';
import { type Informer, keyOf } from '../controller/informer.ts';
import { isReady, type Pod, portKey, readPorts, type Service } from './pod.ts';

export interface Endpoint {
  readonly pod: string;
  readonly ready: boolean;
  /** Real port by the name of the Service's port. */
  readonly ports: Readonly<Record<string, number>>;
}

/** `discovery.k8s.io/v1` as it is published here. */
export interface EndpointSlice extends Manifest {
  addressType: 'IPv4';
  endpoints: { addresses: string[]; conditions: { ready: boolean }; targetRef: object }[];
  ports: { name: string; port: number; protocol: 'TCP' }[];
}

/** The pods that a Service selects; none without a selector, whose endpoints somebody else publishes. */
export function selectPods(service: Service, pods: readonly Pod[]): Pod[] {
  const { selector } = service.spec;
  if (selector === undefined) return [];
  return pods.filter(
    (pod) =>
      pod.metadata.namespace === service.metadata.namespace &&
      pod.metadata.deletionTimestamp === undefined &&
      Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value),
  );
}

/** The pods behind a Service that have a port of it, with the real ports that its ports lead to. */
export function findEndpoints(service: Service, pods: readonly Pod[]): Endpoint[] {
  const { ports = [], publishNotReadyAddresses = false } = service.spec;
  return selectPods(service, pods)
    .map((pod) => {
      const real = readPorts(pod);
      const declared = pod.spec.containers[0]?.ports ?? [];
      const entries = ports.flatMap((port) => {
        const target = port.targetPort ?? port.port;
        const found = declared.find(({ name, containerPort }) => name === target || containerPort === target);
        const number = found === undefined ? undefined : real[portKey(found)];
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

/**
 * Publishes the endpoints of every Service with a selector, as kube-controller-manager does: an EndpointSlice for each
 * pod, since ports belong to the slice and no two pods of one machine have the same.
 */
export function startEndpointController(
  client: ApiClient,
  watched: {
    readonly services: Informer<Service>;
    readonly pods: Informer<Pod>;
    readonly slices: Informer<EndpointSlice>;
  },
  onError: (key: string, error: unknown) => void,
): Controller {
  const { services, pods, slices } = watched;
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
      dependsOn(slices, (slice) => ownerKeys(slice, 'Service')),
    ],
    onError,
    async reconcile(_, service) {
      if (service?.spec.selector === undefined || service.metadata.deletionTimestamp !== undefined)
        return undefined;
      const wanted = findEndpoints(service, pods.list()).map((endpoint) =>
        buildEndpointSlice(service, endpoint),
      );
      for (const slice of wanted) {
        if (isPublished(slice, slices.get(keyOf(slice)))) continue;
        await client.apply(endpointSliceType, slice, { fieldManager: 'sdp-endpoints', force: true });
      }
      const names = new Set(wanted.map(({ metadata }) => metadata.name));
      for (const { metadata } of slices.list()) {
        if (metadata.namespace !== service.metadata.namespace || names.has(metadata.name)) continue;
        const { [serviceLabel]: of, [managerLabel]: manager } = metadata.labels ?? {};
        if (of !== service.metadata.name || manager !== 'sdp') continue;
        await client.delete(endpointSliceType, metadata, { uid: metadata.uid });
      }
      return undefined;
    },
  });
}

const serviceLabel = 'kubernetes.io/service-name';
const managerLabel = 'endpointslice.kubernetes.io/managed-by';

function isPublished(wanted: EndpointSlice, live: EndpointSlice | undefined): boolean {
  const { metadata, endpoints, ports } = wanted;
  return isDeepStrictEqual(
    [metadata.labels, metadata.ownerReferences, endpoints, ports],
    [live?.metadata.labels, live?.metadata.ownerReferences, live?.endpoints, live?.ports],
  );
}

function buildEndpointSlice(service: Service, endpoint: Endpoint): EndpointSlice {
  const { name, namespace, uid = '' } = service.metadata;
  const suffix = createHash('sha256').update(endpoint.pod).digest('hex').slice(0, 8);
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${suffix}`,
      ...(namespace !== undefined && { namespace }),
      labels: { [serviceLabel]: name, [managerLabel]: 'sdp' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid, controller: true }],
    },
    addressType: 'IPv4',
    endpoints: [
      {
        addresses: ['127.0.0.1'],
        conditions: { ready: endpoint.ready },
        targetRef: { kind: 'Pod', name: endpoint.pod, namespace },
      },
    ],
    ports: Object.entries(endpoint.ports).map(([portName, port]) => ({
      name: portName,
      port,
      protocol: 'TCP',
    })),
  };
}
