import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCredentials } from './credentials.ts';
import { dataFolder, writePrivately } from './data-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-credentials-'));
});
afterEach(() => rm(folder, { recursive: true }));
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

it('makes credentials once, for the owner alone', async () => {
  const data = dataFolder(join(folder, 'data'));
  const credentials = await openCredentials(data);
  expect(await openCredentials(data)).toEqual(credentials);
  expect(await modeOf(join(data.controlPlane, 'credentials.json'))).toBe(0o600);
  expect(await modeOf(data.controlPlane)).toBe(0o700);
  const { admin, state, signingKey } = credentials;
  expect(admin).not.toBe(state);
  for (const token of [admin, state]) expect(token).toMatch(/^[\w-]{43}$/);
  expect(signingKey).toContain('PRIVATE KEY');
});

it('makes other ones for another folder', async () => {
  const [one, two] = [dataFolder(join(folder, 'one')), dataFolder(join(folder, 'two'))];
  expect((await openCredentials(one)).admin).not.toBe((await openCredentials(two)).admin);
});

it('does not take over the rights of a file that was left half written', async () => {
  const file = join(folder, 'secret');
  await writeFile(`${file}.new`, 'half');
  await chmod(`${file}.new`, 0o644);
  await writePrivately(file, 'whole');
  expect([await readFile(file, 'utf8'), await modeOf(file)]).toEqual(['whole', 0o600]);
});
