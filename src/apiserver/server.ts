import { setMaxListeners } from 'node:events';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createAuthenticator, type TokenEntry, type User } from './auth/authenticate.ts';
import { type DefaultRole, ensureRoles, peoplesRoles } from './auth/default-roles.ts';
import { impersonate } from './auth/impersonate.ts';
import { createRbac } from './auth/rbac.ts';
import { createServiceAccountTokens, generateSigningKey } from './auth/service-account-tokens.ts';
import { sendJson, sendStatus, toStatus } from './http/answer.ts';
import type { ApiContext, PodAddress, PodLogs } from './http/api-context.ts';
import { routeResource } from './http/resource-routes.ts';
import { registerReviews } from './http/review-requests.ts';
import { findDiscovery, PUBLIC_PATHS, registerRootRoutes } from './http/root-routes.ts';
import { createWatchLimit } from './http/watch-limit.ts';
import { createCatalog } from './registry/catalog.ts';
import { startEventExpiry } from './registry/event-expiry.ts';
import { startGarbageCollector } from './registry/garbage-collector.ts';
import { createStore } from './registry/store.ts';
import { ensureNamespaces, startTerminator } from './registry/terminator.ts';
import { noSuchResource, unauthorized } from './status.ts';
import type { Storage } from './storage/storage.ts';

export type { TokenEntry } from './auth/authenticate.ts';
export type { DefaultRole } from './auth/default-roles.ts';
export { generateSigningKey } from './auth/service-account-tokens.ts';
export type { PodAddress, PodLogOptions, PodLogs, PodReference } from './http/api-context.ts';
export { StatusError } from './status.ts';
export { checkStorage, markClosed } from './storage/check-storage.ts';
export { openStorage, type Storage, type StorageOptions } from './storage/storage.ts';

export interface KubernetesApiOptions {
  readonly storage: Storage;
  readonly tokens: readonly TokenEntry[];
  /** Namespaces that exist from the start, besides `default` and `kube-system`. */
  readonly namespaces?: readonly string[];
  /** Private key (PEM) that signs the tokens of ServiceAccounts. Absent: a new one, which no earlier token outlives. */
  readonly signingKey?: string;
  /** API groups whose kinds the roles `admin`, `edit` and `view` are for, besides Kubernetes' own. */
  readonly groups?: readonly string[];
  /** Roles that exist from the start, besides those for people. */
  readonly roles?: readonly DefaultRole[];
  /** 1,000 when absent. */
  readonly watchesPerUser?: number;
  /** Absent: logs are answered with 501. */
  readonly podLogs?: PodLogs;
  /** Absent: pods are reached by no proxy. */
  readonly podAddress?: PodAddress;
  /** Told of errors that nobody foresaw: bugs. */
  readonly onError?: (error: unknown) => void;
}

export interface KubernetesApi {
  /** Ends watches and background work; call it before closing the storage. Closing the Fastify instance calls it. */
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 3 * 1024 * 1024;
const ALL_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

/**
 * Mounts the Kubernetes API (/api, /apis, /version, /openapi, health) on a Fastify instance, which may serve other
 * routes beside it. The instance should be created with `apiServerOptions`.
 */
export async function registerKubernetesApi(
  app: FastifyInstance,
  options: KubernetesApiOptions,
): Promise<KubernetesApi> {
  const { storage } = options;
  await ensureNamespaces(storage, ['default', 'kube-system', ...(options.namespaces ?? [])]);
  await ensureRoles(storage, [...peoplesRoles(options.groups ?? []), ...(options.roles ?? [])]);
  const closing = new AbortController();
  // Every watch and log listens to it.
  setMaxListeners(0, closing.signal);
  const catalog = createCatalog(storage);
  const serviceAccounts = createServiceAccountTokens(storage, options.signingKey ?? generateSigningKey());
  const api: ApiContext = {
    storage,
    catalog,
    store: createStore(storage),
    authenticate: createAuthenticator(options.tokens, serviceAccounts),
    rbac: createRbac(storage),
    serviceAccounts,
    watchLimit: createWatchLimit(options.watchesPerUser ?? 1_000),
    podLogs: options.podLogs,
    podAddress: options.podAddress ?? (() => undefined),
    closing: closing.signal,
  };
  const report = options.onError ?? (() => undefined);
  const background = [
    startGarbageCollector(storage, catalog, api.store, report),
    startTerminator(storage, catalog, api.store, report),
    startEventExpiry(catalog, api.store, report),
  ];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      closing.abort();
      await Promise.all(background.map((task) => task.stop()));
    })();
    return stopped;
  };

  await app.register(async (scope) => {
    const users = new WeakMap<object, User>();
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error, _request, reply) => {
      const status = toStatus(error);
      if (status.code === 500) report(error);
      return sendStatus(reply, status);
    });
    scope.addHook('onRequest', async (request) => {
      const sender = await api.authenticate(request.headers.authorization);
      if (sender !== undefined) users.set(request, impersonate(sender, request.headers, api.rbac.authorize));
      else if (!PUBLIC_PATHS.has(pathOf(request.raw.url))) throw unauthorized();
    });
    scope.addHook('preClose', stop);
    registerRootRoutes(scope, api);
    registerReviews(scope, api, (request) => users.get(request));
    for (const url of ['/api/*', '/apis/*']) {
      scope.route({
        method: ALL_METHODS,
        url,
        handler: (request, reply) => {
          const discovered = findDiscovery(api, pathOf(request.raw.url));
          if (discovered !== undefined && request.method === 'GET') return sendJson(reply, 200, discovered);
          const user = users.get(request);
          if (user === undefined) throw unauthorized();
          const answer = routeResource(api, user, request, reply);
          if (answer === undefined) throw noSuchResource();
          return answer;
        },
      });
    }
  });
  return { stop };
}

/** Settings that a Fastify instance needs to carry this API: long paths, long-lived streams, no logger of its own. */
export const apiServerOptions = {
  bodyLimit: MAX_BODY_BYTES,
  routerOptions: { maxParamLength: 16_384 },
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  forceCloseConnections: true,
  logger: false,
  // Bodies are checked here, not by Fastify: its compilers, an eighth of a start's time, are not loaded.
  schemaController: {
    compilersFactory: { buildValidator: () => refuseSchema, buildSerializer: () => refuseSchema },
  },
  /** Errors before routing: a path with a malformed escape. */
  frameworkErrors: (error: unknown, _request: FastifyRequest, reply: FastifyReply): void => {
    void sendStatus(reply, toStatus(error));
  },
} as const;

function refuseSchema(): never {
  throw new Error('routes have no schemas');
}

function pathOf(url: string | undefined): string {
  return (url ?? '').split('?')[0] ?? '';
}
