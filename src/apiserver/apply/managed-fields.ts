import type { ManagedFieldsEntry, ObjectMeta } from '../../apiclient/object.ts';
import { isJsonObject } from '../json.ts';
import { badRequest } from '../status.ts';
import { type FieldSet, isEmptySet, parseFieldsV1, printFieldsV1 } from './field-set.ts';

/** Who writes, how and through which door: the identity under which fields are owned. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
}

export interface OwnedFields {
  readonly writer: Writer;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** Owners by identity. */
export type Managers = Map<string, OwnedFields>;

/** kube-apiserver keeps this many updating managers apart before it folds the oldest together. */
const MAX_UPDATE_MANAGERS = 10;
const MAX_MANAGER_LENGTH = 128;

/** An applier is the same whatever version it applies in, an updater is not. */
export function identifyWriter(writer: Writer): string {
  const version = writer.operation === 'Update' ? writer.apiVersion : '';
  return JSON.stringify([writer.operation, writer.manager, writer.subresource ?? '', version]);
}

/** The manager's name: what the request says, else the first part of its User-Agent. */
export function parseManagerName(fieldManager: string | undefined, userAgent: string | undefined): string {
  if (fieldManager !== undefined && fieldManager !== '') {
    if (fieldManager.length > MAX_MANAGER_LENGTH) {
      throw badRequest(`fieldManager: Too long: may not be more than ${MAX_MANAGER_LENGTH} bytes`);
    }
    return fieldManager;
  }
  const product = (userAgent ?? '').split('/')[0]?.trim() ?? '';
  return product === '' ? 'unknown' : product.slice(0, MAX_MANAGER_LENGTH);
}

/** `undefined` when an entry is malformed. */
export function parseManagers(entries: unknown): Managers | undefined {
  const managers: Managers = new Map();
  if (entries === undefined || entries === null) return managers;
  if (!Array.isArray(entries)) return undefined;
  for (const entry of entries) {
    const owned = parseEntry(entry);
    if (owned === undefined) return undefined;
    managers.set(identifyWriter(owned.writer), owned);
  }
  return managers;
}

function parseEntry(entry: unknown): OwnedFields | undefined {
  if (!isJsonObject(entry)) return undefined;
  const { manager, operation, apiVersion, time, subresource } = entry;
  const fields = parseFieldsV1(entry['fieldsV1'] ?? {});
  if (fields === undefined) return undefined;
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  const writer: Writer = {
    manager: typeof manager === 'string' ? manager : '',
    operation,
    apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
    ...(typeof subresource === 'string' && subresource !== '' ? { subresource } : {}),
  };
  return { writer, time: typeof time === 'string' ? time : undefined, fields };
}

/** A client that sends `managedFields: [{}]` asks to forget all owners. */
export function asksForReset(entries: unknown): boolean {
  if (!Array.isArray(entries) || entries.length !== 1) return false;
  return isJsonObject(entries[0]) && Object.keys(entries[0]).length === 0;
}

export function printManagers(managers: Managers): ManagedFieldsEntry[] {
  return [...managers.values()]
    .filter(({ fields }) => !isEmptySet(fields))
    .toSorted(compareOwners)
    .map(({ writer, time, fields }) => ({
      manager: writer.manager,
      operation: writer.operation,
      apiVersion: writer.apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: printFieldsV1(fields),
      ...(writer.subresource === undefined ? {} : { subresource: writer.subresource }),
    }));
}

function compareOwners(left: OwnedFields, right: OwnedFields): number {
  const order = (owned: OwnedFields): string =>
    JSON.stringify([
      owned.writer.operation,
      owned.time ?? '',
      owned.writer.manager,
      owned.writer.apiVersion,
      owned.writer.subresource ?? '',
    ]);
  return order(left) < order(right) ? -1 : 1;
}

export function setManagers(metadata: ObjectMeta, managers: Managers): void {
  const entries = printManagers(managers);
  if (entries.length === 0) delete metadata.managedFields;
  else metadata.managedFields = entries;
}

/** Folds the oldest updating managers of one version into `ancient-changes`, as kube-apiserver does. */
export function capUpdateManagers(managers: Managers, merge: (a: FieldSet, b: FieldSet) => FieldSet): void {
  const updates = [...managers].filter(([, owned]) => owned.writer.operation === 'Update');
  const excess = updates.length - MAX_UPDATE_MANAGERS;
  if (excess <= 0) return;
  const oldest = updates
    .toSorted(([, a], [, b]) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1))
    .slice(0, excess + 1);
  for (const [id, owned] of oldest) {
    const writer: Writer = { ...owned.writer, manager: 'ancient-changes' };
    managers.delete(id);
    const ancient = managers.get(identifyWriter(writer));
    const fields = ancient === undefined ? owned.fields : merge(ancient.fields, owned.fields);
    managers.set(identifyWriter(writer), { writer, time: owned.time ?? ancient?.time, fields });
  }
}
