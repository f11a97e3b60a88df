import type { FastifyReply, FastifyRequest } from 'fastify';
import type { User } from '../auth/authenticate.ts';
import { refusal } from '../auth/authorize.ts';
import type { Resource } from '../registry/resource.ts';
import { methodNotAllowed, noSuchResource } from '../status.ts';
import type { ApiContext, ResourceRequest } from './api-context.ts';
import { flag } from './api-context.ts';
import { handlePodLog } from './pod-log-request.ts';
import { handleGet, handleList } from './read-requests.ts';
import { parseResourcePath, type ResourcePath } from './request-path.ts';
import { handleProxy } from './service-proxy.ts';
import { handleTokenRequest } from './token-request.ts';
import { handleWatch } from './watch-request.ts';
import {
  handleBinding,
  handleCreate,
  handleDelete,
  handleDeleteCollection,
  handlePatch,
  handleUpdate,
} from './write-requests.ts';

type Handler = (asked: ResourceRequest) => FastifyReply | Promise<FastifyReply>;

/** RBAC verbs with what carries them out. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  get: handleGet,
  list: handleList,
  watch: handleWatch,
  create: handleCreate,
  update: handleUpdate,
  patch: handlePatch,
  delete: handleDelete,
  deletecollection: handleDeleteCollection,
};

const PROXY_VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Answers a request below /api or /apis that names a resource; `undefined` when the path names none. */
export function routeResource(
  api: ApiContext,
  user: User,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> | undefined {
  const [rawPath, rawQuery] = splitOnce(request.raw.url ?? '', '?');
  const path = parseResourcePath(rawPath);
  if (path === undefined) return undefined;
  const resource = api.catalog.find(path.group, path.version, path.plural);
  if (resource === undefined) throw noSuchResource();
  const query = new URLSearchParams(rawQuery);
  const { verb, handler } = chooseHandler(request.method, resource, path, query);
  const attributes = {
    ...resource.type,
    user,
    verb,
    subresource: path.subresource,
    namespace: resource.type.namespaced ? path.namespace : undefined,
    name: path.name,
  };
  if (!api.rbac.authorize(attributes)) throw refusal(attributes);
  if (verb === 'watch') reply.raw.once('close', api.watchLimit.open(user));
  return handler({ api, resource, path, query, user, request, reply });
}

function chooseHandler(
  method: string,
  resource: Resource,
  path: ResourcePath,
  query: URLSearchParams,
): { verb: string; handler: Handler } {
  const { namespaced } = resource.type;
  if (!namespaced && path.namespace !== undefined) throw noSuchResource();
  if (path.subresource !== undefined) return chooseSubresource(method, resource, path, path.subresource);
  const verb = verbOf(method, path.name, query);
  // An object of a namespaced kind is written and read within its namespace; lists may span all of them.
  const spans = verb === 'list' || verb === 'watch';
  if (namespaced && path.namespace === undefined && !spans) throw methodNotAllowed();
  const handler = verb === undefined ? undefined : HANDLERS[verb];
  if (verb === undefined || handler === undefined) throw methodNotAllowed();
  return { verb, handler };
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string | undefined {
  if (method === 'GET') {
    if (flag(query, 'watch')) return 'watch';
    return name === undefined ? 'list' : 'get';
  }
  if (method === 'POST') return name === undefined ? 'create' : undefined;
  if (method === 'PUT') return name === undefined ? undefined : 'update';
  if (method === 'PATCH') return name === undefined ? undefined : 'patch';
  if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
  return undefined;
}

function chooseSubresource(
  method: string,
  resource: Resource,
  path: ResourcePath,
  subresource: string,
): { verb: string; handler: Handler } {
  if (subresource === 'status' && resource.hasStatus && path.rest.length === 0) {
    if (method === 'GET') return { verb: 'get', handler: handleGet };
    if (method === 'PUT') return { verb: 'update', handler: handleUpdate };
    if (method === 'PATCH') return { verb: 'patch', handler: handlePatch };
    throw methodNotAllowed();
  }
  if (!resource.subresources.some(({ name }) => name === subresource)) throw noSuchResource();
  if (subresource === 'proxy') {
    const verb = PROXY_VERBS[method];
    if (verb === undefined) throw methodNotAllowed();
    return { verb, handler: handleProxy };
  }
  if (subresource === 'token' && method === 'POST') return { verb: 'create', handler: handleTokenRequest };
  if (subresource === 'log' && method === 'GET') return { verb: 'get', handler: handlePodLog };
  if (subresource === 'binding' && method === 'POST') return { verb: 'create', handler: handleBinding };
  throw methodNotAllowed();
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
