import { readFile, rename, writeFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { CredentialSource } from './api-access.ts';
import { createCredentialSource } from './credential-source.ts';

/** The `auth-provider.config` of a kubeconfig's user with the provider `oidc`. */
export const oidcConfig = z.object({
  'idp-issuer-url': z.url(),
  'client-id': z.string(),
  'client-secret': z.string().optional(),
  'id-token': z.string().optional(),
  'refresh-token': z.string().optional(),
});

export type OidcConfig = z.output<typeof oidcConfig>;

export interface OidcOptions {
  readonly userName: string;
  /** The kubeconfig that holds the user: new tokens are written there, since a refresh token may be good for once. */
  readonly file: string;
  /** Of the identity provider, PEM. */
  readonly ca?: string | undefined;
  readonly now?: (() => number) | undefined;
}

const tokens = z.object({ id_token: z.string(), refresh_token: z.string().optional() });
const discovery = z.object({ token_endpoint: z.url() });

/** The ID token of the kubeconfig, and when it ran out or is refused another one for the refresh token. */
export function createOidcSource(config: OidcConfig, options: OidcOptions): CredentialSource {
  const now = options.now ?? Date.now;
  let unused = config['id-token'];
  let refreshToken = config['refresh-token'];
  return createCredentialSource(async () => {
    const stored = unused;
    unused = undefined;
    if (stored !== undefined && endOf(stored) > now())
      return { credential: { token: stored }, until: endOf(stored) };
    if (refreshToken === undefined) {
      throw failure(config, options, 'Its ID token has run out or was refused, and it has no refresh token.');
    }
    const answer = await refresh(config, options, refreshToken);
    refreshToken = answer.refresh_token ?? refreshToken;
    await saveTokens(options, answer.id_token, refreshToken);
    return { credential: { token: answer.id_token }, until: endOf(answer.id_token) };
  }, options.now);
}

async function refresh(config: OidcConfig, options: OidcOptions, refreshToken: string) {
  const dispatcher = new Agent(options.ca === undefined ? {} : { connect: { ca: options.ca } });
  const ask = async <T>(what: string, schema: z.ZodType<T>, url: string, init: object): Promise<T> => {
    const answer = await request(url, { ...init, dispatcher }).catch((error: unknown) => {
      throw failure(config, options, `${what}: ${error instanceof Error ? error.message : String(error)}`);
    });
    const body: unknown = await answer.body.json().catch(() => undefined);
    const parsed = schema.safeParse(body);
    // What the body says may hold tokens; the standard's error code does not.
    const code = z.object({ error: z.string() }).safeParse(body).data?.error ?? 'no answer of the standard';
    if (answer.statusCode >= 400 || !parsed.success)
      throw failure(config, options, `${what}: HTTP ${answer.statusCode}, ${code}.`);
    return parsed.data;
  };
  try {
    const issuer = config['idp-issuer-url'].replace(/\/+$/u, '');
    const { token_endpoint: endpoint } = await ask(
      'The identity provider does not say where tokens are given',
      discovery,
      `${issuer}/.well-known/openid-configuration`,
      {},
    );
    const secret = config['client-secret'] ?? '';
    const basic = [config['client-id'], secret].map(encodeURIComponent).join(':');
    return await ask('The identity provider gave no new token', tokens, endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(secret !== '' && { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
      },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        ...(secret === '' && { client_id: config['client-id'] }),
      }).toString(),
    });
  } finally {
    await dispatcher.close();
  }
}

/** Comments and order of the file are kept. A file that may not be written keeps its tokens: this run has its own. */
async function saveTokens(
  { file, userName }: OidcOptions,
  idToken: string,
  refreshToken: string,
): Promise<void> {
  try {
    const document = parseDocument(await readFile(file, 'utf8'));
    const users = (document.toJS() as { users?: { name?: string }[] }).users ?? [];
    const index = users.findIndex(({ name }) => name === userName);
    if (index < 0) return;
    const config = ['users', index, 'user', 'auth-provider', 'config'];
    document.setIn([...config, 'id-token'], idToken);
    document.setIn([...config, 'refresh-token'], refreshToken);
    await writeFile(`${file}.new`, document.toString({ lineWidth: 0 }), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** The time that a JWT names as its end; one that cannot be read has ended. */
function endOf(token: string): number {
  try {
    const [, payload = ''] = token.split('.');
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : 0;
  } catch {
    return 0;
  }
}

function failure(config: OidcConfig, { userName }: OidcOptions, why: string): DiagnosticError {
  const diagnostic: Diagnostic = {
    severity: 'error',
    reason: 'OidcLoginNeeded',
    summary: `User "${userName}" has no valid token of ${config['idp-issuer-url']}`,
    detail: `${why}\nLog in again with the tool that wrote the kubeconfig.`,
  };
  return new DiagnosticError(diagnostic);
}
