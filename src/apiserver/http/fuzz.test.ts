import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { DEFINITIONS, WIDGET_DEFINITION, WIDGETS, widget } from '../testing/widget-definition.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 10_000);

let server: TestServer;
const bugs: unknown[] = [];

beforeAll(async () => {
  server = await startTestServer({ onError: (error) => bugs.push(error) });
  await server.client.create(DEFINITIONS, WIDGET_DEFINITION);
  await server.client.create(WIDGETS, widget('w'));
});

afterAll(() => server.close());

const junk = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.json(),
  fc.constantFrom(
    '',
    '..',
    '%2e%2e',
    'default',
    '{}',
    '[]',
    'null',
    '0',
    '-1',
    'true',
    '__proto__',
    'constructor',
  ),
);

/** Objects that are nearly right: the shape of a widget with one part replaced by anything. */
const nearlyWidget = fc
  .tuple(
    fc.constantFrom(
      'apiVersion',
      'kind',
      'metadata',
      'spec',
      'status',
      'name',
      'labels',
      'ports',
      'config',
      'managedFields',
      'finalizers',
      'ownerReferences',
    ),
    fc.jsonValue({ maxDepth: 3 }),
  )
  .map(([field, value]) => {
    const base = widget('w', { size: 1 }) as unknown as Record<string, object>;
    if (field in base || field === 'status') return { ...base, [field]: value };
    if (field === 'ports' || field === 'config') return { ...base, spec: { size: 1, [field]: value } };
    return { ...base, metadata: { ...base['metadata'], [field]: value } };
  });

const jsonPatch = fc.array(
  fc.record(
    {
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
      path: fc.constantFrom(
        '',
        '/',
        '/spec',
        '/spec/size',
        '/metadata',
        '/metadata/name',
        '/spec/ports/-',
        '/kind',
        'x',
      ),
      from: fc.constantFrom('', '/spec', '/metadata', '/none'),
      value: fc.jsonValue({ maxDepth: 2 }),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 4 },
);

const body = fc.oneof(
  junk,
  nearlyWidget.map((value) => JSON.stringify(value)),
  jsonPatch.map((value) => JSON.stringify(value)),
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify({ ...widget('w'), spec: value })),
);

const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: fc.oneof(
    fc.constantFrom(
      '/apis/example.org/v1/namespaces/default/widgets',
      '/apis/example.org/v1/namespaces/default/widgets/w',
      '/apis/example.org/v1/namespaces/default/widgets/w/status',
      '/api/v1/namespaces/default/configmaps',
      '/api/v1/namespaces/default/pods/p/log',
      '/api/v1/namespaces/default/services/a:b:c/proxy/x',
      '/api/v1/namespaces/default/pods/p:rest/proxy/x',
      '/api/v1/namespaces/default/serviceaccounts/default/token',
      '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/view',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      '/apis/authentication.k8s.io/v1/tokenreviews',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/others.example.org',
    ),
    fc.array(junk, { maxLength: 6 }).map((parts) => `/api/${parts.map(encodeURIComponentSafely).join('/')}`),
    fc.array(junk, { maxLength: 6 }).map((parts) => `/apis/${parts.map(encodeURIComponentSafely).join('/')}`),
  ),
  query: fc.dictionary(
    fc.constantFrom(
      'limit',
      'continue',
      'labelSelector',
      'fieldSelector',
      'resourceVersion',
      'resourceVersionMatch',
      'fieldManager',
      'force',
      'dryRun',
      'fieldValidation',
      'gracePeriodSeconds',
      'propagationPolicy',
      'sendInitialEvents',
    ),
    junk,
    { maxKeys: 3 },
  ),
  type: fc.constantFrom(
    'application/json',
    'application/yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
    'application/vnd.kubernetes.protobuf',
  ),
  body,
  headers: fc.dictionary(
    fc.constantFrom('accept', 'impersonate-user', 'impersonate-group', 'impersonate-uid'),
    fc.oneof(
      fc.constantFrom(
        'eve',
        'system:serviceaccount:a:b',
        'application/json;as=Table;v=v1;g=meta.k8s.io',
        '*/*',
      ),
      fc.string({ unit: 'grapheme-ascii' }),
    ),
    { maxKeys: 1 },
  ),
});

function encodeURIComponentSafely(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
}

function isProperAnswer({
  status,
  told,
}: {
  status: number;
  told: string | { reason?: unknown; message?: unknown };
}) {
  if (typeof told === 'string') return true;
  const isExplained =
    typeof told.reason === 'string' && typeof told.message === 'string' && told.message !== '';
  return status !== 500 && isExplained;
}

test('whatever is sent is answered, and never with a 500', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (sent) => {
      const query = Object.entries(sent.query).map(
        ([name, value]) => `${name}=${encodeURIComponentSafely(value)}`,
      );
      const answer = await server.client.request(sent.method, `${sent.path}?${query.join('&')}`, {
        headers: { 'content-type': sent.type, ...sent.headers },
        ...(sent.method === 'GET' ? {} : { body: sent.body }),
      });
      const text = await answer.text();
      const told = answer.status < 400 ? text : (JSON.parse(text) as { reason?: unknown; message?: unknown });
      expect({ status: answer.status, told }).toSatisfy(isProperAnswer);
    }),
    { numRuns: RUNS },
  );
  expect(bugs).toEqual([]);
  await server.client.list(WIDGETS);
}, 600_000);
