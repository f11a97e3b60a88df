import type { ResourceType } from './object.ts';

/** Kubernetes kinds that sdp reads and writes beside its own. */

export const namespaceType: ResourceType = core('Namespace', 'namespaces', false);
export const podType: ResourceType = core('Pod', 'pods');
export const serviceType: ResourceType = core('Service', 'services');
export const configMapType: ResourceType = core('ConfigMap', 'configmaps');
export const secretType: ResourceType = core('Secret', 'secrets');
export const serviceAccountType: ResourceType = core('ServiceAccount', 'serviceaccounts');
export const eventType: ResourceType = core('Event', 'events');

export const endpointSliceType: ResourceType = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
};

export const ingressType: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  namespaced: true,
};

export const customResourceDefinitionType: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

function core(kind: string, plural: string, namespaced = true): ResourceType {
  return { group: '', version: 'v1', kind, plural, namespaced };
}

export const clusterRoleType: ResourceType = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};

export const roleBindingType: ResourceType = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
};
