import { beforeAll, expect, test } from 'vitest';
import { type Answer, GROUP } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget } from './gadget.ts';
import { printAnswer, printOutcome } from './print-answer.ts';

forEachTarget('lists', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
    for (const [index, name] of ['e', 'd', 'c', 'b', 'a'].entries()) {
      const labels = { parity: index % 2 === 0 ? 'even' : 'odd', ...(index === 0 ? { first: '' } : {}) };
      const spec = { size: index + 1, colour: index < 2 ? 'red' : 'blue' };
      const answer = await api.send('POST', path, { body: gadget(name, spec, { metadata: { labels } }) });
      if (answer.code !== 201) throw new Error(answer.text);
    }
  });

  const list = (query: Record<string, string> = {}, accept?: string): Promise<Answer> =>
    api.send('GET', path, { query, ...(accept === undefined ? {} : { headers: { accept } }) });
  const names = (answer: Answer): string =>
    Array.isArray(answer.body['items'])
      ? (answer.body['items'] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name).join()
      : printOutcome(answer);
  const meta = (answer: Answer): Record<string, unknown> =>
    answer.body['metadata'] as Record<string, unknown>;
  const versionOf = (answer: Answer): string => String(meta(answer)['resourceVersion']);

  test('a whole list is ordered by name', async () => {
    const answer = await list();
    expect(names(answer)).toBe('a,b,c,d,e');
    expect({ ...answer.body, items: undefined, metadata: Object.keys(meta(answer)).toSorted() }).toEqual({
      apiVersion: `${GROUP}/v1`,
      kind: 'GadgetList',
      metadata: ['continue', 'resourceVersion'],
    });
    expect(meta(answer)['continue']).toBe('');
  });

  test('items of a custom kind name their kind, those of a core kind do not', async () => {
    const custom = (await list()).body['items'] as object[];
    expect(custom[0]).toMatchObject({ apiVersion: `${GROUP}/v1`, kind: 'Gadget' });
    await api.send('POST', `/api/v1/namespaces/${api.namespace}/configmaps`, {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
    });
    const core = (await api.send('GET', `/api/v1/namespaces/${api.namespace}/configmaps`)).body;
    expect(Object.keys((core['items'] as object[])[0] ?? {})).toMatchInlineSnapshot(`
      [
        "metadata",
      ]
    `);
    expect(Object.keys(core['metadata'] as object)).toMatchInlineSnapshot(`
      [
        "resourceVersion",
      ]
    `);
  });

  test('an empty list', async () => {
    expect(printAnswer(await list({ labelSelector: 'parity=none' }))).toMatchInlineSnapshot(`
      "200
      {
        apiVersion: "conformance.sdp.internal/v1",
        items: [],
        kind: "GadgetList",
        metadata: { continue: "", resourceVersion: "VERSION" },
      }"
    `);
  });

  test('pages', async () => {
    const first = await list({ limit: '2' });
    expect(names(first)).toBe('a,b');
    expect(meta(first)['remainingItemCount']).toBe(3);
    const second = await list({ limit: '2', continue: String(meta(first)['continue']) });
    expect(names(second)).toBe('c,d');
    expect(meta(second)['remainingItemCount']).toBe(1);
    expect(versionOf(second)).toBe(versionOf(first));
    const third = await list({ limit: '2', continue: String(meta(second)['continue']) });
    expect(names(third)).toBe('e');
    expect(meta(third)).not.toHaveProperty('remainingItemCount');
    expect(meta(third)['continue']).toBe('');
  });

  test('pages show one moment', async () => {
    await api.send('POST', path, { body: gadget('z') });
    const first = await list({ limit: '3' });
    await api.send('DELETE', `${path}/z`);
    await api.send('POST', path, { body: gadget('y') });
    const rest = await list({ continue: String(meta(first)['continue']) });
    expect(names(rest)).toBe('d,e,z');
    await api.send('DELETE', `${path}/y`);
  });

  test('pages of a selection', async () => {
    const first = await list({ limit: '1', labelSelector: 'parity=even' });
    expect(names(first)).toBe('a');
    expect(meta(first)).not.toHaveProperty('remainingItemCount');
    const second = await list({
      limit: '5',
      labelSelector: 'parity=even',
      continue: String(meta(first)['continue']),
    });
    expect(names(second)).toBe('c,e');
  });

  test('a page of exactly what there is', async () => {
    const answer = await list({ limit: '5' });
    expect(names(answer)).toBe('a,b,c,d,e');
    expect(meta(answer)['continue']).toBe('');
  });

  test('a continue token that is none', async () => {
    if (differs(api, 'decoder-words')) {
      expect(printOutcome(await list({ continue: 'x' }))).toMatchInlineSnapshot(`
        "400 BadRequest
        invalid continue token: continue key is not valid"
      `);
    } else {
      expect(printOutcome(await list({ continue: 'x' }))).toMatchInlineSnapshot(`
      "400 BadRequest
      invalid continue token: continue key is not valid: illegal base64 data at input byte 0"
    `);
    }
  });

  test('a continue token with a resourceVersion', async () => {
    const first = await list({ limit: '1' });
    const answer = await list({
      limit: '1',
      continue: String(meta(first)['continue']),
      resourceVersion: versionOf(first),
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "400 BadRequest
      specifying resource version is not allowed when using continue"
    `);
  });

  test('limits that are none', async () => {
    expect(printOutcome(await list({ limit: 'x' }))).toMatchInlineSnapshot(`
      "400 BadRequest
      strconv.ParseInt: parsing "x": invalid syntax"
    `);
    expect(printOutcome(await list({ limit: '-1' }))).toMatchInlineSnapshot(`"200"`);
    expect(names(await list({ limit: '0' }))).toBe('a,b,c,d,e');
  });

  test('resourceVersion 0 and an older one', async () => {
    const version = versionOf(await list());
    expect(names(await list({ resourceVersion: '0' }))).toBe('a,b,c,d,e');
    expect(names(await list({ resourceVersion: version }))).toBe('a,b,c,d,e');
    expect(names(await list({ resourceVersion: version, resourceVersionMatch: 'NotOlderThan' }))).toBe(
      'a,b,c,d,e',
    );
  });

  test('exactly the state at a resourceVersion', async () => {
    const version = versionOf(await list());
    await api.send('POST', path, { body: gadget('later') });
    const answer = await list({ resourceVersion: version, resourceVersionMatch: 'Exact' });
    expect(names(answer)).toBe('a,b,c,d,e');
    expect(versionOf(answer)).toBe(version);
    await api.send('DELETE', `${path}/later`);
  });

  test('resourceVersionMatch: what does not go together', async () => {
    expect(printOutcome(await list({ resourceVersionMatch: 'Exact' }))).toMatchInlineSnapshot(`
      "422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueForbidden resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided
      details: { group: "meta.k8s.io", kind: "ListOptions" }"
    `);
    expect(
      printOutcome(await list({ resourceVersion: '0', resourceVersionMatch: 'Exact' })),
    ).toMatchInlineSnapshot(`
      "422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueForbidden resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"
      details: { group: "meta.k8s.io", kind: "ListOptions" }"
    `);
    expect(
      printOutcome(await list({ resourceVersion: '1', resourceVersionMatch: 'Sometimes' })),
    ).toMatchInlineSnapshot(`
      "422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueNotSupported resourceVersionMatch: Unsupported value: "Sometimes": supported values: "Exact", "NotOlderThan", ""
      details: { group: "meta.k8s.io", kind: "ListOptions" }"
    `);
  });

  test('a resourceVersion that is no number', async () => {
    if (differs(api, 'client-errors')) {
      expect(printOutcome(await list({ resourceVersion: 'x' }))).toMatchInlineSnapshot(`
        "400 BadRequest
        resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax"
      `);
    } else {
      expect(printOutcome(await list({ resourceVersion: 'x' }))).toMatchInlineSnapshot(`
      "500 
      resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax"
    `);
    }
  });

  test('a resourceVersion of the future', async () => {
    const answer = await list({ resourceVersion: '999999999' });
    expect(printOutcome(answer).replaceAll(/current: \d+/gu, 'current: CURRENT')).toMatchInlineSnapshot(`
      "504 Timeout
      Timeout: Too large resource version: 999999999, current: CURRENT
      - ResourceVersionTooLarge undefined: Too large resource version
      details: { retryAfterSeconds: 1 }"
    `);
  });

  test.each([
    ['parity=even', 'a,c,e'],
    ['parity==even', 'a,c,e'],
    ['parity!=even', 'b,d'],
    ['parity in (even,odd)', 'a,b,c,d,e'],
    ['parity notin (even)', 'b,d'],
    ['first', 'e'],
    ['!first', 'a,b,c,d'],
    ['first=', 'e'],
    ['parity=even,!first', 'a,c'],
    ['parity=even,parity=odd', ''],
    ['none notin (x)', 'a,b,c,d,e'],
    ['parity in (even),first', 'e'],
  ])('label selector %s', async (labelSelector, expected) => {
    expect(names(await list({ labelSelector }))).toBe(expected);
  });
});
