import { beforeAll, expect, test } from 'vitest';
import type { Answer } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget, printOwners } from './gadget.ts';
import { printAnswer, printOutcome } from './print-answer.ts';

forEachTarget('deletion', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
  });

  const create = async (name: string, metadata: object = {}): Promise<Answer> => {
    const answer = await api.send('POST', path, { body: gadget(name, { size: 1 }, { metadata }) });
    if (answer.code !== 201) throw new Error(answer.text);
    return answer;
  };
  const read = (name: string): Promise<Answer> => api.send('GET', `${path}/${name}`);
  const remove = (name: string, body?: object, query: Record<string, string> = {}): Promise<Answer> =>
    api.send('DELETE', `${path}/${name}`, { query, ...(body === undefined ? {} : { body }) });
  const release = (name: string): Promise<Answer> =>
    api.send('PATCH', `${path}/${name}`, {
      type: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
  const meta = (answer: Answer): Record<string, unknown> =>
    answer.body['metadata'] as Record<string, unknown>;
  const options = (more: object): object => ({ kind: 'DeleteOptions', apiVersion: 'v1', ...more });

  test('an object goes at once', async () => {
    await create('plain');
    expect(printAnswer(await remove('plain'))).toMatchInlineSnapshot(`
      "200
      {
        apiVersion: "v1",
        details: {
          group: "conformance.sdp.internal",
          kind: "gadgets",
          name: "plain",
          uid: "UID",
        },
        kind: "Status",
        metadata: {},
        status: "Success",
      }"
    `);
    expect((await read('plain')).code).toBe(404);
  });

  test('an object that is not there', async () => {
    expect(printOutcome(await remove('nothing'))).toMatchInlineSnapshot(`
      "404 NotFound
      gadgets.conformance.sdp.internal "nothing" not found
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "nothing" }"
    `);
  });

  test('finalizers keep it, marked as deleted', async () => {
    await create('held', { finalizers: ['example.org/hold'] });
    const answer = await remove('held');
    expect(answer.code).toBe(200);
    const { deletionTimestamp, deletionGracePeriodSeconds, generation, finalizers } = meta(answer);
    expect(deletionTimestamp).toMatch(/^\d{4}-/u);
    expect({ deletionGracePeriodSeconds, generation, finalizers }).toMatchInlineSnapshot(`
      {
        "deletionGracePeriodSeconds": 0,
        "finalizers": [
          "example.org/hold",
        ],
        "generation": 2,
      }
    `);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "conformance Update conformance.sdp.internal/v1: {
        f:metadata: { f:finalizers: { .: {}, v:"example.org/hold": {} } },
        f:spec: { .: {}, f:mode: {}, f:size: {} },
      }"
    `);
    const again = await remove('held');
    expect(meta(again)).toEqual(meta(answer));
    expect((await release('held')).code).toBe(200);
    expect((await read('held')).code).toBe(404);
  });

  test('a deleted object takes changes, but no new finalizers', async () => {
    await create('dying', { finalizers: ['example.org/hold'] });
    await remove('dying');
    const patch = (body: object): Promise<Answer> =>
      api.send('PATCH', `${path}/dying`, { type: 'application/merge-patch+json', body });
    expect((await patch({ spec: { size: 2 } })).code).toBe(200);
    const finalizers = ['example.org/hold', 'example.org/more'];
    expect(printOutcome(await patch({ metadata: { finalizers } }))).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "dying" is invalid: 
      - FieldValueForbidden metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.org/more"}
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "dying" }"
    `);
    const kept = await patch({ metadata: { deletionTimestamp: null } });
    expect(meta(kept)).toHaveProperty('deletionTimestamp');
    await release('dying');
  });

  test('an update that drops the last finalizer of a deleted object', async () => {
    await create('dropped', { finalizers: ['example.org/hold'] });
    const marked = await remove('dropped');
    const metadata = { ...meta(marked), finalizers: [] };
    const answer = await api.send('PUT', `${path}/dropped`, { body: { ...marked.body, metadata } });
    expect(answer.code).toBe(200);
    expect((await read('dropped')).code).toBe(404);
  });

  test('preconditions', async () => {
    const created = await create('guarded');
    const uid = '11111111-1111-1111-1111-111111111111';
    expect(printOutcome(await remove('guarded', options({ preconditions: { uid } })))).toMatchInlineSnapshot(`
      "409 Conflict
      Operation cannot be fulfilled on Gadget.conformance.sdp.internal "guarded": the UID in the precondition (UID) does not match the UID in record (UID). The object might have been deleted and then recreated
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "guarded" }"
    `);
    const stale = await remove('guarded', options({ preconditions: { resourceVersion: '1' } }));
    expect(printOutcome(stale).replaceAll(/record \(\d+\)/gu, 'record (VERSION)')).toMatchInlineSnapshot(`
      "409 Conflict
      Operation cannot be fulfilled on Gadget.conformance.sdp.internal "guarded": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (VERSION). The object might have been modified
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "guarded" }"
    `);
    const preconditions = { uid: meta(created)['uid'], resourceVersion: meta(created)['resourceVersion'] };
    expect((await remove('guarded', options({ preconditions }))).code).toBe(200);
  });

  test('dry-run', async () => {
    await create('dry');
    expect((await remove('dry', undefined, { dryRun: 'All' })).code).toBe(200);
    expect((await remove('dry', options({ dryRun: ['All'] }))).code).toBe(200);
    expect((await read('dry')).code).toBe(200);
    expect(printOutcome(await remove('dry', options({ dryRun: ['Some'] })))).toMatchInlineSnapshot(`
      "422 Invalid
      DeleteOptions.meta.k8s.io "" is invalid: 
      - FieldValueNotSupported dryRun: Unsupported value: []string{"Some"}: supported values: "All"
      details: { group: "meta.k8s.io", kind: "DeleteOptions" }"
    `);
  });

  test.each(['Foreground', 'Orphan'])(
    'propagation %s leaves a finalizer for the garbage collector',
    async (policy) => {
      const name = `by-${policy.toLowerCase()}`;
      await create(name, { finalizers: ['example.org/hold'] });
      const answer = await remove(name, options({ propagationPolicy: policy }));
      expect(answer.code).toBe(200);
      const added = (meta(answer)['finalizers'] as string[]).filter((item) => item !== 'example.org/hold');
      expect(added).toEqual([policy === 'Foreground' ? 'foregroundDeletion' : 'orphan']);
      await release(name);
    },
  );

  test('propagation Background goes at once', async () => {
    await create('background');
    expect((await remove('background', options({ propagationPolicy: 'Background' }))).code).toBe(200);
    expect((await read('background')).code).toBe(404);
  });

  test('propagation by query', async () => {
    await create('by-query', { finalizers: ['example.org/hold'] });
    const answer = await remove('by-query', undefined, { propagationPolicy: 'Foreground' });
    expect(meta(answer)['finalizers']).toMatchInlineSnapshot(`
      [
        "example.org/hold",
        "foregroundDeletion",
      ]
    `);
    await release('by-query');
  });

  test('options that are wrong', async () => {
    await create('options');
    const outcomes = [
      await remove('options', options({ propagationPolicy: 'Sometimes' })),
      await remove('options', options({ propagationPolicy: 'Orphan', orphanDependents: true })),
      await remove('options', options({ gracePeriodSeconds: 'x' })),
      await remove('options', undefined, { gracePeriodSeconds: 'x' }),
      await remove('options', { kind: 'Gadget', apiVersion: 'v1' }),
    ].map(printOutcome);
    if (differs(api, 'client-errors')) {
      expect(outcomes.join('\n')).toMatchInlineSnapshot(`
        "422 Invalid
        DeleteOptions.meta.k8s.io "" is invalid: 
        - FieldValueNotSupported propagationPolicy: Unsupported value: "Sometimes": supported values: "Foreground", "Background", "Orphan", "nil"
        details: { group: "meta.k8s.io", kind: "DeleteOptions" }
        422 Invalid
        DeleteOptions.meta.k8s.io "" is invalid: 
        - FieldValueInvalid propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set
        details: { group: "meta.k8s.io", kind: "DeleteOptions" }
        400 BadRequest
        json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64
        400 BadRequest
        strconv.ParseInt: parsing "x": invalid syntax
        400 BadRequest
        no kind "Gadget" is registered for version "v1" in scheme"
      `);
    } else {
      expect(outcomes.join('\n')).toMatchInlineSnapshot(`
      "422 Invalid
      DeleteOptions.meta.k8s.io "" is invalid: 
      - FieldValueNotSupported propagationPolicy: Unsupported value: "Sometimes": supported values: "Foreground", "Background", "Orphan", "nil"
      details: { group: "meta.k8s.io", kind: "DeleteOptions" }
      422 Invalid
      DeleteOptions.meta.k8s.io "" is invalid: 
      - FieldValueInvalid propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set
      details: { group: "meta.k8s.io", kind: "DeleteOptions" }
      500 
      json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64
      400 BadRequest
      strconv.ParseInt: parsing "x": invalid syntax
      500 
      no kind "Gadget" is registered for version "v1" in scheme "pkg/runtime/scheme.go:100""
    `);
    }
  });

  test('a grace period means nothing to a custom resource', async () => {
    await create('grace');
    expect((await remove('grace', options({ gracePeriodSeconds: 60 }))).code).toBe(200);
    expect((await read('grace')).code).toBe(404);
  });

  test('a negative grace period', async () => {
    await create('negative');
    expect(printOutcome(await remove('negative', options({ gracePeriodSeconds: -1 })))).toMatchInlineSnapshot(
      `"200"`,
    );
  });

  test('a collection', async () => {
    for (const name of ['c1', 'c2', 'c3'])
      await create(name, { labels: { set: name === 'c3' ? 'other' : 'one' } });
    const answer = await api.send('DELETE', path, { query: { labelSelector: 'set=one' } });
    expect(answer.code).toBe(200);
    expect(answer.body['kind']).toBe('GadgetList');
    const items = answer.body['items'] as { metadata: { name: string } }[];
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['c1', 'c2']);
    expect((await read('c1')).code).toBe(404);
    expect((await read('c3')).code).toBe(200);
  });

  test('a collection by field, and dry', async () => {
    await create('f1', { labels: { fields: 'yes' } });
    await create('f2', { labels: { fields: 'yes' } });
    const query = { labelSelector: 'fields=yes', fieldSelector: 'metadata.name=f1' };
    await api.send('DELETE', path, { query: { ...query, dryRun: 'All' } });
    expect((await read('f1')).code).toBe(200);
    await api.send('DELETE', path, { query });
    expect((await read('f1')).code).toBe(404);
    expect((await read('f2')).code).toBe(200);
  });

  test('a collection with a selector that cannot be read', async () => {
    const answer = await api.send('DELETE', path, { query: { labelSelector: 'a in' } });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "400 BadRequest
      unable to parse requirement: found '' expected: '('"
    `);
  });

  test('a deleted ConfigMap, and a deleted Pod without a node', async () => {
    const core = `/api/v1/namespaces/${api.namespace}`;
    const object = (kind: string, fields: object) => ({
      apiVersion: 'v1',
      kind,
      metadata: { name: 'gone' },
      ...fields,
    });
    await api.send('POST', `${core}/configmaps`, { body: object('ConfigMap', {}) });
    expect(printAnswer(await api.send('DELETE', `${core}/configmaps/gone`))).toMatchInlineSnapshot(`
      "200
      {
        apiVersion: "v1",
        details: { kind: "configmaps", name: "gone", uid: "UID" },
        kind: "Status",
        metadata: {},
        status: "Success",
      }"
    `);
    const spec = { containers: [{ name: 'main', image: 'x' }] };
    await api.send('POST', `${core}/pods`, { body: object('Pod', { spec }) });
    const answer = await api.send('DELETE', `${core}/pods/gone`);
    expect([answer.code, answer.body['kind']]).toMatchInlineSnapshot(`
      [
        200,
        "Pod",
      ]
    `);
    expect((await api.send('GET', `${core}/pods/gone`)).code).toBe(404);
  });

  test('a Pod on a node goes when its grace period is cut to 0', async () => {
    const pods = `/api/v1/namespaces/${api.namespace}/pods`;
    const spec = { nodeName: 'node', containers: [{ name: 'main', image: 'x' }] };
    await api.send('POST', pods, {
      body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bound' }, spec },
    });
    const first = await api.send('DELETE', `${pods}/bound`, { query: { gracePeriodSeconds: '20' } });
    expect([first.code, first.body['kind'], meta(first)['deletionGracePeriodSeconds']]).toEqual([
      200,
      'Pod',
      20,
    ]);
    const longer = await api.send('DELETE', `${pods}/bound`, { query: { gracePeriodSeconds: '60' } });
    expect(meta(longer)['deletionGracePeriodSeconds']).toBe(20);
    const shorter = await api.send('DELETE', `${pods}/bound`, { query: { gracePeriodSeconds: '5' } });
    expect(meta(shorter)['deletionGracePeriodSeconds']).toBe(5);
    const last = await api.send('DELETE', `${pods}/bound`, { query: { gracePeriodSeconds: '0' } });
    expect(last.code).toBe(200);
    expect((await api.send('GET', `${pods}/bound`)).code).toBe(404);
  });

  test('a namespace is Terminating and takes nothing new', async () => {
    const name = `${api.namespace}-b`;
    const created = await api.send('POST', '/api/v1/namespaces', {
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    });
    expect(created.body['spec']).toEqual({ finalizers: ['kubernetes'] });
    expect(created.body['status']).toEqual({ phase: 'Active' });
    const kept = await api.send('POST', `/api/v1/namespaces/${name}/configmaps`, {
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'x', finalizers: ['example.org/hold'] },
      },
    });
    expect(kept.code).toBe(201);
    const answer = await api.send('DELETE', `/api/v1/namespaces/${name}`);
    expect(answer.code).toBe(200);
    expect(answer.body['status']).toMatchObject({ phase: 'Terminating' });
    const late = await api.send('POST', `/api/v1/namespaces/${name}/configmaps`, {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late' } },
    });
    expect(printOutcome(late).replaceAll(name, 'NAMESPACE')).toMatchInlineSnapshot(`
      "403 Forbidden
      configmaps "late" is forbidden: unable to create new content in namespace NAMESPACE-b because it is being terminated
      - NamespaceTerminating metadata.namespace: namespace NAMESPACE-b is being terminated
      details: { kind: "configmaps", name: "late" }"
    `);
    await api.send('PATCH', `/api/v1/namespaces/${name}/configmaps/x`, {
      type: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
  });
});
