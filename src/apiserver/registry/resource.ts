import type { ResourceType } from '../../apiclient/object.ts';
import { type ApiObject, objectAt } from '../json.ts';
import type { StructuralSchema } from '../schema/structural-schema.ts';
import type { FieldProblem, StatusSubject } from '../status.ts';
import type { ObjectKey } from '../storage/storage.ts';
import type { SelectableFields } from '../watch/selectors.ts';

/** A column of the Table that `kubectl get` asks for. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  /** Above 0 only with `-o wide`. */
  readonly priority?: number;
  cell(object: ApiObject, now: number): unknown;
}

/** What a kind does beyond the common life of an object. */
export interface ResourceRules {
  /** Fills in or resets fields, in place. `live` is absent when the object is created. */
  prepare?(next: ApiObject, live: ApiObject | undefined): void;
  validate?(next: ApiObject, live: ApiObject | undefined): FieldProblem[];
  /** Texts for Warning headers: what the writer should know of an object that is taken. */
  findWarnings?(next: ApiObject): string[];
  /** Names other than RFC 1123 subdomains. */
  validateName?(name: string): string | undefined;
  /** Seconds that the object stays, marked as deleted, for somebody to end what it stands for. */
  gracePeriodSeconds?(live: ApiObject, requested: number | undefined): number;
  /** Something other than finalizers in metadata keeps a deleted object. */
  holdsDeletion?(object: ApiObject): boolean;
  /** Marks the object when its deletion begins, in place. */
  prepareDeletion?(object: ApiObject): void;
}

/** One served resource: a version of a kind with its paths, its schema and its rules. */
export interface Resource {
  readonly type: ResourceType;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Whether there is a status subresource, which makes status unreachable by other writes. */
  readonly hasStatus: boolean;
  /** Subresources other than status, for discovery. */
  readonly subresources: readonly Subresource[];
  /** Of the whole object. Built-in kinds only say how their lists and maps merge. */
  readonly schema: StructuralSchema;
  /** Whether the schema names every field: others are pruned, values are validated. */
  readonly isStructural: boolean;
  readonly countsGenerations: boolean;
  readonly selectableFields: SelectableFields;
  readonly columns: readonly Column[];
  readonly rules: ResourceRules;
}

export interface Subresource {
  readonly name: string;
  readonly kind: string;
  /** Group of the kind, where it is another one than the resource's; its version is v1. */
  readonly group?: string;
  readonly verbs: readonly string[];
}

/** Versions of one kind share their objects. */
export function storageName(type: ResourceType): string {
  return `${type.group}/${type.plural}`;
}

export function keyOf(resource: Resource, namespace: string | undefined, name: string): ObjectKey {
  return { resource: storageName(resource.type), namespace: namespace ?? '', name };
}

export function subjectOf(resource: Resource): StatusSubject {
  return resource.type;
}

export const STANDARD_VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const;

export const METADATA_FIELDS: SelectableFields = new Map([
  ['metadata.name', ['metadata', 'name']],
  ['metadata.namespace', ['metadata', 'namespace']],
]);

const STRING_MAP: StructuralSchema = { type: 'object', additionalProperties: { type: 'string' } };

const OWNER_REFERENCE: StructuralSchema = {
  type: 'object',
  'x-kubernetes-map-type': 'atomic',
  properties: {
    ...Object.fromEntries(['apiVersion', 'kind', 'name', 'uid'].map((name) => [name, { type: 'string' }])),
    ...Object.fromEntries(['controller', 'blockOwnerDeletion'].map((name) => [name, { type: 'boolean' }])),
  },
};

/** The fields of `meta/v1` ObjectMeta, and how they merge. */
export const OBJECT_META: StructuralSchema = {
  type: 'object',
  properties: {
    annotations: STRING_MAP,
    labels: STRING_MAP,
    finalizers: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    ownerReferences: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
      items: OWNER_REFERENCE,
    },
    managedFields: { type: 'array', items: { type: 'object' } },
    ...Object.fromEntries(
      ['name', 'namespace', 'generateName', 'uid', 'resourceVersion', 'creationTimestamp', 'selfLink']
        .concat('deletionTimestamp')
        .map((name) => [name, { type: 'string' }]),
    ),
    generation: { type: 'integer' },
    deletionGracePeriodSeconds: { type: 'integer' },
  },
};

/** The schema of a kind's own fields, completed by what all objects have. */
export function withObjectMeta(schema: StructuralSchema): StructuralSchema {
  return {
    ...schema,
    properties: {
      ...schema.properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: OBJECT_META,
    },
  };
}

/** The object as a version of its kind: versions differ in nothing but the name (conversion strategy None). */
export function present(resource: Resource, object: ApiObject): ApiObject {
  const { group, version } = resource.type;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** Objects as items of a list: those of built-in kinds do not repeat their type. */
export function asListItems({ isStructural }: Resource, objects: readonly ApiObject[]): readonly object[] {
  if (isStructural) return objects;
  return objects.map(({ apiVersion: _version, kind: _kind, ...item }) => item);
}

/** Whether a deleted object still waits for somebody. */
export function isHeld(resource: Resource, object: ApiObject): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return true;
  if ((object.metadata.deletionGracePeriodSeconds ?? 0) > 0) return true;
  return resource.rules.holdsDeletion?.(object) ?? false;
}

export function specOf(object: ApiObject): Record<string, unknown> {
  return objectAt(object, 'spec') ?? {};
}
