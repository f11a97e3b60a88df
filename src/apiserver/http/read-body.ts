import type { FastifyRequest } from 'fastify';
import { parseAllDocuments } from 'yaml';
import { isJsonObject, type JsonObject } from '../json.ts';
import { badRequest, unsupportedMediaType } from '../status.ts';
import { PROTOBUF, parseProtobuf } from './protobuf-body.ts';

const MAX_DEPTH = 500;

export type BodyFormat = 'json' | 'yaml' | 'protobuf';

/** The media type without its parameters. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** How an object in a request is written. */
export function objectFormat(contentType: string | undefined): BodyFormat {
  const mediaType = mediaTypeOf(contentType);
  if (mediaType === '' || mediaType === 'application/json' || mediaType === '*/*') return 'json';
  if (mediaType === 'application/yaml') return 'yaml';
  if (mediaType === PROTOBUF) return 'protobuf';
  throw unsupportedMediaType(
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

/** The bytes of a body; none for a request without one. */
export function bodyOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** What a request sends, in the format that its content type names. */
export function readBody({ headers, body }: FastifyRequest): unknown {
  return parseBodyText(bodyOf(body), objectFormat(headers['content-type']));
}

/** {@link readBody} where anything but an object is a `BadRequest`. */
export function readBodyObject(request: FastifyRequest): JsonObject {
  const value = readBody(request);
  if (!isJsonObject(value)) throw badRequest('the body is not an object');
  return value;
}

/** Parses a body whatever it holds: everything that is wrong with it is a `BadRequest`. */
export function parseBodyText(body: Buffer, format: BodyFormat): unknown {
  if (format === 'protobuf') return parseProtobuf(body);
  const text = body.toString('utf8');
  const value = format === 'json' ? parseJson(text) : (parseJsonAsYaml(text) ?? parseYaml(text));
  checkShape(value, 0);
  return value;
}

/** A patch in JSON. */
export function parsePatchText(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    checkShape(value, 0);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest(`error decoding patch: ${messageOf(error)}`);
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`the object provided is unrecognized (must be of type JSON): ${messageOf(error)}`);
  }
}

/**
 * JSON is YAML, and what most clients send as such; the YAML parser takes ten times as long for it. `undefined` for what
 * is no JSON object or names a field twice: the YAML parser says what is wrong with it.
 */
function parseJsonAsYaml(text: string): object | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as object;
    return countFields(value) === countFieldNames(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  const own = Array.isArray(value) ? 0 : children.length;
  return children.reduce((sum: number, child) => sum + countFields(child), own);
}

/** In JSON a string before a colon is the name of a field, and nothing else is. */
function countFieldNames(json: string): number {
  let count = 0;
  for (const [, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/gu)) if (colon !== undefined) count += 1;
  return count;
}

function parseYaml(text: string): unknown {
  let documents: ReturnType<typeof parseAllDocuments>;
  try {
    documents = parseAllDocuments(text, { uniqueKeys: true, stringKeys: true });
  } catch (error) {
    throw badRequest(`error parsing YAML: ${messageOf(error)}`);
  }
  if (!Array.isArray(documents) || documents.length === 0) return undefined;
  const [document, ...others] = documents;
  if (document === undefined || others.length > 0) throw badRequest('the body holds several YAML documents');
  const [problem] = document.errors;
  if (problem !== undefined) throw badRequest(`error parsing YAML: ${problem.message}`);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw badRequest(`error parsing YAML: ${messageOf(error)}`);
  }
}

/** What is walked recursively later has to be of bounded depth, and no field may reach a prototype. */
function checkShape(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw badRequest(`the object is nested more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) {
    for (const item of value) checkShape(item, depth + 1);
    return;
  }
  for (const [name, item] of Object.entries(value)) {
    if (name === '__proto__') throw badRequest('the object has a field named __proto__');
    checkShape(item, depth + 1);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
