export type Scalar =
  | 'string'
  | 'stringOrEmpty'
  | 'bytes'
  | 'int'
  | 'nonzero'
  | 'bool'
  | 'time'
  | 'intOrString';
/** Field numbers with names and types, as in the generated.proto files of k8s.io/api and apimachinery. */
export type Message = ReadonlyMap<number, Field>;

export interface Field {
  readonly name: string;
  readonly type: Scalar | Message;
  /** `inline`: the fields of a message that JSON has in the one around it. */
  readonly shape: 'single' | 'list' | 'map' | 'inline';
}

export function message(
  fields: Record<number, readonly [string, Scalar | Message, Field['shape']?]>,
): Message {
  return new Map(
    Object.entries(fields).map(([number, [name, type, shape = 'single']]) => [
      Number(number),
      { name, type, shape },
    ]),
  );
}

const OWNER_REFERENCE = message({
  1: ['kind', 'string'],
  3: ['name', 'string'],
  4: ['uid', 'string'],
  5: ['apiVersion', 'string'],
  6: ['controller', 'bool'],
  7: ['blockOwnerDeletion', 'bool'],
});

const OBJECT_META = message({
  1: ['name', 'string'],
  2: ['generateName', 'string'],
  3: ['namespace', 'string'],
  5: ['uid', 'string'],
  6: ['resourceVersion', 'string'],
  7: ['generation', 'nonzero'],
  8: ['creationTimestamp', 'time'],
  11: ['labels', 'string', 'map'],
  12: ['annotations', 'string', 'map'],
  13: ['ownerReferences', OWNER_REFERENCE, 'list'],
  14: ['finalizers', 'string', 'list'],
});

const NAMED = message({ 1: ['name', 'string'] });

const SERVICE_SPEC = message({
  1: [
    'ports',
    message({
      1: ['name', 'string'],
      2: ['protocol', 'string'],
      3: ['port', 'int'],
      4: ['targetPort', 'intOrString'],
      5: ['nodePort', 'nonzero'],
      6: ['appProtocol', 'string'],
    }),
    'list',
  ],
  2: ['selector', 'string', 'map'],
  3: ['clusterIP', 'string'],
  4: ['type', 'string'],
  5: ['externalIPs', 'string', 'list'],
  7: ['sessionAffinity', 'string'],
  10: ['externalName', 'string'],
  18: ['clusterIPs', 'string', 'list'],
});

const INGRESS_BACKEND = message({
  3: ['resource', message({ 1: ['apiGroup', 'string'], 2: ['kind', 'string'], 3: ['name', 'string'] })],
  4: [
    'service',
    message({
      1: ['name', 'string'],
      2: ['port', message({ 1: ['name', 'string'], 2: ['number', 'nonzero'] })],
    }),
  ],
});

const INGRESS_PATH = message({
  1: ['path', 'string'],
  2: ['backend', INGRESS_BACKEND],
  3: ['pathType', 'string'],
});

const INGRESS_SPEC = message({
  1: ['defaultBackend', INGRESS_BACKEND],
  2: ['tls', message({ 1: ['hosts', 'string', 'list'], 2: ['secretName', 'string'] }), 'list'],
  3: [
    'rules',
    message({
      1: ['host', 'string'],
      2: [
        'ingressRuleValue',
        message({ 1: ['http', message({ 1: ['paths', INGRESS_PATH, 'list'] })] }),
        'inline',
      ],
    }),
    'list',
  ],
  4: ['ingressClassName', 'string'],
});

const ROLE = message({
  1: ['metadata', OBJECT_META],
  2: [
    'rules',
    message({
      1: ['verbs', 'string', 'list'],
      2: ['apiGroups', 'stringOrEmpty', 'list'],
      3: ['resources', 'string', 'list'],
      4: ['resourceNames', 'string', 'list'],
      5: ['nonResourceURLs', 'string', 'list'],
    }),
    'list',
  ],
});

const BINDING = message({
  1: ['metadata', OBJECT_META],
  2: [
    'subjects',
    message({
      1: ['kind', 'string'],
      2: ['apiGroup', 'string'],
      3: ['name', 'string'],
      4: ['namespace', 'string'],
    }),
    'list',
  ],
  3: ['roleRef', message({ 1: ['apiGroup', 'string'], 2: ['kind', 'string'], 3: ['name', 'string'] })],
});

const ACCESS_REVIEW = message({
  1: ['metadata', OBJECT_META],
  2: [
    'spec',
    message({
      1: [
        'resourceAttributes',
        message({
          1: ['namespace', 'string'],
          2: ['verb', 'string'],
          3: ['group', 'string'],
          4: ['version', 'string'],
          5: ['resource', 'string'],
          6: ['subresource', 'string'],
          7: ['name', 'string'],
        }),
      ],
      2: ['nonResourceAttributes', message({ 1: ['path', 'string'], 2: ['verb', 'string'] })],
      3: ['user', 'string'],
      4: ['groups', 'string', 'list'],
    }),
  ],
});

/** The kinds that kubectl's own commands (`create configmap`, `create secret` …) send as protobuf. */
export const MESSAGES: ReadonlyMap<string, Message> = new Map([
  [
    'v1/ConfigMap',
    message({
      1: ['metadata', OBJECT_META],
      2: ['data', 'string', 'map'],
      3: ['binaryData', 'bytes', 'map'],
      4: ['immutable', 'bool'],
    }),
  ],
  [
    'v1/Secret',
    message({
      1: ['metadata', OBJECT_META],
      2: ['data', 'bytes', 'map'],
      3: ['type', 'string'],
      4: ['stringData', 'string', 'map'],
      5: ['immutable', 'bool'],
    }),
  ],
  ['v1/Namespace', message({ 1: ['metadata', OBJECT_META] })],
  [
    'v1/ServiceAccount',
    message({
      1: ['metadata', OBJECT_META],
      2: ['secrets', NAMED, 'list'],
      3: ['imagePullSecrets', NAMED, 'list'],
    }),
  ],
  ['v1/Service', message({ 1: ['metadata', OBJECT_META], 2: ['spec', SERVICE_SPEC] })],
  ['networking.k8s.io/v1/Ingress', message({ 1: ['metadata', OBJECT_META], 2: ['spec', INGRESS_SPEC] })],
  ['rbac.authorization.k8s.io/v1/Role', ROLE],
  ['rbac.authorization.k8s.io/v1/ClusterRole', ROLE],
  ['rbac.authorization.k8s.io/v1/RoleBinding', BINDING],
  ['rbac.authorization.k8s.io/v1/ClusterRoleBinding', BINDING],
  ...['SelfSubjectAccessReview', 'SubjectAccessReview', 'LocalSubjectAccessReview'].map(
    (kind): [string, Message] => [`authorization.k8s.io/v1/${kind}`, ACCESS_REVIEW],
  ),
  [
    'authorization.k8s.io/v1/SelfSubjectRulesReview',
    message({ 2: ['spec', message({ 1: ['namespace', 'string'] })] }),
  ],
  ['authentication.k8s.io/v1/SelfSubjectReview', message({})],
  [
    'authentication.k8s.io/v1/TokenReview',
    message({ 2: ['spec', message({ 1: ['token', 'string'], 2: ['audiences', 'string', 'list'] })] }),
  ],
  [
    'authentication.k8s.io/v1/TokenRequest',
    message({
      1: ['metadata', OBJECT_META],
      2: [
        'spec',
        message({
          1: ['audiences', 'string', 'list'],
          3: ['boundObjectRef', message({ 1: ['kind', 'string'], 3: ['name', 'string'] })],
          4: ['expirationSeconds', 'nonzero'],
        }),
      ],
    }),
  ],
  [
    'v1/DeleteOptions',
    message({
      1: ['gracePeriodSeconds', 'int'],
      2: ['preconditions', message({ 1: ['uid', 'string'], 2: ['resourceVersion', 'string'] })],
      3: ['orphanDependents', 'bool'],
      4: ['propagationPolicy', 'string'],
      5: ['dryRun', 'string', 'list'],
    }),
  ],
]);
