import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundleScript } from '../../process/testing/run-script.ts';
import { openStore } from './store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

const path = { type: 'pypi', name: 'a', version: '1', file: 'a-1.zip' } as const;
const about = { publishedBy: 'me' };

it('takes one of two that publish the same file at once', async () => {
  const store = await openStore(folder);
  const drafts = await Promise.all(
    ['one', 'two'].map((text) => store.receive(Readable.from([Buffer.from(text)]))),
  );
  const published = await Promise.allSettled(drafts.map((draft) => draft.publish(path, about)));
  expect(published.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await readdir(join(folder, 'unfinished'))).toEqual([]);
  const there = Buffer.concat(await store.read(path).toArray()).toString();
  expect(['one', 'two']).toContain(there);
  expect(await store.find(path)).toMatchObject({ size: 3, publishedBy: 'me' });
});

it('says how much it takes', async () => {
  const store = await openStore(folder, 10);
  const content = Readable.from([Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(8)]);
  await expect(store.receive(content)).rejects.toMatchObject({
    status: 413,
    message: expect.stringContaining('more than 10 bytes') as string,
  });
  expect(await readdir(join(folder, 'unfinished'))).toEqual([]);
  // What still came was read: a client hears of it when it has sent all.
  await expect.poll(() => content.readableEnded).toBe(true);
});

const RECEIVER = `
  import { Readable } from 'node:stream';
  import { openStore } from './store.ts';
  const store = await openStore(process.argv[2]);
  const chunks = Array.from({ length: 40 }, () => Buffer.alloc(65536));
  const failure = await store.receive(Readable.from(chunks)).catch((error) => error);
  console.log(JSON.stringify({ status: failure.status, message: failure.message }));
`;

it('keeps nothing of what a full disk has no room for, and says so', async () => {
  const script = await bundleScript(RECEIVER, import.meta.dirname);
  try {
    // With the signal ignored, a write past the limit fails as one on a full disk does.
    const limited = `trap '' XFSZ; ulimit -f 1000; exec "$0" "$1" "$2"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', limited, process.execPath, script, folder]);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 507,
      message: expect.stringContaining('Make room, and publish it again') as string,
    });
    expect(await readdir(join(folder, 'unfinished'))).toEqual([]);
  } finally {
    await rm(script);
  }
});
