import { Writable } from 'node:stream';
import {
  ApiException,
  ApiextensionsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type Informer,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  Log,
  loadYaml,
  makeInformer,
  type ObjectCache,
  PatchStrategy,
  setHeaderOptions,
  V1ConfigMap,
  V1Lease,
  V1MicroTime,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';
import { PODS, WIDGET_DEFINITION, widget } from './testing/widget-definition.ts';

/** The official JavaScript client, with nothing but a kubeconfig. */
let server: TestServer;
let config: KubeConfig;
let core: CoreV1Api;
let custom: CustomObjectsApi;

const namespace = 'default';
const WIDGETS = { group: 'example.org', version: 'v1', plural: 'widgets' };

beforeAll(async () => {
  server = await startTestServer({
    keptChanges: 50,
    podLogs: async () =>
      (async function* () {
        yield Buffer.from('first\n');
        yield Buffer.from('second\n');
      })(),
  });
  config = new KubeConfig();
  config.loadFromFile(server.kubeconfig);
  core = config.makeApiClient(CoreV1Api);
  custom = config.makeApiClient(CustomObjectsApi);
  await config
    .makeApiClient(ApiextensionsV1Api)
    .createCustomResourceDefinition({ body: loadYaml(JSON.stringify(WIDGET_DEFINITION)) });
});

afterAll(() => server.close());

const patchedBy = (strategy: string) => setHeaderOptions('Content-Type', strategy);
const configMap = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) => ({
  metadata: { name, labels },
  data,
});
const createMap = (...map: Parameters<typeof configMap>) =>
  core.createNamespacedConfigMap({ namespace, body: configMap(...map) });
/** The reason of the Status that a request is refused with. */
const refusal = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => 'answered',
    (error: unknown) => {
      if (!(error instanceof ApiException)) throw error;
      const { reason, code } = JSON.parse(String(error.body)) as { reason: string; code: number };
      expect(error.code).toBe(code);
      return reason;
    },
  );

describe('CoreV1Api', () => {
  test('creates, reads, replaces and deletes', async () => {
    const created = await createMap('life', { a: '1' });
    expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date);
    expect(await refusal(createMap('life'))).toBe('AlreadyExists');
    const read = await core.readNamespacedConfigMap({ namespace, name: 'life' });
    expect(read).toEqual(created);
    const replaced = await core.replaceNamespacedConfigMap({
      namespace,
      name: 'life',
      body: Object.assign(new V1ConfigMap(), read, { data: { b: '2' } }),
    });
    expect(replaced.data).toEqual({ b: '2' });
    const stale = core.replaceNamespacedConfigMap({ namespace, name: 'life', body: read });
    expect(await refusal(stale)).toBe('Conflict');
    expect(await core.deleteNamespacedConfigMap({ namespace, name: 'life' })).toMatchObject({
      status: 'Success',
    });
    expect(await refusal(core.readNamespacedConfigMap({ namespace, name: 'life' }))).toBe('NotFound');
  });

  test('patches in four ways', async () => {
    await createMap('patched', { a: '1', b: '2' });
    const patch = (strategy: string, body: unknown, more: { fieldManager?: string; force?: boolean } = {}) =>
      core.patchNamespacedConfigMap({ namespace, name: 'patched', body, ...more }, patchedBy(strategy));
    const merged = await patch(PatchStrategy.MergePatch, { data: { a: null, c: '3' } });
    expect(merged.data).toEqual({ b: '2', c: '3' });
    const stepped = await patch(PatchStrategy.JsonPatch, [{ op: 'move', from: '/data/b', path: '/data/d' }]);
    expect(stepped.data).toEqual({ c: '3', d: '2' });
    const strategic = await patch(PatchStrategy.StrategicMergePatch, {
      data: { $patch: 'replace', e: '5' },
    });
    expect(strategic.data).toEqual({ e: '5' });
    const body = { apiVersion: 'v1', kind: 'ConfigMap', ...configMap('patched', { e: '6' }) };
    const applied = patch(PatchStrategy.ServerSideApply, body, { fieldManager: 'test' });
    expect(await refusal(applied)).toBe('Conflict');
    const forced = await patch(PatchStrategy.ServerSideApply, body, { fieldManager: 'test', force: true });
    expect(forced.data).toEqual({ e: '6' });
    const owner = forced.metadata?.managedFields?.find(({ manager }) => manager === 'test');
    expect(owner).toMatchObject({ operation: 'Apply', fieldsV1: { 'f:data': { 'f:e': {} } } });
  });

  test('merges the containers of a pod by name', async () => {
    const container = { name: 'main', image: 'x', env: [{ name: 'A', value: '1' }] };
    await core.createNamespacedPod({
      namespace,
      body: { metadata: { name: 'pod' }, spec: { containers: [container] } },
    });
    const body = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'main', image: 'y' }] } };
    const pod = await core.patchNamespacedPod(
      { namespace, name: 'pod', body },
      patchedBy(PatchStrategy.StrategicMergePatch),
    );
    expect(pod.spec?.containers).toMatchObject([{ ...container, image: 'y' }]);
  });

  test('reads lists in pages, all of one version', async () => {
    for (const name of ['page-a', 'page-b', 'page-c', 'page-d', 'page-e']) {
      await createMap(name, {}, { paged: 'yes' });
    }
    const names: (string | undefined)[] = [];
    const versions = new Set<string | undefined>();
    let next: string | undefined;
    do {
      const page = await core.listNamespacedConfigMap({
        namespace,
        labelSelector: 'paged=yes',
        limit: 2,
        ...(next === undefined ? {} : { _continue: next }),
      });
      expect(page.items.length).toBeLessThanOrEqual(2);
      names.push(...page.items.map(({ metadata }) => metadata?.name));
      versions.add(page.metadata?.resourceVersion);
      next = page.metadata?._continue;
      if (names.length === 2) await createMap('page-aa', {}, { paged: 'yes' });
    } while (next);
    expect(names).toEqual(['page-a', 'page-b', 'page-c', 'page-d', 'page-e']);
    expect(versions.size).toBe(1);
  });

  test('follows a log', async () => {
    const lines: string[] = [];
    await server.client.create(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'logged', namespace },
      spec: { containers: [{ name: 'main', image: 'x' }] },
    });
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    await new Log(config).log(namespace, 'logged', 'main', stream, { follow: true, tailLines: 7 });
    await expect.poll(() => lines.join('')).toBe('first\nsecond\n');
  });
});

test('CoordinationV1Api: a Lease is taken over once', async () => {
  const leases = config.makeApiClient(CoordinationV1Api);
  const held = (holderIdentity: string) => ({
    holderIdentity,
    leaseDurationSeconds: 1,
    renewTime: new V1MicroTime(),
  });
  const lease = await leases.createNamespacedLease({
    namespace,
    body: { metadata: { name: 'lock' }, spec: held('dead') },
  });
  expect(new Date(String(lease.spec?.renewTime)).getTime()).toBeGreaterThan(Date.now() - 60_000);
  const outcomes = await Promise.all(
    ['a', 'b', 'c'].map((holder) =>
      refusal(
        leases.replaceNamespacedLease({
          namespace,
          name: 'lock',
          body: Object.assign(new V1Lease(), lease, { spec: held(holder) }),
        }),
      ),
    ),
  );
  expect(outcomes.map(String).toSorted()).toEqual(['Conflict', 'Conflict', 'answered']);
});

describe('CustomObjectsApi', () => {
  const address = (name: string) => ({ ...WIDGETS, namespace, name });

  test('creates, reads, lists and deletes', async () => {
    await custom.createNamespacedCustomObject({ ...WIDGETS, namespace, body: widget('made', { size: 2 }) });
    expect(await custom.getNamespacedCustomObject(address('made'))).toMatchObject({
      spec: { size: 2, colour: 'red' },
      metadata: { generation: 1 },
    });
    const { items } = (await custom.listNamespacedCustomObject({
      ...WIDGETS,
      namespace,
      fieldSelector: 'metadata.name=made',
    })) as { items: unknown[] };
    expect(items).toHaveLength(1);
    const tooLarge = custom.createNamespacedCustomObject({
      ...WIDGETS,
      namespace,
      body: widget('large', { size: 99 }),
    });
    expect(await refusal(tooLarge)).toBe('Invalid');
    await custom.deleteNamespacedCustomObject({ ...address('made'), propagationPolicy: 'Foreground' });
    // The garbage collector lets it go.
    await expect.poll(() => refusal(custom.getNamespacedCustomObject(address('made')))).toBe('NotFound');
  });

  test('patches: merge, json, apply, status; no strategic merge of custom kinds', async () => {
    await custom.createNamespacedCustomObject({
      ...WIDGETS,
      namespace,
      body: widget('patched', { size: 2 }),
    });
    const patch = (strategy: string, body: unknown, more: { fieldManager?: string; force?: boolean } = {}) =>
      custom.patchNamespacedCustomObject(
        { ...address('patched'), body, ...more },
        patchedBy(strategy),
      ) as Promise<{ spec: unknown }>;
    const merged = await patch(PatchStrategy.MergePatch, { spec: { size: 3 } });
    expect(merged.spec).toEqual({ size: 3, colour: 'red' });
    const stepped = await patch(PatchStrategy.JsonPatch, [{ op: 'add', path: '/spec/code', value: 'AB' }]);
    expect(stepped.spec).toEqual({ size: 3, colour: 'red', code: 'AB' });
    const strategic = patch(PatchStrategy.StrategicMergePatch, { spec: { size: 4 } });
    expect(await refusal(strategic)).toBe('UnsupportedMediaType');
    const applied = await patch(PatchStrategy.ServerSideApply, widget('patched', { size: 5 }), {
      fieldManager: 'test',
      force: true,
    });
    expect(applied.spec).toMatchObject({ size: 5 });
    const status = (await custom.patchNamespacedCustomObjectStatus(
      { ...address('patched'), body: { status: { observedGeneration: 4 }, spec: { size: 9 } } },
      patchedBy(PatchStrategy.MergePatch),
    )) as { spec: unknown; status: unknown };
    expect(status).toMatchObject({ spec: { size: 5 }, status: { observedGeneration: 4 } });
  });
});

test('KubernetesObjectApi finds the paths of any kind by discovery', async () => {
  const objects = KubernetesObjectApi.makeApiClient(config);
  const made = widget('by-discovery', { size: 1 });
  await objects.create<KubernetesObject>({ ...made, metadata: { name: 'by-discovery', namespace } });
  const header = {
    apiVersion: made.apiVersion,
    kind: made.kind,
    metadata: { name: 'by-discovery', namespace },
  };
  await objects.patch(
    { ...header, spec: { size: 2 } } as typeof header,
    undefined,
    undefined,
    'test',
    undefined,
    PatchStrategy.MergePatch,
  );
  expect(await objects.read(header)).toMatchObject({ spec: { size: 2 } });
  const listed = await objects.list('example.org/v1', 'Widget', namespace);
  expect(listed.items.map(({ metadata }) => metadata?.name)).toContain('by-discovery');
  expect(await objects.delete(header)).toMatchObject({ status: 'Success' });
});

describe('an informer', () => {
  /** Follows the ConfigMaps of one test; the server ends each of its watches after a second. */
  function follow(test: string) {
    const labelSelector = `test=${test}`;
    const informer: Informer<V1ConfigMap> & ObjectCache<V1ConfigMap> = makeInformer(
      config,
      '/api/v1/namespaces/default/configmaps?timeoutSeconds=1',
      () => core.listNamespacedConfigMap({ namespace, labelSelector }),
      labelSelector,
    );
    const seen: string[] = [];
    for (const verb of ['add', 'update', 'delete'] as const) {
      informer.on(verb, ({ metadata }) => seen.push(`${verb} ${metadata?.name}`));
    }
    let connections = 0;
    informer.on('connect', () => {
      connections += 1;
    });
    informer.on('error', (error: unknown) => seen.push(`error ${String(error)}`));
    const names = () => informer.list().map(({ metadata }) => String(metadata?.name));
    return { informer, seen, names, connections: () => connections };
  }
  const create = (test: string, name: string) => createMap(name, {}, { test });
  const change = (name: string, value: string) =>
    core.patchNamespacedConfigMap(
      { namespace, name, body: { data: { value } } },
      patchedBy(PatchStrategy.MergePatch),
    );
  const remove = (name: string) => core.deleteNamespacedConfigMap({ namespace, name });

  test('sees what is added, updated and deleted, each once, over the ends of its watches', async () => {
    await create('ends', 'i-there');
    const { informer, seen, names, connections } = follow('ends');
    await informer.start();
    const expected = ['add i-there'];
    await expect.poll(() => seen).toEqual(expected);
    for (let round = 1; connections() < 4; round += 1) {
      await create('ends', `i-${round}`);
      await change('i-there', String(round));
      await change(`i-${round}`, 'x');
      await remove(`i-${round}`);
      expected.push(`add i-${round}`, 'update i-there', `update i-${round}`, `delete i-${round}`);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await expect.poll(() => seen, { timeout: 3_000 }).toEqual(expected);
    expect(names()).toEqual(['i-there']);
    await informer.stop();
  });

  test('lists again when its version was compacted, and neither loses nor doubles an object', async () => {
    for (const name of ['c-kept', 'c-changed', 'c-deleted']) await create('compacted', name);
    const { informer, seen, names } = follow('compacted');
    await informer.start();
    await expect.poll(() => seen.length).toBe(3);
    await informer.stop();
    await change('c-changed', 'x');
    await remove('c-deleted');
    await create('compacted', 'c-added');
    const before = server.storage.compactedRevision();
    for (let index = 0; server.storage.compactedRevision() === before; index += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, offset) => createMap(`filler-${index + offset}`)));
    }
    seen.length = 0;
    await informer.start();
    await expect.poll(() => seen.toSorted()).toEqual(['add c-added', 'delete c-deleted', 'update c-changed']);
    await create('compacted', 'c-later');
    await expect.poll(() => seen.at(-1), { timeout: 3_000 }).toBe('add c-later');
    expect(seen).toHaveLength(4);
    expect(names().toSorted()).toEqual(['c-added', 'c-changed', 'c-kept', 'c-later']);
    await informer.stop();
  });
});
