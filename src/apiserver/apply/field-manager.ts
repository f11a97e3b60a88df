import type { StatusCause } from '../../apiclient/client.ts';
import { type ApiObject, cloneJson, type JsonObject } from '../json.ts';
import type { StructuralSchema } from '../schema/structural-schema.ts';
import { applyConflict } from '../status.ts';
import {
  difference,
  emptySet,
  equalSets,
  type FieldPath,
  type FieldSet,
  insertPath,
  intersection,
  isEmptySet,
  pathsOf,
  printPath,
  union,
} from './field-set.ts';
import {
  asksForReset,
  capUpdateManagers,
  identifyWriter,
  type Managers,
  type OwnedFields,
  parseManagers,
  setManagers,
  type Writer,
} from './managed-fields.ts';
import {
  type Comparison,
  compareValues,
  fieldsOf,
  mergeValues,
  removeFields,
  withNamedParents,
} from './typed-value.ts';

export interface Attribution {
  readonly writer: Writer;
  readonly schema: StructuralSchema | undefined;
  /** Whether a write through this door can change the field; others are not recorded. */
  readonly reaches: (topLevelField: string) => boolean;
  /** RFC 3339 in whole seconds. */
  readonly time: string;
}

/** Fields that belong to the server or identify the object: nobody owns them. */
const UNOWNED: readonly FieldPath[] = [
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => ['f:metadata', `f:${name}`]),
];

const unownedFields = ((): FieldSet => {
  const set = emptySet();
  for (const path of UNOWNED) insertPath(set, path);
  return set;
})();

/**
 * Records in `next.metadata.managedFields` that `writer` set what differs from `live`. Fields another manager applied
 * and this write changed or removed leave that manager.
 */
export function trackUpdate(live: ApiObject | undefined, next: ApiObject, by: Attribution): void {
  const sent = by.writer.subresource === undefined ? next.metadata.managedFields : undefined;
  const managers = asksForReset(sent) ? new Map<string, OwnedFields>() : chooseManagers(live, sent);
  if (live !== undefined && managers.size === 0) {
    // Owners that were forgotten are not missed until somebody applies.
    setManagers(next.metadata, managers);
    return;
  }
  const comparison = compareValues(ownable(live), ownable(next), by.schema);
  releaseFields(managers, comparison);
  const id = identifyWriter(by.writer);
  const before = managers.get(id);
  const touched = onlyReachable(union(comparison.modified, comparison.added), by);
  const fields = union(difference(before?.fields ?? emptySet(), comparison.removed), touched);
  const unchanged = isSame(comparison);
  if (isEmptySet(fields)) managers.delete(id);
  else managers.set(id, { writer: by.writer, time: unchanged ? before?.time : by.time, fields });
  capUpdateManagers(managers, union);
  setManagers(next.metadata, managers);
}

function chooseManagers(live: ApiObject | undefined, sent: unknown): Managers {
  const fromRequest = parseManagers(sent);
  if (fromRequest !== undefined && fromRequest.size > 0) return fromRequest;
  return parseManagers(live?.metadata.managedFields) ?? new Map();
}

/**
 * Server-side apply: `config` merged into `live`, fields that the manager applied before and does not now removed
 * unless somebody else owns them. Throws the `Conflict` Status that names each field of another manager that would
 * change, unless `force`. The algorithm is structured-merge-diff's `merge.Updater.Apply`.
 */
export function applyConfig(
  live: ApiObject | undefined,
  config: ApiObject,
  by: Attribution & { readonly force: boolean },
): ApiObject {
  const { schema, writer } = by;
  const managers = parseManagers(live?.metadata.managedFields) ?? new Map<string, OwnedFields>();
  if (live !== undefined && managers.size === 0) ownBeforeFirstApply(managers, live, by);
  const id = identifyWriter(writer);
  const before = managers.get(id);
  const liveFields = live === undefined ? identityOf(config) : withoutManagedFields(live);
  const reachable = reachableConfig(config, by);
  const applied = onlyReachable(fieldsOf(ownable(reachable), schema), by);
  const merged = mergeValues(liveFields, reachable, schema);
  managers.set(id, { writer, time: before?.time, fields: applied });
  const next = cloneJson(prune(merged, before?.fields, managers, schema)) as ApiObject;
  next.metadata ??= { name: config.metadata.name };

  const comparison = compareValues(live === undefined ? {} : ownable(live), ownable(next), schema);
  const conflicts = findConflicts(managers, id, comparison);
  if (conflicts.length > 0 && !by.force) throw conflictError(conflicts);
  releaseFields(managers, comparison, id);
  const same = isSame(comparison) && before !== undefined && equalSets(before.fields, applied);
  managers.set(id, { writer, time: same ? before.time : by.time, fields: applied });
  setManagers(next.metadata, managers);
  return next;
}

/** Somebody without a name made an object that has no owners what it is. */
function ownBeforeFirstApply(managers: Managers, live: ApiObject, by: Attribution): void {
  const writer: Writer = {
    manager: 'before-first-apply',
    operation: 'Update',
    apiVersion: by.writer.apiVersion,
  };
  const fields = difference(compareValues({}, ownable(live), by.schema).added, unownedFields);
  if (!isEmptySet(fields)) managers.set(identifyWriter(writer), { writer, time: by.time, fields });
}

/** Without what the manager gave up: fields it owned that no one, it included, owns now. */
function prune(
  merged: unknown,
  last: FieldSet | undefined,
  managers: Managers,
  schema: StructuralSchema | undefined,
): unknown {
  if (last === undefined || isEmptySet(last)) return merged;
  // Whoever applies speaks of the object's identity, too.
  let owned = unownedFields;
  for (const { fields } of managers.values()) owned = union(owned, fields);
  const abandoned = difference(withNamedParents(last, schema), withNamedParents(owned, schema));
  return removeFields(merged, abandoned, schema) ?? {};
}

function releaseFields(managers: Managers, comparison: Comparison, except?: string): void {
  const lost = union(union(comparison.modified, comparison.added), comparison.removed);
  for (const [id, owned] of managers) {
    if (id === except) continue;
    const fields = difference(owned.fields, lost);
    if (isEmptySet(fields)) managers.delete(id);
    else managers.set(id, { ...owned, fields });
  }
}

interface Conflict {
  readonly owner: OwnedFields;
  readonly path: FieldPath;
}

function findConflicts(managers: Managers, applying: string, comparison: Comparison): Conflict[] {
  const changed = union(comparison.modified, comparison.added);
  return [...managers]
    .filter(([id]) => id !== applying)
    .flatMap(([, owner]) =>
      pathsOf(intersection(owner.fields, changed)).map((path): Conflict => ({ owner, path })),
    );
}

function conflictError(conflicts: readonly Conflict[]): Error {
  const causes = conflicts.map(
    ({ owner, path }): StatusCause => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${printOwner(owner)}`,
      field: printPath(path),
    }),
  );
  const [first] = conflicts;
  if (conflicts.length === 1 && first !== undefined) {
    const what = `conflict with ${printOwner(first.owner)}: ${printPath(first.path)}`;
    return applyConflict(`Apply failed with 1 conflict: ${what}`, causes);
  }
  const lines: string[] = [];
  for (const owner of [...new Set(conflicts.map((conflict) => printOwner(conflict.owner)))].toSorted()) {
    lines.push(`conflicts with ${owner}:`);
    for (const conflict of conflicts) {
      if (printOwner(conflict.owner) === owner) lines.push(`- ${printPath(conflict.path)}`);
    }
  }
  return applyConflict(`Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`, causes);
}

function printOwner({ writer }: OwnedFields): string {
  const name = JSON.stringify(writer.manager);
  const through =
    writer.subresource === undefined
      ? name
      : `${name} with subresource ${JSON.stringify(writer.subresource)}`;
  if (writer.operation === 'Apply') return through;
  return `${through} using ${writer.apiVersion}`;
}

function isSame({ added, modified, removed }: Comparison): boolean {
  return isEmptySet(added) && isEmptySet(modified) && isEmptySet(removed);
}

function ownable(object: ApiObject | undefined): JsonObject {
  if (object === undefined) return {};
  const { apiVersion: _version, kind: _kind, ...rest } = withoutManagedFields(object);
  return rest;
}

function withoutManagedFields(object: ApiObject): JsonObject & { metadata: JsonObject } {
  const { managedFields: _owners, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

function identityOf(config: ApiObject): JsonObject {
  return { apiVersion: config.apiVersion, kind: config.kind };
}

function reachableConfig(config: ApiObject, by: Attribution): ApiObject {
  const entries = Object.entries(config).filter(
    ([name]) => name === 'apiVersion' || name === 'kind' || name === 'metadata' || by.reaches(name),
  );
  const reachable = Object.fromEntries(entries) as ApiObject;
  if (by.reaches('metadata')) return reachable;
  return { ...reachable, metadata: { name: config.metadata.name } };
}

function onlyReachable(set: FieldSet, by: Attribution): FieldSet {
  const owned = difference(set, unownedFields);
  for (const element of owned.children.keys()) {
    if (!by.reaches(element.slice(2))) owned.children.delete(element);
  }
  return owned;
}
