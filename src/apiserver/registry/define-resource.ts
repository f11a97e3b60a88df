import type { ResourceType } from '../../apiclient/object.ts';
import { DEFAULT_COLUMNS } from '../discovery/core-columns.ts';
import { PLAIN_SCHEMA } from './core-schemas.ts';
import { METADATA_FIELDS, type Resource, withObjectMeta } from './resource.ts';

type Definition = Partial<Omit<Resource, 'type' | 'schema' | 'selectableFields'>> & {
  readonly schema?: Resource['schema'];
  readonly selectable?: readonly string[];
};

/** A built-in kind: what it does not say is as for most. */
export function define(
  [group, version, kind, plural, scope]: readonly [string, string, string, string, 'Namespaced' | 'Cluster'],
  definition: Definition,
): Resource {
  const type: ResourceType = { group, version, kind, plural, namespaced: scope === 'Namespaced' };
  const { schema = PLAIN_SCHEMA, selectable = [], ...rest } = definition;
  return {
    type,
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    shortNames: [],
    categories: [],
    hasStatus: false,
    subresources: [],
    isStructural: false,
    countsGenerations: false,
    columns: DEFAULT_COLUMNS,
    rules: {},
    schema: withObjectMeta(schema),
    selectableFields: new Map([
      ...METADATA_FIELDS,
      ...selectable.map((field): [string, string[]] => [field, field.split('.')]),
    ]),
    ...rest,
  };
}
