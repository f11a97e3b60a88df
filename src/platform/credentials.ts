import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataFolder, writePrivately } from './data-folder.ts';

/** Bearer tokens of a platform, made once. */
export interface Credentials {
  /** The user's kubeconfig. */
  readonly admin: string;
  /** sdp's own operators. */
  readonly operator: string;
  /** Processes of pods: Flink's high availability, the SQL runner. */
  readonly pods: string;
  /** Password of Terraform's state backend. */
  readonly state: string;
}

export async function openCredentials(folder: DataFolder): Promise<Credentials> {
  const file = join(folder.controlPlane, 'credentials.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as Credentials;
  const token = () => randomBytes(32).toString('base64url');
  const credentials = { admin: token(), operator: token(), pods: token(), state: token() };
  await writePrivately(file, JSON.stringify(credentials));
  return credentials;
}
