import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { issueAuthority, issueServerCertificate, type KeyPair } from '../apiserver/issue-certificates.ts';
import type { ApiAccess } from './api-access.ts';
import { adviseOn } from './api-advice.ts';
import { fromTransport } from './api-failure.ts';
import type { ApiError } from './client.ts';
import { podType } from './core-types.ts';
import { createApiClient } from './http-client.ts';
import { explainRefused } from './refused-credential.ts';

let authority: KeyPair;
let stranger: KeyPair;
let valid: KeyPair;
let expired: KeyPair;
let early: KeyPair;
let server: Server | undefined;

beforeAll(async () => {
  authority = await issueAuthority(3650);
  stranger = await issueAuthority(3650);
  valid = await issueServerCertificate(authority, 30);
  // Certificates hold from an hour before.
  expired = await issueServerCertificate(authority, 1 / 48);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * 3_600_000 });
  early = await issueServerCertificate(authority, 30);
  vi.useRealTimers();
});
afterEach(() => server?.close());

/** Looks at client certificates as kube-apiserver does: 401 for one that does not hold. */
async function listen(shown: KeyPair, headers: Record<string, string> = {}): Promise<string> {
  const ca = authority.certificate;
  server = createServer(
    { cert: shown.certificate, key: shown.key, ca, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const isKnown = (request.socket as TLSSocket).authorized;
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json', ...headers });
      const status = {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      };
      response.end(JSON.stringify(isKnown ? { metadata: {}, items: [] } : status));
    },
  );
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failureOf(access: ApiAccess): Promise<ApiError> {
  const client = createApiClient(access);
  try {
    return await client.list(podType, { namespace: 'orders' }).then(
      () => Promise.reject(new Error('it was let in')),
      (error: ApiError) => error,
    );
  } finally {
    await client.close();
  }
}

describe("a server's certificate", () => {
  it.each<[string, () => KeyPair, () => string, RegExp, RegExp]>([
    [
      'that has expired',
      () => expired,
      () => authority.certificate,
      /shows a certificate that has expired$/,
      /^This machine's clock says .*Z: if that is wrong.*NTP\. If it is right, the server needs a new certificate/,
    ],
    [
      'that is not valid yet',
      () => early,
      () => authority.certificate,
      /shows a certificate that is not valid yet$/,
      /^This machine's clock says .*NTP/,
    ],
    [
      'of an authority that the kubeconfig does not name',
      () => valid,
      () => stranger.certificate,
      /no authority that is known signed \([A-Z_]+\)$/,
      /certificate-authority-data/,
    ],
  ])('%s is told with the remedy', async (_what, shown, ca, said, advice) => {
    const error = await failureOf({ server: await listen(shown()), ca: ca(), token: async () => 't' });
    expect(error).toMatchObject({ reason: 'Untrusted', retryable: false });
    expect(error.message).toMatch(said);
    expect(adviseOn(error)).toMatch(advice);
  });

  it('for another name is told with the remedy', async () => {
    const address = await listen(valid);
    const ca = authority.certificate;
    const error = await failureOf({ server: address, ca, tlsServerName: 'kubernetes.example.com' });
    expect(error.reason).toBe('Untrusted');
    expect(error.message).toMatch(/is for another name \(.*kubernetes\.example\.com/);
    expect(adviseOn(error)).toContain('tls-server-name');
  });
});

describe("a client's certificate", () => {
  const accessOf = (address: string, pair: KeyPair): ApiAccess => ({
    server: address,
    ca: authority.certificate,
    clientCertificate: pair,
  });

  it('that has expired is told with its date', async () => {
    const error = await failureOf(accessOf(await listen(valid), expired));
    expect(error.reason).toBe('Unauthorized');
    expect(error.message).toMatch(/Unauthorized \(the client certificate expired at 20\S+Z\)$/);
    expect(adviseOn(error)).toMatch(/Renew them/);
  });

  it('that does not hold yet by this clock, and what the server says of the time', async () => {
    const address = await listen(valid, { date: new Date(Date.now() + 86_400_000).toUTCString() });
    const { message } = await failureOf(accessOf(address, early));
    expect(message).toMatch(
      /the client certificate is not valid before 20\S+Z; this machine's clock is 8\d{4} s behind the server's: set the wrong one by NTP\)$/,
    );
  });

  it('that was left out is told', async () => {
    const error = await failureOf({ server: await listen(valid), ca: authority.certificate });
    expect(error.message).toContain('(no credentials were shown)');
  });

  it('that a server refuses by TLS is no server that is down', () => {
    const alert = Object.assign(new Error('alert'), { code: 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED' });
    expect(fromTransport(alert, 'GET /x', 'https://a')).toMatchObject({
      reason: 'Unauthorized',
      message: 'GET /x: https://a refuses the client certificate (ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED)',
    });
  });
});

describe('a token that is not taken', () => {
  const now = new Date('2026-11-28T12:00:00Z');
  const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

  it.each([
    [{ exp: now.getTime() / 1000 - 60 }, undefined, ' (the token expired at 2026-11-28T11:59:00.000Z)'],
    [
      { nbf: now.getTime() / 1000 + 300 },
      new Date(now.getTime() + 400_000).toUTCString(),
      " (the token is not valid before 2026-11-28T12:05:00.000Z; this machine's clock is 400 s behind the server's: set the wrong one by NTP)",
    ],
    [{ exp: now.getTime() / 1000 + 60 }, now.toUTCString(), ''],
    [{ exp: 'soon' }, 'no date', ''],
  ])('says what it tells of itself: %j', (claims, date, said) => {
    expect(explainRefused({ token: token(claims) }, date, now)).toBe(said);
  });

  it('may be none', () => {
    expect(explainRefused({ token: 'opaque' }, undefined, now)).toBe('');
    expect(explainRefused({}, undefined, now)).toBe(' (no credentials were shown)');
  });
});
