import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Whether a request is user `sdp` with this password, by basic authentication. */
export function mayUse(request: FastifyRequest, password: string): boolean {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ');
  const given = Buffer.from(encoded, 'base64').toString();
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return scheme === 'Basic' && timingSafeEqual(digest(given), digest(`sdp:${password}`));
}

/** The header of such a request. */
export function basicAuthorization(password: string): string {
  return `Basic ${Buffer.from(`sdp:${password}`).toString('base64')}`;
}

/** What a client shows besides: a token of the API, as bearer or as the password of any user (Terraform, twine, Maven). */
export function readToken(authorization: string | undefined): string | undefined {
  const [scheme = '', given = ''] = (authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer') return given === '' ? undefined : given;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  return /^[^:]*:(.+)$/s.exec(Buffer.from(given, 'base64').toString())?.[1];
}
