import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { PodLogOptions } from './server.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';
import { PODS, WIDGET_DEFINITION, WIDGETS, widget } from './testing/widget-definition.ts';

const run = promisify(execFile);

let server: TestServer;
let folder: string;
const asked: PodLogOptions[] = [];

async function* logLines(): AsyncIterable<Uint8Array> {
  yield Buffer.from('first\n');
  yield Buffer.from('second\n');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-kubectl-'));
  server = await startTestServer({
    podLogs: async (_pod, options) => {
      asked.push(options);
      return logLines();
    },
  });
  await kubectl('apply', '--server-side', '-f', await write('crd.yaml', WIDGET_DEFINITION));
  await kubectl('wait', '--for=condition=Established', 'crd/widgets.example.org', '--timeout=10s');
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Runs kubectl; a failure rejects with its error output. Without a kubectl this test fails. */
async function kubectl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('kubectl', args, {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      KUBECONFIG: server.kubeconfig,
      KUBECACHEDIR: join(folder, 'cache'),
      EDITOR: 'true',
    },
    timeout: 15_000,
  });
  return stdout;
}

async function write(name: string, content: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, stringify(content));
  return file;
}

const applyWidget = async (name: string, spec: object, ...flags: string[]): Promise<string> =>
  kubectl('apply', ...flags, '-f', await write(`${name}.yaml`, widget(name, spec)));

/** The words of each line. */
const rows = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s{2,}/u));

describe('kubectl', () => {
  test('version', async () => {
    expect(await kubectl('version')).toContain('Server Version: v1.');
  });

  test('api-resources', async () => {
    const lines = rows(await kubectl('api-resources', '--api-group=example.org'));
    expect(lines[1]).toEqual(['widgets', 'wg', 'example.org/v1', 'true', 'Widget']);
  });

  test('apply --server-side, get with printer columns, -o wide', async () => {
    expect(await applyWidget('ssa', { size: 3 }, '--server-side')).toContain('serverside-applied');
    expect(rows(await kubectl('get', 'wg', 'ssa'))).toEqual([
      ['NAME', 'SIZE', 'READY'],
      ['ssa', '3'],
    ]);
    const wide = rows(await kubectl('get', 'widgets', 'ssa', '-o', 'wide'));
    expect(wide[0]).toEqual(['NAME', 'SIZE', 'READY', 'COLOUR']);
  });

  test('apply --server-side meets conflicts and can force them', async () => {
    await applyWidget('fight', { size: 3 }, '--server-side', '--field-manager=first');
    const second = applyWidget('fight', { size: 4 }, '--server-side', '--field-manager=second');
    await expect(second).rejects.toThrow('conflict with "first": .spec.size');
    await applyWidget('fight', { size: 4 }, '--server-side', '--field-manager=second', '--force-conflicts');
    expect(await kubectl('get', 'wg', 'fight', '-o', 'jsonpath={.spec.size}')).toBe('4');
  });

  test('apply from the client, of custom and built-in kinds', async () => {
    await applyWidget('csa', { size: 1 });
    expect(await applyWidget('csa', { size: 2 })).toContain('configured');
    expect(await applyWidget('csa', { size: 2 })).toContain('unchanged');
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'csa' }, data: { a: '1', b: '2' } };
    await kubectl('apply', '-f', await write('map.yaml', map));
    await kubectl('apply', '-f', await write('map.yaml', { ...map, data: { b: '3' } }));
    expect(await kubectl('get', 'cm', 'csa', '-o', 'jsonpath={.data}')).toBe('{"b":"3"}');
  });

  test('apply is refused an unknown field, with its path', async () => {
    await expect(applyWidget('typo', { size: 1, sise: 1 })).rejects.toThrow('unknown field "spec.sise"');
  });

  test('create, of kinds that it sends as protobuf', async () => {
    await kubectl('create', 'configmap', 'made', '--from-literal=a=b');
    await kubectl('create', 'secret', 'generic', 'made', '--from-literal=a=b');
    await kubectl('create', 'namespace', 'made');
    await kubectl('create', 'service', 'clusterip', 'made', '--tcp=80:8080');
    expect(await kubectl('get', 'secret', 'made', '-o', 'jsonpath={.data.a}')).toBe('Yg==');
    expect(rows(await kubectl('get', 'svc', 'made'))[1]?.slice(0, 5)).toEqual([
      'made',
      'ClusterIP',
      '<none>',
      '<none>',
      '80/TCP',
    ]);
  });

  test('create ingress', async () => {
    const rule = 'made.example.com/ui*=made:8081,tls=made';
    await kubectl('create', 'ingress', 'made', `--rule=${rule}`, '--default-backend=made:http');
    expect(JSON.parse(await kubectl('get', 'ingress', 'made', '-o', 'jsonpath={.spec}'))).toEqual({
      defaultBackend: { service: { name: 'made', port: { name: 'http' } } },
      rules: [
        {
          host: 'made.example.com',
          http: {
            paths: [
              {
                path: '/ui',
                pathType: 'Prefix',
                backend: { service: { name: 'made', port: { number: 8081 } } },
              },
            ],
          },
        },
      ],
      tls: [{ hosts: ['made.example.com'], secretName: 'made' }],
    });
  });

  test('diff', async () => {
    await applyWidget('diffed', { size: 1 }, '--server-side');
    const file = await write('diffed.yaml', widget('diffed', { size: 2 }));
    // Exit code 1 says that there are differences.
    await expect(kubectl('diff', '--server-side', '-f', file)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^-\s+size: 1\n\+\s+size: 2$/mu),
    });
  });

  test('edit', async () => {
    await applyWidget('edited', { size: 1 }, '--server-side');
    const script = join(folder, 'editor.sh');
    await writeFile(script, '#!/bin/sh\nsed -i.bak "s/size: 1/size: 8/" "$1"\n', { mode: 0o700 });
    await run('kubectl', ['edit', 'wg', 'edited'], {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        TMPDIR: folder,
        KUBECONFIG: server.kubeconfig,
        EDITOR: script,
      },
    });
    expect(await kubectl('get', 'wg', 'edited', '-o', 'jsonpath={.spec.size}')).toBe('8');
  });

  test('describe shows events', async () => {
    await applyWidget('told', { size: 1 }, '--server-side');
    const uid = await kubectl('get', 'wg', 'told', '-o', 'jsonpath={.metadata.uid}');
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'told.1', namespace: 'default' },
      involvedObject: {
        apiVersion: 'example.org/v1',
        kind: 'Widget',
        name: 'told',
        namespace: 'default',
        uid,
      },
      type: 'Warning',
      reason: 'TooSmall',
      message: 'grow it',
      source: { component: 'Grower' },
      firstTimestamp: new Date().toISOString(),
      lastTimestamp: new Date().toISOString(),
      count: 2,
    };
    await kubectl('create', '-f', await write('event.yaml', event));
    expect(await kubectl('describe', 'wg', 'told')).toMatch(/Warning\s+TooSmall\s+.*Grower\s+grow it/u);
    expect(await kubectl('get', 'events', '--field-selector', 'involvedObject.name=told')).toMatch(
      /Warning\s+TooSmall\s+widget\/told\s+grow it/u,
    );
    expect(await kubectl('events', '--for', 'widget/told')).toContain('TooSmall');
  });

  test('explain', async () => {
    expect(await kubectl('explain', 'wg.spec')).toMatch(/size\s+<integer> -required-/u);
  });

  test('patch, label, annotate', async () => {
    await applyWidget('changed', { size: 1 }, '--server-side');
    await kubectl('patch', 'wg', 'changed', '--type=merge', '-p', '{"spec":{"size":5}}');
    await kubectl(
      'patch',
      'wg',
      'changed',
      '--type=json',
      '-p',
      '[{"op":"add","path":"/spec/code","value":"AB"}]',
    );
    await kubectl(
      'patch',
      'wg',
      'changed',
      '--subresource=status',
      '--type=merge',
      '-p',
      '{"status":{"observedGeneration":3}}',
    );
    await kubectl('label', 'wg', 'changed', 'tier=gold');
    await kubectl('annotate', 'wg', 'changed', 'note=x');
    const shown = JSON.parse(await kubectl('get', 'wg', '-l', 'tier=gold', '-o', 'json')) as {
      items: unknown[];
    };
    expect(shown.items).toMatchObject([
      {
        metadata: { labels: { tier: 'gold' }, annotations: { note: 'x' }, generation: 3 },
        spec: { size: 5, code: 'AB' },
        status: { observedGeneration: 3 },
      },
    ]);
  });

  test('wait for a condition and for deletion', async () => {
    await applyWidget('awaited', { size: 1 }, '--server-side');
    const ready = kubectl('wait', 'wg/awaited', '--for=condition=Ready', '--timeout=10s');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const conditions = [{ type: 'Ready', status: 'True' }];
    await server.client.patch(
      WIDGETS,
      { name: 'awaited' },
      { status: { conditions } },
      { subresource: 'status' },
    );
    expect(await ready).toContain('condition met');
    const gone = kubectl('wait', 'wg/awaited', '--for=delete', '--timeout=10s');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await kubectl('delete', 'wg', 'awaited');
    expect(await gone).toContain('condition met');
  });

  test('delete, by name, by selector, with finalizers', async () => {
    await applyWidget('gone', { size: 1 }, '--server-side');
    expect(await kubectl('delete', 'wg', 'gone')).toContain('deleted');
    await kubectl('create', 'configmap', 'sel', '--from-literal=a=b');
    await kubectl('label', 'cm', 'sel', 'x=y');
    await kubectl('delete', 'cm', '-l', 'x=y');
    await expect(kubectl('get', 'cm', 'sel')).rejects.toThrow('configmaps "sel" not found');
  });

  test('get -w', async () => {
    const events = kubectl('get', 'wg', 'watched', '-w', '--request-timeout=3s').catch(
      (error: { stdout: string }) => error.stdout,
    );
    await applyWidget('watched', { size: 1 }, '--server-side');
    const seen = kubectl('get', 'wg', 'watched', '-w', '--request-timeout=2s').catch(
      (error: { stdout: string }) => error.stdout,
    );
    await new Promise((resolve) => setTimeout(resolve, 800));
    await kubectl('patch', 'wg', 'watched', '--type=merge', '-p', '{"spec":{"size":9}}');
    expect(rows(await seen).map(([, size]) => size)).toEqual(['SIZE', '1', '9']);
    await events;
  });

  test('pods: get, describe, logs, delete', async () => {
    await server.client.create(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default' },
      spec: { containers: [{ name: 'main', image: 'x' }] },
    });
    const status = {
      phase: 'Running',
      containerStatuses: [{ name: 'main', ready: true, restartCount: 2, state: { running: {} } }],
    };
    await server.client.patch(PODS, { name: 'p' }, { status }, { subresource: 'status' });
    expect(rows(await kubectl('get', 'pods'))[0]).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    expect(rows(await kubectl('get', 'pods'))[1]?.slice(0, 4)).toEqual(['p', '1/1', 'Running', '2']);
    expect(await kubectl('describe', 'pod', 'p')).toContain('Restart Count:  2');
    expect(await kubectl('logs', 'p', '-f', '--tail=7', '--timestamps')).toBe('first\nsecond\n');
    expect(asked.at(-1)).toMatchObject({ follow: true, tailLines: 7, timestamps: true, container: 'main' });
    await expect(kubectl('logs', 'p', '-c', 'other')).rejects.toThrow(
      'container other is not valid for pod p',
    );
    await kubectl('delete', 'pod', 'p');
  });

  test('auth can-i', async () => {
    expect(await kubectl('auth', 'can-i', 'list', 'pods')).toBe('yes\n');
    expect(await kubectl('auth', 'can-i', 'get', '/version')).toBe('yes\n');
  });

  test('create role, rolebinding, serviceaccount and token; --as, --list, whoami', async () => {
    await kubectl('create', 'serviceaccount', 'deployer');
    await kubectl('create', 'role', 'reader', '--verb=get,list', '--resource=configmaps,pods/log');
    await kubectl('create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=default:deployer');
    await kubectl('create', 'clusterrole', 'lister', '--verb=list', '--resource=namespaces');
    await kubectl('create', 'clusterrolebinding', 'lister', '--clusterrole=lister', '--group=team');
    const deployer = '--as=system:serviceaccount:default:deployer';
    expect(await kubectl('auth', 'can-i', 'list', 'configmaps', deployer)).toBe('yes\n');
    await expect(kubectl('auth', 'can-i', 'list', 'secrets', deployer)).rejects.toMatchObject({
      stdout: 'no\n',
    });
    expect(await kubectl('auth', 'can-i', '--list', deployer)).toMatch(
      /^configmaps +\[\] +\[\] +\[get list\]$/mu,
    );
    await expect(kubectl('get', 'secrets', deployer)).rejects.toThrow('cannot list resource "secrets"');
    expect(await kubectl('get', 'namespaces', '--as=eve', '--as-group=team', '-o', 'name')).toContain(
      'namespace/default',
    );
    expect(rows(await kubectl('get', 'rolebinding', 'reader', '-o', 'wide'))[1]?.slice(0, 2)).toEqual([
      'reader',
      'Role/reader',
    ]);
    expect(await kubectl('describe', 'rolebinding', 'reader')).toMatch(/ServiceAccount +deployer +default/u);
    const token = (await kubectl('create', 'token', 'deployer', '--duration=1h')).trim();
    expect(await kubectl('auth', 'whoami', `--token=${token}`)).toMatch(
      /Username +system:serviceaccount:default:deployer/u,
    );
  });

  test('get --raw through the service proxy', async () => {
    await expect(kubectl('get', '--raw', '/api/v1/namespaces/default/services/none/proxy/')).rejects.toThrow(
      'services "none" not found',
    );
  });
});
