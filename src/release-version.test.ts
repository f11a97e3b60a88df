import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readVersions, setVersion } from '../scripts/version.js';
import { packageFile, packageVersion } from './package-file.ts';

it('is one version, in all files that have it', () => {
  const versions = readVersions(packageFile());
  expect(versions.length).toBeGreaterThanOrEqual(9);
  expect(versions.filter(([, version]) => version !== packageVersion())).toEqual([]);
});

it('is set in all of them at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-version-'));
  try {
    const files = [...new Set(readVersions(packageFile()).map(([file]) => file))];
    for (const file of files) await cp(packageFile(file), join(folder, file));
    expect(setVersion(folder, packageVersion())).toEqual([]);
    expect(setVersion(folder, '12.3.40')).toEqual(files);
    expect(new Set(readVersions(folder).map(([, version]) => version))).toEqual(new Set(['12.3.40']));
  } finally {
    await rm(folder, { recursive: true });
  }
});
