import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import { ConnectRestError } from '../../engines/connect/client.ts';

/** Workers that answer at all answer at once; whoever asks has something else to show. */
const timeoutMs = 5_000;

/** Reads a path of Connect's REST API. Failures are `ConnectRestError`, those of the way there with status 0. */
export type ConnectGet = (path: string) => Promise<unknown>;

/** Where the API server answers for a Connect cluster's REST API. */
export function connectProxyPath(namespace: string, cluster: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(cluster)}-connect-api:rest-api/proxy`;
}

/**
 * Reads from a Connect cluster's REST API through the API server's service proxy: the operator makes the Service
 * `<cluster>-connect-api` with the port `rest-api`, and the right to read it is `get services/proxy`.
 */
export function readConnectThroughProxy(client: ApiClient, namespace: string, cluster: string): ConnectGet {
  const service = `${encodeURIComponent(cluster)}-connect-api`;
  const proxy = connectProxyPath(namespace, cluster);
  return async (path) => {
    const call = `GET ${path}`;
    const signal = AbortSignal.timeout(timeoutMs);
    let answer: { readonly status: number; readonly text: string };
    try {
      const response = await client.request('GET', `${proxy}${path}`, { signal });
      answer = { status: response.status, text: await response.text() };
    } catch (error) {
      if (signal.aborted) {
        throw new ConnectRestError(call, 0, `no answer within ${timeoutMs / 1000} s`, error);
      }
      if (error instanceof ApiError) throw new ConnectRestError(call, 0, error.message, error);
      throw error;
    }
    const body = parseJson(answer.text);
    if (answer.status < 400 && body !== undefined) return body;
    const { error_code: code, message } = (body ?? {}) as { error_code?: number; message?: string };
    // The API server's own refusal, or a gateway's page.
    if (code === undefined) {
      throw new ConnectRestError(call, 0, message ?? `answer ${answer.status} of ${service}`);
    }
    throw new ConnectRestError(call, answer.status, message ?? '');
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
