import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Answer, LineStream } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget } from './gadget.ts';
import { printJson, printOutcome } from './print-answer.ts';

forEachTarget('watches', (api) => {
  let path = '';
  let version = '';
  let prefix = '';
  let count = 0;
  beforeAll(async () => {
    path = await api.define(GADGET);
  });
  // Each test has objects of its own, chosen by a label: the watch cache of the original is one for all.
  beforeEach(async () => {
    count += 1;
    prefix = `t${count}`;
    version = versionOf(await api.send('GET', path));
  });

  const versionOf = (answer: Answer): string =>
    String((answer.body['metadata'] as Record<string, unknown>)['resourceVersion']);
  const labels = (): object => ({ metadata: { labels: { test: prefix } } });
  const create = (name: string, more: Record<string, unknown> = labels() as Record<string, unknown>) =>
    api.send('POST', path, { body: gadget(`${prefix}-${name}`, { size: 1 }, more) });
  const merge = (name: string, body: unknown) =>
    api.send('PATCH', `${path}/${prefix}-${name}`, { type: 'application/merge-patch+json', body });
  const remove = (name: string) => api.send('DELETE', `${path}/${prefix}-${name}`);
  const watch = (query: Record<string, string> = {}): Promise<LineStream> =>
    api.stream(path, { watch: 'true', labelSelector: `test=${prefix}`, ...query });

  /** `TYPE name` of the next events; `nothing` when none came in time. */
  async function events(stream: LineStream, wanted: number): Promise<string[]> {
    const seen: string[] = [];
    while (seen.length < wanted) {
      const event = await stream.next();
      if (event === undefined) return [...seen, 'nothing'];
      const object = event['object'] as { metadata?: { name?: string } };
      seen.push(`${String(event['type'])} ${object.metadata?.name?.slice(prefix.length + 1) ?? ''}`.trim());
    }
    return seen;
  }

  test('changes after a resourceVersion', async () => {
    const stream = await watch({ resourceVersion: version });
    await create('a');
    await merge('a', { spec: { size: 2 } });
    await remove('a');
    expect(await events(stream, 3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  test('changes that happened before the watch began', async () => {
    await create('a');
    await merge('a', { spec: { size: 2 } });
    await remove('a');
    const stream = await watch({ resourceVersion: version });
    expect(await events(stream, 3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  test('without a resourceVersion: the present state, then changes', async () => {
    await create('a');
    await create('b');
    const stream = await watch();
    expect((await events(stream, 2)).toSorted()).toEqual(['ADDED a', 'ADDED b']);
    await remove('b');
    expect(await events(stream, 1)).toEqual(['DELETED b']);
  });

  test('from resourceVersion 0: the present state, then changes', async () => {
    await create('a');
    const stream = await watch({ resourceVersion: '0' });
    expect(await events(stream, 1)).toEqual(['ADDED a']);
    await create('b');
    expect(await events(stream, 1)).toEqual(['ADDED b']);
  });

  test('an event, whole', async () => {
    const stream = await watch({ resourceVersion: version });
    const created = await create('a');
    const event = await stream.next();
    expect(event).toEqual({ type: 'ADDED', object: created.body });
    const deleted = await remove('a');
    expect(deleted.code).toBe(200);
    const last = (await stream.next()) as { object: Answer['body'] };
    expect(Number((last.object['metadata'] as { resourceVersion: string }).resourceVersion)).toBeGreaterThan(
      Number(versionOf(created)),
    );
  });

  test('an object that begins and ceases to match a label selector', async () => {
    await create('a', {});
    const stream = await watch({ resourceVersion: version });
    await merge('a', { metadata: { labels: { test: prefix } } });
    await merge('a', { spec: { size: 2 } });
    const left = await merge('a', { metadata: { labels: { test: 'other' } } });
    await merge('a', { spec: { size: 3 } });
    expect(await events(stream, 2)).toEqual(['ADDED a', 'MODIFIED a']);
    const event = (await stream.next()) as { type: string; object: { metadata: Record<string, unknown> } };
    expect(event.type).toBe('DELETED');
    expect(event.object.metadata['resourceVersion']).toBe(versionOf(left));
    expect(event.object.metadata['labels']).toEqual({ test: prefix });
  });

  test('a field selector', async () => {
    const stream = await watch({
      resourceVersion: version,
      fieldSelector: `metadata.name=${prefix}-b`,
    });
    await create('a');
    await create('b');
    expect(await events(stream, 1)).toEqual(['ADDED b']);
  });

  test('watch with a name in the path reads the object', async () => {
    await create('a');
    const answer = await api.send('GET', `${path}/${prefix}-a`, { query: { watch: 'true' } });
    expect([answer.code, answer.body['kind']]).toEqual([200, 'Gadget']);
  });

  test('finalizers: deletion is a modification first', async () => {
    await create('a', { metadata: { labels: { test: prefix }, finalizers: ['example.org/hold'] } });
    const stream = await watch({ resourceVersion: version });
    await remove('a');
    await merge('a', { metadata: { finalizers: null } });
    expect(await events(stream, 3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  test('timeoutSeconds ends the watch', async () => {
    const stream = await watch({ resourceVersion: version, timeoutSeconds: '1' });
    const began = Date.now();
    expect(await stream.next(10_000)).toBeUndefined();
    expect(Date.now() - began).toBeGreaterThan(800);
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  test('initial events end with a bookmark', async () => {
    await create('a');
    const stream = await watch({
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
    });
    expect(await events(stream, 1)).toEqual(['ADDED a']);
    const bookmark = await stream.next();
    if (differs(api, 'initial-list-blueprint')) {
      expect(printJson(bookmark)).toMatchInlineSnapshot(`
        "{
          object: {
            apiVersion: "conformance.sdp.internal/v1",
            kind: "Gadget",
            metadata: { annotations: { k8s.io/initial-events-end: "true" }, resourceVersion: "VERSION" },
          },
          type: "BOOKMARK",
        }"
      `);
    } else {
      expect(printJson(bookmark)).toMatchInlineSnapshot(`
      "{
        object: {
          apiVersion: "conformance.sdp.internal/v1",
          kind: "Gadget",
          metadata: {
            annotations: {
              k8s.io/initial-events-end: "true",
              kubernetes.io/initial-events-list-blueprint: "eyJhcGlWZXJzaW9uIjoiY29uZm9ybWFuY2Uuc2RwLmludGVybmFsL3YxIiwiaXRlbXMiOltdLCJraW5kIjoiR2FkZ2V0TGlzdCJ9Cg==",
            },
            resourceVersion: "VERSION",
          },
        },
        type: "BOOKMARK",
      }"
    `);
    }
    await create('b');
    expect(await events(stream, 1)).toEqual(['ADDED b']);
  });

  test('sendInitialEvents: false with a resourceVersion', async () => {
    await create('a');
    const stream = await watch({
      sendInitialEvents: 'false',
      resourceVersionMatch: 'NotOlderThan',
      resourceVersion: version,
      allowWatchBookmarks: 'true',
    });
    await create('b');
    expect(await events(stream, 2)).toEqual(['ADDED a', 'ADDED b']);
  });

  test('sendInitialEvents: what does not go together', async () => {
    const outcomes = [];
    const queries: Record<string, string>[] = [
      { sendInitialEvents: 'true' },
      { sendInitialEvents: 'true', resourceVersionMatch: 'Exact' },
      { resourceVersionMatch: 'NotOlderThan' },
    ];
    for (const query of queries) {
      outcomes.push(
        printOutcome(
          await api.send('GET', path, { query: { watch: 'true', timeoutSeconds: '1', ...query } }),
        ),
      );
    }
    expect(outcomes.join('\n')).toMatchInlineSnapshot(`
      "422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueForbidden resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan
      details: { group: "meta.k8s.io", kind: "ListOptions" }
      422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueForbidden resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan
      - FieldValueNotSupported resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"
      details: { group: "meta.k8s.io", kind: "ListOptions" }
      422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueForbidden resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided
      details: { group: "meta.k8s.io", kind: "ListOptions" }"
    `);
  });

  test('sendInitialEvents of a list', async () => {
    expect(
      printOutcome(await api.send('GET', path, { query: { sendInitialEvents: 'true' } })),
    ).toMatchInlineSnapshot(`
      "422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueForbidden sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list
      details: { group: "meta.k8s.io", kind: "ListOptions" }"
    `);
  });

  test('a resourceVersion that is no number', async () => {
    const answer = await api.send('GET', path, { query: { watch: 'true', resourceVersion: 'x' } });
    if (differs(api, 'client-errors')) {
      expect(printOutcome(answer)).toMatchInlineSnapshot(`
        "400 BadRequest
        resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax"
      `);
    } else {
      expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "500 
      resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax"
    `);
    }
  });

  test('a resourceVersion that is long gone', async () => {
    const stream = await watch({ resourceVersion: '1' });
    if (differs(api, 'kept-changes')) {
      await create('a');
      expect(await events(stream, 1)).toEqual(['ADDED a']);
      return;
    }
    const event = await stream.next();
    const shown = printJson(event).replaceAll(/\d+ \(\d+\)/gu, 'OLD (OLDEST)');
    expect(shown).toMatchInlineSnapshot(`
      "{
        object: {
          apiVersion: "v1",
          code: 410,
          kind: "Status",
          message: "too old resource version: OLD (OLDEST)",
          metadata: {},
          reason: "Expired",
          status: "Failure",
        },
        type: "ERROR",
      }"
    `);
    expect(await stream.next()).toBeUndefined();
  });

  test('selectors that cannot be read', async () => {
    const query = { watch: 'true', labelSelector: 'a in' };
    expect(printOutcome(await api.send('GET', path, { query }))).toMatchInlineSnapshot(`
      "400 BadRequest
      unable to parse requirement: found '' expected: '('"
    `);
  });

  test('a Table of events', async () => {
    const answer = await api.send('GET', path, {
      query: { watch: 'true', timeoutSeconds: '1', labelSelector: `test=${prefix}` },
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    expect(answer.code).toBe(200);
    await create('a');
    await create('b');
    const table = await api.send('GET', path, {
      query: { watch: 'true', timeoutSeconds: '1', labelSelector: `test=${prefix}` },
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    const lines = table.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; object: Record<string, unknown> });
    expect(
      lines.map(({ type, object }) => [
        type,
        object['kind'],
        Array.isArray(object['columnDefinitions']) ? 'with columns' : 'without columns',
        (object['rows'] as unknown[]).length,
      ]),
    ).toEqual([
      ['ADDED', 'Table', 'with columns', 1],
      ['ADDED', 'Table', 'without columns', 1],
    ]);
  });

  test('only the metadata of events', async () => {
    await create('a');
    const answer = await api.send('GET', path, {
      query: { watch: 'true', timeoutSeconds: '1', labelSelector: `test=${prefix}` },
      headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' },
    });
    const event = JSON.parse(answer.text.split('\n')[0] ?? '') as { object: Record<string, unknown> };
    expect(Object.keys(event.object).toSorted()).toEqual(['apiVersion', 'kind', 'metadata']);
    expect(event.object['kind']).toBe('PartialObjectMetadata');
  });

  test('the watch of a core kind', async () => {
    const configMaps = `/api/v1/namespaces/${api.namespace}/configmaps`;
    const from = versionOf(await api.send('GET', configMaps));
    const stream = await api.stream(configMaps, { watch: 'true', resourceVersion: from });
    await api.send('POST', configMaps, {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${prefix}-a` }, data: {} },
    });
    const event = (await stream.next()) as { type: string; object: Record<string, unknown> };
    expect([event.type, event.object['kind'], event.object['apiVersion']]).toEqual([
      'ADDED',
      'ConfigMap',
      'v1',
    ]);
  });
});
