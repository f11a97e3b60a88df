import { setMaxListeners } from 'node:events';
import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { ApiAccess, ClientCertificate, Credential } from './api-access.ts';
import { fromAnswer, fromTransport } from './api-failure.ts';
import { ApiError } from './client.ts';
import { explainRefused } from './refused-credential.ts';
import { isRepeatable, waitForRetry } from './retry.ts';

export interface Call {
  readonly method: string;
  /** Below the server's address, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Answer = Dispatcher.ResponseData & {
  /** Of a 401: what the credential tells of itself. */
  readonly refused?: string;
};

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
  let connections = openConnections(access, access.clientCertificate);

  /** Those that show this certificate. A new one means new connections; requests on the old ones are let end. */
  function connectionsFor(certificate: ClientCertificate | undefined): Connections {
    const shown = connections.certificate;
    if (certificate?.certificate === shown?.certificate && certificate?.key === shown?.key)
      return connections;
    const old = connections;
    connections = openConnections(access, certificate);
    for (const pool of [old.requests, old.streams]) void pool.close().catch(() => undefined);
    return connections;
  }

  async function readCredential(call: Call): Promise<Credential> {
    try {
      const own = await access.credentials?.get();
      if (own !== undefined) return own;
      const token = await access.token?.();
      return token === undefined ? {} : { token };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ApiError('Unauthorized', `${describe(call)}: ${why}`, { cause });
    }
  }

  const describe = (call: Call): string => `${call.method} ${call.path.split('?')[0]}`;

  async function open(call: Call, isStream: boolean): Promise<Answer> {
    const credential = await readCredential(call);
    const answer = await openWith(credential, call, isStream);
    if (answer.statusCode !== 401) return answer;
    if (access.credentials === undefined) return explained(answer, credential);
    // It ran out before its time, or was taken back: the request had no effect, and another one may be let in.
    access.credentials.discard(credential);
    const next = await readCredential(call);
    await answer.body.dump();
    return explained(await openWith(next, call, isStream), next);
  }

  function explained(answer: Answer, { token, clientCertificate }: Credential): Answer {
    if (answer.statusCode !== 401) return answer;
    const shown = clientCertificate ?? access.clientCertificate;
    const date = answer.headers['date'];
    const refused = explainRefused(
      { ...(token !== undefined && { token }), ...(shown !== undefined && { clientCertificate: shown }) },
      typeof date === 'string' ? date : undefined,
    );
    return Object.assign(answer, { refused });
  }

  async function openWith(credential: Credential, call: Call, isStream: boolean): Promise<Answer> {
    // One signal may end any number of watches.
    if (call.signal !== undefined) setMaxListeners(0, call.signal);
    const { requests, streams } = connectionsFor(credential.clientCertificate ?? access.clientCertificate);
    try {
      return await (isStream ? streams : requests).request({
        origin,
        method: call.method as Dispatcher.HttpMethod,
        path: `${prefix}${call.path}`,
        headers: {
          accept: 'application/json',
          'user-agent': userAgent,
          ...(credential.token === undefined ? {} : { authorization: `Bearer ${credential.token}` }),
          ...access.headers,
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
      const error = fromAnswer(answer.statusCode, body, describe(call), answer.refused);
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
      await Promise.all([connections.requests.destroy(), connections.streams.destroy()]);
    },
  };
}

interface Connections {
  readonly certificate: ClientCertificate | undefined;
  readonly requests: Dispatcher;
  readonly streams: Dispatcher;
}

function openConnections(access: ApiAccess, certificate: ClientCertificate | undefined): Connections {
  const { origin } = new URL(access.server);
  const tls = {
    ...(access.ca === undefined ? {} : { ca: access.ca }),
    ...(certificate === undefined ? {} : { cert: certificate.certificate, key: certificate.key }),
    ...(access.tlsServerName === undefined ? {} : { servername: access.tlsServerName }),
    ...(access.insecureSkipTlsVerify === true ? { rejectUnauthorized: false } : {}),
    keepAlive: true,
  };
  const shared = { pipelining: 1, headersTimeout: HEADERS_TIMEOUT_MS };
  const { proxy } = access;
  const openPool = (options: { connections: number | null; bodyTimeout: number }): Dispatcher =>
    proxy === undefined
      ? new Pool(origin, { ...shared, ...options, connect: tls })
      : new ProxyAgent({ ...shared, ...options, uri: proxy, requestTls: tls });
  return {
    certificate,
    requests: openPool({ connections: CONNECTIONS, bodyTimeout: BODY_TIMEOUT_MS }),
    // A watch holds its connection for as long as it lasts: there is one for each.
    streams: openPool({ connections: null, bodyTimeout: 0 }),
  };
}
