import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that ships with sdp, named from the package's root, whether sdp runs from its sources or bundled. */
export function packageFile(...segments: readonly string[]): string {
  return join(packageRoot(), ...segments);
}

/** The version of sdp. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
  return version;
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('sdp was moved out of its package: no package.json above it');
    folder = parent;
  }
  return folder;
}
