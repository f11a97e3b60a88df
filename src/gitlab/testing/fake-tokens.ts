/** An access token, and whose it is. */
export interface FakeToken {
  readonly token: string;
  readonly user: { readonly id: number; readonly username: string; readonly name: string };
  /** Default: `api`. */
  readonly scopes?: readonly string[];
  readonly expiresAt?: Date;
  readonly revoked?: boolean;
  /**
   * GitLab's number of the role in all projects, or by the project's path: 10 Guest, 20 Reporter, 30 Developer (default), 40
   * Maintainer. A project that is not named is not seen.
   */
  readonly access?: number | Readonly<Record<string, number>>;
}

export function findToken(tokens: readonly FakeToken[], value: string): FakeToken | undefined {
  return tokens.find(({ token }) => token === value);
}

/** What GitLab answers, with status 401, about a token that was good once. */
export function tokenError({ revoked = false, expiresAt }: FakeToken): object | undefined {
  const invalid = (error_description: string) => ({ error: 'invalid_token', error_description });
  if (revoked) return invalid('Token was revoked. You have to re-authorize from the user.');
  if (expiresAt !== undefined && expiresAt.getTime() <= Date.now()) {
    return invalid('Token is expired. You can either do re-authorization or token refresh.');
  }
  return undefined;
}

/** The rights of a token's user in a project, as GitLab's number of the role; 0 for none. */
export function levelIn({ access = 30 }: FakeToken, project: string): number {
  return typeof access === 'number' ? access : (access[project] ?? 0);
}
