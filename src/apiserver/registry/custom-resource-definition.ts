import type { ResourceType } from '../../apiclient/object.ts';
import { DEFAULT_COLUMNS, NAME } from '../discovery/core-columns.ts';
import { printAge } from '../discovery/human-duration.ts';
import { compileJsonPath } from '../discovery/json-path.ts';
import {
  type ApiObject,
  formatTime,
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  stringAt,
  valueAt,
} from '../json.ts';
import type { StructuralSchema } from '../schema/structural-schema.ts';
import { invalidValue, requiredValue } from '../schema/validate.ts';
import type { FieldProblem } from '../status.ts';
import type { SelectableFields } from '../watch/selectors.ts';
import {
  type Column,
  METADATA_FIELDS,
  type Resource,
  type ResourceRules,
  withObjectMeta,
} from './resource.ts';

/** Keeps a deleted definition until its objects are gone. */
export const CRD_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export const CRD_RULES: ResourceRules = {
  prepare(next, live) {
    const spec = objectAt(next, 'spec');
    const names = objectAt(spec, 'names');
    if (spec === undefined || names === undefined) return;
    const kind = stringAt(names, 'kind') ?? '';
    names['singular'] ??= kind.toLowerCase();
    names['listKind'] ??= `${kind}List`;
    spec['conversion'] ??= { strategy: 'None' };
    next['status'] = acceptedStatus(next, live);
    const { finalizers = [], deletionTimestamp } = next.metadata;
    if (deletionTimestamp === undefined && !finalizers.includes(CRD_FINALIZER)) {
      next.metadata.finalizers = [...finalizers, CRD_FINALIZER];
    }
  },
  validate: validateDefinition,
  findWarnings: warnOfRules,
};

/** Names never conflict here, so a definition is established as soon as it is stored. */
function acceptedStatus(next: ApiObject, live: ApiObject | undefined): JsonObject {
  const time = formatTime(new Date());
  const condition = (type: string, reason: string, message: string): JsonObject => ({
    type,
    status: 'True',
    lastTransitionTime: time,
    reason,
    message,
  });
  const previous = objectAt(live, 'status');
  const stored = new Set(listAt(previous, 'storedVersions'));
  for (const version of listAt(next, 'spec', 'versions')) {
    if (valueAt(version, 'storage') === true) stored.add(stringAt(version, 'name'));
  }
  return {
    ...previous,
    acceptedNames: objectAt(next, 'spec', 'names'),
    conditions: previous?.['conditions'] ?? [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    storedVersions: [...stored],
  };
}

function validateDefinition(next: ApiObject): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const group = stringAt(next, 'spec', 'group') ?? '';
  const plural = stringAt(next, 'spec', 'names', 'plural') ?? '';
  const scope = stringAt(next, 'spec', 'scope') ?? '';
  if (group === '') problems.push(requiredValue('spec.group'));
  if (plural === '') problems.push(requiredValue('spec.names.plural'));
  if ((stringAt(next, 'spec', 'names', 'kind') ?? '') === '') problems.push(requiredValue('spec.names.kind'));
  if (scope !== 'Namespaced' && scope !== 'Cluster') problems.push(requiredValue('spec.scope'));
  const expected = `${plural}.${group}`;
  if (next.metadata.name !== expected) {
    const detail = 'must be spec.names.plural+"."+spec.group';
    problems.push(invalidValue('metadata.name', next.metadata.name, detail));
  }
  const versions = listAt(next, 'spec', 'versions');
  if (versions.filter((version) => valueAt(version, 'storage') === true).length !== 1) {
    const detail = 'must have exactly one version marked as storage version';
    problems.push(invalidValue('spec.versions', versions.length, detail));
  }
  versions.forEach((version, index) => {
    const field = `spec.versions[${index}]`;
    if ((stringAt(version, 'name') ?? '') === '') problems.push(requiredValue(`${field}.name`));
    const schema = objectAt(version, 'schema', 'openAPIV3Schema');
    if (schema === undefined) {
      problems.push(requiredValue(`${field}.schema.openAPIV3Schema`, 'schemas are required'));
    } else if (schema['type'] !== 'object') {
      const detail = 'must be object at the root';
      problems.push(invalidValue(`${field}.schema.openAPIV3Schema.type`, schema['type'] ?? '', detail));
    }
  });
  return problems;
}

const RULES = 'x-kubernetes-validations';

/** Rules in CEL are kept and not evaluated: whoever relies on them is told so with every write of the definition. */
function warnOfRules(definition: ApiObject): string[] {
  const count = countRules(listAt(definition, 'spec', 'versions'));
  if (count === 0) return [];
  const rules = count === 1 ? `1 ${RULES} rule` : `${count} ${RULES} rules`;
  return [
    `${definition.metadata.name} has ${rules}, which this server does not evaluate: it takes objects that break them`,
  ];
}

function countRules(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countRules(item), 0);
  if (!isJsonObject(value)) return 0;
  return Object.entries(value).reduce(
    // A property may have any name: it is a schema then, not a list.
    (sum, [name, item]) => sum + (name === RULES && Array.isArray(item) ? item.length : countRules(item)),
    0,
  );
}

/** The resources that a stored definition serves, one for each served version. */
export function resourcesOf(definition: ApiObject): Resource[] {
  const names = objectAt(definition, 'spec', 'names') ?? {};
  const kind = stringAt(names, 'kind') ?? '';
  return listAt(definition, 'spec', 'versions').flatMap((version) => {
    if (!isJsonObject(version) || version['served'] !== true) return [];
    const type: ResourceType = {
      group: stringAt(definition, 'spec', 'group') ?? '',
      version: stringAt(version, 'name') ?? '',
      kind,
      plural: stringAt(names, 'plural') ?? '',
      namespaced: stringAt(definition, 'spec', 'scope') === 'Namespaced',
    };
    const resource: Resource = {
      type,
      singular: stringAt(names, 'singular') ?? kind.toLowerCase(),
      listKind: stringAt(names, 'listKind') ?? `${kind}List`,
      shortNames: stringsOf(names['shortNames']),
      categories: stringsOf(names['categories']),
      hasStatus: objectAt(version, 'subresources', 'status') !== undefined,
      subresources: [],
      schema: withObjectMeta((objectAt(version, 'schema', 'openAPIV3Schema') ?? {}) as StructuralSchema),
      isStructural: true,
      countsGenerations: true,
      selectableFields: selectableFieldsOf(version),
      columns: columnsOf(version),
      rules: {},
    };
    return [resource];
  });
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function selectableFieldsOf(version: JsonObject): SelectableFields {
  const paths = listAt(version, 'selectableFields').map((field) => stringAt(field, 'jsonPath') ?? '');
  return new Map([
    ...METADATA_FIELDS,
    ...paths.map((path): [string, string[]] => [path.replace(/^\./u, ''), path.split('.').filter(Boolean)]),
  ]);
}

function columnsOf(version: JsonObject): readonly Column[] {
  const declared = listAt(version, 'additionalPrinterColumns');
  if (declared.length === 0) return DEFAULT_COLUMNS;
  return [NAME, ...declared.filter(isJsonObject).map(toColumn)];
}

function toColumn(declared: JsonObject): Column {
  const type = (stringAt(declared, 'type') ?? 'string') as Column['type'];
  const read = compileJsonPath(stringAt(declared, 'jsonPath') ?? '');
  const path = stringAt(declared, 'jsonPath') ?? '';
  const description =
    stringAt(declared, 'description') ?? `Custom resource definition column (in JSONPath format): ${path}`;
  const format = stringAt(declared, 'format');
  const priority = valueAt(declared, 'priority');
  return {
    name: stringAt(declared, 'name') ?? '',
    type,
    description,
    ...(format === undefined ? {} : { format }),
    ...(typeof priority === 'number' ? { priority } : {}),
    cell(object, now) {
      const found = read?.(object) ?? [];
      if (found.length === 0) return null;
      if (type === 'date') return printAge(found[0], now);
      if (type !== 'string') return found[0];
      return found.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(',');
    },
  };
}
