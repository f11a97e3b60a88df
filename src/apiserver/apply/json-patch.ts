import { cloneJson, equalJson, isJsonObject, type JsonObject } from '../json.ts';
import { badRequest, StatusError } from '../status.ts';

interface Operation {
  readonly op: string;
  readonly path: readonly string[];
  readonly value: unknown;
  readonly from: readonly string[] | undefined;
}

const MAX_OPERATIONS = 10_000;
const FORBIDDEN = new Set(['__proto__']);

/** RFC 6902. A malformed patch is `BadRequest`; one that does not fit the document is `Invalid`, as in kube-apiserver. */
export function applyJsonPatch(document: JsonObject, patch: unknown): JsonObject {
  if (!Array.isArray(patch)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonType(patch)} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (patch.length > MAX_OPERATIONS) {
    throw new StatusError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  }
  let result: unknown = cloneJson(document);
  for (const [index, operation] of patch.entries()) {
    result = applyOperation(result, parseOperation(operation, index));
  }
  if (!isJsonObject(result)) throw unfitting('the patch replaces the object by something else');
  return result;
}

function parseOperation(value: unknown, index: number): Operation {
  const fail = (why: string): Error => unfitting(`operation ${index} ${why}`);
  if (!isJsonObject(value)) throw fail('is no object');
  const { op, path, from } = value;
  if (typeof op !== 'string') throw fail('has no op');
  if (typeof path !== 'string') throw fail('has no path');
  const needsFrom = op === 'move' || op === 'copy';
  if (needsFrom && typeof from !== 'string') throw fail(`${op} has no from`);
  const needsValue = op === 'add' || op === 'replace' || op === 'test';
  if (needsValue && !Object.hasOwn(value, 'value')) throw fail(`${op} has no value`);
  return {
    op,
    path: parsePointer(path, fail),
    value: value['value'],
    from: typeof from === 'string' ? parsePointer(from, fail) : undefined,
  };
}

function parsePointer(pointer: string, fail: (why: string) => Error): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw fail(`${JSON.stringify(pointer)} does not start with /`);
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (steps.some((step) => FORBIDDEN.has(step))) throw fail('names a forbidden field');
  return steps;
}

function applyOperation(document: unknown, { op, path, value, from }: Operation): unknown {
  switch (op) {
    case 'add':
      return insertAt(document, path, cloneJson(value));
    case 'remove':
      return removeAt(document, path);
    case 'replace':
      // As kube-apiserver's library, which takes an absent field for one to set.
      return path.length === 0 ? cloneJson(value) : replaceAt(document, path, cloneJson(value));
    case 'test':
      if (!equalJson(readAt(document, path), value)) throw unfitting(`testing value ${show(path)} failed`);
      return document;
    case 'copy':
      return insertAt(document, path, cloneJson(readAt(document, from ?? [])));
    case 'move': {
      const moved = readAt(document, from ?? []);
      return insertAt(removeAt(document, from ?? []), path, moved);
    }
    default:
      throw unfitting(`unknown operation ${JSON.stringify(op)}`);
  }
}

function readAt(document: unknown, path: readonly string[]): unknown {
  let current = document;
  for (const step of path) {
    if (Array.isArray(current)) current = current[indexOf(step, current.length - 1, path)];
    else if (isJsonObject(current) && Object.hasOwn(current, step)) current = current[step];
    else throw missing(path);
  }
  return current;
}

function parentOf(document: unknown, path: readonly string[]): { parent: unknown; last: string } {
  const last = path.at(-1);
  if (last === undefined) throw unfitting('the whole document cannot be removed');
  return { parent: readAt(document, path.slice(0, -1)), last };
}

function insertAt(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  const { parent, last } = parentOf(document, path);
  if (Array.isArray(parent)) {
    parent.splice(last === '-' ? parent.length : indexOf(last, parent.length, path), 0, value);
  } else if (isJsonObject(parent)) parent[last] = value;
  else throw missing(path);
  return document;
}

function replaceAt(document: unknown, path: readonly string[], value: unknown): unknown {
  const { parent, last } = parentOf(document, path);
  if (Array.isArray(parent)) parent[indexOf(last, parent.length - 1, path)] = value;
  else if (isJsonObject(parent)) parent[last] = value;
  return document;
}

function removeAt(document: unknown, path: readonly string[]): unknown {
  const { parent, last } = parentOf(document, path);
  if (Array.isArray(parent)) parent.splice(indexOf(last, parent.length - 1, path), 1);
  else if (isJsonObject(parent) && Object.hasOwn(parent, last)) delete parent[last];
  else throw missing(path);
  return document;
}

function indexOf(step: string, max: number, path: readonly string[]): number {
  if (!/^(0|[1-9]\d*)$/u.test(step) || Number(step) > max) throw missing(path);
  return Number(step);
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const show = (path: readonly string[]): string => `/${path.join('/')}`;

function missing(path: readonly string[]): StatusError {
  return unfitting(`path ${show(path)} does not exist`);
}

function unfitting(why: string): StatusError {
  return new StatusError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
    {},
  );
}
