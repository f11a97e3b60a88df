import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isHeld, readLockHolder, tryLock } from './lock-file.ts';
import { readProcessIdentity } from './process-identity.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('tryLock', () => {
  it('names the holder to the second', async () => {
    const file = join(folder, 'lock');
    const first = await tryLock(file, 'sdp up');
    expect(isHeld(first)).toBe(true);
    expect(await tryLock(file, 'another')).toMatchObject({ pid: process.pid, purpose: 'sdp up' });
    if (isHeld(first)) first.release();
    expect(await readLockHolder(file)).toBeUndefined();
    expect(isHeld(await tryLock(file, 'another'))).toBe(true);
  });

  it('takes over from a process that is gone, and from another process with its pid', async () => {
    const file = join(folder, 'lock');
    const child = spawn('sleep', ['30']);
    const identity = await readProcessIdentity(child.pid ?? 0);
    await writeFile(file, JSON.stringify({ ...identity, purpose: 'sleep' }));
    expect(await tryLock(file, 'me')).toMatchObject({ pid: child.pid });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isHeld(await tryLock(file, 'me'))).toBe(true);
    await writeFile(file, JSON.stringify({ pid: process.pid, startTime: 'long ago', purpose: 'older' }));
    expect(isHeld(await tryLock(file, 'me'))).toBe(true);
  });

  it('is not fooled by half a file', async () => {
    const file = join(folder, 'lock');
    await writeFile(file, '{"pid": 1');
    expect(isHeld(await tryLock(file, 'me'))).toBe(true);
  });

  it.each([
    ['nobody holds', undefined],
    ['a dead process left', { pid: process.pid, startTime: 'long ago', purpose: 'older' }],
  ])('gives a lock that %s to one of many that ask at once', async (_, left) => {
    const file = join(folder, 'lock');
    if (left !== undefined) await writeFile(file, JSON.stringify(left));
    const results = await Promise.all(Array.from({ length: 20 }, () => tryLock(file, 'me')));
    expect(results.filter(isHeld)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['lock']);
  });
});
