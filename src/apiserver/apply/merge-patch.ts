import { cloneJson, isJsonObject, type JsonObject } from '../json.ts';
import { badRequest } from '../status.ts';

/** RFC 7386. */
export function applyMergePatch(document: JsonObject, patch: unknown): JsonObject {
  if (!isJsonObject(patch)) {
    const type = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
    );
  }
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
