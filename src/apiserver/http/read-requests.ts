import type { FastifyReply } from 'fastify';
import { representList } from '../discovery/representation.ts';
import { listObjects } from '../registry/list-objects.ts';
import { both, type ObjectFilter, parseFieldSelector, parseLabelSelector } from '../watch/selectors.ts';
import { representationFor, sendJson, sendObject } from './answer.ts';
import { count, type ResourceRequest, targetOf } from './api-context.ts';

export function handleGet(asked: ResourceRequest): FastifyReply {
  return sendObject(asked, asked.api.store.get(targetOf(asked)));
}

/** The selectors of a list or watch; a name in the path of a watch selects that object. */
export function readFilter({ resource, path, query }: ResourceRequest): ObjectFilter | undefined {
  const byLabel = parseLabelSelector(query.get('labelSelector') ?? undefined);
  const byField = parseFieldSelector(query.get('fieldSelector') ?? undefined, resource.selectableFields);
  const { name } = path;
  const byName: ObjectFilter | undefined =
    name === undefined ? undefined : (object) => object.metadata.name === name;
  const filters = [byLabel, byField, byName].filter((filter) => filter !== undefined);
  return filters.length === 0 ? undefined : filters.reduce((left, right) => both(left, right));
}

export function handleList(asked: ResourceRequest): FastifyReply {
  const { api, resource, path, query, request, reply } = asked;
  const representation = representationFor(request);
  const listed = listObjects(api.storage, resource, {
    namespace: path.namespace,
    filter: readFilter(asked),
    limit: count(query, 'limit'),
    continueToken: nonEmpty(query.get('continue')),
    resourceVersion: nonEmpty(query.get('resourceVersion')),
    resourceVersionMatch: nonEmpty(query.get('resourceVersionMatch')),
  });
  const metadata = {
    resourceVersion: String(listed.revision),
    ...(listed.continueToken === undefined ? {} : { continue: listed.continueToken }),
  };
  const include = query.get('includeObject') ?? undefined;
  return sendJson(reply, 200, representList(resource, listed.objects, metadata, representation, include));
}

function nonEmpty(value: string | null): string | undefined {
  return value === null || value === '' ? undefined : value;
}
