import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isHeld, tryLock } from '../process/lock-file.ts';
import { openRecordStore } from './container-record.ts';
import { startProcessGroup, stopProcessGroup } from './process-group.ts';
import { readPlatformMemory } from './process-memory.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-memory-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('counts the whole process group of each pod that runs', async () => {
  const since = new Date().toISOString();
  const records = openRecordStore(join(folder, 'pods'));
  const start = async (name: string, script: string) => {
    const { identity } = await startProcessGroup({
      argv: ['sh', '-c', script],
      env: { PATH: process.env.PATH ?? '' },
      workingFolder: folder,
      logFile: join(folder, `${name}.log`),
      pidFile: join(folder, `${name}.pid`),
    });
    if (identity === undefined) throw new Error('it did not start');
    const base = {
      uid: name,
      namespace: 'default',
      name,
      graceSeconds: 1,
      priority: 0,
      restarts: 0,
      failures: 0,
    };
    await records.write({ ...base, state: { is: 'running', process: identity, since } });
    return identity;
  };
  const big = `exec ${process.execPath} -e 'globalThis.kept = Buffer.alloc(50e6, 1); setInterval(() => {}, 1000)'`;
  const processes = [await start('small', 'sleep 60'), await start('parent', `(${big}) & wait`)];
  const base = { namespace: 'default', name: 'gone', graceSeconds: 1, priority: 0, restarts: 0, failures: 0 };
  const exited = { is: 'exited', exit: { at: since, asked: false } } as const;
  await records.write({ ...base, uid: 'gone', state: exited });
  try {
    const lockFile = join(folder, 'lock');
    const read = () => readPlatformMemory({ runtime: folder, lockFile });
    let memory = await read();
    for (let tries = 0; tries < 50 && (memory.processes.parent ?? 0) < 50e6; tries += 1) {
      await sleep(50);
      memory = await read();
    }
    expect(memory.processes).toEqual({ small: expect.any(Number), parent: expect.any(Number) });
    expect(memory.processes.parent).toBeGreaterThan(50e6);
    expect(memory.processes.small).toBeLessThan(20e6);
    expect(memory.totalBytes).toBe((memory.processes.small ?? 0) + (memory.processes.parent ?? 0));
  } finally {
    await Promise.all(processes.map((identity) => stopProcessGroup(identity, 0)));
  }
});

it('counts the daemon by its lock, whatever its group', async () => {
  const lockFile = join(folder, 'lock');
  const lock = await tryLock(lockFile, 'sdp up');
  const memory = await readPlatformMemory({ runtime: folder, lockFile });
  expect(memory.processes).toEqual({ daemon: memory.totalBytes });
  expect(memory.totalBytes).toBeGreaterThan(10e6);
  if (isHeld(lock)) lock.release();
  expect(await readPlatformMemory({ runtime: folder, lockFile })).toEqual({ processes: {}, totalBytes: 0 });
});
