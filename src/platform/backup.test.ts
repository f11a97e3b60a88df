import { existsSync } from 'node:fs';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStorage } from '../apiserver/server.ts';
import { tryLock } from '../process/lock-file.ts';
import { createBackup, restoreBackup } from './backup.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';

let scratch: string;
let folder: DataFolder;
let file: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-backup-'));
  folder = dataFolder(join(scratch, 'data'));
  file = join(scratch, 'backups', 'monday.tar.gz');
  await put('before');
  await mkdir(join(folder.states, 'orders', 'local'), { recursive: true });
  await writeFile(join(folder.states, 'orders', 'local', '1.tfstate'), '{}');
  for (const name of ['pypi', 'unfinished']) {
    await mkdir(join(folder.artifacts, name, 'a'), { recursive: true });
    await writeFile(join(folder.artifacts, name, 'a', 'content'), name);
  }
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const key = { resource: '/configmaps', namespace: 'default', name: 'c' };

async function put(value: string): Promise<void> {
  const storage = openStorage(join(folder.controlPlane, 'storage'));
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { value } };
  await storage.write((transaction) => transaction.put(key, object));
  await storage.close();
}

async function stored(data: DataFolder): Promise<unknown> {
  const storage = openStorage(join(data.controlPlane, 'storage'));
  const object = storage.get(key);
  await storage.close();
  return object?.['data'];
}

it('brings back objects, states and artifacts, and keeps what was there', async () => {
  const made = await createBackup(folder, file);
  expect(made).toMatchObject({ objects: 1, revision: 1 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await put('after');
  await rm(folder.states, { recursive: true });
  await rm(folder.artifacts, { recursive: true });
  const { content, kept } = await restoreBackup(folder, file);
  expect(content).toEqual(made);
  expect(await stored(folder)).toEqual({ value: 'before' });
  expect(await readFile(join(folder.states, 'orders', 'local', '1.tfstate'), 'utf8')).toBe('{}');
  expect(await readFile(join(folder.artifacts, 'pypi', 'a', 'content'), 'utf8')).toBe('pypi');
  expect(await readdir(folder.artifacts)).toEqual(['pypi']);
  expect(await stored(dataFolder(kept ?? ''))).toEqual({ value: 'after' });
});

it('makes a platform anew in an empty folder', async () => {
  await createBackup(folder, file);
  const other = dataFolder(join(scratch, 'other'));
  expect((await restoreBackup(other, file)).kept).toBeUndefined();
  expect(await stored(other)).toEqual({ value: 'before' });
});

it('needs a stopped platform, and one that is there', async () => {
  const lock = await tryLock(folder.lockFile, 'sdp up');
  await expect(createBackup(folder, file)).rejects.toThrow('End it with "sdp down"');
  await expect(createBackup(dataFolder(join(scratch, 'none')), file)).rejects.toThrow('nothing to back up');
  if ('release' in lock) lock.release();
  expect(existsSync(file)).toBe(false);
  await expect(restoreBackup(folder, file)).rejects.toThrow('There is no file');
});

it('changes nothing by an archive that is damaged or something else', async () => {
  await createBackup(folder, file);
  const half = join(scratch, 'half.tar.gz');
  await cp(file, half);
  await truncate(half, Math.floor((await stat(half)).size / 2));
  const text = join(scratch, 'text.tar.gz');
  await writeFile(text, 'no archive');
  const other = join(scratch, 'other.tar.gz');
  await writeFile(join(scratch, 'passwd'), 'x');
  await create({ file: other, gzip: true, cwd: scratch }, ['passwd']);
  const hostile = join(scratch, 'hostile.tar.gz');
  await mkdir(join(scratch, 'h', 'states'), { recursive: true });
  await symlink('/etc', join(scratch, 'h', 'states', 'link'));
  await create({ file: hostile, gzip: true, cwd: join(scratch, 'h') }, ['states']);
  for (const bad of [half, text, other, hostile]) {
    await expect(restoreBackup(folder, bad)).rejects.toThrow('cannot be restored');
  }
  expect(await stored(folder)).toEqual({ value: 'before' });
});
