import type { DefaultRole } from '../apiserver/server.ts';
import { kinds } from '../kinds/catalog.ts';

/** As whom the operators, the kubelet, the endpoint and the ingress controller of this process ask the API. */
export const operatorsUser = 'sdp-operators';

/** API groups of the kinds that teams declare. */
export const customGroups = [...new Set(kinds.map(({ type }) => type.group))];

const everything = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

export const operatorsRole: DefaultRole = {
  name: 'sdp:operators',
  subjects: [{ kind: 'User', name: operatorsUser }],
  rules: [
    { verbs: everything, apiGroups: customGroups, resources: ['*'] },
    {
      verbs: everything,
      apiGroups: [''],
      resources: [
        'configmaps',
        'events',
        'pods',
        'pods/binding',
        'pods/status',
        'services',
        'services/status',
      ],
    },
    { verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['namespaces', 'nodes'] },
    // Volumes of pods, and the credentials of Kafka's users.
    { verbs: ['create', 'get', 'list', 'patch', 'watch'], apiGroups: [''], resources: ['secrets'] },
    { verbs: everything, apiGroups: ['networking.k8s.io'], resources: ['ingresses'] },
    { verbs: ['patch', 'update'], apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'] },
    { verbs: everything, apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'] },
  ],
};
