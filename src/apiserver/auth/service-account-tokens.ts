import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Storage } from '../storage/storage.ts';
import type { User } from './authenticate.ts';

/** kube-apiserver's `--service-account-issuer` where none is set, and the audience of tokens that name none. */
const issuer = 'https://kubernetes.default.svc';
const algorithm = 'ES256';
/** Kubernetes' bounds of `TokenRequest.spec.expirationSeconds`. */
export const shortestToken = 600;
export const defaultTokenLife = 3_600;

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface IssuedToken {
  readonly token: string;
  readonly expires: Date;
}

/** Issues and checks the tokens of ServiceAccounts: JWTs signed by a key of the platform's own. */
export interface ServiceAccountTokens {
  issue(account: ServiceAccount, seconds: number, audiences?: readonly string[]): Promise<IssuedToken>;
  /** The user that a token stands for; undefined when it is none of ours, has expired or its account is gone. */
  verify(token: string): Promise<User | undefined>;
}

/** A new key for `createServiceAccountTokens`, as PEM. */
export function generateSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function createServiceAccountTokens(storage: Storage, signingKey: string): ServiceAccountTokens {
  const key = createPrivateKey(signingKey);
  // `createPublicKey` derives it from the private one.
  const publicKey: KeyObject = createPublicKey(signingKey);
  return {
    async issue({ namespace, name, uid }, seconds, audiences = [issuer]) {
      const now = Math.floor(Date.now() / 1000);
      const token = await new SignJWT({
        'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      })
        .setProtectedHeader({ alg: algorithm })
        .setIssuer(issuer)
        .setSubject(serviceAccountUser(namespace, name))
        .setAudience([...audiences])
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + seconds)
        .sign(key);
      return { token, expires: new Date((now + seconds) * 1000) };
    },

    async verify(token) {
      const claims = await readClaims(token, publicKey);
      const account = claims && accountIn(claims);
      if (account === undefined) return undefined;
      const { namespace, name, uid } = account;
      const live = storage.get({ resource: '/serviceaccounts', namespace, name });
      if (live?.metadata.uid !== uid || live.metadata.deletionTimestamp !== undefined) return undefined;
      return {
        name: serviceAccountUser(namespace, name),
        uid,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      };
    },
  };
}

export function serviceAccountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

async function readClaims(token: string, key: KeyObject): Promise<JWTPayload | undefined> {
  try {
    const options = { issuer, audience: issuer, algorithms: [algorithm] };
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function accountIn(claims: JWTPayload): ServiceAccount | undefined {
  const { namespace, serviceaccount } = (claims['kubernetes.io'] ?? {}) as {
    namespace?: string;
    serviceaccount?: { name?: string; uid?: string };
  };
  const { name, uid } = serviceaccount ?? {};
  if (namespace === undefined || name === undefined || uid === undefined) return undefined;
  return { namespace, name, uid };
}
