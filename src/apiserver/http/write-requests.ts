import type { FastifyReply } from 'fastify';
import { applyJsonPatch } from '../apply/json-patch.ts';
import { applyMergePatch } from '../apply/merge-patch.ts';
import { applyStrategicMergePatch } from '../apply/strategic-merge-patch.ts';
import { checkGrant } from '../auth/grant-checks.ts';
import { type ApiObject, isJsonObject, type JsonObject, stringAt } from '../json.ts';
import { parseResourceVersion } from '../registry/list-objects.ts';
import { parseBody } from '../registry/prepare-object.ts';
import { asListItems } from '../registry/resource.ts';
import type { DeletePreconditions, WriteContext } from '../registry/write-options.ts';
import { badRequest, success, unsupportedMediaType } from '../status.ts';
import { parseLabelSelector } from '../watch/label-selector.ts';
import { both, parseFieldSelector } from '../watch/selectors.ts';
import { addWarnings, representationFor, sendJson, sendObject } from './answer.ts';
import { flag, type ResourceRequest, targetOf } from './api-context.ts';
import { findDuplicateFields } from './duplicate-fields.ts';
import { bodyOf, mediaTypeOf, objectFormat, parseBodyText, parsePatchText, readBody } from './read-body.ts';
import { readDeleteOptions, readWriteContext } from './request-options.ts';

function readContext(asked: ResourceRequest, ...options: OptionsOf): WriteContext {
  const { api, user, resource } = asked;
  return {
    ...readWriteContext(asked, ...options),
    admit: (next) => checkGrant(api.rbac, user, resource, next),
  };
}

type OptionsOf = Parameters<typeof readWriteContext> extends [unknown, ...infer Rest] ? Rest : never;

/** The object that a create or an update sends. Typed clients leave out the type of built-in kinds: the path says it. */
function readTypedObject(asked: ResourceRequest): unknown {
  const body = readBody(asked.request);
  if (asked.resource.isStructural || !isJsonObject(body)) return body;
  const { group, version, kind } = asked.resource.type;
  const object = { ...body };
  if ((object['kind'] ?? '') === '') object['kind'] = kind;
  if ((object['apiVersion'] ?? '') === '') {
    object['apiVersion'] = group === '' ? version : `${group}/${version}`;
  }
  return object;
}

export async function handleCreate(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, resource, path, reply } = asked;
  representationFor(asked.request);
  const context = { ...readContext(asked, 'CreateOptions'), duplicateFields: readDuplicates(asked) };
  const object = await api.store.create(resource, path.namespace, readTypedObject(asked), context);
  addWarnings(reply, context.warnings);
  return sendObject(asked, object, 201);
}

export async function handleUpdate(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, resource, reply } = asked;
  const target = targetOf(asked);
  representationFor(asked.request);
  const context = {
    ...readContext(asked, 'UpdateOptions'),
    isReplacement: true,
    duplicateFields: readDuplicates(asked),
  };
  const body = readTypedObject(asked);
  // Before anybody looks whether the object is there.
  const { metadata } = parseBody(resource, body, target.namespace, target.name);
  if ((metadata.resourceVersion ?? '') !== '') parseResourceVersion(metadata.resourceVersion ?? '');
  const object = await api.store.modify(target, () => (isJsonObject(body) ? body : {}), context);
  addWarnings(reply, context.warnings);
  return sendObject(asked, object);
}

/** Fields that the body names twice: the last one counts. */
function readDuplicates({ request }: ResourceRequest): readonly string[] {
  if (objectFormat(request.headers['content-type']) !== 'json') return [];
  return findDuplicateFields(bodyOf(request.body).toString('utf8'));
}

export async function handlePatch(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, request, reply } = asked;
  const target = targetOf(asked);
  representationFor(request);
  const mediaType = mediaTypeOf(request.headers['content-type']);
  const isApply = mediaType === 'application/apply-patch+yaml';
  const context = readContext(asked, 'PatchOptions', isApply);
  if (isApply) return handleApply(asked, context);
  const change = patchOf(asked, mediaType);
  const object = await api.store.modify(target, change, context);
  addWarnings(reply, context.warnings);
  return sendObject(asked, object);
}

function patchOf({ resource, request }: ResourceRequest, mediaType: string): (live: ApiObject) => JsonObject {
  const parse = (): unknown => parsePatchText(bodyOf(request.body));
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
  const body = parseBodyText(bodyOf(request.body), 'yaml');
  const { object, created } = await api.store.apply(targetOf(asked), body, {
    ...context,
    force: flag(query, 'force'),
  });
  addWarnings(reply, context.warnings);
  return sendObject(asked, object, created ? 201 : 200);
}

function readDeletion(asked: ResourceRequest): DeletePreconditions {
  const isEmpty = bodyOf(asked.request.body).length === 0;
  return readDeleteOptions(asked, isEmpty ? undefined : readBody(asked.request));
}

export async function handleDelete(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, resource, reply } = asked;
  const target = targetOf(asked);
  const { object, gone } = await api.store.delete(target, readDeletion(asked));
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
  const byField = parseFieldSelector(query.get('fieldSelector') ?? undefined, resource);
  const filter = both(byLabel, byField);
  const options = readDeletion(asked);
  const deleted = await api.store.deleteCollection(resource, path.namespace, filter, options);
  const { group, version } = resource.type;
  return sendJson(reply, 200, {
    kind: resource.listKind,
    apiVersion: group === '' ? version : `${group}/${version}`,
    metadata: { resourceVersion: String(api.storage.revision()) },
    items: asListItems(resource, deleted),
  });
}

/** `pods/binding`: what a scheduler posts to give a pod its node. */
export async function handleBinding(asked: ResourceRequest): Promise<FastifyReply> {
  const node = stringAt(readBody(asked.request), 'target', 'name') ?? '';
  if (node === '') throw badRequest('target.name is required');
  const { store } = asked.api;
  const context = { ...readContext(asked, 'CreateOptions'), subresource: undefined };
  await store.bind(targetOf(asked), node, context);
  return sendJson(asked.reply, 201, { ...success({}), code: 201 });
}
