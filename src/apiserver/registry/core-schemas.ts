import type { StructuralSchema } from '../schema/structural-schema.ts';

/**
 * How lists and maps of built-in kinds merge (`+listType`, `+listMapKey` and `patchMergeKey` of k8s.io/api). These
 * schemas do not name every field and are not used to prune or validate.
 */
function listBy(keys: readonly string[], items: StructuralSchema = {}): StructuralSchema {
  return {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys,
    items,
  };
}

function struct(properties: Record<string, StructuralSchema>): StructuralSchema {
  return { type: 'object', properties };
}

const STRINGS: StructuralSchema = { type: 'object', additionalProperties: { type: 'string' } };
const ATOMIC_MAP: StructuralSchema = { type: 'object', 'x-kubernetes-map-type': 'atomic' };

const CONDITIONS = struct({ conditions: listBy(['type']) });

const CONTAINER = struct({
  env: listBy(['name']),
  ports: listBy(['containerPort', 'protocol'], struct({ protocol: { type: 'string', default: 'TCP' } })),
  volumeMounts: listBy(['mountPath']),
  volumeDevices: listBy(['devicePath']),
  resources: struct({ limits: {}, requests: {}, claims: listBy(['name']) }),
});

export const POD_SCHEMA = struct({
  spec: struct({
    containers: listBy(['name'], CONTAINER),
    initContainers: listBy(['name'], CONTAINER),
    ephemeralContainers: listBy(['name'], CONTAINER),
    volumes: listBy(['name']),
    imagePullSecrets: listBy(['name']),
    hostAliases: listBy(['ip']),
    topologySpreadConstraints: listBy(['topologyKey', 'whenUnsatisfiable']),
    nodeSelector: ATOMIC_MAP,
  }),
  status: struct({ conditions: listBy(['type']), podIPs: listBy(['ip']), hostIPs: {} }),
});

export const SERVICE_SCHEMA = struct({
  spec: struct({
    ports: listBy(['port', 'protocol'], struct({ protocol: { type: 'string', default: 'TCP' } })),
    selector: ATOMIC_MAP,
  }),
  status: CONDITIONS,
});

export const DATA_SCHEMA = struct({ data: STRINGS, binaryData: STRINGS, stringData: STRINGS });

export const SERVICE_ACCOUNT_SCHEMA = struct({ secrets: listBy(['name']) });

export const CONDITIONS_SCHEMA = struct({ spec: struct({}), status: CONDITIONS });

export const NODE_SCHEMA = struct({
  status: struct({ conditions: listBy(['type']), addresses: listBy(['type']) }),
});

export const PLAIN_SCHEMA = struct({ spec: struct({}), status: struct({}) });
