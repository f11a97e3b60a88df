import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isAlive, readProcessIdentities, readProcessIdentity } from './process-identity.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function endedPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('process identities', () => {
  it('are the same each time, whatever the time zone and language', async () => {
    const first = await readProcessIdentity(process.pid);
    expect(first).toEqual({ pid: process.pid, startTime: expect.stringMatching(/^\w{3} .* \d{4}$/) });
    vi.stubEnv('TZ', 'Asia/Tokyo');
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
    const later = await Promise.all(Array.from({ length: 8 }, () => readProcessIdentity(process.pid)));
    expect(later).toEqual(Array.from({ length: 8 }, () => first));
  });

  it('tell the start in UTC', async () => {
    const begin = Date.now();
    const child = spawn('sleep', ['30']);
    const identity = await readProcessIdentity(child.pid ?? 0);
    child.kill('SIGKILL');
    const seconds = (Date.parse(`${identity?.startTime} UTC`) - begin) / 1000;
    expect(Math.abs(seconds)).toBeLessThan(3);
  });

  it('are found for those that live, beside those that do not', async () => {
    const gone = await endedPid();
    const found = await readProcessIdentities([process.pid, gone, process.ppid]);
    expect(new Set(found.keys())).toEqual(new Set([process.pid, process.ppid]));
    expect(await readProcessIdentities([gone])).toEqual(new Map());
    expect(await readProcessIdentities([])).toEqual(new Map());
  });

  it('are not those of zombies', async () => {
    // The shell starts a process that ends soon, and becomes a program that never asks how it ended.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    await expect.poll(() => readProcessIdentity(Number(line)), { timeout: 5_000 }).toBeUndefined();
    expect(() => process.kill(Number(line), 0)).not.toThrow();
    parent.kill('SIGKILL');
  });

  it('tell a process from a later one with its pid', async () => {
    const self = await readProcessIdentity(process.pid);
    expect(await isAlive({ pid: process.pid, startTime: self?.startTime ?? '' })).toBe(true);
    expect(await isAlive({ pid: process.pid, startTime: 'Thu Jan  1 00:00:00 1970' })).toBe(false);
  });

  it('are not taken for gone where nothing can be seen', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(readProcessIdentity(process.pid)).rejects.toThrow('ENOENT');
  });
});
