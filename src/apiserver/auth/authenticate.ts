import { createHash } from 'node:crypto';

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface TokenEntry {
  readonly token: string;
  readonly user: string;
  readonly groups?: readonly string[];
}

/** Finds out who sends a request; `undefined` when the credentials are missing or wrong. */
export type Authenticate = (authorization: string | undefined) => User | undefined;

export function authenticateTokens(tokens: readonly TokenEntry[]): Authenticate {
  // Looked up by hash, so that the time of a look-up tells nothing about a token.
  const users = new Map(
    tokens.map(({ token, user, groups }): [string, User] => [
      digest(token),
      { name: user, groups: [...(groups ?? []), 'system:authenticated'] },
    ]),
  );
  return (authorization) => {
    const token = /^Bearer +(\S+)$/iu.exec(authorization ?? '')?.[1];
    return token === undefined ? undefined : users.get(digest(token));
  };
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
