import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyPair } from './issue-certificates.ts';

/** PEM texts of a server's certificate chain and key, and of the authority that clients trust. */
export interface ServerCertificate extends KeyPair {
  readonly ca: string;
}

const CA_YEARS = 10;
/** Clients refuse server certificates that are valid for longer. */
const SERVER_DAYS = 397;
const RENEW_BEFORE_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The certificate of a server on the loopback addresses, signed by an authority that is made once and kept in
 * `folder` (`ca.crt`, `ca.key`, `server.crt`, `server.key`; keys readable by their owner only). The server's own
 * certificate is renewed when it runs out.
 */
export async function ensureServerCertificate(folder: string): Promise<ServerCertificate> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await ensureAuthority(folder);
  const kept = await readPair(folder, 'server');
  if (kept !== undefined && isUsable(kept, authority)) return { ca: authority.certificate, ...kept };
  const { issueServerCertificate } = await loadIssuer();
  const made = await issueServerCertificate(authority, SERVER_DAYS);
  await writePair(folder, 'server', made);
  return { ca: authority.certificate, ...made };
}

/** Certificates are there at nearly every start: what makes them, a fifth of a start's time, is not loaded then. */
const loadIssuer = () => import('./issue-certificates.ts');

async function ensureAuthority(folder: string): Promise<KeyPair> {
  const kept = await readPair(folder, 'ca');
  if (kept !== undefined && lasts(new X509Certificate(kept.certificate), SERVER_DAYS)) return kept;
  const { issueAuthority } = await loadIssuer();
  const made = await issueAuthority(CA_YEARS * 365);
  await writePair(folder, 'ca', made);
  return made;
}

function isUsable(server: KeyPair, authority: KeyPair): boolean {
  const certificate = new X509Certificate(server.certificate);
  return (
    lasts(certificate, RENEW_BEFORE_DAYS) &&
    certificate.verify(new X509Certificate(authority.certificate).publicKey)
  );
}

function lasts(certificate: X509Certificate, days: number): boolean {
  return Date.parse(certificate.validTo) > Date.now() + days * DAY_MS;
}

async function readPair(folder: string, name: string): Promise<KeyPair | undefined> {
  try {
    return {
      certificate: await readFile(join(folder, `${name}.crt`), 'utf8'),
      key: await readFile(join(folder, `${name}.key`), 'utf8'),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The certificate appears last: with it the pair is complete. */
async function writePair(folder: string, name: string, pair: KeyPair): Promise<void> {
  await writeWhole(join(folder, `${name}.key`), pair.key, 0o600);
  await writeWhole(join(folder, `${name}.crt`), pair.certificate, 0o644);
}

async function writeWhole(file: string, content: string, mode: number): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, content, { mode });
  await chmod(temporary, mode);
  await rename(temporary, file);
}
