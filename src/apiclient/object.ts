/** Kubernetes object shapes as they travel over the wire (apimachinery `meta/v1`). */

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time?: string;
  fieldsType: 'FieldsV1';
  fieldsV1: Record<string, unknown>;
  subresource?: string;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** What somebody wants to exist: the identifying part of metadata and whatever else it sets. */
export interface Manifest extends KubernetesObject {
  spec?: object;
  data?: Record<string, string>;
  [field: string]: unknown;
}

/** The REST coordinates of a kind. `group` is '' for core kinds. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ObjectReference {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export function apiVersionOf(type: ResourceType): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** The path of a collection, or with `name` of one object: `/apis/kafka.strimzi.io/v1/namespaces/a/kafkatopics/t`. */
export function resourcePath(
  type: ResourceType,
  reference: { namespace?: string | undefined; name?: string },
): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const scope =
    type.namespaced && reference.namespace !== undefined
      ? `/namespaces/${encodeURIComponent(reference.namespace)}`
      : '';
  const name = reference.name === undefined ? '' : `/${encodeURIComponent(reference.name)}`;
  return `${root}${scope}/${type.plural}${name}`;
}
