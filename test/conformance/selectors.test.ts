import { beforeAll, expect, test } from 'vitest';
import { type Answer } from './connect.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('selectors', (api) => {
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

  test('label selectors that cannot be read', async () => {
    const outcomes = [];
    for (const labelSelector of ['a in', 'a b', '=x', 'a=b=c', 'a in (', '!a=b', 'a>x', 'A_/x=y']) {
      outcomes.push(`${labelSelector} → ${printOutcome(await list({ labelSelector }))}`);
    }
    expect(outcomes.join('\n')).toMatchInlineSnapshot(`
      "a in → 400 BadRequest
      unable to parse requirement: found '' expected: '('
      a b → 400 BadRequest
      unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt
      =x → 400 BadRequest
      found '=', expected: !, identifier, or 'end of string'
      a=b=c → 400 BadRequest
      found '=', expected: ',' or 'end of string'
      a in ( → 400 BadRequest
      unable to parse requirement: found '', expected: ',', ')' or identifier
      !a=b → 400 BadRequest
      found '=', expected: ',' or 'end of string'
      a>x → 400 BadRequest
      unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer
      A_/x=y → 400 BadRequest
      unable to parse requirement: <nil>: Invalid value: "A_/x": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    `);
  });

  test.each([
    ['metadata.name=a', 'a'],
    ['metadata.name!=a', 'b,c,d,e'],
    ['metadata.namespace=elsewhere', ''],
    ['spec.colour=red', 'd,e'],
    ['spec.colour==red,metadata.name=d', 'd'],
  ])('field selector %s', async (fieldSelector, expected) => {
    expect(names(await list({ fieldSelector }))).toBe(expected);
  });

  test('field selectors that cannot be read', async () => {
    const outcomes = [];
    for (const fieldSelector of ['spec.size=1', 'metadata.labels.x=1', 'metadata.name', 'metadata.name>a']) {
      outcomes.push(`${fieldSelector} → ${printOutcome(await list({ fieldSelector }))}`);
    }
    expect(outcomes.join('\n')).toMatchInlineSnapshot(`
      "spec.size=1 → 400 BadRequest
      field label not supported: spec.size
      metadata.labels.x=1 → 400 BadRequest
      field label not supported: metadata.labels.x
      metadata.name → 400 BadRequest
      invalid selector: 'metadata.name'; can't understand 'metadata.name'
      metadata.name>a → 400 BadRequest
      invalid selector: 'metadata.name>a'; can't understand 'metadata.name>a'"
    `);
  });

  test('a field that a core kind cannot be selected by', async () => {
    const answer = await api.send('GET', `/api/v1/namespaces/${api.namespace}/configmaps`, {
      query: { fieldSelector: 'data.x=1' },
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "400 BadRequest
      "data.x" is not a known field selector: only "metadata.name", "metadata.namespace""
    `);
  });

  test('pods by their node, secrets by their type, services by name', async () => {
    for (const [plural, fieldSelector] of [
      ['pods', 'spec.nodeName=x,status.phase!=Failed'],
      ['secrets', 'type=Opaque'],
      ['services', 'metadata.name=x'],
      ['events', 'involvedObject.kind=Pod,type=Warning'],
    ]) {
      const answer = await api.send('GET', `/api/v1/namespaces/${api.namespace}/${plural}`, {
        query: { fieldSelector: fieldSelector ?? '' },
      });
      expect(printOutcome(answer)).toBe('200');
    }
  });
});
