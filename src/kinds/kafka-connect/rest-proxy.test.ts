import { expect, it } from 'vitest';
import { type ApiClient, ApiError, type RawResponse } from '../../apiclient/client.ts';
import { readConnectThroughProxy } from './rest-proxy.ts';

function answering(status: number, body: string): { client: ApiClient; asked: string[] } {
  const asked: string[] = [];
  const request = async (_: string, path: string): Promise<RawResponse> => {
    asked.push(path);
    return { status, headers: {}, body: (async function* () {})(), text: async () => body };
  };
  return { client: { request } as unknown as ApiClient, asked };
}

it("asks the cluster's service through the API server", async () => {
  const { client, asked } = answering(200, '["a"]');
  expect(await readConnectThroughProxy(client, 'orders', 'di')('/connectors')).toEqual(['a']);
  expect(asked).toEqual(['/api/v1/namespaces/orders/services/di-connect-api:rest-api/proxy/connectors']);
});

it.each<[string, number, string, number, string]>([
  [
    "Connect's own refusal",
    404,
    '{"error_code":404,"message":"Connector a not found"}',
    404,
    'Connector a not found',
  ],
  ['a refusal of the API server', 403, '{"kind":"Status","message":"is forbidden"}', 0, 'is forbidden'],
  ["a gateway's page", 502, '<html>Bad gateway</html>', 0, 'answer 502 of di-connect-api'],
])('tells %s', async (_, status, body, code, detail) => {
  const get = readConnectThroughProxy(answering(status, body).client, 'orders', 'di');
  await expect(get('/connectors/a')).rejects.toMatchObject({
    name: 'ConnectRestError',
    status: code,
    detail,
  });
});

it('tells an API server that does not answer', async () => {
  const request = async () => {
    throw new ApiError('Unreachable', 'GET /api: refused');
  };
  const get = readConnectThroughProxy({ request } as unknown as ApiClient, 'orders', 'di');
  await expect(get('/connectors')).rejects.toMatchObject({ name: 'ConnectRestError', status: 0 });
});
