import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSigningKey } from '../apiserver/server.ts';
import { type DataFolder, writePrivately } from './data-folder.ts';

/** Secrets of a platform, made once. */
export interface Credentials {
  /** Bearer token of the user's kubeconfig. */
  readonly admin: string;
  /** Password of Terraform's state backend. */
  readonly state: string;
  /** Password of users `sdp` and `__token__` of the artifact registry. */
  readonly registry: string;
  /** Private key that signs the tokens of ServiceAccounts, as PEM: those of running processes hold as long as it does. */
  readonly signingKey: string;
}

export async function openCredentials(folder: DataFolder): Promise<Credentials> {
  const file = join(folder.controlPlane, 'credentials.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const kept = text === undefined ? {} : (JSON.parse(text) as Partial<Credentials>);
  const {
    admin = randomToken(),
    state = randomToken(),
    registry = randomToken(),
    signingKey = generateSigningKey(),
  } = kept;
  const credentials = { admin, state, registry, signingKey };
  const next = JSON.stringify(credentials);
  if (next !== text) await writePrivately(file, next);
  return credentials;
}

export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}
