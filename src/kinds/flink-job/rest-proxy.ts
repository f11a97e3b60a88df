import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import { FlinkRestError } from '../../engines/flink/client.ts';
import type { FlinkGet } from '../../engines/flink/job-details.ts';

/** A JobManager that answers at all answers at once; whoever asks has something else to show. */
const timeoutMs = 5_000;

/** Where the API server answers for a cluster's REST API. */
export function flinkProxyPath(namespace: string, cluster: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(cluster)}-rest:rest/proxy`;
}

/**
 * Reads from a cluster's REST API through the API server's service proxy: Flink makes the Service `<cluster>-rest` with
 * the port `rest`, and the right to read it is `get services/proxy`. Failures are `FlinkRestError`, those of the way
 * there with status 0.
 */
export function readThroughProxy(client: ApiClient, namespace: string, cluster: string): FlinkGet {
  const service = flinkProxyPath(namespace, cluster);
  return async (path) => {
    let answer: { readonly status: number; readonly text: string };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await client.request('GET', `${service}/v1${path}`, { signal });
      answer = { status: response.status, text: await response.text() };
    } catch (error) {
      if (signal.aborted) throw new FlinkRestError(0, `no answer within ${timeoutMs / 1000} s`, error);
      if (error instanceof ApiError) throw new FlinkRestError(0, error.message, error);
      throw error;
    }
    const body = parseJson(answer.text);
    if (answer.status < 400 && body !== undefined) return body;
    const { kind, message, errors } = (body ?? {}) as { kind?: string; message?: string; errors?: string[] };
    // The API server's own refusal, or a gateway's page.
    if (kind === 'Status' || errors === undefined) {
      throw new FlinkRestError(0, message ?? `answer ${answer.status} of ${cluster}-rest`);
    }
    throw new FlinkRestError(answer.status, errors.join('\n'));
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
