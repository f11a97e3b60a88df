import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

function definition(plural: string, ...rules: readonly string[]): object {
  const validations = rules.map((rule) => ({ rule }));
  const [ofRoot, ...ofSpec] = validations;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.org` },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { plural, kind: plural },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              ...(ofRoot === undefined ? {} : { 'x-kubernetes-validations': [ofRoot] }),
              properties: {
                spec: {
                  type: 'object',
                  ...(ofSpec.length === 0 ? {} : { 'x-kubernetes-validations': ofSpec }),
                  properties: { size: { type: 'integer' } },
                },
              },
            },
          },
        },
      ],
    },
  };
}

async function send(method: string, at: string, body: unknown, type = 'application/json'): Promise<unknown> {
  const headers = { 'content-type': type };
  const answer = await server.client.request(method, at, { headers, body: JSON.stringify(body) });
  expect(answer.status).toBeLessThan(300);
  return answer.headers['warning'];
}

test('a definition with rules in CEL is taken with one warning that counts them', async () => {
  expect(await send('POST', path, definition('threes', 'a', 'b', 'c'))).toBe(
    '299 - "threes.example.org has 3 x-kubernetes-validations rules, which this server does not evaluate: it takes objects that break them"',
  );
});

test('one rule is one rule, by an update and by apply too', async () => {
  const warning =
    '299 - "ones.example.org has 1 x-kubernetes-validations rule, which this server does not evaluate: it takes objects that break them"';
  expect(await send('POST', path, definition('ones', 'a'))).toBe(warning);
  const labels = { metadata: { labels: { a: 'b' } } };
  expect(await send('PATCH', `${path}/ones.example.org`, labels, 'application/merge-patch+json')).toBe(
    warning,
  );
  const applied = await send(
    'PATCH',
    `${path}/ones.example.org?fieldManager=x`,
    definition('ones', 'a'),
    'application/apply-patch+yaml',
  );
  expect(applied).toBe(warning);
});

test('a definition without rules has no warning', async () => {
  expect(await send('POST', path, definition('plains'))).toBeUndefined();
});
