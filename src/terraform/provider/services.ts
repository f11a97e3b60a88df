import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import type { AskService, ServiceRequest } from '../../kinds/kind.ts';

/** A service that answers at all answers soon, and a plan can do without. Milliseconds. */
const answerWithin = 5_000;

export type Reply =
  | { readonly status: number; readonly body: unknown }
  /** `failure` where it is worth a word. */
  | { readonly status?: undefined; readonly failure?: string };

/** Services behind the API's proxy, each asked the same only once in a run; one that does not answer is asked no more. */
export interface Services {
  /** `onFailure` is called by the first that misses an answer of a service. */
  asker(namespace: string, onFailure: (service: string, failure: string) => void): AskService;
}

export function createServices(connect: () => Promise<ApiClient>, patience = answerWithin): Services {
  const replies = new Map<string, Promise<Reply>>();
  const silent = new Set<string>();
  const mute = new Set<string>();

  return {
    asker(namespace, onFailure) {
      return async (request) => {
        const { service, body } = request;
        const proxy = proxyPath(namespace, service);
        const isWrite = body !== undefined;
        if (silent.has(proxy) || (isWrite && mute.has(proxy))) return undefined;
        const key = `${proxy}${request.path} ${isWrite ? JSON.stringify(body) : ''}`;
        const asked = replies.get(key) ?? askOnce(connect, proxy, request, patience);
        replies.set(key, asked);
        const reply = await asked;
        if (reply.status !== undefined) return reply;
        // A PUT needs a right that few have, and may take longer: the plan goes without.
        if (isWrite) mute.add(proxy);
        else if (!silent.has(proxy)) {
          silent.add(proxy);
          onFailure(service.replace(/:.*$/, ''), reply.failure ?? '');
        }
        return undefined;
      };
    },
  };
}

/** Where the API serves a Service of a namespace. */
export function proxyPath(namespace: string, service: string): string {
  const name = service.split(':').map(encodeURIComponent).join(':');
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${name}/proxy`;
}

/** `patience`: milliseconds. */
export async function askOnce(
  connect: () => Promise<ApiClient>,
  proxy: string,
  { path, body }: Pick<ServiceRequest, 'path' | 'body'>,
  patience: number,
): Promise<Reply> {
  const signal = AbortSignal.timeout(patience);
  try {
    const client = await connect();
    const response = await client.request(body === undefined ? 'GET' : 'PUT', `${proxy}${path}`, {
      signal,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await response.text();
    return toReply(response.status, text);
  } catch (error) {
    if (signal.aborted) return { failure: `no answer within ${patience / 1000} s` };
    if (error instanceof ApiError) return { failure: error.message };
    throw error;
  }
}

/** An answer of the API server's own, or of a gateway before it, is none of the service. */
function toReply(status: number, text: string): Reply {
  const body = parseJson(text);
  const { kind, message } = (body ?? {}) as { kind?: unknown; message?: unknown };
  if (body !== undefined && kind !== 'Status' && status < 502) return { status, body };
  return { failure: typeof message === 'string' ? message : `answer ${status}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
