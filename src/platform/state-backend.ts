import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayUse } from './basic-auth.ts';
import { listVersions, readNewest, readVersion, restoreVersion, writeVersion } from './state-versions.ts';

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

interface VersionPath extends StatePath {
  Params: StatePath['Params'] & { version: string };
}

/** Path of a project's state below the platform's address. */
export function statePath(project: string, environment: string): string {
  return `/state/${encodeURIComponent(project)}/${encodeURIComponent(environment)}`;
}

const legalName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * Terraform's HTTP backend: one state for each project and environment, locked by POST and DELETE on `…/lock` as
 * GitLab's. GET answers 204 when there is no state; a lock that is held answers 423 with its holder (Terraform
 * `backend/remote-state/http`).
 *
 * Beside it, sdp's own: GET `…/versions` lists the kept versions, GET `…/versions/N` answers one, and POST
 * `…/versions/N/restore` makes it the newest again, which a held lock refuses by 423.
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

    scope.post<StatePath>('/state/:project/:environment/lock', async (request, reply) => {
      if (await takeLock(folderOf(request), request.body as Buffer)) return reply.code(200).send();
      return reply
        .code(423)
        .type('application/json')
        .send(await readLock(request));
    });

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

    scope.get<StatePath>('/state/:project/:environment/versions', async (request) =>
      listVersions(folderOf(request)),
    );

    scope.get<VersionPath>('/state/:project/:environment/versions/:version', async (request, reply) => {
      const state = await readVersion(folderOf(request), Number(request.params.version));
      if (state === undefined) return reply.code(404).send('this version is not kept');
      return reply.type('application/json').send(state);
    });

    scope.post<VersionPath>(
      '/state/:project/:environment/versions/:version/restore',
      async (request, reply) => {
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
      },
    );
  });
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
