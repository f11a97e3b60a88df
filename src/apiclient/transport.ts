import { setMaxListeners } from 'node:events';
import { type Dispatcher, Pool } from 'undici';
import type { ApiAccess } from './api-access.ts';
import { fromAnswer, fromTransport } from './api-failure.ts';
import type { ApiError } from './client.ts';
import { isRepeatable, waitForRetry } from './retry.ts';

export interface Call {
  readonly method: string;
  /** Below the server's address, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Answer = Dispatcher.ResponseData;

/** Sends requests to one API server. Failures are `ApiError`s. */
export interface Transport {
  /** One attempt; answers of any status are returned. Long streams do not take connections from short requests. */
  open(call: Call, isStream: boolean): Promise<Answer>;
  /** Sends, repeats what may be repeated, and answers the body of a success. */
  send(call: Call): Promise<string>;
  close(): Promise<void>;
}

const CONNECTIONS = 64;
const HEADERS_TIMEOUT_MS = 60_000;
const BODY_TIMEOUT_MS = 60_000;

export function createTransport(access: ApiAccess, userAgent: string): Transport {
  const { origin, pathname } = new URL(access.server);
  const prefix = pathname.replace(/\/+$/u, '');
  const connect = {
    ...(access.ca === undefined ? {} : { ca: access.ca }),
    ...(access.clientCertificate === undefined
      ? {}
      : { cert: access.clientCertificate.certificate, key: access.clientCertificate.key }),
    ...(access.tlsServerName === undefined ? {} : { servername: access.tlsServerName }),
    ...(access.insecureSkipTlsVerify === true ? { rejectUnauthorized: false } : {}),
    keepAlive: true,
  };
  const shared = { connect, pipelining: 1, headersTimeout: HEADERS_TIMEOUT_MS };
  const requests = new Pool(origin, { ...shared, connections: CONNECTIONS, bodyTimeout: BODY_TIMEOUT_MS });
  // A watch holds its connection for as long as it lasts: there is one for each.
  const streams = new Pool(origin, { ...shared, connections: null, bodyTimeout: 0 });

  const describe = (call: Call): string => `${call.method} ${call.path.split('?')[0]}`;

  async function open(call: Call, isStream: boolean): Promise<Answer> {
    // One signal may end any number of watches.
    if (call.signal !== undefined) setMaxListeners(0, call.signal);
    try {
      const token = await access.token?.();
      return await (isStream ? streams : requests).request({
        method: call.method as Dispatcher.HttpMethod,
        path: `${prefix}${call.path}`,
        headers: {
          accept: 'application/json',
          'user-agent': userAgent,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...call.headers,
        },
        body: call.body ?? null,
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
    } catch (error) {
      throw fromTransport(error, describe(call), origin);
    }
  }

  async function attempt(call: Call): Promise<{ body: string } | { error: ApiError; retryAfter?: string }> {
    try {
      const answer = await open(call, false);
      const body = await answer.body.text();
      if (answer.statusCode < 400) return { body };
      const retryAfter = answer.headers['retry-after'];
      const error = fromAnswer(answer.statusCode, body, describe(call));
      return { error, ...(typeof retryAfter === 'string' ? { retryAfter } : {}) };
    } catch (error) {
      return { error: fromTransport(error, describe(call), origin) };
    }
  }

  return {
    open,
    async send(call) {
      for (let attempts = 1; ; attempts += 1) {
        const result = await attempt(call);
        if ('body' in result) return result.body;
        const { error, retryAfter } = result;
        if (call.signal?.aborted === true || !isRepeatable(call.method, error, retryAfter)) throw error;
        const goesOn = await waitForRetry(attempts, retryAfter, call.signal).catch(() => false);
        if (!goesOn) throw error;
      }
    },
    async close() {
      await Promise.all([requests.destroy(), streams.destroy()]);
    },
  };
}
