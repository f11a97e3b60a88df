import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import { resourcePath } from '../../apiclient/object.ts';

export interface Patience {
  /** How long a read may take with all its repetitions. Milliseconds. */
  readonly limit: number;
  /** How long a read may still take once the run is cancelled. Milliseconds. */
  readonly grace: number;
  /** How long a plan waits for what only makes its words better. Milliseconds. */
  readonly look: number;
  /** How long a plan waits for a service behind the API. Milliseconds. */
  readonly answer?: number;
  /** Without a new plan for so long, Terraform has planned all that waits for nothing else. Milliseconds. */
  readonly quiet: number;
}

export const usualPatience: Patience = { limit: 120_000, grace: 3_000, look: 3_000, quiet: 300 };

/**
 * The client with an end to reads: an API that takes connections and never answers would hold a plan for as long as
 * all repetitions take. Writes are left to end, since their effect has to be known.
 */
export function withPatience(client: ApiClient, signal: AbortSignal, patience = usualPatience): ApiClient {
  const bounded = async <T>(what: string, work: Promise<T>): Promise<T> => {
    const over = new AbortController();
    const limit = delay(patience.limit, undefined, { signal: over.signal }).then(() => {
      throw new ApiError('Timeout', `${what}: no answer within ${Math.round(patience.limit / 1000)} s`);
    });
    const cancelled = aborted(signal, over.signal)
      .then(() => delay(patience.grace, undefined, { signal: over.signal }))
      .then(() => {
        throw new ApiError('Timeout', `${what}: no answer until the run was cancelled`);
      });
    // Whichever comes later is nobody's concern.
    for (const late of [limit, cancelled, work]) late.catch(() => undefined);
    try {
      return await Promise.race([work, limit, cancelled]);
    } finally {
      over.abort();
    }
  };
  return {
    ...client,
    get: (type, reference) => bounded(`GET ${resourcePath(type, reference)}`, client.get(type, reference)),
    list: (type, options) =>
      bounded(`GET ${resourcePath(type, { namespace: options?.namespace })}`, client.list(type, options)),
    request: (method, path, options) => bounded(`${method} ${path}`, client.request(method, path, options)),
  };
}

function aborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true, signal: over });
  });
}
