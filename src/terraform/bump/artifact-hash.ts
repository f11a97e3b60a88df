import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { DownloadError, downloadFile } from '../../engines/download-file.ts';
import { sha256OfFile } from '../../engines/file-hash.ts';
import { type HostAliases, resolveHost } from '../../engines/host-aliases.ts';
import { shownAddress } from './artifact-address.ts';

/** SHA-256 of a file in hexadecimal. */
export async function hashFile(file: string): Promise<string> {
  try {
    return await sha256OfFile(file);
  } catch (error) {
    throw artifactProblem(
      'ArtifactUnreadable',
      `The artifact cannot be read: ${file}`,
      error instanceof Error ? error.message : String(error),
    );
  }
}

/** SHA-256 of what an address has: http, https and file are fetched. */
export async function hashAddress(address: string, hostAliases: HostAliases = {}): Promise<string> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme === 'file') return hashFile(fileURLToPath(new URL(address)));
  if (scheme === undefined) return hashFile(address);
  if (scheme !== 'http' && scheme !== 'https') {
    throw artifactProblem(
      'HashNeeded',
      `The hash of ${shownAddress(address)} is not known`,
      `sdp bump fetches from http, https and file, not from ${scheme}. Give the artifact by --file, or its hash by --sha256.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'sdp-bump-'));
  try {
    const file = join(folder, 'artifact');
    await downloadFile(resolveHost(new URL(address), hostAliases), file);
    return await hashFile(file);
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    throw artifactProblem(
      'ArtifactUnreachable',
      `The artifact cannot be fetched: ${shownAddress(address)}`,
      `${error.message}. Its hash belongs into the project, so that other content is refused. Where the version is published at another address, give it by --uri; where fetching takes a password, give the artifact by --file or its hash by --sha256.`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function artifactProblem(reason: string, summary: string, detail: string): DiagnosticError {
  return new DiagnosticError({ severity: 'error', reason, summary, detail });
}
