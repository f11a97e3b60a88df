import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProcessIdentity } from '../process/process-identity.ts';
import { runCommand } from './run-command.ts';

const sh = (script: string) => ['sh', '-c', script] as const;

describe('runCommand', () => {
  it('answers what a command says on both outputs, also without a last line end', async () => {
    const said: string[] = [];
    const output = await runCommand('talk', sh('echo one; echo two >&2; printf three'), {
      onLine: (line) => said.push(line),
    });
    expect(output.split('\n').sort((left, right) => (left < right ? -1 : 1))).toEqual([
      'one',
      'three',
      'two',
    ]);
    expect(said.join('\n')).toBe(output);
  });

  it('answers all of a long output', async () => {
    const output = await runCommand('count', ['seq', '1', '100000']);
    expect(output.split('\n')).toHaveLength(100_000);
    expect(output.endsWith('\n100000')).toBe(true);
  });

  it('adds to the environment', async () => {
    const output = await runCommand('look', sh('echo "$WORD ${PATH:+path}"'), { env: { WORD: 'hello' } });
    expect(output).toBe('hello path');
  });

  it.each([
    ['exit 3', 'sh: it ended with 3.\nwhy'],
    ['kill -9 $$', 'sh: it ended with SIGKILL.\nwhy'],
  ])('fails with the end of what was said, without noise: %s', async (script, detail) => {
    const noise = 'echo "[INFO] x"; echo "Downloading from central"; echo; echo why;';
    await expect(runCommand('do it', sh(`${noise} ${script}`))).rejects.toMatchObject({
      diagnostics: [{ reason: 'CommandFailed', summary: 'Could not do it', detail }],
    });
  });

  it('tells of the last eight lines only', async () => {
    await expect(runCommand('count', sh('seq 1 100; exit 1'))).rejects.toMatchObject({
      diagnostics: [{ detail: ['sh: it ended with 1.', 93, 94, 95, 96, 97, 98, 99, 100].join('\n') }],
    });
  });

  it('says what is not installed', async () => {
    await expect(runCommand('do it', ['no-such-program'])).rejects.toMatchObject({
      diagnostics: [{ detail: 'no-such-program: no-such-program is not installed or not on PATH.' }],
    });
  });
});

describe('a command that is given up', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdp-command-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('ends with all that it started', async () => {
    const abort = new AbortController();
    let child = 0;
    const running = runCommand('wait', sh('sleep 60 & echo $!; wait'), {
      signal: abort.signal,
      onLine: (line) => {
        child = Number(line);
        abort.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    await sleep(50);
    expect(child).toBeGreaterThan(0);
    expect(await readProcessIdentity(child)).toBeUndefined();
  });

  it('is not started when it was given up before', async () => {
    const file = join(folder, 'ran');
    const running = runCommand('write', ['touch', file], { signal: AbortSignal.abort() });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    await expect(runCommand('look', ['ls', file])).rejects.toThrow('Could not look');
  });
});
