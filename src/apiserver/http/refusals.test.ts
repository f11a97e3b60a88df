import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiClient } from '../../apiclient/http-client.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import {
  configMap,
  DEFINITIONS,
  SECRETS,
  WIDGET_DEFINITION,
  WIDGETS,
  widget,
} from '../testing/widget-definition.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  const { client } = server;
  await client.create(DEFINITIONS, WIDGET_DEFINITION);
  await client.create(WIDGETS, widget('taken'));
  await client.create(SECRETS, {
    ...configMap('frozen'),
    kind: 'Secret',
    data: { a: 'YQ==' },
    immutable: true,
  });
});

afterAll(() => server.close());

const WIDGET_PATH = '/apis/example.org/v1/namespaces/default/widgets';
const CONFIG_MAP_PATH = '/api/v1/namespaces/default/configmaps';

interface Case {
  readonly what: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly code: number;
  readonly reason: string;
  readonly message?: string | RegExp;
}

const invalidWidget = (spec: object, message: string | RegExp, what: string): Case => ({
  what,
  body: widget('new', spec),
  code: 422,
  reason: 'Invalid',
  message,
});

const CASES: readonly Case[] = [
  invalidWidget(
    { size: 0 },
    'Widget.example.org "new" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
    'below a minimum',
  ),
  invalidWidget({ size: 11 }, /should be less than or equal to 10$/u, 'above a maximum'),
  invalidWidget(
    { size: 'x' },
    'Widget.example.org "new" is invalid: spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
    'of another type',
  ),
  invalidWidget(
    {},
    'Widget.example.org "new" is invalid: spec.size: Required value',
    'a required field missing',
  ),
  invalidWidget(
    { size: 1, colour: 'green' },
    /spec\.colour: Unsupported value: "green": supported values: "red", "blue"$/u,
    'outside of an enum',
  ),
  invalidWidget({ size: 1, code: 'x' }, /should match '\^\[A-Z\]\+\$'$/u, 'not matching a pattern'),
  invalidWidget(
    { size: 1, code: 'ABCDEF' },
    /spec\.code: Too long: may not be more than 5 bytes$/u,
    'too long',
  ),
  invalidWidget({ size: 1, limit: true }, /must be of type integer,string/u, 'neither int nor string'),
  invalidWidget(
    { size: 1, ports: [{ name: 'a' }, { name: 'a' }] },
    'Widget.example.org "new" is invalid: spec.ports[1]: Duplicate value: map[string]interface {}{"name":"a"}',
    'the same key twice',
  ),
  invalidWidget(
    { size: 0, code: 'x' },
    /is invalid: \[spec\.size: Invalid value: 0: .*, spec\.code: Invalid value: "x": .*\]$/u,
    'several violations told together',
  ),
  {
    what: 'no spec',
    body: { ...widget('new'), spec: undefined },
    code: 422,
    reason: 'Invalid',
    message: /: spec: Required value$/u,
  },
  {
    what: 'a bad name',
    body: widget('Bad_Name'),
    code: 422,
    reason: 'Invalid',
    message: /metadata\.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of/u,
  },
  {
    what: 'no name',
    body: widget(''),
    code: 422,
    reason: 'Invalid',
    message: /name or generateName is required/u,
  },
  {
    what: 'a bad label',
    body: widget('new', { size: 1 }, { labels: { 'a b': 'c' } }),
    code: 422,
    reason: 'Invalid',
    message: /metadata\.labels: Invalid value: "a b": name part must consist of/u,
  },
  {
    what: 'a name that is taken',
    body: widget('taken'),
    code: 409,
    reason: 'AlreadyExists',
    message: 'widgets.example.org "taken" already exists',
  },
  {
    what: 'a namespace that does not exist',
    path: WIDGET_PATH.replace('default', 'nowhere'),
    body: { ...widget('new'), metadata: { name: 'new' } },
    code: 404,
    reason: 'NotFound',
    message: 'namespaces "nowhere" not found',
  },
  {
    what: 'another namespace than that of the path',
    path: WIDGET_PATH.replace('default', 'kube-system'),
    body: widget('new'),
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'another kind',
    body: { ...widget('new'), kind: 'Gadget' },
    code: 422,
    reason: 'Invalid',
    message: 'Gadget.example.org "new" is invalid: kind: Invalid value: "Gadget": must be Widget',
  },
  {
    what: 'another version',
    body: { ...widget('new'), apiVersion: 'example.org/v2' },
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'a resourceVersion on create',
    body: widget('new', { size: 1 }, { resourceVersion: '1' }),
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'an unknown field under strict validation',
    path: `${WIDGET_PATH}?fieldValidation=Strict`,
    body: widget('new', { size: 1, sise: 2 }),
    code: 400,
    reason: 'BadRequest',
    message:
      'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.sise"',
  },
  {
    what: 'an unknown resource',
    path: '/apis/example.org/v1/namespaces/default/gadgets',
    method: 'GET',
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
  },
  { what: 'an unknown group', path: '/apis/nobody.org/v1', method: 'GET', code: 404, reason: 'NotFound' },
  {
    what: 'an unknown subresource',
    path: `${WIDGET_PATH}/taken/scale`,
    method: 'GET',
    code: 404,
    reason: 'NotFound',
  },
  {
    what: 'an object that is not there',
    path: `${WIDGET_PATH}/absent`,
    method: 'GET',
    code: 404,
    reason: 'NotFound',
    message: 'widgets.example.org "absent" not found',
  },
  {
    what: 'update of what is not there',
    path: `${WIDGET_PATH}/absent`,
    method: 'PUT',
    body: widget('absent', { size: 1 }, { resourceVersion: '1' }),
    code: 404,
    reason: 'NotFound',
  },
  {
    what: 'update without a version',
    path: `${WIDGET_PATH}/taken`,
    method: 'PUT',
    body: widget('taken'),
    code: 422,
    reason: 'Invalid',
    message: /metadata\.resourceVersion: Invalid value: 0x0: must be specified for an update/u,
  },
  {
    what: 'update of an older version',
    path: `${WIDGET_PATH}/taken`,
    method: 'PUT',
    body: widget('taken', { size: 1 }, { resourceVersion: '1' }),
    code: 409,
    reason: 'Conflict',
    message: /the object has been modified; please apply your changes to the latest version/u,
  },
  {
    what: 'update of another object of that name',
    path: `${WIDGET_PATH}/taken`,
    method: 'PATCH',
    type: 'application/merge-patch+json',
    body: { metadata: { uid: 'other' } },
    code: 422,
    reason: 'Invalid',
    message: /metadata\.uid: Invalid value: "other": field is immutable$/u,
  },
  {
    what: 'a body for another name',
    path: `${WIDGET_PATH}/taken`,
    method: 'PUT',
    body: widget('other', { size: 1 }, { resourceVersion: '1' }),
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'deletion of another uid',
    path: `${WIDGET_PATH}/taken`,
    method: 'DELETE',
    body: { preconditions: { uid: 'x' } },
    code: 409,
    reason: 'Conflict',
  },
  {
    what: 'changed immutable data',
    path: '/api/v1/namespaces/default/secrets/frozen',
    method: 'PATCH',
    type: 'application/merge-patch+json',
    body: { data: { a: 'Yg==' } },
    code: 422,
    reason: 'Invalid',
    message: /data: Forbidden: field is immutable when `immutable` is set$/u,
  },
  {
    what: 'immutability taken back',
    path: '/api/v1/namespaces/default/secrets/frozen',
    method: 'PATCH',
    type: 'application/merge-patch+json',
    body: { immutable: false },
    code: 422,
    reason: 'Invalid',
  },
  {
    what: 'data that are no text',
    path: CONFIG_MAP_PATH,
    body: { ...configMap('c'), data: { a: 1 } },
    code: 422,
    reason: 'Invalid',
  },
  { what: 'malformed JSON', body: '{"a":', code: 400, reason: 'BadRequest' },
  { what: 'malformed YAML', type: 'application/yaml', body: 'a: [', code: 400, reason: 'BadRequest' },
  {
    what: 'several YAML documents',
    type: 'application/yaml',
    body: 'a: 1\n---\nb: 2\n',
    code: 400,
    reason: 'BadRequest',
  },
  { what: 'a list as body', body: [], code: 400, reason: 'BadRequest' },
  { what: 'no body', code: 400, reason: 'BadRequest' },
  {
    what: 'a field that reaches a prototype',
    body: '{"apiVersion":"v1","__proto__":{"x":1}}',
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'endless nesting',
    body: `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'a body that is too large',
    body: `"${'x'.repeat(3 * 1024 * 1024)}"`,
    code: 413,
    reason: 'RequestEntityTooLarge',
  },
  {
    what: 'an unknown content type',
    type: 'text/plain',
    body: 'x',
    code: 415,
    reason: 'UnsupportedMediaType',
  },
  {
    what: 'malformed protobuf',
    type: 'application/vnd.kubernetes.protobuf',
    body: 'x',
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'a strategic merge patch of a custom resource',
    path: `${WIDGET_PATH}/taken`,
    method: 'PATCH',
    type: 'application/strategic-merge-patch+json',
    body: {},
    code: 415,
    reason: 'UnsupportedMediaType',
  },
  {
    what: 'a JSON patch that does not fit',
    path: `${WIDGET_PATH}/taken`,
    method: 'PATCH',
    type: 'application/json-patch+json',
    body: [{ op: 'remove', path: '/spec/none' }],
    code: 422,
    reason: 'Invalid',
  },
  {
    what: 'a JSON patch whose test fails',
    path: `${WIDGET_PATH}/taken`,
    method: 'PATCH',
    type: 'application/json-patch+json',
    body: [{ op: 'test', path: '/spec/size', value: 9 }],
    code: 422,
    reason: 'Invalid',
  },
  {
    what: 'a malformed JSON patch',
    path: `${WIDGET_PATH}/taken`,
    method: 'PATCH',
    type: 'application/json-patch+json',
    body: [{ op: 'fly', path: '/spec' }],
    code: 422,
    reason: 'Invalid',
  },
  {
    what: 'an apply without manager',
    path: `${WIDGET_PATH}/taken`,
    method: 'PATCH',
    type: 'application/apply-patch+yaml',
    body: widget('taken'),
    code: 422,
    reason: 'Invalid',
    message: /fieldManager: Required value: is required for apply patch/u,
  },
  {
    what: 'an apply of an undeclared field',
    path: `${WIDGET_PATH}/taken?fieldManager=m`,
    method: 'PATCH',
    type: 'application/apply-patch+yaml',
    body: widget('taken', { sise: 1 }),
    code: 400,
    reason: 'BadRequest',
    message:
      /failed to create typed patch object \(default\/taken; example\.org\/v1, Kind=Widget\): \.spec\.sise: field not declared in schema/u,
  },
  {
    what: 'a label selector that cannot be read',
    path: `${WIDGET_PATH}?labelSelector=${encodeURIComponent('a in b')}`,
    method: 'GET',
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'a field that cannot be selected by',
    path: `${WIDGET_PATH}?fieldSelector=spec.size%3D1`,
    method: 'GET',
    code: 400,
    reason: 'BadRequest',
    message: 'field label not supported: spec.size',
  },
  {
    what: 'a continue token of somebody else',
    path: `${WIDGET_PATH}?limit=1&continue=abc`,
    method: 'GET',
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'a limit that is no number',
    path: `${WIDGET_PATH}?limit=x`,
    method: 'GET',
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'a version that is no number',
    path: `${WIDGET_PATH}?resourceVersion=x`,
    method: 'GET',
    code: 400,
    reason: 'BadRequest',
  },
  {
    what: 'a version of the future',
    path: `${WIDGET_PATH}?resourceVersion=999999`,
    method: 'GET',
    code: 504,
    reason: 'Timeout',
  },
  {
    what: 'an unknown dry run',
    path: `${WIDGET_PATH}?dryRun=Some`,
    body: widget('new'),
    code: 422,
    reason: 'Invalid',
    message: /^CreateOptions\.meta\.k8s\.io "" is invalid: dryRun: Unsupported value/u,
  },
  { what: 'a malformed escape', path: `${WIDGET_PATH}/%zz`, method: 'GET', code: 400, reason: 'BadRequest' },
  {
    what: 'a method without meaning',
    path: WIDGET_PATH,
    method: 'PUT',
    body: widget('x'),
    code: 405,
    reason: 'MethodNotAllowed',
  },
  {
    what: 'only protobuf accepted',
    path: WIDGET_PATH,
    method: 'GET',
    headers: { accept: 'application/vnd.kubernetes.protobuf' },
    code: 406,
    reason: 'NotAcceptable',
  },
  {
    what: 'a wrong token',
    path: WIDGET_PATH,
    method: 'GET',
    headers: { authorization: 'Bearer wrong' },
    code: 401,
    reason: 'Unauthorized',
  },
  {
    what: 'discovery without token',
    path: '/apis',
    method: 'GET',
    headers: { authorization: '' },
    code: 401,
    reason: 'Unauthorized',
  },
];

describe('a request is refused for', () => {
  test.each(CASES)('$what: $code $reason', async (one) => {
    const { method = 'POST', path = WIDGET_PATH, type = 'application/json', body, headers } = one;
    const answer = await server.client.request(method, path, {
      headers: { 'content-type': type, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const status = JSON.parse(await answer.text()) as { message: string };
    expect(status).toMatchObject({ kind: 'Status', status: 'Failure', code: one.code, reason: one.reason });
    expect(answer.status).toBe(one.code);
    expect(status.message).toMatch(one.message ?? /./u);
  });
});

test('who has no rights is told what is missing', async () => {
  const restricted = await startTestServer({ tokens: [{ token: 't', user: 'eve' }] });
  const client = createApiClient({ ...restricted.access, token: async () => 't' });
  await expect(client.list(SECRETS, { namespace: 'default' })).rejects.toMatchObject({
    reason: 'Forbidden',
    message: expect.stringContaining(
      'secrets is forbidden: User "eve" cannot list resource "secrets" in API group "" in the namespace "default"',
    ),
  });
  await client.close();
  await restricted.close();
});

test.each(['/readyz', '/livez', '/healthz', '/version'])('%s needs no token', async (path) => {
  const answer = await server.client.request('GET', path, { headers: { authorization: '' } });
  expect(answer.status).toBe(200);
  await answer.text();
});
