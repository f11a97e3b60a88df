import type { FastifyInstance } from 'fastify';
import {
  buildApiVersions,
  buildGroup,
  buildGroupList,
  buildResourceList,
  VERSION,
} from '../discovery/discovery.ts';
import { buildOpenApiDocument, buildOpenApiIndex } from '../discovery/openapi.ts';
import { noSuchResource } from '../status.ts';
import { sendJson } from './answer.ts';
import type { ApiContext } from './api-context.ts';

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
  app.get('/api', (_request, reply) => sendJson(reply, 200, buildApiVersions()));
  app.get('/apis', (_request, reply) => sendJson(reply, 200, buildGroupList(api.catalog.all())));
  app.get('/openapi/v3', (_request, reply) => sendJson(reply, 200, buildOpenApiIndex(api.catalog.all())));
  app.get('/openapi/v3/*', (request, reply) => {
    const path = (request.raw.url ?? '').split('?')[0]?.slice('/openapi/v3/'.length) ?? '';
    const document = buildOpenApiDocument(api.catalog.all(), path);
    if (document === undefined) throw noSuchResource();
    return sendJson(reply, 200, document);
  });
}

/** Discovery below /api and /apis; `undefined` when the path names neither group nor version. */
export function findDiscovery(api: ApiContext, path: string): object | undefined {
  const [root, first, second, ...rest] = path.split('/').filter((part) => part !== '');
  const resources = api.catalog.all();
  if (root === 'api' && first !== undefined && second === undefined) {
    return buildResourceList(resources, '', first);
  }
  if (root !== 'apis' || first === undefined || rest.length > 0) return undefined;
  if (second === undefined) return buildGroup(resources, first);
  return buildResourceList(resources, first, second);
}
