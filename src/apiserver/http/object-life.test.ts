import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiClient } from '../../apiclient/client.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import {
  CONFIG_MAPS,
  configMap,
  DEFINITIONS,
  NAMESPACES,
  PODS,
  SECRETS,
  WIDGET_DEFINITION,
  WIDGETS,
  widget,
} from '../testing/widget-definition.ts';

interface Widget extends KubernetesObject {
  spec: { size: number; colour?: string; [field: string]: unknown };
  status?: { observedGeneration?: number };
}

let server: TestServer;
let client: ApiClient;
let name: string;
let counter = 0;

beforeAll(async () => {
  server = await startTestServer();
  client = server.client;
  await client.create(DEFINITIONS, WIDGET_DEFINITION);
});

afterAll(() => server.close());

beforeEach(() => {
  counter += 1;
  name = `w${counter}`;
});

const read = async (): Promise<Widget> => {
  const found = await client.get<Widget>(WIDGETS, { namespace: 'default', name });
  if (found === undefined) throw new Error(`${name} is not there`);
  return found;
};

describe('creating', () => {
  test('gives identity, generation 1 and defaults', async () => {
    const created = await client.create<Widget>(WIDGETS, widget(name));
    expect(created.metadata).toMatchObject({ name, namespace: 'default', generation: 1 });
    expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/u);
    expect(created.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u);
    expect(created.spec.colour).toBe('red');
    expect(await read()).toEqual(created);
  });

  test('and replacing take a built-in kind without its type, and no custom one', async () => {
    const { apiVersion: _map, kind: _kind, ...map } = configMap(name, { a: '1' });
    const send = async (method: string, path: string, content: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await client.request(method, path, { headers, body: JSON.stringify(content) });
      return { status: answer.status, object: JSON.parse(await answer.text()) as unknown };
    };
    const maps = '/api/v1/namespaces/default/configmaps';
    const typed = { apiVersion: 'v1', kind: 'ConfigMap' };
    expect(await send('POST', maps, map)).toMatchObject({ status: 201, object: typed });
    const replaced = await send('PUT', `${maps}/${name}`, { ...map, data: { b: '2' } });
    expect(replaced).toMatchObject({ status: 200, object: { ...typed, data: { b: '2' } } });
    const { apiVersion: _version, kind: _widget, ...untyped } = widget(name);
    const refused = await send('POST', '/apis/example.org/v1/namespaces/default/widgets', untyped);
    expect(refused).toMatchObject({ status: 400, object: { reason: 'BadRequest' } });
  });

  test('makes a name from generateName', async () => {
    const made = await client.create(WIDGETS, widget('', { size: 1 }, { generateName: 'gen-' }));
    expect(made.metadata.name).toMatch(/^gen-[a-z0-9]{5}$/u);
  });

  test('drops status and unknown fields, keeps those of open shape', async () => {
    await client.create(WIDGETS, {
      ...widget(name, { size: 1, extra: 1, config: { anything: { goes: true } } }),
      status: { observedGeneration: 9 },
    });
    const { spec, status } = await read();
    expect(spec).toEqual({ size: 1, colour: 'red', config: { anything: { goes: true } } });
    expect(status).toBeUndefined();
  });

  test('warns of unknown fields', async () => {
    const answer = await client.request('POST', '/apis/example.org/v1/namespaces/default/widgets', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(widget(name, { size: 1, extra: 1 })),
    });
    expect(answer.status).toBe(201);
    expect(answer.headers['warning']).toBe('299 - "unknown field \\"spec.extra\\""');
    await answer.text();
  });

  test('with dryRun answers the object and stores nothing', async () => {
    const dry = await client.create<Widget>(WIDGETS, widget(name), { dryRun: true });
    expect(dry.spec.colour).toBe('red');
    expect(await client.get(WIDGETS, { name })).toBeUndefined();
  });

  test('reads YAML', async () => {
    const answer = await client.request('POST', '/api/v1/namespaces/default/configmaps', {
      headers: { 'content-type': 'application/yaml' },
      body: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  on: "yes"\n`,
    });
    expect(answer.status).toBe(201);
    expect(JSON.parse(await answer.text())).toMatchObject({ data: { on: 'yes' } });
  });

  test('encodes the plain text of a Secret', async () => {
    const secret = { ...configMap(name), kind: 'Secret', stringData: { key: 'hush' } };
    expect(await client.create(SECRETS, secret)).toMatchObject({
      type: 'Opaque',
      data: { key: Buffer.from('hush').toString('base64') },
    });
  });
});

describe('changing', () => {
  test('generation rises with the spec, not with metadata or status', async () => {
    const created = await client.create<Widget>(WIDGETS, widget(name));
    const labelled = await client.patch<Widget>(WIDGETS, { name }, { metadata: { labels: { a: 'b' } } });
    expect(labelled.metadata.generation).toBe(1);
    const status = { observedGeneration: 1 };
    const observed = await client.updateStatus<Widget>(WIDGETS, { ...labelled, status });
    expect(observed.metadata.generation).toBe(1);
    const resized = await client.patch<Widget>(WIDGETS, { name }, { spec: { size: 2 } });
    expect(resized.metadata.generation).toBe(2);
    expect(resized.metadata.uid).toBe(created.metadata.uid);
  });

  test('status and spec are written through doors of their own', async () => {
    const created = await client.create<Widget>(WIDGETS, widget(name));
    const changed = { ...created, spec: { size: 7 }, status: { observedGeneration: 1 } };
    const observed = await client.updateStatus<Widget>(WIDGETS, changed);
    expect(observed).toMatchObject({ spec: { size: 1 }, status: { observedGeneration: 1 } });
    const updated = await client.update<Widget>(WIDGETS, { ...observed, spec: { size: 7 }, status: {} });
    expect(updated).toMatchObject({ spec: { size: 7 }, status: { observedGeneration: 1 } });
  });

  test('a write that changes nothing keeps the version', async () => {
    const created = await client.create<Widget>(WIDGETS, widget(name));
    const again = await client.update<Widget>(WIDGETS, created);
    expect(again.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
  });

  test('of two writers of one version the second is refused', async () => {
    const created = await client.create<Widget>(WIDGETS, widget(name));
    const outcomes = await Promise.allSettled(
      [2, 3].map((size) => client.update<Widget>(WIDGETS, { ...created, spec: { size } })),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('a JSON patch works on the stored object', async () => {
    await client.create(WIDGETS, widget(name));
    const patched = await client.patch<Widget>(WIDGETS, { name }, [
      { op: 'test', path: '/spec/size', value: 1 },
      { op: 'replace', path: '/spec/size', value: 4 },
      { op: 'add', path: '/metadata/annotations', value: { 'a/b': 'c' } },
      { op: 'remove', path: '/metadata/annotations/a~1b' },
    ]);
    expect(patched).toMatchObject({ spec: { size: 4 } });
    expect(patched.metadata).not.toHaveProperty('annotations');
  });

  test('a strategic merge patch merges the containers of a pod by name', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'y' },
        ],
      },
    };
    await client.create(PODS, pod);
    const answer = await client.request('PATCH', `/api/v1/namespaces/default/pods/${name}`, {
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: JSON.stringify({ spec: { containers: [{ name: 'b', image: 'z' }] } }),
    });
    const { spec } = JSON.parse(await answer.text()) as { spec: { containers: { image: string }[] } };
    expect(spec.containers.map(({ image }) => image)).toEqual(['x', 'z']);
  });

  test('apply creates, changes and is silent when there is nothing to change', async () => {
    const options = { fieldManager: 'm' };
    const first = await client.apply<Widget>(WIDGETS, widget(name, { size: 1, config: { k: 'v' } }), options);
    const second = await client.apply<Widget>(WIDGETS, widget(name, { size: 2 }), options);
    expect(second.spec).toEqual({ size: 2, colour: 'red' });
    const third = await client.apply<Widget>(WIDGETS, widget(name, { size: 2 }), options);
    expect(third.metadata.resourceVersion).toBe(second.metadata.resourceVersion);
    expect(first.metadata.uid).toBe(third.metadata.uid);
  });

  test('the main field manager of a write is the first part of its User-Agent', async () => {
    const created = await client.create(WIDGETS, widget(name));
    expect(created.metadata.managedFields).toMatchObject([{ manager: 'test', operation: 'Update' }]);
  });
});

describe('deleting', () => {
  test('an object without finalizers goes at once', async () => {
    await client.create(WIDGETS, widget(name));
    await client.delete(WIDGETS, { name });
    expect(await client.get(WIDGETS, { name })).toBeUndefined();
    await client.delete(WIDGETS, { name });
  });

  test('finalizers keep it, marked, until the last one is removed', async () => {
    await client.create(WIDGETS, widget(name, { size: 1 }, { finalizers: ['example.org/x'] }));
    await client.delete(WIDGETS, { name });
    const marked = await read();
    expect(marked.metadata).toMatchObject({ generation: 2, deletionGracePeriodSeconds: 0 });
    expect(marked.metadata.deletionTimestamp).toBeDefined();
    const added = { metadata: { finalizers: ['example.org/x', 'example.org/y'] } };
    await expect(client.patch(WIDGETS, { name }, added)).rejects.toMatchObject({
      reason: 'Invalid',
      message: expect.stringContaining('no new finalizers can be added'),
    });
    await client.patch(WIDGETS, { name }, { metadata: { finalizers: null } });
    expect(await client.get(WIDGETS, { name })).toBeUndefined();
  });

  test('a pod on a node stays for its grace period, until its node deletes it with 0', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { nodeName: 'here', containers: [{ name: 'a', image: 'x' }] },
    };
    await client.create(PODS, pod);
    await client.delete(PODS, { name });
    const marked = await client.get(PODS, { name });
    expect(marked?.metadata.deletionGracePeriodSeconds).toBe(30);
    const answer = await client.request(
      'DELETE',
      `/api/v1/namespaces/default/pods/${name}?gracePeriodSeconds=0`,
    );
    await answer.text();
    expect(await client.get(PODS, { name })).toBeUndefined();
  });

  test('a collection goes by selector', async () => {
    const labels = { batch: name };
    await client.create(CONFIG_MAPS, configMap(`${name}-a`, {}, { labels }));
    await client.create(CONFIG_MAPS, configMap(`${name}-b`, {}, { labels }));
    await client.create(CONFIG_MAPS, configMap(`${name}-c`));
    const path = `/api/v1/namespaces/default/configmaps?labelSelector=batch%3D${name}`;
    const answer = await client.request('DELETE', path);
    expect(JSON.parse(await answer.text())).toMatchObject({ kind: 'ConfigMapList' });
    expect((await client.list(CONFIG_MAPS, { labelSelector: `batch=${name}` })).items).toEqual([]);
    expect(await client.get(CONFIG_MAPS, { name: `${name}-c` })).toBeDefined();
  });

  test('a namespace goes with what is in it, and takes nothing new meanwhile', async () => {
    const namespace = `ns-${name}`;
    await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await client.create(CONFIG_MAPS, configMap('a', {}, { namespace }));
    await client.create(WIDGETS, widget('held', { size: 1 }, { namespace, finalizers: ['example.org/x'] }));
    await client.delete(NAMESPACES, { name: namespace });
    await expect.poll(() => client.get(CONFIG_MAPS, { namespace, name: 'a' })).toBeUndefined();
    expect(await client.get(NAMESPACES, { name: namespace })).toMatchObject({
      status: { phase: 'Terminating' },
    });
    await expect(client.create(CONFIG_MAPS, configMap('b', {}, { namespace }))).rejects.toMatchObject({
      reason: 'Forbidden',
    });
    await client.patch(WIDGETS, { namespace, name: 'held' }, { metadata: { finalizers: null } });
    await expect.poll(() => client.get(NAMESPACES, { name: namespace })).toBeUndefined();
  });

  test('a definition goes with its objects', async () => {
    const spec = structuredClone(WIDGET_DEFINITION.spec) as { group: string };
    spec.group = `${name}.org`;
    const metadata = { name: `widgets.${name}.org` };
    await client.create(DEFINITIONS, { ...WIDGET_DEFINITION, metadata, spec });
    const type = { ...WIDGETS, group: spec.group };
    await client.create(type, { ...widget('a'), apiVersion: `${spec.group}/v1` });
    await client.delete(DEFINITIONS, metadata);
    await expect.poll(() => client.get(DEFINITIONS, metadata)).toBeUndefined();
    await expect(client.list(type)).rejects.toMatchObject({ reason: 'NotFound' });
  });
});
