import { expect, it } from 'vitest';
import { type ApiClient, ApiError, type RawResponse } from '../../apiclient/client.ts';
import { readThroughProxy } from './rest-proxy.ts';

function answering(status: number, body: string): { client: ApiClient; asked: string[] } {
  const asked: string[] = [];
  const request = async (_: string, path: string): Promise<RawResponse> => {
    asked.push(path);
    return { status, headers: {}, body: (async function* () {})(), text: async () => body };
  };
  return { client: { request } as unknown as ApiClient, asked };
}

it("asks the cluster's service through the API server", async () => {
  const { client, asked } = answering(200, '{"jobs":[]}');
  expect(await readThroughProxy(client, 'orders', 'session')('/jobs/overview')).toEqual({ jobs: [] });
  expect(asked).toEqual(['/api/v1/namespaces/orders/services/session-rest:rest/proxy/v1/jobs/overview']);
});

it.each<[string, number, string, number, string]>([
  ["Flink's own refusal", 404, '{"errors":["Job 12 not found"]}', 404, 'Job 12 not found'],
  [
    'a refusal of the API server',
    403,
    '{"kind":"Status","message":"services \\"session-rest\\" is forbidden"}',
    0,
    'services "session-rest" is forbidden',
  ],
  ['a service that is not there', 404, '{"kind":"Status","message":"not found"}', 0, 'not found'],
  ["a gateway's page", 502, '<html>Bad gateway</html>', 0, 'answer 502 of session-rest'],
  ['a page where JSON should be', 200, '<html>Log in</html>', 0, 'answer 200 of session-rest'],
])('tells %s', async (_, status, body, code, message) => {
  const get = readThroughProxy(answering(status, body).client, 'orders', 'session');
  await expect(get('/jobs')).rejects.toMatchObject({ name: 'FlinkRestError', status: code, message });
});

it('tells an API server that does not answer', async () => {
  const request = async () => {
    throw new ApiError('Unreachable', 'GET /api: refused');
  };
  const get = readThroughProxy({ request } as unknown as ApiClient, 'orders', 'session');
  await expect(get('/jobs')).rejects.toMatchObject({ name: 'FlinkRestError', status: 0 });
});
