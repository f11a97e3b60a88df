import type { FastifyReply } from 'fastify';
import { representList } from '../discovery/representation.ts';
import { listObjects } from '../registry/list-objects.ts';
import { asListItems } from '../registry/resource.ts';
import { parseLabelSelector } from '../watch/label-selector.ts';
import { both, type ObjectFilter, parseFieldSelector } from '../watch/selectors.ts';
import { representationFor, sendJson, sendObject } from './answer.ts';
import { type ResourceRequest, targetOf } from './api-context.ts';
import { checkListOptions, parseInt64 } from './request-options.ts';

export function handleGet(asked: ResourceRequest): FastifyReply {
  return sendObject(asked, asked.api.store.get(targetOf(asked)));
}

/** The selectors of a list or watch. */
export function readFilter({ resource, query }: ResourceRequest): ObjectFilter | undefined {
  const byLabel = parseLabelSelector(query.get('labelSelector') ?? undefined);
  const byField = parseFieldSelector(query.get('fieldSelector') ?? undefined, resource);
  return byLabel === undefined || byField === undefined ? (byLabel ?? byField) : both(byLabel, byField);
}

export function handleList(asked: ResourceRequest): FastifyReply {
  const { api, resource, path, query, request, reply } = asked;
  const representation = representationFor(request);
  checkListOptions(query, false);
  const limit = parseInt64(query.get('limit') ?? '') ?? 0;
  const listed = listObjects(api.storage, resource, {
    namespace: path.namespace,
    filter: readFilter(asked),
    limit: limit > 0 ? limit : undefined,
    continueToken: nonEmpty(query.get('continue')),
    resourceVersion: nonEmpty(query.get('resourceVersion')),
    resourceVersionMatch: nonEmpty(query.get('resourceVersionMatch')),
  });
  const { revision, objects, continueToken, remaining } = listed;
  // The list of a custom kind names it even where there is none.
  const next = continueToken ?? (resource.isStructural && representation === 'object' ? '' : undefined);
  const metadata = {
    resourceVersion: String(revision),
    ...(next === undefined ? {} : { continue: next }),
    ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
  };
  const include = query.get('includeObject') ?? undefined;
  const list = representList(resource, objects, metadata, representation, include);
  if (representation === 'object') list['items'] = asListItems(resource, objects);
  return sendJson(reply, 200, list);
}

function nonEmpty(value: string | null): string | undefined {
  return value === null || value === '' ? undefined : value;
}
