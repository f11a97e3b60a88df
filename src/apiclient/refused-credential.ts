import { X509Certificate } from 'node:crypto';
import type { Credential } from './api-access.ts';

/** Above it, tokens are taken for expired or not yet valid. */
const mostClockMs = 60_000;

/**
 * What a credential that the server does not take tells of itself, as a sentence to be put behind the server's word:
 * when it expired, that none was shown, that the clocks differ. Empty where nothing is to be seen.
 */
export function explainRefused(
  { token, clientCertificate }: Credential,
  serverDate: string | undefined,
  now = new Date(),
): string {
  const found = [
    ...(clientCertificate === undefined
      ? []
      : describeTerm('client certificate', termOfCertificate(clientCertificate.certificate), now)),
    ...(token === undefined ? [] : describeTerm('token', termOfToken(token), now)),
    ...(token === undefined && clientCertificate === undefined ? ['no credentials were shown'] : []),
    ...describeClock(serverDate, now),
  ];
  return found.length === 0 ? '' : ` (${found.join('; ')})`;
}

interface Term {
  readonly from?: Date;
  readonly to?: Date;
}

function describeTerm(what: string, { from, to }: Term, now: Date): string[] {
  if (to !== undefined && to <= now) return [`the ${what} expired at ${to.toISOString()}`];
  if (from !== undefined && from > now) return [`the ${what} is not valid before ${from.toISOString()}`];
  return [];
}

function termOfCertificate(pem: string): Term {
  try {
    const { validFrom, validTo } = new X509Certificate(pem);
    return { from: new Date(validFrom), to: new Date(validTo) };
  } catch {
    return {};
  }
}

/** Of a JWT, which is not checked: RFC 7519, `exp` and `nbf` in seconds. */
function termOfToken(token: string): Term {
  try {
    const { exp, nbf } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp?: unknown;
      nbf?: unknown;
    };
    return {
      ...(typeof nbf === 'number' && { from: new Date(nbf * 1000) }),
      ...(typeof exp === 'number' && { to: new Date(exp * 1000) }),
    };
  } catch {
    return {};
  }
}

function describeClock(serverDate: string | undefined, now: Date): string[] {
  const aheadMs = now.getTime() - Date.parse(serverDate ?? '');
  if (Number.isNaN(aheadMs) || Math.abs(aheadMs) <= mostClockMs) return [];
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return [
    `this machine's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the server's: set the wrong one by NTP`,
  ];
}
