import { type ApiObject, isJsonObject, listAt, objectAt, stringAt, valueAt } from '../json.ts';
import type { Column } from '../registry/resource.ts';
import { printAge } from './human-duration.ts';

function column(name: string, cell: Column['cell'], more: Partial<Column> = {}): Column {
  return { name, type: 'string', cell, ...more };
}

export const NAME = column('Name', (object) => object.metadata.name, { format: 'name' });
export const AGE = column('Age', (object, now) => printAge(object.metadata.creationTimestamp, now));

const wide = { priority: 1 };
const size = (object: ApiObject, field: string): number => Object.keys(objectAt(object, field) ?? {}).length;
const text = (object: ApiObject, ...path: string[]): string => stringAt(object, ...path) ?? '<none>';

export const DEFAULT_COLUMNS: readonly Column[] = [NAME, AGE];

export const NAMESPACE_COLUMNS: readonly Column[] = [
  NAME,
  column('Status', (object) => stringAt(object, 'status', 'phase') ?? 'Active'),
  AGE,
];

export const NODE_COLUMNS: readonly Column[] = [
  NAME,
  column('Status', (object) => {
    const ready = listAt(object, 'status', 'conditions').find((item) => stringAt(item, 'type') === 'Ready');
    return stringAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  }),
  AGE,
];

export const POD_COLUMNS: readonly Column[] = [
  NAME,
  column('Ready', (object) => {
    const statuses = listAt(object, 'status', 'containerStatuses');
    const ready = statuses.filter((status) => valueAt(status, 'ready') === true).length;
    return `${ready}/${listAt(object, 'spec', 'containers').length}`;
  }),
  column('Status', podStatus),
  column('Restarts', podRestarts),
  AGE,
  column('IP', (object) => text(object, 'status', 'podIP'), wide),
  column('Node', (object) => text(object, 'spec', 'nodeName'), wide),
];

/** The word that kubectl shows for a Pod: the most telling reason that its status has. */
function podStatus(object: ApiObject): string {
  let reason = stringAt(object, 'status', 'reason') ?? stringAt(object, 'status', 'phase') ?? 'Unknown';
  for (const status of listAt(object, 'status', 'containerStatuses').toReversed()) {
    const waiting = stringAt(status, 'state', 'waiting', 'reason');
    const terminated = objectAt(status, 'state', 'terminated');
    if (waiting !== undefined && waiting !== '') reason = waiting;
    else if (terminated !== undefined) {
      const signal = valueAt(terminated, 'signal');
      const fallback =
        typeof signal === 'number' && signal !== 0
          ? `Signal:${signal}`
          : `ExitCode:${String(valueAt(terminated, 'exitCode'))}`;
      reason = stringAt(terminated, 'reason') ?? fallback;
    }
  }
  return object.metadata.deletionTimestamp === undefined ? reason : 'Terminating';
}

function podRestarts(object: ApiObject, now: number): string {
  let restarts = 0;
  let last = '';
  for (const status of listAt(object, 'status', 'containerStatuses')) {
    const count = valueAt(status, 'restartCount');
    restarts += typeof count === 'number' ? count : 0;
    const finished = stringAt(status, 'lastState', 'terminated', 'finishedAt') ?? '';
    if (finished > last) last = finished;
  }
  return restarts > 0 && last !== '' ? `${restarts} (${printAge(last, now)} ago)` : String(restarts);
}

export const SERVICE_COLUMNS: readonly Column[] = [
  NAME,
  column('Type', (object) => stringAt(object, 'spec', 'type') ?? 'ClusterIP'),
  column('Cluster-IP', (object) => text(object, 'spec', 'clusterIP')),
  column('External-IP', (object) => text(object, 'spec', 'externalName')),
  column('Port(s)', (object) => {
    const ports = listAt(object, 'spec', 'ports').map(
      (port) => `${String(valueAt(port, 'port'))}/${stringAt(port, 'protocol') ?? 'TCP'}`,
    );
    return ports.length === 0 ? '<none>' : ports.join(',');
  }),
  AGE,
  column(
    'Selector',
    (object) => {
      const pairs = Object.entries(objectAt(object, 'spec', 'selector') ?? {});
      return pairs.length === 0 ? '<none>' : pairs.map(([key, value]) => `${key}=${String(value)}`).join(',');
    },
    wide,
  ),
];

export const CONFIG_MAP_COLUMNS: readonly Column[] = [
  NAME,
  column('Data', (object) => size(object, 'data') + size(object, 'binaryData'), { type: 'integer' }),
  AGE,
];

export const SECRET_COLUMNS: readonly Column[] = [
  NAME,
  column('Type', (object) => text(object, 'type')),
  column('Data', (object) => size(object, 'data'), { type: 'integer' }),
  AGE,
];

export const SERVICE_ACCOUNT_COLUMNS: readonly Column[] = [
  NAME,
  column('Secrets', (object) => listAt(object, 'secrets').length, { type: 'integer' }),
  AGE,
];

export const EVENT_COLUMNS: readonly Column[] = [
  column('Last Seen', (object, now) => {
    const seen =
      stringAt(object, 'series', 'lastObservedTime') ??
      stringAt(object, 'lastTimestamp') ??
      stringAt(object, 'eventTime') ??
      object.metadata.creationTimestamp;
    return printAge(seen, now);
  }),
  column('Type', (object) => stringAt(object, 'type') ?? ''),
  column('Reason', (object) => stringAt(object, 'reason') ?? ''),
  column('Object', (object) => {
    const kind = stringAt(object, 'involvedObject', 'kind') ?? '';
    return `${kind.toLowerCase()}/${stringAt(object, 'involvedObject', 'name') ?? ''}`;
  }),
  column('Source', (object) => stringAt(object, 'source', 'component') ?? '', wide),
  column('Message', (object) => (stringAt(object, 'message') ?? '').trim()),
  column('Count', (object) => valueAt(object, 'count') ?? 1, { type: 'integer', ...wide }),
  column('Name', (object) => object.metadata.name, wide),
];

export const LEASE_COLUMNS: readonly Column[] = [
  NAME,
  column('Holder', (object) => stringAt(object, 'spec', 'holderIdentity') ?? ''),
  AGE,
];

export const ENDPOINT_SLICE_COLUMNS: readonly Column[] = [
  NAME,
  column('AddressType', (object) => stringAt(object, 'addressType') ?? ''),
  column('Ports', (object) => {
    const ports = listAt(object, 'ports').map((port) => String(valueAt(port, 'port')));
    return ports.length === 0 ? '<unset>' : ports.join(',');
  }),
  column('Endpoints', (object) => {
    const addresses = listAt(object, 'endpoints').flatMap((endpoint) =>
      isJsonObject(endpoint) ? listAt(endpoint, 'addresses') : [],
    );
    return addresses.length === 0 ? '<unset>' : addresses.join(',');
  }),
  AGE,
];

export const INGRESS_COLUMNS: readonly Column[] = [
  NAME,
  column('Class', (object) => stringAt(object, 'spec', 'ingressClassName') ?? '<none>'),
  column('Hosts', (object) => {
    const hosts = listAt(object, 'spec', 'rules').flatMap((rule) => stringAt(rule, 'host') ?? []);
    return hosts.length === 0 ? '*' : hosts.join(',');
  }),
  column('Address', (object) =>
    listAt(object, 'status', 'loadBalancer', 'ingress')
      .map((at) => stringAt(at, 'hostname') ?? stringAt(at, 'ip') ?? '')
      .join(','),
  ),
  column('Ports', (object) => (listAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
  AGE,
];

export const CRD_COLUMNS: readonly Column[] = [
  NAME,
  column('Created At', (object) => object.metadata.creationTimestamp ?? '<unknown>', {
    type: 'date',
  }),
];
