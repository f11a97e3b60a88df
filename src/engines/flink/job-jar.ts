import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArtifactAccess } from '../artifact-access.ts';
import { DownloadError, downloadFile, withoutCredentials } from '../download-file.ts';
import { sha256OfFile } from '../file-hash.ts';
import { type HostAliases, resolveHost } from '../host-aliases.ts';
import { malformedChecksum, readJarChecksum } from './jar-checksum.ts';

/** The jar of a job on this machine, to be uploaded to Flink. */
export interface JobJar {
  /** As Flink is told: `orders-1.0.0.jar`. */
  readonly name: string;
  readonly file: string;
  /** Deletes what was downloaded. */
  release(): Promise<void>;
}

/** The jar cannot be had, or is none; the message says what was seen and what to change. */
export class JobJarError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'JobJarError';
  }
}

/**
 * Fetches `jarURI` as the operator does before it submits a session job: http, https and files of this machine. The
 * original takes https from public hosts only, unless it is configured otherwise.
 */
export async function fetchJobJar(
  jarURI: string,
  {
    hostAliases = {},
    access,
    signal,
  }: { hostAliases?: HostAliases | undefined; access?: ArtifactAccess; signal?: AbortSignal } = {},
): Promise<JobJar> {
  const checksum = readJarChecksum(jarURI);
  const sha256 = checksum?.sha256;
  if (checksum !== undefined && sha256 === undefined)
    throw new JobJarError(`job.jarURI ${jarURI}: ${malformedChecksum}`);
  const uri = URL.canParse(jarURI) ? new URL(jarURI) : undefined;
  if (uri?.protocol === 'file:') {
    const file = fileURLToPath(uri);
    await checkJar(file, withoutChecksum(jarURI), sha256);
    return { name: basename(file), file, release: async () => undefined };
  }
  if (uri?.protocol === 'http:' || uri?.protocol === 'https:')
    return download(uri, sha256, hostAliases, access, signal);
  throw new JobJarError(
    `job.jarURI ${jarURI} cannot be fetched: a session job takes http, https or file. ` +
      (uri?.protocol === 'local:'
        ? 'local:// is a file of an image, which only an application cluster has; leave jarURI out for a class on the classpath of the session cluster.'
        : 'Put the jar where one of them reaches it.'),
  );
}

async function download(
  uri: URL,
  sha256: string | undefined,
  hostAliases: HostAliases,
  access: ArtifactAccess | undefined,
  signal: AbortSignal | undefined,
): Promise<JobJar> {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-jar-'));
  const release = () => rm(folder, { recursive: true, force: true });
  const shown = withoutChecksum(withoutCredentials(uri));
  const file = join(folder, 'job.jar');
  try {
    await downloadFile(resolveHost(uri, hostAliases), file, { signal, access });
    await checkJar(file, shown, sha256);
    return { name: jarName(uri), file, release };
  } catch (error) {
    await release();
    if (!(error instanceof DownloadError)) throw error;
    throw new JobJarError(
      error.answered
        ? `the jar is not at ${shown}: ${error.message}. Check job.jarURI, and that this version was published.`
        : `the jar cannot be fetched from ${shown}: ${error.message}. Check job.jarURI, and that its server is up.`,
      error,
    );
  }
}

/** A jar is a zip file, and that which is meant; a login page that was answered with 200 is none. */
async function checkJar(file: string, shown: string, sha256: string | undefined): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    throw new JobJarError(
      `there is no file ${file} (job.jarURI ${shown}). Build the jar, or correct the path.`,
    );
  }
  const opened = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead === 4 && buffer.readUInt32LE(0) === 0x04034b50) return await checkHash(file, shown, sha256);
    const start = JSON.stringify(buffer.subarray(0, bytesRead).toString('latin1'));
    throw new JobJarError(
      `${shown} is no jar: its ${found.size} bytes begin with ${start}. Check job.jarURI.`,
    );
  } finally {
    await opened.close();
  }
}

function withoutChecksum(address: string): string {
  return address.replace(/#sha256=.*$/s, '');
}

async function checkHash(file: string, shown: string, sha256: string | undefined): Promise<void> {
  if (sha256 === undefined) return;
  const found = await sha256OfFile(file);
  if (found === sha256) return;
  throw new JobJarError(
    `the jar at ${shown} has the SHA-256 ${found}, and job.jarURI says ${sha256}. Write the hash of the jar that is meant, or publish that jar there.`,
  );
}

function jarName({ pathname }: URL): string {
  const name = decodeURIComponent(pathname.split('/').at(-1) ?? '').replace(/[^\w.+-]/g, '_');
  return name.endsWith('.jar') ? name : `${name || 'job'}.jar`;
}
