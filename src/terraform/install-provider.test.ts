import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installProvider } from './install-provider.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-install-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function bundle(version: string): Promise<string> {
  const path = join(folder, 'bundle');
  await writeFile(path, `#!/usr/bin/env node\n// terraform-provider-sdp ${version}\n`);
  return path;
}

it('puts one version, executable, where Terraform looks', async () => {
  const project = join(folder, 'project');
  await installProvider(await bundle('0.1.7'), { project });
  const { version, path } = await installProvider(await bundle('0.1.3'), { project });
  expect(version).toBe('0.1.3');
  expect(path).toMatch(
    /project\/terraform\.d\/plugins\/sdp\.internal\/platform\/sdp\/0\.1\.3\/[a-z]+_[a-z0-9]+\/terraform-provider-sdp_v0\.1\.3$/,
  );
  expect((await stat(path)).mode & 0o777).toBe(0o755);
  expect(await readFile(path, 'utf8')).toContain('0.1.3');
  expect(await readdir(join(project, 'terraform.d/plugins/sdp.internal/platform/sdp'))).toEqual(['0.1.3']);
});

it('serves all projects of a user from the home folder', async () => {
  const { path } = await installProvider(await bundle('0.1.3'), { user: folder });
  expect(path.startsWith(join(folder, '.terraform.d/plugins/sdp.internal'))).toBe(true);
});

it('refuses what is no bundle', async () => {
  await writeFile(join(folder, 'other'), 'something');
  await expect(installProvider(join(folder, 'other'), { user: folder })).rejects.toThrow('not a bundle');
});
