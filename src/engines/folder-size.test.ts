import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { folderSize } from './folder-size.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-size-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('sums the files of all levels; links and folders count as nothing', async () => {
  await mkdir(join(folder, 'a', 'b'), { recursive: true });
  await writeFile(join(folder, 'one'), 'x'.repeat(1000));
  await writeFile(join(folder, 'a', 'b', 'two'), 'x'.repeat(234));
  await symlink(join(folder, 'one'), join(folder, 'link'));
  expect(await folderSize(folder)).toBe(1234);
});

it('is nothing where there is no folder', async () => {
  expect(await folderSize(join(folder, 'none'))).toBe(0);
});

it('bears with files that vanish meanwhile', async () => {
  await Promise.all(Array.from({ length: 200 }, (_, name) => writeFile(join(folder, String(name)), 'x')));
  const [size] = await Promise.all([folderSize(folder), rm(folder, { recursive: true })]);
  expect(size).toBeLessThanOrEqual(200);
});
