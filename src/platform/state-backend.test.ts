import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerStateBackend, statePath } from './state-backend.ts';
import type { StateVersion } from './state-versions.ts';

let folder: string;
let app: FastifyInstance;
let server: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-state-'));
  app = Fastify();
  registerStateBackend(app, { folder: join(folder, 'states'), token: 'secret' });
  server = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
async function send(method: string, path: string, body?: unknown, authorization = basic('sdp:secret')) {
  const response = await fetch(server + path, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return [response.status, await response.text()] as const;
}
/** With the path as it is: `fetch` resolves dots in it. Answers the status. */
function sendRaw(method: string, rawPath: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server);
    const headers = { authorization: basic('sdp:secret') };
    request({ hostname, port, method, path: rawPath, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}
const path = statePath('orders', 'local');
const mine = { ID: 'mine', Who: 'me@here' };
const other = { ID: 'other', Who: 'you@there' };

describe('a state', () => {
  it('is not there, is written, is read back and is deleted', async () => {
    expect(await send('GET', path)).toEqual([204, '']);
    expect(await send('POST', path, '{"serial": 1}')).toEqual([200, '']);
    expect(await send('POST', path, '{"serial": 2}')).toEqual([200, '']);
    expect(await send('GET', path)).toEqual([200, '{"serial": 2}']);
    expect(await send('GET', statePath('orders', 'prod'))).toEqual([204, '']);
    expect(await send('DELETE', path)).toEqual([200, '']);
    expect(await send('GET', path)).toEqual([204, '']);
  });

  it('keeps its last versions, for its owner alone', async () => {
    for (let serial = 1; serial <= 25; serial += 1) await send('POST', path, { serial });
    const names = await readdir(join(folder, 'states', 'orders', 'local'));
    expect(names).toHaveLength(21);
    expect(names.sort().at(-1)).toBe('00000025.tfstate');
    const newest = join(folder, 'states', 'orders', 'local', '00000025.tfstate');
    expect((await stat(newest)).mode & 0o777).toBe(0o600);
    expect(await readFile(newest, 'utf8')).toBe('{"serial":25}');
  });

  it('may be large', async () => {
    const state = JSON.stringify({ resources: 'x'.repeat(5_000_000) });
    expect(await send('POST', path, state)).toEqual([200, '']);
    expect((await send('GET', path))[1]).toBe(state);
  });
});

describe('a lock', () => {
  it('is held by one, and the second is told by whom', async () => {
    expect(await send('POST', `${path}/lock`, mine)).toEqual([200, '']);
    expect(await send('POST', `${path}/lock`, other)).toEqual([423, JSON.stringify(mine)]);
    expect(await send('POST', `${statePath('orders', 'prod')}/lock`, other)).toEqual([200, '']);
    expect(await send('DELETE', `${path}/lock`, mine)).toEqual([200, '']);
    expect(await send('POST', `${path}/lock`, other)).toEqual([200, '']);
  });

  it('is given to one of many that ask at once, and the others are told by whom it is held', async () => {
    const ids = Array.from({ length: 20 }, (_, id) => ({ ID: String(id) }));
    const answers = await Promise.all(ids.map((id) => send('POST', `${path}/lock`, id)));
    const winner = answers.findIndex(([status]) => status === 200);
    const others = answers.filter((_, index) => index !== winner);
    expect(others).toEqual(others.map(() => [423, JSON.stringify(ids[winner])]));
  });

  it('lets only its holder write, and no other id unlock', async () => {
    await send('POST', `${path}/lock`, mine);
    for (const refused of [
      await send('POST', `${path}?ID=other`, '{}'),
      await send('POST', path, '{}'),
      await send('DELETE', `${path}/lock`, other),
    ]) {
      expect(refused).toEqual([423, JSON.stringify(mine)]);
    }
    expect(await send('GET', path)).toEqual([204, '']);
    expect(await send('POST', `${path}?ID=mine`, '{"serial": 1}')).toEqual([200, '']);
    expect(await send('GET', path)).toEqual([200, '{"serial": 1}']);
  });

  it('is taken away by force, without a body', async () => {
    await send('POST', `${path}/lock`, mine);
    expect(await send('DELETE', `${path}/lock`)).toEqual([200, '']);
    expect(await send('POST', `${path}/lock`, other)).toEqual([200, '']);
  });

  it('outlives a restart of the platform', async () => {
    await send('POST', `${path}/lock`, mine);
    await app.close();
    app = Fastify();
    registerStateBackend(app, { folder: join(folder, 'states'), token: 'secret' });
    server = await app.listen({ host: '127.0.0.1', port: 0 });
    expect(await send('POST', `${path}/lock`, other)).toEqual([423, JSON.stringify(mine)]);
  });
});

describe('versions', () => {
  const state = (serial: number, ...names: string[]) => ({
    version: 4,
    serial,
    lineage: 'l',
    resources: [
      { mode: 'data', type: 't', name: 'read', instances: [{}] },
      ...names.map((name) => ({
        module: 'module.m["x"]',
        mode: 'managed',
        type: 't',
        name,
        instances: [{ index_key: 0 }],
      })),
    ],
  });
  const list = async () => JSON.parse((await send('GET', `${path}/versions`))[1]) as StateVersion[];

  it('are listed, newest last', async () => {
    expect(await list()).toEqual([]);
    await send('POST', path, state(3, 'a'));
    await send('POST', path, state(4, 'a', 'b'));
    await send('POST', path, 'no state');
    const bytes = JSON.stringify(state(3, 'a')).length;
    expect(await list()).toMatchObject([
      {
        version: 1,
        serial: 3,
        resources: 1,
        bytes,
        current: false,
        time: expect.stringMatching(/^\d{4}-.*Z$/),
      },
      { version: 2, serial: 4, resources: 2, current: false },
      { version: 3, resources: 0, current: true },
    ]);
    expect(await send('GET', `${path}/versions/1`)).toEqual([200, JSON.stringify(state(3, 'a'))]);
    for (const none of ['0', '4', 'x', '1e0.5', '-1']) {
      expect((await send('GET', `${path}/versions/${none}`))[0]).toBe(404);
      expect((await send('POST', `${path}/versions/${none}/restore`))[0]).toBe(404);
    }
  });

  it('are put back as a new one, with a serial above all', async () => {
    await send('POST', path, state(3, 'a', 'b'));
    await send('POST', path, state(7, 'b', 'c'));
    const [status, answer] = await send('POST', `${path}/versions/1/restore`);
    expect([status, JSON.parse(answer)]).toEqual([
      200,
      {
        version: 3,
        resources: 2,
        returned: ['module.m["x"].t.a[0]'],
        forgotten: ['module.m["x"].t.c[0]'],
      },
    ]);
    expect(JSON.parse((await send('GET', path))[1])).toEqual(state(8, 'a', 'b'));
    expect((await list()).map(({ version, current }) => [version, current])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(await send('POST', `${path}/lock`, mine)).toEqual([200, '']);
  });

  it('keep every digit of a number', async () => {
    await send('POST', path, '{"version": 4, "serial": 1, "outputs": {"n": 12345678901234567890}}');
    await send('POST', path, '{"version": 4, "serial": 2}');
    await send('POST', `${path}/versions/1/restore`);
    expect((await send('GET', path))[1]).toBe(
      '{"version": 4, "serial": 3, "outputs": {"n": 12345678901234567890}}',
    );
  });

  it('are not put back while the state is locked', async () => {
    await send('POST', path, state(1));
    await send('POST', path, state(2));
    await send('POST', `${path}/lock`, mine);
    expect(await send('POST', `${path}/versions/1/restore`)).toEqual([423, JSON.stringify(mine)]);
    expect(await list()).toHaveLength(2);
    expect(await send('POST', `${path}/lock`, other)).toEqual([423, JSON.stringify(mine)]);
  });

  it('are one for each write, also of writes at the same moment', async () => {
    const states = Array.from({ length: 15 }, (_, serial) => ({ serial, resources: 'x'.repeat(200_000) }));
    const answers = await Promise.all(states.map((each) => send('POST', path, each)));
    expect(answers.every(([status]) => status === 200)).toBe(true);
    const versions = await list();
    expect(versions.map(({ version }) => version)).toEqual(states.map((_, index) => index + 1));
    expect(versions.map(({ serial }) => serial).sort((a = 0, b = 0) => a - b)).toEqual(
      states.map(({ serial }) => serial),
    );
    expect(await readdir(join(folder, 'states', 'orders', 'local'))).toHaveLength(15);
  });

  it('are for those with the password alone', async () => {
    for (const [method, at] of [
      ['GET', `${path}/versions`],
      ['GET', `${path}/versions/1`],
      ['POST', `${path}/versions/1/restore`],
    ] as const) {
      expect((await send(method, at, undefined, basic('sdp:wrong')))[0]).toBe(401);
    }
  });
});

describe('requests that are refused', () => {
  it.each([
    ['no password', ''],
    ['another password', basic('sdp:wrong')],
    ['another user', basic('root:secret')],
    ['no user', basic('secret')],
    ['a bearer token', 'Bearer secret'],
  ])('%s', async (_, authorization) => {
    for (const [method, at] of [
      ['GET', path],
      ['POST', path],
      ['DELETE', path],
      ['POST', `${path}/lock`],
    ] as const) {
      const [status] = await send(method, at, method === 'POST' ? '{}' : undefined, authorization);
      expect(status).toBe(401);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    '/state/%2e%2e/local',
    '/state/orders/%2e%2e',
    '/state/a%2fb/local',
    '/state/-a/local',
    '/state/a%20b/c',
  ])('an illegal name: %s', async (illegal) => {
    expect(await sendRaw('GET', illegal)).toBe(400);
    expect(await sendRaw('POST', illegal)).toBe(400);
    expect(await sendRaw('POST', `${illegal}/lock`)).toBe(400);
    expect(await readdir(folder)).toEqual([]);
  });

  it('other paths', async () => {
    expect((await send('GET', '/state/orders'))[0]).toBe(404);
    expect((await send('GET', `${path}/more`))[0]).toBe(404);
  });
});

it('serves terraform: state, lock and force-unlock', async () => {
  await writeFile(
    join(folder, 'main.tf'),
    `terraform {
       backend "http" {
         address        = "${server}${path}"
         lock_address   = "${server}${path}/lock"
         unlock_address = "${server}${path}/lock"
         lock_method    = "POST"
         unlock_method  = "DELETE"
         username       = "sdp"
         password       = "secret"
         retry_max      = 0
       }
     }
     output "greeting" { value = "hello" }`,
  );
  const terraform = (...args: string[]) =>
    promisify(execFile)('terraform', args, { cwd: folder, env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
  await terraform('init', '-input=false');
  await terraform('apply', '-auto-approve', '-input=false');
  expect((await terraform('output', '-raw', 'greeting')).stdout).toBe('hello');
  await send('POST', `${path}/lock`, { ...mine, Operation: 'apply', Created: '2026-01-01T00:00:00Z' });
  await expect(terraform('apply', '-auto-approve', '-input=false')).rejects.toMatchObject({
    stderr: expect.stringContaining('already locked: ID=mine'),
  });
  await terraform('force-unlock', '-force', 'mine');
  await terraform('apply', '-auto-approve', '-input=false');
}, 60_000);
