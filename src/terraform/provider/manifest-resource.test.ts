import { beforeEach, describe, expect, it } from 'vitest';
import { toDynamic } from '../framework/dynamic.ts';
import { Dynamic, type ObjectValue, unknown } from '../framework/value.ts';
import type { FakeApi } from '../testing/fake-api.ts';
import { absent } from '../testing/terraform-core.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';

let api: FakeApi;
let test: TestProvider;
beforeEach(() => {
  test = createTestProvider();
  ({ api } = test);
});
const core = (settings?: ObjectValue) => test.coreFor('sdp_manifest', settings);
const offered = () => {
  const resource = test.provider.resources.find(({ typeName }) => typeName === 'sdp_manifest');
  if (resource === undefined) throw new Error('no sdp_manifest');
  return resource;
};

const settings = (data: object, metadata: object = {}) => ({
  manifest: toDynamic({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', ...metadata },
    data,
  }),
});
const path = '/api/v1/namespaces/default/configmaps/settings';
const configMapType = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const widgets = {
  resources: [
    { name: 'widgets', kind: 'Widget', namespaced: false },
    { name: 'widgets/status', kind: 'Widget', namespaced: false },
  ],
};
const widget = (size: number) => ({
  manifest: toDynamic({ apiVersion: 'test.io/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { size } }),
});

describe('a manifest', () => {
  it('is created, planned empty, changed and deleted', async () => {
    const created = await (await core()).apply(absent, settings({ a: '1' }));
    expect(created).toMatchObject({ action: 'create', diagnostics: [] });
    expect(created.instance.state).toMatchObject({
      id: 'v1/ConfigMap/default/settings',
      revision: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(api.objects.get(path)).toMatchObject({
      data: { a: '1' },
      metadata: { annotations: { 'sdp.internal/owner': 'demo/ConfigMap/default/settings' } },
    });
    expect((await (await core()).apply(created.instance, settings({ a: '1' }))).action).toBe('no-op');

    const changed = await (await core()).apply(created.instance, settings({ b: '2' }));
    expect(changed).toMatchObject({ action: 'update', diagnostics: [] });
    expect(api.objects.get(path)).toMatchObject({ data: { b: '2' } });
    expect((await (await core()).apply(changed.instance, null)).action).toBe('delete');
    expect(api.objects.size).toBe(0);
  });

  it('shows drift at what the user wrote, and nothing else', async () => {
    const { instance } = await (await core()).apply(absent, settings({ a: '1' }));
    api.edit(configMapType, 'default', 'settings', (object) => {
      object.data = { ...object.data, others: 'x' };
      object.metadata.labels = { others: 'x' };
    });
    expect((await (await core()).apply(instance, settings({ a: '1' }))).action).toBe('no-op');
    api.edit(configMapType, 'default', 'settings', (object) => {
      object.data = { ...object.data, a: 'edited' };
    });
    const { instance: drifted } = await (await core()).refresh(instance);
    expect(drifted.state).toMatchObject({
      revision: null,
      manifest: { value: { data: { a: 'edited' } } },
    });
    expect(await (await core()).apply(instance, settings({ a: '1' }))).toMatchObject({
      action: 'update',
      diagnostics: [],
    });
    expect(api.objects.get(path)?.data).toEqual({ a: '1', others: 'x' });
  });

  it('reads a hundred with one request', async () => {
    const first = await core();
    const runs = [];
    for (let index = 0; index < 100; index += 1) {
      runs.push(await first.apply(absent, settings({}, { name: `s${index}` })));
    }
    const again = await core();
    api.requests.length = 0;
    await Promise.all(runs.map(({ instance }) => again.refresh(instance)));
    expect(api.requests).toEqual(['list /api/v1/namespaces/default/configmaps/']);
  });

  it('is another object with another name, namespace, kind or group, and the same with another version', async () => {
    const state: ObjectValue = {
      delete_timeout: null,
      id: 'apps/v1/Deployment/default/a',
      revision: 'x',
      manifest: toDynamic({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } }),
    };
    await core();
    const planned = async (apiVersion: string, kind: string, metadata: object) => {
      const config = {
        delete_timeout: null,
        id: null,
        revision: null,
        manifest: toDynamic({ apiVersion, kind, metadata }),
      };
      return (await offered().plan({ prior: state, config, private: {} })).replacedBy.length;
    };
    expect(await planned('apps/v1', 'Deployment', { name: 'a' })).toBe(0);
    expect(await planned('apps/v1', 'Deployment', { name: 'a', namespace: 'default' })).toBe(0);
    expect(await planned('apps/v2', 'Deployment', { name: 'a' })).toBe(0);
    expect(await planned('apps/v1', 'Deployment', { name: 'b' })).toBeGreaterThan(0);
    expect(await planned('apps/v1', 'Deployment', { name: 'a', namespace: 'b' })).toBeGreaterThan(0);
    expect(await planned('apps/v1', 'StatefulSet', { name: 'a' })).toBeGreaterThan(0);
    expect(await planned('v1', 'Deployment', { name: 'a' })).toBeGreaterThan(0);
  });

  it('does not take what exists, imports it when asked', async () => {
    api.objects.set(path, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default', uid: 'u', labels: { team: 'a' } },
      data: { a: '0' },
    });
    const first = await core();
    const refused = await first.apply(absent, settings({ a: '1' }));
    expect(refused.diagnostics[0]?.summary).toContain('exists, owned by nobody known');
    const imported = (await first.refresh(await first.import('v1/ConfigMap/default/settings'))).instance;
    expect(imported.state?.['manifest']).toEqual(
      toDynamic({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        data: { a: '0' },
        metadata: { name: 'settings', namespace: 'default', labels: { team: 'a' } },
      }),
    );
    const adopted = await first.apply(imported, settings({ a: '1' }));
    expect(adopted).toMatchObject({ action: 'update', diagnostics: [] });
    expect((await (await core()).apply(adopted.instance, settings({ a: '1' }))).action).toBe('no-op');
  });

  it('waits for finalizers no longer than it may', async () => {
    const config = { ...settings({}), delete_timeout: '50ms' };
    const { instance } = await (await core()).apply(absent, config);
    api.edit(configMapType, 'default', 'settings', (object) => {
      object.metadata.finalizers = ['test/keep'];
    });
    expect((await (await core()).apply(instance, null)).diagnostics[0]?.detail).toContain('test/keep');
  });
});

describe('a kind that is not well known', () => {
  it('is looked up when it is applied, once, and known from then on', async () => {
    api.answers.set('/apis/test.io/v1', widgets);
    const first = await core();
    const created = await first.apply(absent, widget(1));
    expect(created).toMatchObject({ action: 'create', planned: { id: unknown }, diagnostics: [] });
    expect(created.instance.state).toMatchObject({ id: 'test.io/v1/Widget/w' });
    expect([...api.objects.keys()]).toEqual(['/apis/test.io/v1/widgets/w']);
    api.requests.length = 0;
    const changed = await (await core()).apply(created.instance, widget(2));
    expect(changed).toMatchObject({ action: 'update', planned: { id: 'test.io/v1/Widget/w' } });
    expect(api.requests.filter((request) => request.startsWith('GET'))).toEqual([]);
  });

  it.each([
    [{}, 'install the CustomResourceDefinition'],
    [
      { '/apis/test.io': { versions: [{ version: 'v1beta2' }] }, '/apis/test.io/v1beta2': widgets },
      'only as test.io/v1beta2',
    ],
  ])('is missing: %j', async (answers, expected) => {
    for (const [at, answer] of Object.entries(answers)) api.answers.set(at, answer);
    const run = await (await core()).apply(absent, widget(1));
    expect(run).toMatchObject({ action: 'failed', instance: { state: null } });
    expect(run.diagnostics[0]).toMatchObject({
      summary: 'The API server does not know test.io/v1 Widget',
      detail: expect.stringContaining(expected),
    });
  });
});

describe('a manifest that cannot be', () => {
  it.each<[string, unknown, string]>([
    ['text', 'x', 'Invalid value for manifest'],
    ['nothing in it', {}, 'has no apiVersion'],
    ['no name', { apiVersion: 'v1', kind: 'ConfigMap' }, 'has no metadata.name'],
    ['no kind', { apiVersion: 'v1', kind: 'configmap', metadata: { name: 'a' } }, '"configmap" is no kind'],
    ['a status', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, status: {} }, 'sets status'],
    ['a uid', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', uid: 'x' } }, 'sets metadata.uid'],
    ['a list', { apiVersion: 'v1', kind: 'List', items: [] }, 'a List of objects'],
    [
      'a secret',
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { a: 'eA==' } },
      "A Secret's data",
    ],
    [
      'an unknown secret',
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: unknown }, stringData: unknown },
      "A Secret's stringData",
    ],
  ])('because of %s', async (_what, manifest, expected) => {
    const found = await offered().validate({ manifest: toDynamic(manifest), delete_timeout: null });
    expect(found.map(({ summary }) => summary).join()).toContain(expected);
  });

  it('is nothing to complain of while it is unknown', async () => {
    const config: ObjectValue = { manifest: unknown, delete_timeout: null, id: null, revision: null };
    expect(await offered().validate(config)).toEqual([]);
    const plan = await offered().plan({ prior: null, config, private: {} });
    expect(plan.planned).toMatchObject({ id: unknown, revision: unknown });
    const typed = { ...config, manifest: new Dynamic(['map', 'string'], unknown) };
    expect((await offered().plan({ prior: null, config: typed, private: {} })).planned).toMatchObject({
      id: unknown,
    });
  });
});
