import { isJsonObject, type JsonObject, stringAt } from '../../src/apiserver/json.ts';
import type { Answer, Connection } from './connect.ts';
import { differs } from './differences.ts';

const GENERATED_NAMESPACE = /sdp-conformance-[0-9a-f]{8}/gu;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;
const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/gu;

/** What differs from run to run is named instead of shown: namespaces, uids, times and resourceVersions. */
export function printJson(value: unknown): string {
  return hideIdentities(print(hideVersions(value), ''));
}

export function hideIdentities(text: string): string {
  return text
    .replaceAll(GENERATED_NAMESPACE, 'NAMESPACE')
    .replaceAll(UID, 'UID')
    .replaceAll(TIME, 'TIME')
    .replaceAll(/(resourceVersion\\*":\\*")\d+/gu, '$1VERSION')
    .replaceAll(/\(0x[0-9a-f]{6,}\)/gu, '(ADDRESS)');
}

function hideVersions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideVersions);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === 'resourceVersion' && typeof item === 'string' && item !== '' ? 'VERSION' : hideVersions(item),
    ]),
  );
}

const WIDTH = 100;

/** JSON with fields in order; what fits stays on one line. */
function print(value: unknown, indent: string): string {
  const short = printFlat(value);
  if (indent.length + short.length <= WIDTH || typeof value !== 'object' || value === null) return short;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${inner}${print(item, inner)}`).join(',\n')},\n${indent}]`;
  }
  const fields = sortedEntries(value as JsonObject).map(
    ([name, item]) => `${inner}${name}: ${print(item, inner)}`,
  );
  return `{\n${fields.join(',\n')},\n${indent}}`;
}

function printFlat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printFlat).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'undefined';
  const fields = sortedEntries(value).map(([name, item]) => `${name}: ${printFlat(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function sortedEntries(value: JsonObject): [string, unknown][] {
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}

/**
 * A failure as lines: code and reason, message, details, causes. What the message repeats of the causes is not shown
 * again. Causes are sorted, and shown once: the original walks maps in whatever order and validates some fields twice.
 * For a success only its code and warnings: the object is looked at by field.
 */
export function printOutcome({ code, body, text, warnings }: Answer): string {
  const isFailure = code >= 400;
  const lines = [isFailure ? `${code} ${stringAt(body, 'reason') ?? ''}` : String(code)];
  lines.push(...warnings.map((warning) => `warning: ${warning}`));
  if (isFailure) {
    const { causes = [], ...subject } = (body['details'] ?? {}) as { causes?: readonly JsonObject[] };
    const texts = new Set(causes.map(({ field, message }) => `${String(field)}: ${String(message)}`));
    const list = texts.size === 1 ? [...texts][0] : `[${[...texts].join(', ')}]`;
    const message = stringAt(body, 'message') ?? text.trimEnd();
    const repeats = texts.size > 0 && message.endsWith(`: ${list}`);
    lines.push(repeats ? message.slice(0, -`${list}`.length) : message);
    const shown = causes.map(
      ({ reason, field, message: why }) => `- ${String(reason)} ${String(field)}: ${String(why)}`,
    );
    lines.push(...[...new Set(shown)].toSorted());
    if (body['details'] !== undefined) lines.push(`details: ${printFlat(subject)}`);
  }
  return hideIdentities(sortIndented(lines.join('\n')));
}

/**
 * The message of a refusal that the original answers with 500, as if the mistake were its own, and sdp with 400: see
 * `client-errors` in the list of differences.
 */
export function printClientError(api: Connection, answer: Answer): string {
  const printed = printOutcome(answer);
  const [first, ...message] = printed.split('\n');
  const expected = differs(api, 'client-errors') ? '400 BadRequest' : '500 ';
  return first === expected ? message.join('\n') : printed;
}

/** Outcome and, of a success, the object. */
export function printAnswer(answer: Answer): string {
  return answer.code >= 400 ? printOutcome(answer) : `${printOutcome(answer)}\n${printJson(answer.body)}`;
}

/** The lines of a message's list, `  .field: …`, are in no order either. */
function sortIndented(text: string): string {
  return text.replaceAll(/(?:^ {2}\..*\n?)+/gmu, (list) => {
    const end = list.endsWith('\n') ? '\n' : '';
    return `${list.trimEnd().split('\n').toSorted().join('\n')}${end}`;
  });
}
