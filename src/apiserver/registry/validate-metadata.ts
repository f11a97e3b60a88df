import type { ObjectMeta } from '../../apiclient/object.ts';
import { type ApiObject, equalJson, isJsonObject } from '../json.ts';
import { invalidValue, requiredValue } from '../schema/validate.ts';
import type { FieldProblem } from '../status.ts';
import type { Resource } from './resource.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/u;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u;
const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/u;

/** Texts of apimachinery `util/validation`. */
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_1035_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const PARTS_TEXT = `${QUALIFIED_TEXT.replace('name part', 'a qualified name')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const MAX_ANNOTATION_BYTES = 256 * 1024;

/** What is wrong with the name; `undefined` for a good one. */
export function checkSubdomain(name: string): string | undefined {
  if (name.length > 253) return 'must be no more than 253 characters';
  return SUBDOMAIN.test(name) ? undefined : SUBDOMAIN_TEXT;
}

export function checkLabel(name: string): string | undefined {
  if (name.length > 63) return 'must be no more than 63 characters';
  return LABEL.test(name) ? undefined : LABEL_TEXT;
}

export function checkLabel1035(name: string): string | undefined {
  if (name.length > 63) return 'must be no more than 63 characters';
  return LABEL_1035.test(name) ? undefined : LABEL_1035_TEXT;
}

export function validateMetadata(
  resource: Resource,
  next: ApiObject,
  live: ApiObject | undefined,
): FieldProblem[] {
  const { metadata } = next;
  const problems: FieldProblem[] = [];
  if (live === undefined) problems.push(...checkName(resource, metadata));
  else if (metadata.uid !== live.metadata.uid) {
    problems.push(invalidValue('metadata.uid', metadata.uid, 'field is immutable'));
  }
  problems.push(...validateLabels(metadata.labels));
  problems.push(...validateAnnotations(metadata.annotations));
  problems.push(...validateFinalizers(metadata.finalizers, live));
  problems.push(...validateOwners(metadata.ownerReferences));
  return problems;
}

function checkName(resource: Resource, { name, generateName }: ObjectMeta): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const check = resource.rules.validateName ?? checkSubdomain;
  if (typeof generateName === 'string' && generateName !== '') {
    // What ends in a dash is good as a prefix.
    const why = check(generateName.replace(/-$/u, 'a'));
    if (why !== undefined) problems.push(invalidValue('metadata.generateName', generateName, why));
  }
  if (typeof name !== 'string' || name === '') {
    problems.push(requiredValue('metadata.name', 'name or generateName is required'));
  } else {
    const why = check(name);
    if (why !== undefined) problems.push(invalidValue('metadata.name', name, why));
  }
  return problems;
}

function validateLabels(labels: unknown): FieldProblem[] {
  if (labels === undefined || labels === null) return [];
  if (!isJsonObject(labels)) return [invalidValue('metadata.labels', labels, 'must be a map of strings')];
  return Object.entries(labels).flatMap(([key, value]) => {
    const problems = validateLabelKey('metadata.labels', key);
    if (typeof value !== 'string') {
      return [...problems, invalidValue('metadata.labels', value, `the value of ${key} must be a string`)];
    }
    return [...problems, ...validateLabelValue('metadata.labels', value)];
  });
}

export function validateLabelValue(field: string, value: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (value.length > 63) problems.push(invalidValue(field, value, 'must be no more than 63 characters'));
  if (value !== '' && !QUALIFIED_NAME.test(value)) {
    problems.push(invalidValue(field, value, LABEL_VALUE_TEXT));
  }
  return problems;
}

function validateAnnotations(annotations: unknown): FieldProblem[] {
  if (annotations === undefined || annotations === null) return [];
  const field = 'metadata.annotations';
  if (!isJsonObject(annotations)) return [invalidValue(field, annotations, 'must be a map of strings')];
  let size = 0;
  const problems = Object.entries(annotations).flatMap(([key, value]) => {
    if (typeof value !== 'string') {
      return [invalidValue(field, value, `the value of ${key} must be a string`)];
    }
    size += key.length + value.length;
    return validateLabelKey(field, key.toLowerCase());
  });
  if (size > MAX_ANNOTATION_BYTES) {
    const message = `Too long: may not be more than ${MAX_ANNOTATION_BYTES} bytes`;
    problems.push({ field, reason: 'FieldValueTooLong', message });
  }
  return problems;
}

/** A qualified name: of a label, an annotation or a finalizer. */
export function validateLabelKey(field: string, key: string): FieldProblem[] {
  const parts = key.split('/');
  if (parts.length > 2) return [invalidValue(field, key, PARTS_TEXT)];
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 1 ? undefined : parts[0];
  const problems: FieldProblem[] = [];
  if (prefix !== undefined) {
    const why = prefix === '' ? 'must be non-empty' : checkSubdomain(prefix);
    if (why !== undefined) problems.push(invalidValue(field, key, `prefix part ${why}`));
  }
  if (name === '') problems.push(invalidValue(field, key, 'name part must be non-empty'));
  if (name.length > 63) {
    problems.push(invalidValue(field, key, 'name part must be no more than 63 characters'));
  }
  if (!QUALIFIED_NAME.test(name)) problems.push(invalidValue(field, key, QUALIFIED_TEXT));
  return problems;
}

function validateFinalizers(finalizers: unknown, live: ApiObject | undefined): FieldProblem[] {
  if (finalizers === undefined || finalizers === null) return [];
  const field = 'metadata.finalizers';
  if (!Array.isArray(finalizers) || finalizers.some((item) => typeof item !== 'string')) {
    return [invalidValue(field, finalizers, 'must be a list of strings')];
  }
  const problems = finalizers.flatMap((item: string) => validateLabelKey(field, item));
  const known = live?.metadata.finalizers ?? [];
  const added = finalizers.filter((item: string) => !known.includes(item));
  if (live?.metadata.deletionTimestamp !== undefined && added.length > 0) {
    const list = added.map((item: string) => JSON.stringify(item)).join(', ');
    problems.push({
      field,
      reason: 'FieldValueForbidden',
      message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    });
  }
  return problems;
}

function validateOwners(owners: unknown): FieldProblem[] {
  if (owners === undefined || owners === null) return [];
  const field = 'metadata.ownerReferences';
  if (!Array.isArray(owners)) return [invalidValue(field, owners, 'must be a list')];
  const problems = owners.flatMap((owner: unknown) =>
    ['apiVersion', 'kind', 'name', 'uid'].flatMap((name) => {
      const value = isJsonObject(owner) ? owner[name] : undefined;
      if (typeof value === 'string' && value !== '') return [];
      const what = name === 'apiVersion' ? 'version' : name;
      return [invalidValue(`${field}.${name}`, value ?? '', `${what} must not be empty`)];
    }),
  );
  const controllers = owners.filter((owner) => isJsonObject(owner) && owner['controller'] === true);
  if (controllers.length > 1) {
    problems.push(
      invalidValue(field, controllers.length, 'Only one reference can have Controller set to true'),
    );
  }
  return problems;
}

/** Fields that say the same under every update, taken from the live object; a different claim is a problem. */
export function keepServerFields(next: ApiObject, live: ApiObject): void {
  const { metadata } = next;
  const server = live.metadata;
  for (const field of [
    'creationTimestamp',
    'generateName',
    'generation',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const) {
    if (!equalJson(metadata[field], server[field])) {
      if (server[field] === undefined) delete metadata[field];
      else Object.assign(metadata, { [field]: server[field] });
    }
  }
}
