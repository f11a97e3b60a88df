import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildProvider } from '../../scripts/build-provider.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('is the same file from the same sources, and its version names its content', async () => {
  const files = ['one', 'two'].map((name) => join(folder, name));
  const built = await Promise.all(files.map((outfile) => buildProvider({ outfile })));
  const [one, two] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(one === two).toBe(true);
  expect(built[0]).toEqual(built[1]);
  // No prerelease: Terraform would only take one that a constraint names.
  expect(built[0]?.version).toMatch(/^0\.1\.\d+$/);
});

it('keeps the code that was made of it, for the next start, and does without where it cannot', async () => {
  const outfile = join(folder, 'terraform-provider-sdp_v1.2.4');
  await buildProvider({ outfile, version: '1.2.4' });
  const start = (cache: string) =>
    spawnSync(outfile, { encoding: 'utf8', env: { ...process.env, SDP_CACHE: cache } });
  const cache = join(folder, 'cache');
  const kept = join(cache, 'provider-code', `1.2.4-${process.version}-${process.arch}`);
  const first = start(cache);
  const code = await readFile(kept);
  expect(code.length).toBeGreaterThan(100_000);
  expect(start(cache)).toMatchObject({ status: first.status, stderr: first.stderr });
  // Not written again: the same one served.
  expect(await readFile(kept)).toEqual(code);
  for (const damaged of [Buffer.alloc(0), code.subarray(0, 1000), Buffer.from(code).fill(7)]) {
    await writeFile(kept, damaged);
    expect(start(cache)).toMatchObject({ status: first.status, stderr: first.stderr });
  }
  expect(start(join(outfile, 'no-folder'))).toMatchObject({ status: first.status, stderr: first.stderr });
});

it('says what it is to a person who runs it', async () => {
  const outfile = join(folder, 'terraform-provider-sdp_v1.2.3');
  expect(await buildProvider({ outfile, version: '1.2.3' })).toEqual({ version: '1.2.3' });
  const { status, stdout, stderr } = spawnSync(outfile, { encoding: 'utf8' });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('a plugin of Terraform and OpenTofu');
});
