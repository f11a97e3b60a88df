import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Bearers, namespaceOfUser } from '../api-bearer.ts';
import { readToken } from '../basic-auth.ts';
import { randomToken } from '../credentials.ts';
import { writePrivately } from '../data-folder.ts';
import { Refusal } from './refusal.ts';
import type { StoredFile } from './store.ts';

/** A token, by the name that its owner gave it. */
export interface TokenAbout {
  readonly name: string;
  /** RFC 3339. */
  readonly created: string;
  /** RFC 3339. Never when absent. */
  readonly expires?: string;
}

/** Who writes. */
export interface Writer {
  readonly name: string;
  /** Has the platform's own token, and may make others. */
  readonly isPlatform: boolean;
  /** Of a ServiceAccount: it writes what belongs to its namespace, as far as roles let it. */
  readonly namespace?: string;
}

/** What is kept of him beside what he publishes. */
export function publicationOf({ name, namespace }: Writer): Pick<StoredFile, 'publishedBy' | 'namespace'> {
  return { publishedBy: name, ...(namespace !== undefined && { namespace }) };
}

/** What is about to be done. */
export type Writes = 'create' | 'delete';

export interface TokenStore {
  /** Who sends this `Authorization` header; a `Refusal` when nobody may write by it. */
  check(authorization: string | undefined, verb: Writes): Promise<Writer>;
  list(): Promise<readonly TokenAbout[]>;
  /** Answers the token, which is kept as a hash only. */
  create(name: string, expires: Date | undefined): Promise<TokenAbout & { readonly token: string }>;
  /** Answers false when there is none of the name. */
  revoke(name: string): Promise<boolean>;
}

type StoredToken = TokenAbout & { readonly sha256: string };

const users = ['sdp', '__token__'];
const legalName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Named tokens in a file, beside the platform's own and those of its API. */
export function openTokens(
  file: string,
  platformToken: string,
  bearers?: Bearers,
  now = () => new Date(),
): TokenStore {
  let last: Promise<unknown> = Promise.resolve();
  const read = async () => {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    return text === undefined ? [] : (JSON.parse(text) as StoredToken[]);
  };
  /** One at a time. */
  const change = <T>(step: (tokens: readonly StoredToken[]) => [readonly StoredToken[], T]): Promise<T> => {
    const changed = last.then(async () => {
      const [tokens, answer] = step(await read());
      await writePrivately(file, JSON.stringify(tokens));
      return answer;
    });
    last = changed.catch(() => undefined);
    return changed;
  };
  return {
    async check(authorization, verb) {
      const own = readPassword(authorization);
      const sha256 = own === undefined ? '' : hash(own);
      if (own !== undefined && isSame(sha256, hash(platformToken))) return { name: 'sdp', isPlatform: true };
      const found = (await read()).find((token) => own !== undefined && isSame(token.sha256, sha256));
      const shown = readToken(authorization);
      if (found === undefined && shown !== undefined && bearers !== undefined) {
        const bearer = await checkBearer(bearers, shown, verb);
        if (bearer !== undefined) return bearer;
      }
      if (found === undefined && own === undefined) throw noToken();
      if (found === undefined) {
        throw new Refusal(
          401,
          'No such token',
          'The registry has no such token: it was revoked, or is of another platform. "sdp env" has the one of this platform; "sdp artifacts token create" makes others.',
        );
      }
      if (found.expires !== undefined && new Date(found.expires) <= now()) {
        throw new Refusal(
          403,
          `The token ${found.name} expired at ${found.expires}`,
          `The token ${found.name} expired at ${found.expires}. Make a new one: sdp artifacts token revoke ${found.name}, sdp artifacts token create ${found.name}.`,
        );
      }
      return { name: found.name, isPlatform: false };
    },
    async list() {
      return (await read()).map(({ name, created, expires }) => ({
        name,
        created,
        ...(expires !== undefined && { expires }),
      }));
    },
    async create(name, expires) {
      if (!legalName.test(name)) {
        throw new Refusal(
          400,
          'No name of a token',
          `${JSON.stringify(name)} is no name of a token: letters, digits, ".", "_" and "-", 63 at most.`,
        );
      }
      const token = `sdp_${randomToken()}`;
      return change((tokens) => {
        if (name === 'sdp' || tokens.some((other) => other.name === name)) {
          throw new Refusal(
            409,
            `There is a token ${name}`,
            `There is a token ${name} already, and nobody can read it again. Revoke it first (sdp artifacts token revoke ${name}), or take another name.`,
          );
        }
        const about = {
          name,
          created: now().toISOString(),
          ...(expires !== undefined && { expires: expires.toISOString() }),
        };
        return [[...tokens, { ...about, sha256: hash(token) }], { ...about, token }];
      });
    },
    revoke: (name) =>
      change((tokens) => {
        const others = tokens.filter((token) => token.name !== name);
        return [others, others.length < tokens.length];
      }),
  };
}

/** Who has a token of the API; undefined when it is none. */
async function checkBearer(bearers: Bearers, token: string, verb: Writes): Promise<Writer | undefined> {
  const name = await bearers.identify(token);
  if (name === undefined) return undefined;
  const namespace = namespaceOfUser(name);
  if (await bearers.mayDo(token, { verb, resource: 'artifacts', namespace })) {
    return { name, isPlatform: false, ...(namespace !== undefined && { namespace }) };
  }
  const where = namespace === undefined ? 'in every namespace' : `in namespace ${namespace}`;
  throw new Refusal(
    403,
    `Not by ${name}`,
    `${name} may not ${verb} artifacts.sdp.internal ${where}. The ClusterRole sdp-deployer of deploy/roles grants it.`,
  );
}

function readPassword(authorization = ''): string | undefined {
  const [scheme = '', encoded = ''] = authorization.split(' ');
  const [user = '', ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return scheme.toLowerCase() === 'basic' && users.includes(user) && password.length > 0
    ? password.join(':')
    : undefined;
}

function noToken(): Refusal {
  return new Refusal(
    401,
    'A token is needed',
    'To publish and to delete takes a token: user __token__ and the token as password. "sdp env" exports the one of this platform; "sdp artifacts token create" makes others, and so does kubectl create token for an account with the role sdp-deployer.',
  );
}

/** Tokens are random: a plain hash cannot be guessed back. */
function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function isSame(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
