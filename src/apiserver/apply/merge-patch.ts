import { cloneJson, isJsonObject, type JsonObject } from '../json.ts';
import { badRequest } from '../status.ts';

/** RFC 7386. */
export function applyMergePatch(document: JsonObject, patch: unknown): JsonObject {
  if (!isJsonObject(patch)) throw badRequest('a merge patch is an object');
  return mergeInto(document, patch);
}

function mergeInto(target: unknown, patch: JsonObject): JsonObject {
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = isJsonObject(value) ? mergeInto(result[name], value) : cloneJson(value);
  }
  return result;
}
