import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { createApiClient } from '../apiclient/http-client.ts';
import type { Manifest } from '../apiclient/object.ts';
import { bundleScript, runScript } from '../process/testing/run-script.ts';
import { CONFIG_MAPS } from './testing/widget-definition.ts';

/** A whole server as a process of its own; says its address when it is ready. */
const SERVER = `
  import Fastify from 'fastify';
  import { ensureServerCertificate } from './certificates.ts';
  import { apiServerOptions, openStorage, registerKubernetesApi } from './server.ts';
  const folder = process.argv[2];
  const certificate = await ensureServerCertificate(folder + '/pki');
  const app = Fastify({ ...apiServerOptions, https: { key: certificate.key, cert: certificate.certificate } });
  await registerKubernetesApi(app, {
    storage: openStorage(folder + '/storage'),
    tokens: [{ token: 't', user: 'admin', groups: ['system:masters'] }],
  });
  console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
`;

const clients = 6;
const namesEach = 4;
const rounds = 4;
/** A kill comes after so many acknowledgements at most. */
const mostWritesOfARound = 80;
/** Milliseconds for all that was written to arrive at a watch. */
const arrival = 10_000;

type Operation = 'create' | 'apply' | 'patch' | 'update' | 'delete';

/** What one client knows of one of its objects: nobody else writes it. */
interface Known {
  /** As acknowledged; undefined: not there. */
  value: string | undefined;
  /** What the last request would have made, while it has no answer. */
  doubt?: string | undefined;
  isInDoubt: boolean;
}

interface Seen {
  readonly type: string;
  readonly name: string;
  readonly revision: number;
  readonly value: string | undefined;
}

let folder: string;
let script: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-crash-model-'));
  script = await bundleScript(SERVER, import.meta.dirname);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(script);
});

async function startServer(): Promise<{ child: ChildProcess; client: ApiClient }> {
  const child = runScript(script, folder);
  const [server] = await new Promise<string[]>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', (line) => resolve([line]));
  });
  const ca = await readFile(join(folder, 'pki', 'ca.crt'), 'utf8');
  return { child, client: createApiClient({ server: server ?? '', ca, token: async () => 't' }, 'model') };
}

const manifest = (name: string, value: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { value },
});

/** Sends one operation; the revision that it was acknowledged at, undefined when there was nothing to do. */
async function carryOut(
  client: ApiClient,
  operation: Operation,
  name: string,
  value: string,
): Promise<number | undefined> {
  const reference = { name, namespace: 'default' };
  const revisionOf = (object: { metadata: { resourceVersion?: string } }) =>
    Number(object.metadata.resourceVersion);
  switch (operation) {
    case 'create':
      return revisionOf(await client.create(CONFIG_MAPS, manifest(name, value)));
    case 'apply':
      return revisionOf(
        await client.apply(CONFIG_MAPS, manifest(name, value), { fieldManager: 'model', force: true }),
      );
    case 'patch':
      return revisionOf(await client.patch(CONFIG_MAPS, reference, { data: { value } }));
    case 'update': {
      const live = await client.get<Manifest & { metadata: { name: string } }>(CONFIG_MAPS, reference);
      if (live === undefined) throw new ApiError('NotFound', 'nothing to update');
      return revisionOf(await client.update(CONFIG_MAPS, { ...live, data: { value } }));
    }
    case 'delete':
      await client.delete(CONFIG_MAPS, reference);
      return undefined;
  }
}

test('random work of several clients, kill -9, again: nothing acknowledged is lost, a watch misses nothing', async () => {
  const random = fc.sample(fc.constantFrom<Operation>('create', 'apply', 'patch', 'update', 'delete'), 2_000);
  const known = new Map<string, Known>();
  const acknowledged: number[] = [];
  const seen: Seen[] = [];
  let operations = 0;
  let resumeFrom: string | undefined;

  for (let round = 0; round < rounds; round += 1) {
    const { child, client } = await startServer();

    for (const [name, state] of known) {
      const live = await client.get<Manifest>(CONFIG_MAPS, { name, namespace: 'default' });
      const value = live?.data?.['value'];
      const allowed = state.isInDoubt ? [state.value, state.doubt] : [state.value];
      expect(allowed, `${name} after kill ${round}`).toContain(value);
      Object.assign(state, { value, doubt: undefined, isInDoubt: false });
    }
    resumeFrom ??= (await client.list(CONFIG_MAPS, { namespace: 'default' })).resourceVersion;

    const watching = new AbortController();
    const watch = (async () => {
      const options = {
        namespace: 'default',
        resourceVersion: resumeFrom ?? '',
        signal: watching.signal,
      };
      for await (const { type, object } of client.watch<Manifest>(CONFIG_MAPS, options)) {
        resumeFrom = object.metadata.resourceVersion ?? '';
        if (type === 'BOOKMARK') continue;
        seen.push({
          type,
          name: (object as Manifest).metadata.name,
          revision: Number(resumeFrom),
          value: type === 'DELETED' ? undefined : (object as Manifest).data?.['value'],
        });
      }
    })().catch(() => undefined);

    let killed = false;
    // Counted, not timed: a machine that is busy gets as much done as another.
    const enough = acknowledged.length + 15 + Math.floor(Math.random() * (mostWritesOfARound - 15));
    // A client goes on trying to reach what is gone.
    const gone = new Promise<never>((_, reject) => child.once('close', () => reject(new Error('killed'))));
    gone.catch(() => undefined);
    const work = Array.from({ length: clients }, async (_, index) => {
      while (!killed) {
        operations += 1;
        const name = `c${index}-${operations % namesEach}`;
        const value = `${round}.${operations}`;
        const operation = random[operations % random.length] ?? 'apply';
        const state = known.get(name) ?? { value: undefined, isInDoubt: false };
        known.set(name, state);
        state.isInDoubt = true;
        state.doubt = operation === 'delete' ? undefined : value;
        try {
          const revision = await Promise.race([carryOut(client, operation, name, value), gone]);
          if (revision !== undefined) acknowledged.push(revision);
          state.value = state.doubt;
          state.isInDoubt = false;
        } catch (error) {
          // Refused with an answer: nothing happened.
          if (error instanceof ApiError && error.code >= 400) state.isInDoubt = false;
          else if (error instanceof ApiError && error.reason === 'NotFound') state.isInDoubt = false;
          else return;
        }
      }
    });
    while (acknowledged.length < enough) await sleep(1);
    killed = true;
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    await client.close();
    await Promise.all(work);
    watching.abort();
    await watch;
  }

  const { child, client } = await startServer();
  const { items, resourceVersion } = await client.list<Manifest & { metadata: { name: string } }>(
    CONFIG_MAPS,
    {
      namespace: 'default',
    },
  );
  // What was written before the last kill and not seen yet.
  const last = new AbortController();
  const final = client.watch<Manifest>(CONFIG_MAPS, {
    namespace: 'default',
    resourceVersion: resumeFrom ?? '',
    signal: last.signal,
  });
  const isComplete = () => (seen.at(-1)?.revision ?? 0) >= Number(resourceVersion);
  const timer = setTimeout(() => last.abort(), isComplete() ? 0 : arrival);
  try {
    for await (const { type, object } of final) {
      if (type === 'BOOKMARK') continue;
      const { data, metadata } = object as Manifest;
      const value = type === 'DELETED' ? undefined : data?.['value'];
      seen.push({ type, name: metadata.name, revision: Number(metadata.resourceVersion), value });
      if (isComplete()) break;
    }
  } catch {
    // Aborted.
  }
  clearTimeout(timer);
  await client.close();
  child.kill('SIGKILL');

  expect(acknowledged.length).toBeGreaterThanOrEqual(15 * rounds);
  const revisions = seen.map(({ revision }) => revision);
  expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
  const missed = acknowledged.filter((revision) => !revisions.includes(revision));
  expect(missed).toEqual([]);
  const followed = new Map<string, string>();
  for (const { name, value } of seen) {
    if (value === undefined) followed.delete(name);
    else followed.set(name, value);
  }
  const listed = items.map(({ metadata, data }): [string, string] => [metadata.name, data?.['value'] ?? '']);
  const byName = ([a]: [string, string], [b]: [string, string]) => a.localeCompare(b);
  expect([...followed].toSorted(byName)).toEqual(listed.toSorted(byName));
  expect(Number(resourceVersion)).toBeGreaterThanOrEqual(revisions.at(-1) ?? 0);
}, 60_000);
