import { isJsonObject, type JsonObject, stringAt } from '../../src/apiserver/json.ts';
import type { Answer } from './connect.ts';

const GENERATED_NAMESPACE = /sdp-conformance-[0-9a-f]{8}/gu;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;
const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/gu;

/** What differs from run to run is named instead of shown: namespaces, uids, times and resourceVersions. */
export function printJson(value: unknown): string {
  return hideIdentities(print(hideVersions(value), ''));
}

export function hideIdentities(text: string): string {
  return text.replaceAll(GENERATED_NAMESPACE, 'NAMESPACE').replaceAll(UID, 'UID').replaceAll(TIME, 'TIME');
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
 * again. Causes are sorted: the original walks maps in whatever order. For a success only its code and warnings: the object is looked at by field.
 */
export function printOutcome({ code, body, text, warnings }: Answer): string {
  const isFailure = code >= 400;
  const lines = [isFailure ? `${code} ${stringAt(body, 'reason') ?? ''}` : String(code)];
  lines.push(...warnings.map((warning) => `warning: ${warning}`));
  if (isFailure) {
    const { causes = [], ...subject } = (body['details'] ?? {}) as { causes?: readonly JsonObject[] };
    const texts = causes.map(({ field, message }) => `${String(field)}: ${String(message)}`);
    const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
    const message = stringAt(body, 'message') ?? text;
    lines.push(
      causes.length > 0 && message.endsWith(`: ${list}`) ? message.slice(0, -`${list}`.length) : message,
    );
    lines.push(...causes.map(({ reason }, index) => `- ${String(reason)} ${texts[index]}`).toSorted());
    if (body['details'] !== undefined) lines.push(`details: ${printFlat(subject)}`);
  }
  return hideIdentities(sortIndented(lines.join('\n')));
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
