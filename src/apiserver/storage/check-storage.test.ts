import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, open, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from '../../process/testing/run-script.ts';
import { checkStorage, markClosed } from './check-storage.ts';
import { openStorage } from './storage.ts';

const run = promisify(execFile);
let scratch: string;
let good: string;

const key = (name: string) => ({ resource: 'g/things', namespace: 'n', name });
const thing = (name: string) => ({
  apiVersion: 'g/v1',
  kind: 'Thing',
  metadata: { name },
  x: 'y'.repeat(500),
});

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-check-'));
  good = join(scratch, 'good');
  const storage = openStorage(good);
  for (let index = 0; index < 500; index += 1) {
    await storage.write((transaction) => transaction.put(key(`t${index}`), thing(`t${index}`)));
  }
  await storage.close();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function copyOf(name: string): Promise<{ folder: string; file: string }> {
  const folder = join(scratch, name);
  await cp(good, folder, { recursive: true });
  return { folder, file: join(folder, 'data.mdb') };
}

async function overwrite(file: string, page: number, pages: number): Promise<void> {
  const opened = await open(file, 'r+');
  await opened.write(Buffer.alloc(pages * 4096, 0xa5), 0, pages * 4096, page * 4096);
  await opened.close();
}

describe('a storage', () => {
  it('is taken when it is whole, closed or not, and when there is none', async () => {
    const { folder } = await copyOf('whole');
    await checkStorage(folder);
    await markClosed(folder);
    await checkStorage(folder);
    await checkStorage(join(scratch, 'none'));
    const storage = openStorage(folder);
    expect(storage.revision()).toBe(500);
    await storage.close();
  });

  it.each<[string, (file: string) => Promise<unknown>, RegExp]>([
    ['cut off', (file) => truncate(file, 40_960), /it has 40960 bytes of/],
    ['without its head', (file) => overwrite(file, 0, 2), /first page/],
    ['without its second page', (file) => overwrite(file, 1, 1), /second page/],
    ['empty', (file) => writeFile(file, ''), /first page/],
    ['overwritten in its middle', (file) => overwrite(file, 10, 60), /reading it ended/],
  ])('is refused %s, and left as it is', async (what, damage, expected) => {
    const { folder, file } = await copyOf(what.replaceAll(' ', '-'));
    await damage(file);
    const { size } = await stat(file);
    await expect(checkStorage(folder)).rejects.toThrow(expected);
    await expect(checkStorage(folder)).rejects.toThrow(/sdp backup --restore/);
    expect((await stat(file)).size).toBe(size);
  });
});

/** A process whose files may not grow past 2 MB, as on a disk that is full then. */
const WRITER = `
  import { openStorage } from './storage.ts';
  const storage = openStorage(process.argv[2]);
  const key = (name) => ({ resource: 'g/things', namespace: 'n', name });
  const put = (name, size) => storage.write((transaction) =>
    transaction.put(key(name), { apiVersion: 'g/v1', kind: 'Thing', metadata: { name }, x: 'y'.repeat(size) }));
  let written = 0;
  let refusal;
  while (refusal === undefined && written < 5_000) {
    try {
      await put('t' + written, 5_000);
      written += 1;
    } catch (error) {
      refusal = { code: error.status?.code, message: error.message };
    }
  }
  const there = [...storage.all()].length;
  console.log(JSON.stringify({ written, there, refusal }));
  await storage.close();
`;

it('a full disk refuses the write with its reason, and loses nothing that was acknowledged', async () => {
  const script = await bundleScript(WRITER, import.meta.dirname);
  try {
    const folder = join(scratch, 'full');
    await mkdir(folder);
    // With the signal ignored, a write past the limit fails as one on a full disk does.
    const limited = `trap '' XFSZ; ulimit -f 2000; exec "$0" "$1" "$2"`;
    const { stdout } = await run('bash', ['-c', limited, process.execPath, script, folder]);
    const { written, there, refusal } = JSON.parse(stdout) as {
      written: number;
      there: number;
      refusal?: { code: number; message: string };
    };
    expect(refusal).toMatchObject({ code: 503, message: expect.stringContaining('did not happen') });
    expect(written).toBeGreaterThan(10);
    expect(there).toBe(written);
    await checkStorage(folder);
    const storage = openStorage(folder);
    expect([...storage.all()]).toHaveLength(written);
    await storage.write((transaction) => transaction.put(key('after'), thing('after')));
    await storage.close();
  } finally {
    await rm(script);
  }
});
