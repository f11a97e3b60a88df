import { createHash, timingSafeEqual } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface StateBackendOptions {
  /** One folder per project and environment below it. */
  readonly folder: string;
  /** Password of user `sdp` by basic authentication. */
  readonly token: string;
}

interface StatePath {
  Params: { project: string; environment: string };
  Querystring: { ID?: string };
}

/** Path of a project's state below the platform's address. */
export function statePath(project: string, environment: string): string {
  return `/state/${encodeURIComponent(project)}/${encodeURIComponent(environment)}`;
}

const keptVersions = 20;
const legalName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * Terraform's HTTP backend: one state for each project and environment, locked by POST and DELETE on `…/lock` as
 * GitLab's. GET answers 204 when there is no state; a lock that is held answers 423 with its holder (Terraform
 * `backend/remote-state/http`).
 */
export function registerStateBackend(app: FastifyInstance, options: StateBackendOptions): void {
  const folderOf = ({ params }: FastifyRequest<StatePath>) =>
    join(options.folder, params.project, params.environment);
  const lockOf = (request: FastifyRequest<StatePath>) => join(folderOf(request), 'lock.json');
  const readLock = async (request: FastifyRequest<StatePath>) =>
    readFile(lockOf(request), 'utf8').catch(() => undefined);

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 256 * 1024 * 1024 }, (_, body, done) =>
      done(null, body),
    );
    scope.addHook<StatePath>('onRequest', async (request, reply) => {
      if (!mayUse(request, options.token)) {
        await reply
          .header('www-authenticate', 'Basic realm="sdp"')
          .code(401)
          .send('user sdp and its password are needed');
        return;
      }
      const { project, environment } = request.params;
      if (!legalName.test(project) || !legalName.test(environment)) {
        await reply
          .code(400)
          .send('a project and an environment are named by letters, digits, ".", "_" and "-"');
      }
    });

    scope.get<StatePath>('/state/:project/:environment', async (request, reply) => {
      const state = await readNewest(folderOf(request));
      return state === undefined ? reply.code(204).send() : reply.type('application/json').send(state);
    });

    scope.post<StatePath>('/state/:project/:environment', async (request, reply) => {
      const lock = await readLock(request);
      if (lock !== undefined && lockId(lock) !== request.query.ID) return reply.code(423).send(lock);
      await writeVersion(folderOf(request), request.body as Buffer);
      return reply.code(200).send();
    });

    scope.delete<StatePath>('/state/:project/:environment', async (request, reply) => {
      await rm(folderOf(request), { recursive: true, force: true });
      return reply.code(200).send();
    });

    scope.post<StatePath>('/state/:project/:environment/lock', (request, reply) => lock(request, reply));

    scope.delete<StatePath>('/state/:project/:environment/lock', async (request, reply) => {
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
  });

  async function lock(request: FastifyRequest<StatePath>, reply: FastifyReply) {
    await mkdir(folderOf(request), { recursive: true, mode: 0o700 });
    try {
      const file = await open(lockOf(request), 'wx', 0o600);
      await file.writeFile(request.body as Buffer);
      await file.close();
      return await reply.code(200).send();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return reply
        .code(423)
        .type('application/json')
        .send(await readLock(request));
    }
  }
}

function mayUse(request: FastifyRequest, token: string): boolean {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ');
  const given = Buffer.from(encoded, 'base64').toString();
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return scheme === 'Basic' && timingSafeEqual(digest(given), digest(`sdp:${token}`));
}

function lockId(lock: string): string | undefined {
  try {
    return (JSON.parse(lock) as { ID?: string }).ID;
  } catch {
    return undefined;
  }
}

async function listVersions(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d{8}\.tfstate$/.test(name)).sort();
}

async function readNewest(folder: string): Promise<Buffer | undefined> {
  const newest = (await listVersions(folder)).at(-1);
  return newest === undefined ? undefined : readFile(join(folder, newest));
}

/** On disk before it is acknowledged; older versions are kept. */
async function writeVersion(folder: string, state: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const versions = await listVersions(folder);
  const next = String(Number.parseInt(versions.at(-1) ?? '0', 10) + 1).padStart(8, '0');
  const draft = join(folder, `${next}.new`);
  const file = await open(draft, 'w', 0o600);
  await file.writeFile(state);
  await file.sync();
  await file.close();
  await rename(draft, join(folder, `${next}.tfstate`));
  await Promise.all(versions.slice(0, -keptVersions).map((name) => rm(join(folder, name), { force: true })));
}
