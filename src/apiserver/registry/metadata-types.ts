import { type ApiObject, isJsonObject } from '../json.ts';
import { propertySchema, type StructuralSchema } from '../schema/structural-schema.ts';
import { OBJECT_META } from './resource.ts';

/**
 * What keeps metadata from being decoded into Go's `ObjectMeta`, in the words of its JSON decoder; `undefined` when
 * nothing does. Metadata of any kind is typed, whatever a schema says.
 */
export function checkMetadataTypes(metadata: unknown): string | undefined {
  if (metadata === undefined || metadata === null) return undefined;
  if (!isJsonObject(metadata)) {
    return `json: cannot unmarshal ${jsonType(metadata)} into Go value of type v1.ObjectMeta`;
  }
  for (const [name, value] of Object.entries(metadata)) {
    const schema = propertySchema(OBJECT_META, name);
    const wrong = schema === undefined ? undefined : findMisfit(value, schema);
    if (wrong !== undefined) {
      return `json: cannot unmarshal ${wrong.found} into Go struct field ObjectMeta.${name} of type ${wrong.wanted}`;
    }
  }
  return undefined;
}

function findMisfit(value: unknown, schema: StructuralSchema): { found: string; wanted: string } | undefined {
  if (value === null || value === undefined) return undefined;
  const wanted = goType(schema);
  const found = jsonType(value);
  if (found !== JSON_TYPES[schema.type ?? '']) return { found, wanted };
  if (Array.isArray(value)) return firstOf(value.map((item) => findMisfit(item, schema.items ?? {})));
  if (!isJsonObject(value)) return undefined;
  return firstOf(
    Object.entries(value).map(([name, item]) => {
      const child = propertySchema(schema, name);
      return child === undefined ? undefined : findMisfit(item, child);
    }),
  );
}

function firstOf<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined);
}

const JSON_TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  boolean: 'bool',
  array: 'array',
  object: 'object',
};

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function goType(schema: StructuralSchema): string {
  if (schema.type === 'array') return `[]${goType(schema.items ?? {})}`;
  if (schema.type === 'object') {
    return typeof schema.additionalProperties === 'object'
      ? `map[string]${goType(schema.additionalProperties)}`
      : 'v1.OwnerReference';
  }
  if (schema.type === 'integer') return 'int64';
  return schema.type === 'boolean' ? 'bool' : 'string';
}

/** Removes, in place, maps and lists without content: Go's ObjectMeta is printed without them. */
export function dropEmptyMetadata({ metadata }: ApiObject): void {
  for (const name of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) {
    if (metadata[name] !== undefined && Object.keys(metadata[name] ?? {}).length === 0) delete metadata[name];
  }
}

/** Removes, in place, what ObjectMeta does not have; answers the paths that went. */
export function findUnknownMetadata(object: ApiObject): string[] {
  const { metadata } = object;
  const unknown = Object.keys(metadata).filter((name) => propertySchema(OBJECT_META, name) === undefined);
  for (const name of unknown) Reflect.deleteProperty(metadata, name);
  return unknown.map((name) => `metadata.${name}`);
}
