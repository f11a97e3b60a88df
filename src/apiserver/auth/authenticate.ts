import { createHash } from 'node:crypto';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

export interface TokenEntry {
  readonly token: string;
  readonly user: string;
  readonly groups?: readonly string[];
}

export const authenticatedGroup = 'system:authenticated';

/** Finds out who sends a request; `undefined` when the credentials are missing or wrong. */
export type Authenticate = (authorization: string | undefined) => Promise<User | undefined>;

/** Static tokens first, then those of ServiceAccounts. */
export function createAuthenticator(
  tokens: readonly TokenEntry[],
  serviceAccounts: ServiceAccountTokens,
): Authenticate {
  // Looked up by hash, so that the time of a look-up tells nothing about a token.
  const users = new Map(
    tokens.map(({ token, user, groups }): [string, User] => [
      digest(token),
      { name: user, groups: [...(groups ?? []), authenticatedGroup] },
    ]),
  );
  return async (authorization) => {
    const token = /^Bearer +(\S+)$/iu.exec(authorization ?? '')?.[1];
    return token === undefined ? undefined : (users.get(digest(token)) ?? serviceAccounts.verify(token));
  };
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
