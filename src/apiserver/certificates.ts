import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** PEM texts of a server's certificate chain and key, and of the authority that clients trust. */
export interface ServerCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const CA_YEARS = 10;
/** Clients refuse server certificates that are valid for longer. */
const SERVER_DAYS = 397;
const RENEW_BEFORE_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

const LOOPBACK_NAMES = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
] as const;

interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/**
 * The certificate of a server on the loopback addresses, signed by an authority that is made once and kept in
 * `folder` (`ca.crt`, `ca.key`, `server.crt`, `server.key`; keys readable by their owner only). The server's own
 * certificate is renewed when it runs out.
 */
export async function ensureServerCertificate(folder: string): Promise<ServerCertificate> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await ensureAuthority(folder);
  const ca = `${authority.certificate.toString('pem')}\n`;
  const kept = await readPair(folder, 'server');
  if (kept !== undefined && (await isUsable(kept.certificate, authority))) return { ca, ...kept };
  const made = await issueServerCertificate(authority);
  await writePair(folder, 'server', made);
  return { ca, ...made };
}

async function ensureAuthority(folder: string): Promise<Authority> {
  const kept = await readPair(folder, 'ca');
  if (kept !== undefined) {
    const certificate = new X509Certificate(kept.certificate);
    if (certificate.notAfter.getTime() > Date.now() + SERVER_DAYS * DAY_MS) {
      return { certificate, key: await importKey(kept.key) };
    }
  }
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=sdp local authority',
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(CA_YEARS * 365),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await writePair(folder, 'ca', {
    certificate: `${certificate.toString('pem')}\n`,
    key: await exportKey(keys.privateKey),
  });
  return { certificate, key: keys.privateKey };
}

async function issueServerCertificate(authority: Authority): Promise<{ certificate: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=sdp',
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: ALGORITHM,
    ...validity(SERVER_DAYS),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([...LOOPBACK_NAMES]),
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await exportKey(keys.privateKey) };
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  // A clock that was set back a little does not make a new certificate unusable.
  const notBefore = new Date(Date.now() - 60 * 60 * 1000);
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * DAY_MS) };
}

async function isUsable(pem: string, authority: Authority): Promise<boolean> {
  const certificate = new X509Certificate(pem);
  if (certificate.notAfter.getTime() < Date.now() + RENEW_BEFORE_DAYS * DAY_MS) return false;
  return certificate.verify({ publicKey: authority.certificate.publicKey, signatureOnly: true });
}

async function readPair(
  folder: string,
  name: string,
): Promise<{ certificate: string; key: string } | undefined> {
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
async function writePair(folder: string, name: string, pair: { certificate: string; key: string }) {
  await writeWhole(join(folder, `${name}.key`), pair.key, 0o600);
  await writeWhole(join(folder, `${name}.crt`), pair.certificate, 0o644);
}

async function writeWhole(file: string, content: string, mode: number): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, content, { mode });
  await chmod(temporary, mode);
  await rename(temporary, file);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = bytes.toString('base64').replaceAll(/.{64}(?=.)/gu, '$&\n');
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const base64 = pem.replaceAll(/-----[^-]+-----|\s/gu, '');
  return webcrypto.subtle.importKey('pkcs8', Buffer.from(base64, 'base64'), ALGORITHM, true, ['sign']);
}
