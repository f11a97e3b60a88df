import {
  CONFIG_MAP_COLUMNS,
  CRD_COLUMNS,
  ENDPOINT_SLICE_COLUMNS,
  EVENT_COLUMNS,
  INGRESS_COLUMNS,
  LEASE_COLUMNS,
  NAMESPACE_COLUMNS,
  NODE_COLUMNS,
  POD_COLUMNS,
  SECRET_COLUMNS,
  SERVICE_ACCOUNT_COLUMNS,
  SERVICE_COLUMNS,
} from '../discovery/core-columns.ts';
import { CONFIG_MAP_RULES, NAMESPACE_RULES, POD_RULES, SECRET_RULES, SERVICE_RULES } from './core-rules.ts';
import {
  CONDITIONS_SCHEMA,
  DATA_SCHEMA,
  NODE_SCHEMA,
  POD_SCHEMA,
  SERVICE_ACCOUNT_SCHEMA,
  SERVICE_SCHEMA,
} from './core-schemas.ts';
import { CRD_RULES } from './custom-resource-definition.ts';
import { define } from './define-resource.ts';
import type { Resource } from './resource.ts';

/** The kinds that are served without a CustomResourceDefinition. */
export const CORE_RESOURCES: readonly Resource[] = [
  define(['', 'v1', 'Namespace', 'namespaces', 'Cluster'], {
    shortNames: ['ns'],
    hasStatus: true,
    schema: CONDITIONS_SCHEMA,
    selectable: ['status.phase'],
    columns: NAMESPACE_COLUMNS,
    rules: NAMESPACE_RULES,
  }),
  define(['', 'v1', 'Node', 'nodes', 'Cluster'], {
    shortNames: ['no'],
    hasStatus: true,
    schema: NODE_SCHEMA,
    selectable: ['spec.unschedulable'],
    columns: NODE_COLUMNS,
  }),
  define(['', 'v1', 'Pod', 'pods', 'Namespaced'], {
    shortNames: ['po'],
    categories: ['all'],
    hasStatus: true,
    subresources: [
      { name: 'log', kind: 'Pod', verbs: ['get'] },
      { name: 'binding', kind: 'Binding', verbs: ['create'] },
      { name: 'proxy', kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
    ],
    schema: POD_SCHEMA,
    selectable: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
    columns: POD_COLUMNS,
    rules: POD_RULES,
  }),
  define(['', 'v1', 'Service', 'services', 'Namespaced'], {
    shortNames: ['svc'],
    categories: ['all'],
    hasStatus: true,
    subresources: [
      { name: 'proxy', kind: 'ServiceProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
    ],
    schema: SERVICE_SCHEMA,
    selectable: ['spec.type', 'spec.clusterIP'],
    columns: SERVICE_COLUMNS,
    rules: SERVICE_RULES,
  }),
  define(['', 'v1', 'ConfigMap', 'configmaps', 'Namespaced'], {
    shortNames: ['cm'],
    schema: DATA_SCHEMA,
    columns: CONFIG_MAP_COLUMNS,
    rules: CONFIG_MAP_RULES,
  }),
  define(['', 'v1', 'Secret', 'secrets', 'Namespaced'], {
    schema: DATA_SCHEMA,
    selectable: ['type'],
    columns: SECRET_COLUMNS,
    rules: SECRET_RULES,
  }),
  define(['', 'v1', 'ServiceAccount', 'serviceaccounts', 'Namespaced'], {
    shortNames: ['sa'],
    subresources: [
      { name: 'token', kind: 'TokenRequest', group: 'authentication.k8s.io', verbs: ['create'] },
    ],
    schema: SERVICE_ACCOUNT_SCHEMA,
    columns: SERVICE_ACCOUNT_COLUMNS,
  }),
  define(['', 'v1', 'Event', 'events', 'Namespaced'], {
    shortNames: ['ev'],
    selectable: [
      'involvedObject.kind',
      'involvedObject.namespace',
      'involvedObject.name',
      'involvedObject.uid',
      'involvedObject.apiVersion',
      'involvedObject.resourceVersion',
      'involvedObject.fieldPath',
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
    columns: EVENT_COLUMNS,
  }),
  define(['coordination.k8s.io', 'v1', 'Lease', 'leases', 'Namespaced'], { columns: LEASE_COLUMNS }),
  define(['discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices', 'Namespaced'], {
    countsGenerations: true,
    columns: ENDPOINT_SLICE_COLUMNS,
  }),
  define(['networking.k8s.io', 'v1', 'Ingress', 'ingresses', 'Namespaced'], {
    shortNames: ['ing'],
    hasStatus: true,
    countsGenerations: true,
    columns: INGRESS_COLUMNS,
  }),
  define(['apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', 'customresourcedefinitions', 'Cluster'], {
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    hasStatus: true,
    countsGenerations: true,
    schema: CONDITIONS_SCHEMA,
    columns: CRD_COLUMNS,
    rules: CRD_RULES,
  }),
];
