import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { needsInit } from './terraform-project.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-init-'));
  await writeFile(join(folder, 'main.tf'), 'module "a" {\n  source = "./a"\n}\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function install(...keys: readonly string[]): Promise<void> {
  await mkdir(join(folder, '.terraform', 'modules'), { recursive: true });
  const modules = keys.map((key) => ({ Key: key, Source: '', Dir: '.' }));
  await writeFile(
    join(folder, '.terraform', 'modules', 'modules.json'),
    JSON.stringify({ Modules: modules }),
  );
}

it('a folder is initialised first, and again for a module that was added', async () => {
  expect(await needsInit(folder)).toBe(true);
  await install('', 'a', 'a.team');
  expect(await needsInit(folder)).toBe(false);
  await writeFile(join(folder, 'more.tf'), '  module   "b" {}\n# module "c" {}\n');
  expect(await needsInit(folder)).toBe(true);
});

it('a project without modules needs it once', async () => {
  await writeFile(join(folder, 'main.tf'), 'resource "sdp_kafka_topic" "a" {}\n');
  await mkdir(join(folder, '.terraform'));
  expect(await needsInit(folder)).toBe(false);
});
