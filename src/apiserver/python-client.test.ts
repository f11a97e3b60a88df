import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPythonClient } from './testing/python-client/install.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';
import {
  CONFIG_MAPS,
  configMap,
  DEFINITIONS,
  NAMESPACES,
  WIDGET_DEFINITION,
} from './testing/widget-definition.ts';

/** The official Python client, with nothing but a kubeconfig. Its first run installs it. */
const scripts = join(import.meta.dirname, 'testing', 'python-client');
let server: TestServer;
let python: string;
let environment: NodeJS.ProcessEnv;
let results: Readonly<Record<string, unknown>>;
const candidates: ChildProcess[] = [];

beforeAll(async () => {
  python = await installPythonClient(AbortSignal.timeout(280_000));
  server = await startTestServer({
    keptChanges: 50,
    podLogs: async () =>
      (async function* () {
        yield Buffer.from('first\n');
        yield Buffer.from('second\n');
      })(),
  });
  const temporary = join(server.folder, 'tmp');
  await mkdir(temporary);
  environment = {
    PATH: process.env['PATH'],
    HOME: server.folder,
    // Where the dynamic client keeps what it discovered.
    TMPDIR: temporary,
    KUBECONFIG: server.kubeconfig,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  await server.client.create(DEFINITIONS, WIDGET_DEFINITION);
  await compactFirstVersion();
  const { stdout } = await promisify(execFile)(python, [join(scripts, 'scenarios.py')], {
    env: environment,
    timeout: 60_000,
  });
  results = JSON.parse(stdout) as Record<string, unknown>;
}, 300_000);

afterAll(async () => {
  for (const candidate of candidates) candidate.kill('SIGKILL');
  await server.close();
});

async function compactFirstVersion(): Promise<void> {
  const metadata = { name: 'filler' };
  await server.client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata });
  for (let index = 0; server.storage.compactedRevision() === 0; index += 100) {
    const names = Array.from({ length: 100 }, (_, offset) => `filler-${index + offset}`);
    await Promise.all(
      names.map((name) => server.client.create(CONFIG_MAPS, configMap(name, {}, { namespace: 'filler' }))),
    );
  }
}

describe("Kubernetes' Python client", () => {
  test('creates, replaces, deletes', () => {
    expect(results['core_objects']).toEqual({
      age: 'datetime',
      twice: 'BadRequest',
      replaced: { b: '2' },
      stale: 'Conflict',
      deleted: 'Success',
      missing: 'NotFound',
    });
  });

  test('patches: strategic merge, json, merge, apply', () => {
    expect(results['patches']).toEqual({
      strategic: { b: '2', c: '3' },
      json: { b: '2', c: '4' },
      merge: { c: '4' },
      conflict: 'Conflict',
      apply: { c: '5' },
    });
  });

  test('merges and deletes the ports of a service by their numbers', () => {
    expect(results['strategic_merge']).toEqual([['b', 81, 81]]);
  });

  test('CustomObjectsApi', () => {
    expect(results['custom_objects']).toEqual({
      created: { size: 2, colour: 'red' },
      patched: { size: 2, colour: 'red', code: 'AB' },
      status: { observedGeneration: 7 },
      listed: ['py-custom'],
      invalid: 'Invalid',
      missing: 'NotFound',
    });
  });

  test('the dynamic client finds kinds by discovery', () => {
    expect(results['dynamic_client']).toEqual({
      path: '/apis/example.org/v1/namespaces/{namespace}/widgets',
      short: ['Widget'],
      merged: { size: 2, colour: 'red' },
      conflict: expect.stringContaining('conflict with'),
      applied: { size: 3, colour: 'red' },
      status: { observedGeneration: 3 },
      events: [['ADDED', 'py-dynamic']],
      maps: true,
      version: '1',
    });
  });

  test('reads a list in pages of one version and deletes by label', () => {
    expect(results['pages']).toEqual({
      pages: [['py-page-0', 'py-page-1'], ['py-page-2', 'py-page-3'], ['py-page-4']],
      versions: 1,
      left: 0,
    });
  });

  test('watches until a timeout and resumes where it was', () => {
    expect(results['watch_and_resume']).toEqual({
      first: ['ADDED py-watched-a', 'MODIFIED py-watched-a'],
      second: ['ADDED py-watched-b', 'DELETED py-watched-a'],
    });
  });

  test('is told that a version is gone', () => {
    expect(results['watch_compacted']).toEqual([410, 'Expired']);
  });

  test('waits for finalizers', () => {
    expect(results['finalizers']).toEqual({ marked: 'datetime', gone: 'NotFound' });
  });

  test('creates from a document, reads and follows logs', () => {
    expect(results['logs']).toEqual({ read: 'first\nsecond\n', followed: ['first', 'second'] });
  });

  test('elects one leader, and another when it was killed', async () => {
    const printed = new Map<string, string>();
    const stand = (name: string): ChildProcess => {
      const candidate = spawn(python, [join(scripts, 'elect.py'), name], {
        env: environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      candidate.stdout?.on('data', (text: Buffer) => {
        printed.set(name, (printed.get(name) ?? '') + text.toString());
      });
      candidates.push(candidate);
      return candidate;
    };
    const contenders = new Map(['a', 'b'].map((name) => [name, stand(name)]));
    await expect.poll(() => printed.size, { timeout: 10_000 }).toBe(1);
    const [first = ''] = printed.keys();
    // Longer than a lease: the other one keeps waiting.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect([...printed]).toEqual([[first, 'leading\n']]);
    contenders.get(first)?.kill('SIGKILL');
    await expect.poll(() => printed.size, { timeout: 10_000 }).toBe(2);
    expect(Object.fromEntries(printed)).toEqual({ a: 'leading\n', b: 'leading\n' });
  });
});
