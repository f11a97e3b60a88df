import type { FastifyReply } from 'fastify';
import { applyJsonPatch } from '../apply/json-patch.ts';
import { parseManagerName } from '../apply/managed-fields.ts';
import { applyMergePatch } from '../apply/merge-patch.ts';
import { applyStrategicMergePatch } from '../apply/strategic-merge-patch.ts';
import { checkGrant } from '../auth/grant-checks.ts';
import { type ApiObject, isJsonObject, type JsonObject, stringAt, valueAt } from '../json.ts';
import { parseResourceVersion } from '../registry/list-objects.ts';
import { subjectOf } from '../registry/resource.ts';
import type { DeletePreconditions, WriteContext } from '../registry/write-options.ts';
import { requiredValue } from '../schema/validate.ts';
import { badRequest, invalid, success, unsupportedMediaType } from '../status.ts';
import { both, parseFieldSelector, parseLabelSelector } from '../watch/selectors.ts';
import { addWarnings, representationFor, sendJson, sendObject } from './answer.ts';
import { flag, type ResourceRequest, targetOf } from './api-context.ts';
import { mediaTypeOf, objectFormat, parseBodyText } from './read-body.ts';

function readContext({ api, resource, user, path, query, request }: ResourceRequest): WriteContext {
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All')) {
    throw badRequest(`dryRun: Unsupported value: ${JSON.stringify(dryRun[0])}: supported values: "All"`);
  }
  const fieldValidation = query.get('fieldValidation') ?? 'Warn';
  if (fieldValidation !== 'Strict' && fieldValidation !== 'Warn' && fieldValidation !== 'Ignore') {
    throw badRequest(
      `fieldValidation: Unsupported value: ${JSON.stringify(fieldValidation)}: supported values: "", "Ignore", "Strict", "Warn"`,
    );
  }
  return {
    manager: parseManagerName(query.get('fieldManager') ?? undefined, request.headers['user-agent']),
    dryRun: dryRun.length > 0,
    fieldValidation,
    ...(path.subresource === 'status' ? { subresource: 'status' } : {}),
    warnings: [],
    admit: (next) => checkGrant(api.rbac, user, resource, next),
  };
}

function readObject({ request }: ResourceRequest): unknown {
  const format = objectFormat(request.headers['content-type']);
  return parseBodyText(bodyOf(request.body), format);
}

/** The object that a create or an update sends. Typed clients leave out the type of built-in kinds: the path says it. */
function readTypedObject(asked: ResourceRequest): unknown {
  const body = readObject(asked);
  if (asked.resource.isStructural || !isJsonObject(body)) return body;
  const { group, version, kind } = asked.resource.type;
  const object = { ...body };
  if ((object['kind'] ?? '') === '') object['kind'] = kind;
  if ((object['apiVersion'] ?? '') === '') {
    object['apiVersion'] = group === '' ? version : `${group}/${version}`;
  }
  return object;
}

function bodyOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

export async function handleCreate(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, resource, path, reply } = asked;
  representationFor(asked.request);
  const context = readContext(asked);
  const object = await api.store.create(resource, path.namespace, readTypedObject(asked), context);
  addWarnings(reply, context.warnings);
  return sendObject(asked, object, 201);
}

export async function handleUpdate(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, resource, reply } = asked;
  const target = targetOf(asked);
  representationFor(asked.request);
  const context = readContext(asked);
  const body = readTypedObject(asked);
  if (!isJsonObject(body)) throw badRequest('the body is not an object');
  const version = stringAt(body, 'metadata', 'resourceVersion') ?? '';
  if (resource.isStructural && version === '') {
    const message = 'Invalid value: 0x0: must be specified for an update';
    throw invalid(subjectOf(resource), target.name, [
      { field: 'metadata.resourceVersion', reason: 'FieldValueInvalid', message },
    ]);
  }
  if (version !== '') parseResourceVersion(version);
  const object = await api.store.modify(target, () => body, context);
  addWarnings(reply, context.warnings);
  return sendObject(asked, object);
}

export async function handlePatch(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, query, request, reply } = asked;
  const target = targetOf(asked);
  representationFor(request);
  const context = readContext(asked);
  const mediaType = mediaTypeOf(request.headers['content-type']);
  if (mediaType === 'application/apply-patch+yaml') return handleApply(asked, context);
  if (query.has('force')) throw badRequest('force: Forbidden: may not be specified for non-apply patch');
  const change = patchOf(asked, mediaType);
  const object = await api.store.modify(target, change, context);
  addWarnings(reply, context.warnings);
  return sendObject(asked, object);
}

function patchOf({ resource, request }: ResourceRequest, mediaType: string): (live: ApiObject) => JsonObject {
  const parse = (): unknown => parseBodyText(bodyOf(request.body), 'json');
  if (mediaType === 'application/json-patch+json') {
    const patch = parse();
    return (live) => applyJsonPatch(live, patch);
  }
  if (mediaType === 'application/merge-patch+json') {
    const patch = parse();
    return (live) => applyMergePatch(live, patch);
  }
  if (mediaType === 'application/strategic-merge-patch+json' && !resource.isStructural) {
    const patch = parse();
    return (live) => applyStrategicMergePatch(live, patch, resource.schema);
  }
  const strategic = resource.isStructural ? '' : ', application/strategic-merge-patch+json';
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml${strategic}`,
  );
}

async function handleApply(asked: ResourceRequest, context: WriteContext): Promise<FastifyReply> {
  const { api, query, request, reply } = asked;
  if ((query.get('fieldManager') ?? '') === '') {
    throw invalid({ group: 'meta.k8s.io', plural: 'patchoptions', kind: 'PatchOptions' }, '', [
      requiredValue('fieldManager', 'is required for apply patch'),
    ]);
  }
  const body = parseBodyText(bodyOf(request.body), 'yaml');
  const { object, created } = await api.store.apply(targetOf(asked), body, {
    ...context,
    force: flag(query, 'force'),
  });
  addWarnings(reply, context.warnings);
  return sendObject(asked, object, created ? 201 : 200);
}

/** DeleteOptions from the body or the query, as clients send either. */
function readDeleteOptions(asked: ResourceRequest): DeletePreconditions {
  const { query, request } = asked;
  const body = bodyOf(request.body);
  const sent = body.length === 0 ? {} : readObject(asked);
  const policy = query.get('propagationPolicy') ?? stringAt(sent, 'propagationPolicy');
  if (policy !== undefined && policy !== 'Foreground' && policy !== 'Background' && policy !== 'Orphan') {
    throw badRequest(
      `propagationPolicy: Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan"`,
    );
  }
  const grace = query.get('gracePeriodSeconds') ?? valueAt(sent, 'gracePeriodSeconds');
  const seconds = grace === undefined || grace === null || grace === '' ? undefined : Number(grace);
  if (seconds !== undefined && (!Number.isInteger(seconds) || seconds < 0)) {
    throw badRequest('gracePeriodSeconds must be a whole number of seconds');
  }
  const dryRun = valueAt(sent, 'dryRun');
  const isOrphaned = valueAt(sent, 'orphanDependents') === true;
  return {
    uid: stringAt(sent, 'preconditions', 'uid'),
    resourceVersion: stringAt(sent, 'preconditions', 'resourceVersion'),
    propagationPolicy: isOrphaned ? 'Orphan' : policy,
    gracePeriodSeconds: seconds,
    dryRun: query.getAll('dryRun').includes('All') || (Array.isArray(dryRun) && dryRun.includes('All')),
  };
}

export async function handleDelete(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, resource, reply } = asked;
  const target = targetOf(asked);
  const { object, gone } = await api.store.delete(target, readDeleteOptions(asked));
  if (!gone || resource.rules.gracePeriodSeconds !== undefined) return sendObject(asked, object);
  const { group, plural } = resource.type;
  const { uid, name } = object.metadata;
  return sendJson(
    reply,
    200,
    success({
      name,
      ...(group === '' ? {} : { group }),
      kind: plural,
      ...(uid === undefined ? {} : { uid }),
    }),
  );
}

export async function handleDeleteCollection(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, resource, path, query, reply } = asked;
  const byLabel = parseLabelSelector(query.get('labelSelector') ?? undefined);
  const byField = parseFieldSelector(query.get('fieldSelector') ?? undefined, resource.selectableFields);
  const filter = both(byLabel, byField);
  const options = readDeleteOptions(asked);
  const deleted = await api.store.deleteCollection(resource, path.namespace, filter, options);
  const { group, version } = resource.type;
  return sendJson(reply, 200, {
    kind: resource.listKind,
    apiVersion: group === '' ? version : `${group}/${version}`,
    metadata: { resourceVersion: String(api.storage.revision()) },
    items: deleted,
  });
}

/** `pods/binding`: what a scheduler posts to give a pod its node. */
export async function handleBinding(asked: ResourceRequest): Promise<FastifyReply> {
  const node = stringAt(readObject(asked), 'target', 'name') ?? '';
  if (node === '') throw badRequest('target.name is required');
  const { store } = asked.api;
  const context = { ...readContext(asked), subresource: undefined };
  await store.bind(targetOf(asked), node, context);
  return sendJson(asked.reply, 201, success({}));
}
