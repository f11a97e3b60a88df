import { randomBytes, randomUUID } from 'node:crypto';
import { trackUpdate } from '../apply/field-manager.ts';
import { type ApiObject, cloneJson, equalJson, formatTime, isJsonObject, type JsonObject } from '../json.ts';
import { applyDefaults, pruneNulls } from '../schema/default.ts';
import { pruneUnknownFields } from '../schema/prune.ts';
import { invalidValue, validateSchema } from '../schema/validate.ts';
import { badRequest, conflict, invalid } from '../status.ts';
import { checkMetadataTypes, dropEmptyMetadata, findUnknownMetadata } from './metadata-types.ts';
import { type Resource, subjectOf } from './resource.ts';
import { keepServerFields, validateMetadata } from './validate-metadata.ts';
import type { WriteContext } from './write-options.ts';

const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const MAX_GENERATED_PREFIX = 58;

/** Checks that a body is an object of the resource's kind, meant for the namespace and name of the path. */
export function parseBody(
  resource: Resource,
  body: unknown,
  namespace: string | undefined,
  name: string | undefined,
  isApplied = false,
): ApiObject {
  const { kind, version, namespaced } = resource.type;
  if (!isJsonObject(body)) throw unrecognized(resource, body);
  const object: JsonObject = { ...body };
  checkType(resource, object, isApplied);
  const wrong = checkMetadataTypes(object['metadata']);
  if (wrong !== undefined) {
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${wrong}`);
  }
  const metadata: JsonObject = isJsonObject(object['metadata']) ? { ...object['metadata'] } : {};
  for (const [field, value] of Object.entries(metadata)) if (value === null) delete metadata[field];
  object['metadata'] = metadata;
  if (namespaced) {
    const given = metadata['namespace'];
    if (given !== undefined && given !== '' && given !== namespace) {
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
    }
    metadata['namespace'] = namespace;
  } else {
    delete metadata['namespace'];
  }
  if (name !== undefined) {
    const given = metadata['name'];
    if (given !== undefined && given !== name) {
      throw badRequest(
        `the name of the object (${text(given)}) does not match the name on the URL (${name})`,
      );
    }
    metadata['name'] = name;
  }
  return object as ApiObject;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function unrecognized({ type: { kind } }: Resource, body: unknown): Error {
  const shown = body === undefined ? '<empty>' : JSON.stringify(body);
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${shown} is no object`);
}

/** Built-in kinds are decoded into Go types, custom ones are compared by name: each has words of its own. */
function checkType(resource: Resource, object: JsonObject, isApplied: boolean): void {
  const { group, version, kind } = resource.type;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const [sentVersion, sentKind] = [text(object['apiVersion']), text(object['kind'])];
  if (sentVersion === apiVersion && sentKind === kind) return;
  if (isApplied) throw badRequest(`invalid object type: ${sentVersion}, Kind=${sentKind}`);
  if (sentKind === '') {
    const shown = JSON.stringify(object);
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): Object 'Kind' is missing in '${shown}'`,
    );
  }
  if (sentVersion !== apiVersion) {
    throw badRequest(
      `the API version in the data (${sentVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (!resource.isStructural) {
    throw badRequest(
      `${sentKind} in version "${sentVersion}" cannot be handled as a ${kind}: converting (${sentVersion}.${sentKind}) to (core.${kind}): unknown conversion`,
    );
  }
  const sent = { ...subjectOf(resource), kind: sentKind };
  const name = isJsonObject(object['metadata']) ? text(object['metadata']['name']) : '';
  throw invalid(sent, name, [invalidValue('kind', sentKind, `must be ${kind}`)]);
}

/** The object as it will be stored first, in place of a server that fills in identity, defaults and owners. */
export function prepareCreate(resource: Resource, object: ApiObject, context: WriteContext): ApiObject {
  const { metadata } = object;
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== '') {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  delete metadata.resourceVersion;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.generation;
  Reflect.deleteProperty(metadata, 'selfLink');
  if ((metadata.name ?? '') === '' && typeof metadata.generateName === 'string') {
    metadata.name = `${metadata.generateName.slice(0, MAX_GENERATED_PREFIX)}${randomSuffix()}`;
  }
  metadata.uid = randomUUID();
  metadata.creationTimestamp = formatTime(new Date());
  if (resource.countsGenerations) metadata.generation = 1;
  if (resource.hasStatus) delete object['status'];
  shapeBySchema(resource, object, context);
  resource.rules.prepare?.(object, undefined);
  return object;
}

/** Owners are recorded and everything is checked once the object is complete. */
export function admitCreate(resource: Resource, object: ApiObject, context: WriteContext): void {
  validate(resource, object, undefined);
  trackUpdate(undefined, object, attribution(resource, context, 'Update'));
}

/** What remains of `sent` when the fields that this write does not reach are taken from the live object. */
export function prepareUpdate(
  resource: Resource,
  live: ApiObject,
  sent: ApiObject,
  context: WriteContext,
): ApiObject {
  checkPreconditions(resource, live, sent, context.isReplacement === true);
  let next = cloneJson(sent);
  if (context.subresource === 'status') {
    const { managedFields, ...metadata } = cloneJson(live.metadata);
    next = {
      ...cloneJson(live),
      metadata: managedFields === undefined ? metadata : { ...metadata, managedFields },
    };
    if (sent['status'] === undefined) delete next['status'];
    else next['status'] = cloneJson(sent['status']);
  } else if (resource.hasStatus) {
    if (live['status'] === undefined) delete next['status'];
    else next['status'] = cloneJson(live['status']);
  }
  keepServerFields(next, live);
  if ((next.metadata.uid ?? '') === '' && live.metadata.uid !== undefined)
    next.metadata.uid = live.metadata.uid;
  next.metadata.resourceVersion = live.metadata.resourceVersion ?? '';
  shapeBySchema(resource, next, context);
  resource.rules.prepare?.(next, live);
  if (resource.countsGenerations && context.subresource === undefined && meansChange(resource, live, next)) {
    next.metadata.generation = (live.metadata.generation ?? 0) + 1;
  }
  return next;
}

function checkPreconditions(resource: Resource, live: ApiObject, sent: ApiObject, replaces: boolean): void {
  const { uid } = sent.metadata;
  if (!replaces || uid === undefined || uid === '' || uid === live.metadata.uid) return;
  throw conflict(
    subjectOf(resource),
    live.metadata.name,
    `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
  );
}

function meansChange(resource: Resource, live: ApiObject, next: ApiObject): boolean {
  const meaning = (object: ApiObject): JsonObject => {
    const { metadata: _metadata, apiVersion: _version, ...rest } = object;
    if (resource.hasStatus) delete rest['status'];
    return rest;
  };
  return !equalJson(meaning(live), meaning(next));
}

export function validate(resource: Resource, next: ApiObject, live: ApiObject | undefined): void {
  const problems = validateMetadata(resource, next, live);
  if (resource.isStructural) {
    const { metadata: _metadata, ...fields } = next;
    problems.push(...validateSchema(fields, schemaWithoutMetadata(resource), ''));
  }
  problems.push(...(resource.rules.validate?.(next, live) ?? []));
  if (problems.length > 0) throw invalid(subjectOf(resource), next.metadata.name ?? '', problems);
}

function schemaWithoutMetadata({ schema }: Resource): Resource['schema'] {
  const { metadata: _metadata, ...properties } = schema.properties ?? {};
  const required = (schema.required ?? []).filter((name) => name !== 'metadata');
  return { ...schema, properties, required };
}

/** Prunes what the schema does not name (or refuses it, as the request asks) and fills in defaults. */
function shapeBySchema(resource: Resource, object: ApiObject, context: WriteContext): void {
  dropEmptyMetadata(object);
  if (!resource.isStructural) {
    dropNulls(object);
    if (context.subresource === undefined) {
      context.warnings.push(...(resource.rules.findWarnings?.(object) ?? []));
    }
    return;
  }
  dropNulls(object.metadata);
  const unknown = [...findUnknownMetadata(object), ...pruneUnknownFields(object, resource.schema)];
  applyDefaults(object, resource.schema);
  const problems = [
    ...(context.duplicateFields ?? []).map((path) => `duplicate field "${path}"`),
    ...unknown.toSorted().map((path) => `unknown field "${path}"`),
  ];
  if (problems.length === 0 || context.fieldValidation === 'Ignore') return;
  if (context.fieldValidation === 'Strict') {
    const { kind, version } = resource.type;
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${problems.join(', ')}`,
    );
  }
  context.warnings.push(...problems);
}

/** What a decoder makes of nulls that a client sends: they are absent, where the schema does not allow them. */
export function decodeNulls(resource: Resource, object: ApiObject): ApiObject {
  if (resource.isStructural) pruneNulls(object, resource.schema);
  return object;
}

/** In the Go types of built-in kinds there is no null. */
function dropNulls(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) dropNulls(item);
  if (!isJsonObject(value)) return;
  for (const [name, item] of Object.entries(value)) {
    if (item === null) delete value[name];
    else dropNulls(item);
  }
}

export function attribution(
  resource: Resource,
  context: WriteContext,
  operation: 'Apply' | 'Update',
): Parameters<typeof trackUpdate>[2] {
  const { group, version } = resource.type;
  return {
    writer: {
      manager: context.manager,
      operation,
      apiVersion: group === '' ? version : `${group}/${version}`,
      ...(context.subresource === undefined ? {} : { subresource: context.subresource }),
    },
    schema: resource.schema,
    reaches:
      context.subresource === 'status'
        ? (field) => field === 'status'
        : (field) => !(resource.hasStatus && field === 'status'),
    time: formatTime(new Date()),
  };
}

function randomSuffix(): string {
  return Array.from(randomBytes(5), (byte) => NAME_ALPHABET[byte % NAME_ALPHABET.length]).join('');
}
