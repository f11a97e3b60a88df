import { type ApiObject, valueAt } from '../json.ts';
import { badRequest } from '../status.ts';

export type ObjectFilter = (object: ApiObject) => boolean;

/** A field that field selectors may name, with the path where its value stands. */
export type SelectableFields = ReadonlyMap<string, readonly string[]>;

const KEY = String.raw`([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?`;
const VALUE = String.raw`([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`, 'u');
const EQUALS = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`, 'u');
const AMONG = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`, 'u');

/** `undefined` when the selector selects everything. Throws `BadRequest`. */
export function parseLabelSelector(selector: string | undefined): ObjectFilter | undefined {
  const parts = splitRequirements(selector ?? '');
  if (parts.length === 0) return undefined;
  const requirements = parts.map((part) => parseRequirement(part, selector ?? ''));
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return requirements.every((matches) => matches(labels));
  };
}

function splitRequirements(selector: string): string[] {
  // A comma inside parentheses belongs to a set of values.
  return selector
    .split(/,(?![^(]*\))/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

function parseRequirement(text: string, selector: string): Requirement {
  const equals = EQUALS.exec(text);
  if (equals !== null) {
    const [key, operator, value] = [equals[1] ?? '', equals[5], equals[6] ?? ''];
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const among = AMONG.exec(text);
  if (among !== null) {
    const key = among[1] ?? '';
    const values = (among[6] ?? '').split(',').map((value) => value.trim());
    return among[5] === 'in'
      ? (labels) => labels[key] !== undefined && values.includes(labels[key])
      : (labels) => labels[key] === undefined || !values.includes(labels[key]);
  }
  const exists = EXISTS.exec(text);
  if (exists !== null) {
    const key = exists[2] ?? '';
    return exists[1] === '!' ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
  }
  throw badRequest(
    `unable to parse requirement: ${JSON.stringify(text)} in label selector ${JSON.stringify(selector)}`,
  );
}

/** `undefined` when the selector selects everything. Throws `BadRequest` for a field that cannot be selected by. */
export function parseFieldSelector(
  selector: string | undefined,
  fields: SelectableFields,
): ObjectFilter | undefined {
  const parts = (selector ?? '').split(',').filter((part) => part.trim() !== '');
  if (parts.length === 0) return undefined;
  const terms = parts.map((part) => {
    const match = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/u.exec(part);
    if (match === null) {
      throw badRequest(`invalid field selector: ${JSON.stringify(part)}; can't understand`);
    }
    const [name, operator, value] = [match[1] ?? '', match[2], match[3] ?? ''];
    const path = fields.get(name);
    if (path === undefined) throw badRequest(`field label not supported: ${name}`);
    return { path, value, wanted: operator !== '!=' };
  });
  return (object) =>
    terms.every(({ path, value, wanted }) => {
      const found = valueAt(object, ...path);
      const text = typeof found === 'string' ? found : printScalar(found);
      return (text === value) === wanted;
    });
}

function printScalar(value: unknown): string {
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

export function both(left: ObjectFilter | undefined, right: ObjectFilter | undefined): ObjectFilter {
  return (object) => (left?.(object) ?? true) && (right?.(object) ?? true);
}
