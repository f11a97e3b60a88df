import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configMapType, secretType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import {
  type Controller,
  type ControllerOptions,
  dependsOn,
  ownerKeys,
  startController,
} from './controller.ts';
import { keyOf, startInformer } from './informer.ts';

type ConfigMap = KubernetesObject & { data?: Record<string, string> };

let server: TestServer;
let ending: AbortController;
const controllers: Controller[] = [];
beforeEach(async () => {
  server = await startTestServer({ namespaces: ['test'] });
  ending = new AbortController();
});
afterEach(async () => {
  for (const controller of controllers.splice(0)) await controller.stop();
  ending.abort();
  await server.close();
});

const create = (name: string, value = '1', type = configMapType) =>
  server.client.create<ConfigMap>(type, {
    apiVersion: 'v1',
    kind: type.kind,
    metadata: { namespace: 'test', name },
    ...(type === configMapType && { data: { value } }),
  });
const write = (name: string, value: string) =>
  server.client.patch(configMapType, { namespace: 'test', name }, { data: { value } });

async function watch<T extends KubernetesObject>(type = configMapType) {
  const informer = startInformer<T>(server.client, type, { namespace: 'test', signal: ending.signal });
  await informer.synced;
  return informer;
}
async function start(options: Partial<ControllerOptions<ConfigMap>>) {
  const controller = startController<ConfigMap>({
    name: 'test',
    informer: options.informer ?? (await watch<ConfigMap>()),
    reconcile: async () => undefined,
    onError: (_, error) => {
      throw error;
    },
    ...options,
  });
  controllers.push(controller);
  return controller;
}

describe('a controller', () => {
  it('reconciles what there is at its start, and what comes, changes and goes', async () => {
    await create('a');
    const seen: string[] = [];
    await start({
      async reconcile(key, object) {
        seen.push(`${key} ${object?.data?.['value'] ?? 'gone'}`);
        return undefined;
      },
    });
    const sees = (what: string) => vi.waitFor(() => expect(seen.at(-1)).toBe(what));
    await sees('test/a 1');
    await create('b');
    await sees('test/b 1');
    await write('b', '2');
    await sees('test/b 2');
    await server.client.delete(configMapType, { namespace: 'test', name: 'a' });
    await sees('test/a gone');
    expect(seen).toHaveLength(4);
  });

  it('tries again after errors, later each time, and says so; one success ends that', async () => {
    await create('a');
    const times: number[] = [];
    const errors: unknown[] = [];
    let failures = 4;
    const controller = await start({
      async reconcile() {
        times.push(Date.now());
        failures -= 1;
        if (failures >= 0) throw new Error(`failure ${failures}`);
        return undefined;
      },
      onError: (key, error) => errors.push([key, (error as Error).message]),
    });
    await vi.waitFor(() => expect(times).toHaveLength(5), { timeout: 5000 });
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const [index, least] of [100, 200, 400, 800].entries()) {
      // Timers may be a millisecond early.
      expect(pauses[index]).toBeGreaterThanOrEqual(least - 2);
      expect(pauses[index]).toBeLessThan(least * 2 + 500);
    }
    expect(errors).toEqual([3, 2, 1, 0].map((left) => ['test/a', `failure ${left}`]));
    failures = 1;
    controller.enqueue('test/a');
    await vi.waitFor(() => expect(times).toHaveLength(7));
    expect((times[6] ?? 0) - (times[5] ?? 0)).toBeLessThan(800);
  });

  it('does not wait for its next try when the object changes', async () => {
    await create('a', 'bad');
    const seen: (string | undefined)[] = [];
    await start({
      async reconcile(_, object) {
        seen.push(object?.data?.['value']);
        if (object?.data?.['value'] === 'bad') throw new Error('bad');
        return undefined;
      },
      onError: () => undefined,
    });
    await vi.waitFor(() => expect(seen).toHaveLength(4), { timeout: 3000 });
    const begin = Date.now();
    await write('a', 'good');
    await vi.waitFor(() => expect(seen.at(-1)).toBe('good'));
    expect(Date.now() - begin).toBeLessThan(600);
    await sleep(900);
    expect(seen).toHaveLength(5);
  });

  it('never reconciles one key twice at a time, and never misses the last change', async () => {
    for (const name of ['a', 'b', 'c']) await create(name, '0');
    const active = new Map<string, number>();
    const last = new Map<string, string | undefined>();
    let most = 0;
    let overlapping = 0;
    await start({
      concurrency: 2,
      async reconcile(key, object) {
        active.set(key, (active.get(key) ?? 0) + 1);
        overlapping = Math.max(overlapping, ...active.values());
        most = Math.max(most, [...active.values()].filter((count) => count > 0).length);
        await sleep(15);
        last.set(key, object?.data?.['value']);
        active.set(key, (active.get(key) ?? 0) - 1);
        return undefined;
      },
    });
    for (let value = 1; value <= 20; value += 1) {
      await Promise.all(['a', 'b', 'c'].map((name) => write(name, String(value))));
    }
    await vi.waitFor(() => expect([...last.values()]).toEqual(['20', '20', '20']));
    expect([overlapping, most]).toEqual([1, 2]);
  });

  it('looks again after the time that it was told, once', async () => {
    await create('a');
    const times: number[] = [];
    await start({
      async reconcile() {
        times.push(Date.now());
        return times.length === 1 ? { requeueAfterMs: 150 } : {};
      },
    });
    await sleep(500);
    expect(times).toHaveLength(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(148);
  });

  it('reconciles the objects that another one concerns', async () => {
    await create('a');
    const secrets = await watch(secretType);
    const seen: string[] = [];
    await start({
      alsoWatch: [dependsOn(secrets, (secret) => [keyOf(secret), 'test/unknown'])],
      async reconcile(key, object) {
        seen.push(`${key} ${object === undefined ? 'gone' : 'there'}`);
        return undefined;
      },
    });
    await vi.waitFor(() => expect(seen).toEqual(['test/a there']));
    await create('a', '', secretType);
    await vi.waitFor(() => expect(seen).toEqual(['test/a there', 'test/a there', 'test/unknown gone']));
  });

  it('ends what is under way before it has stopped, and begins nothing after that', async () => {
    await create('a');
    let begun = 0;
    let ended = 0;
    const secrets = await watch(secretType);
    const controller = await start({
      alsoWatch: [dependsOn(secrets, () => ['test/a'])],
      async reconcile() {
        begun += 1;
        await sleep(150);
        ended += 1;
        return { requeueAfterMs: 10 };
      },
    });
    await vi.waitFor(() => expect(begun).toBe(1));
    await controller.stop();
    expect([begun, ended]).toEqual([1, 1]);
    await write('a', '2');
    await create('s', '', secretType);
    controller.enqueue('test/a');
    await sleep(200);
    expect([begun, ended]).toEqual([1, 1]);
  });
});

describe('ownerKeys', () => {
  const owner = (kind: string, name: string) => ({ apiVersion: 'v1', kind, name, uid: 'u' });
  const object = (namespace?: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p',
      ...(namespace !== undefined && { namespace }),
      ownerReferences: [owner('Kafka', 'k'), owner('FlinkDeployment', 'f'), owner('Kafka', 'l')],
    },
  });
  it('names the owners of a kind, where the object is', () => {
    expect(ownerKeys(object('ns'), 'Kafka')).toEqual(['ns/k', 'ns/l']);
    expect(ownerKeys(object(), 'FlinkDeployment')).toEqual(['f']);
    expect(ownerKeys({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }, 'Kafka')).toEqual([]);
  });
});
