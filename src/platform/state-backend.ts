import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Bearers, PlatformRight } from './api-bearer.ts';
import { mayUse, readToken } from './basic-auth.ts';
import { listVersions, readNewest, readVersion, restoreVersion, writeVersion } from './state-versions.ts';

export interface StateBackendOptions {
  /** One folder per project and environment below it. */
  readonly folder: string;
  /** Password of user `sdp` by basic authentication, the administrator's: all states are his. */
  readonly token: string;
  /** Whose tokens of the API are taken besides, as far as roles grant `terraformstates` in the state's namespace. */
  readonly bearers?: Bearers;
}

interface StatePath {
  Params: { namespace?: string; project: string; environment: string };
  Querystring: { ID?: string };
}

interface VersionPath extends StatePath {
  Params: StatePath['Params'] & { version: string };
}

/** Path of a project's state below the platform's address; of a team's, with the namespace whose roles let in. */
export function statePath(project: string, environment: string, namespace?: string): string {
  const path = `/state/${encodeURIComponent(project)}/${encodeURIComponent(environment)}`;
  return namespace === undefined ? path : `/namespaces/${namespace}${path}`;
}

const legalName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const legalNamespace = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Terraform's HTTP backend: one state for each project and environment, locked by POST and DELETE on `…/lock` as
 * GitLab's. GET answers 204 when there is no state; a lock that is held answers 423 with its holder (Terraform
 * `backend/remote-state/http`).
 *
 * Beside it, sdp's own: GET `…/versions` lists the kept versions, GET `…/versions/N` answers one, and POST
 * `…/versions/N/restore` makes it the newest again, which a held lock refuses by 423.
 *
 * A state below `/namespaces/<namespace>` is a team's: whom roles grant `get`, `update` or `delete` of its project as
 * `terraformstates.sdp.internal` there shows his token of the API.
 */
export function registerStateBackend(app: FastifyInstance, options: StateBackendOptions): void {
  // No project is called so.
  const folderOf = ({ params: { namespace, project, environment } }: FastifyRequest<StatePath>) =>
    join(options.folder, ...(namespace === undefined ? [] : [`@${namespace}`]), project, environment);
  const lockOf = (request: FastifyRequest<StatePath>) => join(folderOf(request), 'lock.json');
  const readLock = async (request: FastifyRequest<StatePath>) =>
    readFile(lockOf(request), 'utf8').catch(() => undefined);

  const routes = async (scope: FastifyInstance) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 256 * 1024 * 1024 }, (_, body, done) =>
      done(null, body),
    );
    scope.addHook<StatePath>('onRequest', async (request, reply) => {
      const { namespace, project, environment } = request.params;
      if (!legalName.test(project) || !legalName.test(environment)) {
        await reply
          .code(400)
          .send('a project and an environment are named by letters, digits, ".", "_" and "-"');
      } else if (namespace !== undefined && !legalNamespace.test(namespace)) {
        await reply.code(400).send('a namespace is named by lower-case letters, digits and "-"');
      } else {
        const refused = await findRefusal(request, options);
        if (refused === undefined) return;
        await reply
          .headers(refused.code === 401 ? { 'www-authenticate': 'Basic realm="sdp"' } : {})
          .code(refused.code)
          .send(refused.text);
      }
    });

    scope.get<StatePath>('/', async (request, reply) => {
      const state = await readNewest(folderOf(request));
      return state === undefined ? reply.code(204).send() : reply.type('application/json').send(state);
    });

    scope.post<StatePath>('/', async (request, reply) => {
      const lock = await readLock(request);
      if (lock !== undefined && lockId(lock) !== request.query.ID) return reply.code(423).send(lock);
      await writeVersion(folderOf(request), request.body as Buffer);
      return reply.code(200).send();
    });

    scope.delete<StatePath>('/', async (request, reply) => {
      await rm(folderOf(request), { recursive: true, force: true });
      return reply.code(200).send();
    });

    scope.post<StatePath>('/lock', async (request, reply) => {
      if (await takeLock(folderOf(request), request.body as Buffer)) return reply.code(200).send();
      return reply
        .code(423)
        .type('application/json')
        .send(await readLock(request));
    });

    scope.delete<StatePath>('/lock', async (request, reply) => {
      const held = await readLock(request);
      const given =
        request.body instanceof Buffer && request.body.length > 0
          ? lockId(request.body.toString())
          : undefined;
      // `terraform force-unlock` sends no body.
      if (held !== undefined && given !== undefined && lockId(held) !== given)
        return reply.code(423).send(held);
      await rm(lockOf(request), { force: true });
      return reply.code(200).send();
    });

    scope.get<StatePath>('/versions', async (request) => listVersions(folderOf(request)));

    scope.get<VersionPath>('/versions/:version', async (request, reply) => {
      const state = await readVersion(folderOf(request), Number(request.params.version));
      if (state === undefined) return reply.code(404).send('this version is not kept');
      return reply.type('application/json').send(state);
    });

    scope.post<VersionPath>('/versions/:version/restore', async (request, reply) => {
      const folder = folderOf(request);
      const state = await readVersion(folder, Number(request.params.version));
      if (state === undefined) return reply.code(404).send('this version is not kept');
      // Held meanwhile, so that no run of Terraform starts from the state that is being replaced.
      const own = { ID: randomUUID(), Operation: 'restore', Who: 'sdp history', Created: new Date() };
      if (!(await takeLock(folder, JSON.stringify(own)))) {
        return reply
          .code(423)
          .type('application/json')
          .send(await readLock(request));
      }
      try {
        return await restoreVersion(folder, state);
      } finally {
        await rm(lockOf(request), { force: true });
      }
    });
  };
  app.register(routes, { prefix: '/state/:project/:environment' });
  app.register(routes, { prefix: '/namespaces/:namespace/state/:project/:environment' });
}

/** Why a request is not let in; undefined when it is. */
async function findRefusal(
  request: FastifyRequest<StatePath>,
  { token: password, bearers }: StateBackendOptions,
): Promise<{ readonly code: 401 | 403; readonly text: string } | undefined> {
  if (mayUse(request, password)) return undefined;
  const token = readToken(request.headers.authorization);
  const user = token === undefined ? undefined : await bearers?.identify(token);
  if (token === undefined || user === undefined || bearers === undefined) {
    const text =
      "user sdp and the platform's password are needed, or any user with a token of its API as password (kubectl create token deployer)";
    return { code: 401, text };
  }
  const right = neededRight(request);
  if (await bearers.mayDo(token, right)) return undefined;
  const { verb, namespace } = right;
  const where = namespace === undefined ? 'in every namespace' : `in namespace ${namespace}`;
  const remedy =
    namespace === undefined
      ? `A team's state has the address .../namespaces/NAMESPACE${statePath(request.params.project, request.params.environment)}.`
      : 'The ClusterRole sdp-deployer of deploy/roles grants it, and sdp-viewer to read (plan with -lock=false).';
  return {
    code: 403,
    text: `${user} may not ${verb} terraformstates.sdp.internal ${where}. ${remedy}`,
  };
}

/** To lock and to unlock is to be about to write. */
function neededRight({ method, routeOptions, params }: FastifyRequest<StatePath>): PlatformRight {
  const isLock = routeOptions.url?.endsWith('/lock') === true;
  const verb =
    method === 'GET' || method === 'HEAD' ? 'get' : method === 'DELETE' && !isLock ? 'delete' : 'update';
  return { verb, resource: 'terraformstates', namespace: params.namespace, name: params.project };
}

/** Answers false when somebody has it. */
async function takeLock(folder: string, holder: Buffer | string): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const file = await open(join(folder, 'lock.json'), 'wx', 0o600);
    await file.writeFile(holder);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function lockId(lock: string): string | undefined {
  try {
    return (JSON.parse(lock) as { ID?: string }).ID;
  } catch {
    return undefined;
  }
}
