import type { Pod, Service } from './pod.ts';
import { findEndpoints } from './service-endpoints.ts';

/** A port of a Service, and the one on loopback that it leads to; `real` is absent while no pod is ready. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly real: number | undefined;
}

export function readServicePorts(service: Service, pods: readonly Pod[]): readonly ServicePort[] {
  const ready = findEndpoints(service, pods).find((candidate) => candidate.ready);
  return (service.spec.ports ?? []).map(({ name = '', port }) => ({ name, port, real: ready?.ports[name] }));
}

/** Services that pods of all namespaces know by their bare names. */
export interface SharedServices {
  readonly namespace: string;
  /** Where some of them answer whether a pod is ready or not: `kafka-kafka-bootstrap:9092` → `127.0.0.1:21043`. */
  readonly addresses: Readonly<Record<string, string>>;
}

export interface AddressBook {
  /** Of the pod that asks. */
  readonly namespace: string;
  readonly shared: SharedServices | undefined;
  /** The ports of a Service; `undefined` when there is none of that name. */
  findService(namespace: string, name: string): readonly ServicePort[] | undefined;
}

/**
 * Where an address of the cluster's network answers on this machine, as the cluster's DNS would have it: `name`,
 * `name.namespace`, `name.namespace.svc`, `name.namespace.svc.cluster.local`, each with a port. Other addresses stay as they
 * are. `undefined` when no pod behind the Service is ready.
 */
export function resolveAddress(address: string, book: AddressBook): string | undefined {
  const match = /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.[a-z0-9.-]+)?)?)?:(\d+)$/.exec(address);
  if (match === null) return address;
  const [, name = '', namespace = book.namespace, port = ''] = match;
  const { shared } = book;
  const own = book.findService(namespace, name);
  const known = own === undefined ? shared?.addresses[`${name}:${port}`] : undefined;
  if (known !== undefined) return known;
  const ports = own ?? (shared && book.findService(shared.namespace, name));
  if (ports === undefined) return address;
  const found = ports.find((candidate) => candidate.port === Number(port));
  return found?.real === undefined ? undefined : `127.0.0.1:${found.real}`;
}
