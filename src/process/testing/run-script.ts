import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';

/** Bundles a script that imports from a source folder, so that tests can run it in processes of its own. */
export async function bundleScript(content: string, sourceFolder: string): Promise<string> {
  // Inside of the packages' folder, so that packages are found.
  const cache = join(import.meta.dirname, '../../../node_modules/.cache/sdp');
  const script = join(cache, `script-${process.pid}-${randomBytes(4).toString('hex')}.mjs`);
  await build({
    stdin: { contents: content, resolveDir: sourceFolder, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: script,
    logLevel: 'error',
  });
  return script;
}

export function runScript(
  script: string,
  ...args: readonly string[]
): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

export async function outputOf(child: { readonly stdout: Readable }): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of child.stdout) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
