import type { FastifyInstance } from 'fastify';
import {
  aggregatedType,
  buildAggregatedDiscovery,
  buildApiVersions,
  buildGroup,
  buildGroupList,
  buildResourceList,
  type ServedResource,
  VERSION,
} from '../discovery/discovery.ts';
import { buildOpenApiDocument, buildOpenApiIndex } from '../discovery/openapi.ts';
import { noSuchResource } from '../status.ts';
import { sendJson } from './answer.ts';
import type { ApiContext } from './api-context.ts';
import { REVIEWS } from './review-requests.ts';

/** Paths that anybody may read, with or without a token. */
export const PUBLIC_PATHS: ReadonlySet<string> = new Set([
  '/healthz',
  '/livez',
  '/readyz',
  '/version',
  '/version/',
]);

/** Health, version, discovery and OpenAPI. */
export function registerRootRoutes(app: FastifyInstance, api: ApiContext): void {
  for (const path of ['/healthz', '/livez', '/readyz']) {
    app.get(path, (_request, reply) => reply.type('text/plain').send('ok'));
  }
  app.get('/version', (_request, reply) => sendJson(reply, 200, VERSION));
  for (const path of ['/api', '/apis'] as const) {
    app.get(path, (request, reply) => {
      const resources = served(api);
      reply.header('vary', 'Accept');
      const aggregated = aggregatedType(request.headers.accept);
      if (aggregated !== undefined) {
        const body = JSON.stringify(buildAggregatedDiscovery(resources, path === '/api'));
        // Set on the raw response: Fastify would write the parameters in another form.
        reply.raw.setHeader('content-type', aggregated);
        return reply.send(Buffer.from(body));
      }
      return sendJson(reply, 200, path === '/api' ? buildApiVersions() : buildGroupList(resources));
    });
  }
  app.get('/openapi/v3', (_request, reply) => sendJson(reply, 200, buildOpenApiIndex(api.catalog.all())));
  app.get('/openapi/v3/*', (request, reply) => {
    const path = (request.raw.url ?? '').split('?')[0]?.slice('/openapi/v3/'.length) ?? '';
    const document = buildOpenApiDocument(api.catalog.all(), path);
    if (document === undefined) throw noSuchResource();
    return sendJson(reply, 200, document);
  });
}

/** What is stored, and what is only asked. */
function served(api: ApiContext): readonly ServedResource[] {
  const reviews = REVIEWS.map(({ group, kind, plural, namespaced }) => ({
    type: { group, version: 'v1', kind, plural, namespaced },
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    hasStatus: false,
    subresources: [],
    verbs: ['create'],
  }));
  return [...api.catalog.all(), ...reviews];
}

/** Discovery below /api and /apis; `undefined` when the path names neither group nor version. */
export function findDiscovery(api: ApiContext, path: string): object | undefined {
  const [root, first, second, ...rest] = path.split('/').filter((part) => part !== '');
  const resources = served(api);
  if (root === 'api' && first !== undefined && second === undefined) {
    return buildResourceList(resources, '', first);
  }
  if (root !== 'apis' || first === undefined || rest.length > 0) return undefined;
  if (second === undefined) return buildGroup(resources, first);
  return buildResourceList(resources, first, second);
}
