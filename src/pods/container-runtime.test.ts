import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LaunchPlan } from '../engines/engine.ts';
import { readProcessIdentity } from '../process/process-identity.ts';
import { logFile } from './container-logs.ts';
import { type ContainerRecord, openRecordStore, type RecordStore } from './container-record.ts';
import {
  type ContainerIdentity,
  type ContainerRuntime,
  createContainerRuntime,
} from './container-runtime.ts';

let folder: string;
let records: RecordStore;
let runtime: ContainerRuntime;
let exits: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-runtime-'));
  records = openRecordStore(join(folder, 'pods'));
  exits = [];
  runtime = createContainerRuntime(records, folder, ({ name }) => exits.push(name));
});
afterEach(async () => {
  for (const record of await records.readAll()) await runtime.stop({ ...record, graceSeconds: 0 }, true);
  await rm(folder, { recursive: true });
});

const container: ContainerIdentity = { uid: 'u', namespace: 'ns', name: 'p', graceSeconds: 1, priority: 0 };
const plan = (script: string, more: Partial<LaunchPlan> = {}): LaunchPlan => ({
  argv: ['sh', '-c', script],
  env: {},
  workingFolder: folder,
  files: [],
  ...more,
});
const env = { PATH: process.env.PATH ?? '' };
const start = (script: string, more: Partial<LaunchPlan> = {}, earlier?: ContainerRecord) =>
  runtime.start(container, plan(script, more), { ...env, ...more.env }, earlier);
const untilExit = (count: number) => vi.waitFor(() => expect(exits).toHaveLength(count), { interval: 5 });
const logOf = (run: number) => readFile(logFile(runtime.logFolder(container), run), 'utf8');
const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

describe('start', () => {
  it('writes the files of the plan, runs the step before, and then the process', async () => {
    const file = join(folder, 'conf', 'server.properties');
    const record = await start('cat conf/server.properties; echo $WORD; exec sleep 60', {
      env: { WORD: 'hello' },
      files: [{ path: file, content: 'a=1\n' }],
      before: ['sh', '-c', 'echo formatted'],
    });
    expect(record).toMatchObject({ restarts: 0, failures: 0, state: { is: 'running' } });
    expect(await records.read('u')).toEqual(record);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await vi.waitFor(async () => expect(await logOf(0)).toBe('formatted\na=1\nhello\n'));
    expect(await runtime.isRunning(record)).toBe(true);
  });

  it('gives the process nothing of this environment but what it is told', async () => {
    vi.stubEnv('SECRET_OF_THE_DAEMON', 'x');
    await start('env; exec sleep 60');
    vi.unstubAllEnvs();
    await vi.waitFor(async () => expect(await logOf(0)).toContain('PATH='));
    expect(await logOf(0)).not.toContain('SECRET');
  });

  it('does not start when the step before fails, and says what that said', async () => {
    const failing = start('echo started', { before: ['sh', '-c', 'echo no space left; exit 4'] });
    await expect(failing).rejects.toMatchObject({
      diagnostics: [{ summary: expect.stringContaining('ended with 4'), detail: 'no space left' }],
    });
    expect(await logOf(0)).toBe('no space left\n');
    expect(await records.read('u')).toBeUndefined();
  });

  it.each([
    ['true', { code: 0 }],
    ['exit 7', { code: 7 }],
    ['kill -9 $$', { signal: 'SIGKILL' }],
  ])('knows how a process ended that ended at once: %s', async (script, end) => {
    const record = await start(script);
    await untilExit(1);
    const ended = await runtime.noteExit(record, false);
    expect(ended).toMatchObject({ failures: 1, state: { is: 'exited', exit: { asked: false, ...end } } });
  });

  it('tells of a program that does not exist', async () => {
    const record = await runtime.start(container, { ...plan(''), argv: ['no-such-program'] }, env, undefined);
    await untilExit(1);
    expect(await runtime.noteExit(record, false)).toMatchObject({ state: { exit: { code: 127 } } });
    expect(await logOf(0)).toContain('no-such-program');
  });

  it('counts restarts and failures in a row, and keeps a log of each run', async () => {
    let record: ContainerRecord | undefined;
    for (let run = 0; run < 3; run += 1) {
      record = await start(`echo run ${run}; sleep 0.05; exit 1`, {}, record);
      await untilExit(run + 1);
      record = await runtime.noteExit(record, false);
      expect(record).toMatchObject({ restarts: run, failures: run + 1 });
    }
    expect(record?.lastExit).toMatchObject({ code: 1 });
    expect(await logOf(2)).toBe('run 2\n');
    expect(await exists(logFile(runtime.logFolder(container), 0))).toBe(false);
  });
});

describe('forgive', () => {
  it('forgets failures of a process only after it has run for a while', async () => {
    const record = { ...(await start('exec sleep 60')), failures: 3 };
    await records.write(record);
    await runtime.forgive(record);
    expect((await records.read('u'))?.failures).toBe(3);
    if (record.state.is !== 'running') throw new Error('it does not run');
    const since = new Date(Date.now() - 121_000).toISOString();
    await runtime.forgive({ ...record, state: { ...record.state, since } });
    expect((await records.read('u'))?.failures).toBe(0);
  });
});

describe('a class data archive', () => {
  it.each([
    ['ended well', 'exit 0', true],
    ['was ended by SIGTERM, as JVMs tell of it', 'exit 143', true],
    ['failed', 'exit 1', false],
    ['was killed', 'kill -9 $$', false],
  ])('of a process that %s is kept or not', async (_, end, kept) => {
    const archive = { draft: join(folder, 'draft.jsa'), file: join(folder, 'cache', 'kafka-1.jsa') };
    const record = await start(`echo classes >"${archive.draft}"; sleep 0.1; ${end}`, { archive });
    await untilExit(1);
    await runtime.noteExit(record, false);
    expect(await exists(archive.file)).toBe(kept);
  });

  it('that cannot be kept does not matter', async () => {
    await writeFile(join(folder, 'cache'), 'a file where the folder should be');
    const archive = { draft: join(folder, 'draft.jsa'), file: join(folder, 'cache', 'kafka-1.jsa') };
    const record = await start(`echo classes >"${archive.draft}"; sleep 0.1`, { archive });
    await untilExit(1);
    expect(await runtime.noteExit(record, false)).toMatchObject({ state: { is: 'exited' } });
  });
});

describe('findEnded', () => {
  it('finds those whose process has ended or is another now', async () => {
    const alive = await start('exec sleep 60');
    if (alive.state.is !== 'running') throw new Error('it does not run');
    const reused = { pid: alive.state.process.pid, startTime: 'Thu Jan  1 00:00:00 1970' };
    await records.write({ ...alive, uid: 'reused', state: { ...alive.state, process: reused } });
    await records.write({ ...alive, uid: 'ended', state: { is: 'exited', exit: { at: '', asked: true } } });
    expect((await runtime.findEnded()).map(({ uid }) => uid)).toEqual(['reused']);
  });
});

describe('findStarted', () => {
  const starting = (since: number): ContainerRecord => ({
    ...container,
    restarts: 0,
    failures: 0,
    state: { is: 'starting', since: new Date(since).toISOString() },
  });
  async function writePid(pid: number | undefined, at: number): Promise<void> {
    await mkdir(records.podFolder('u'), { recursive: true });
    await writeFile(records.pidFile('u'), `${pid}\n`);
    await utimes(records.pidFile('u'), at / 1000, at / 1000);
  }

  it('finds the process that wrote its pid', async () => {
    const since = Date.now();
    const child = spawn('sleep', ['60']);
    // File times are those of the kernel's tick: a little earlier than the clock's.
    await writePid(child.pid, since - 5);
    const found = await runtime.findStarted(starting(since));
    const identity = await readProcessIdentity(child.pid ?? 0);
    expect(found?.state).toMatchObject({ is: 'running', process: identity });
    child.kill('SIGKILL');
  });

  it('waits for a pid for a while, and then takes the start for one that never was', async () => {
    expect(await runtime.findStarted(starting(Date.now()))).toBeUndefined();
    const late = await runtime.findStarted(starting(Date.now() - 2500));
    expect(late).toMatchObject({ failures: 0, state: { is: 'exited', exit: { asked: true } } });
  });

  it.each([
    ['a later process with the pid', 60_000, 60_000],
    ['an earlier run’s file, its pid given out again', 2500, 120_000],
  ])('does not take %s for its own', async (_, sinceAgo, writtenAgo) => {
    const stranger = spawn('sleep', ['60']);
    const now = Date.now();
    await writePid(stranger.pid, now - writtenAgo);
    const found = await runtime.findStarted(starting(now - sinceAgo));
    expect(found?.state.is).toBe('exited');
    stranger.kill('SIGKILL');
  });
});
