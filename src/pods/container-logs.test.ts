import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastLines, logFile, type ReadLogOptions, readLog, rotateLogs } from './container-logs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-logs-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(content: string, options: ReadLogOptions = {}): Promise<string> {
  const file = logFile(folder, 0);
  await writeFile(file, content);
  const parts: Uint8Array[] = [];
  for await (const part of readLog(file, options)) parts.push(part);
  return Buffer.concat(parts).toString();
}
const long = Array.from({ length: 20_000 }, (_, line) => `line ${line}\n`).join('');

describe('readLog', () => {
  it.each([
    ['a\nb\nc\n', undefined, 'a\nb\nc\n'],
    ['a\nb\nc\n', 2, 'b\nc\n'],
    ['a\nb\nc', 2, 'b\nc'],
    ['a\nb\nc\n', 3, 'a\nb\nc\n'],
    ['a\nb\nc\n', 10, 'a\nb\nc\n'],
    ['a\nb\nc\n', 0, ''],
    ['a\nb\nc', 0, ''],
    ['\n\n', 1, '\n'],
    ['', 5, ''],
    [long, undefined, long],
    [long, 15_000, long.slice(long.indexOf('line 5000\n'))],
  ])('answers the last lines (%#)', async (content, tailLines, expected) => {
    expect(await read(content, { tailLines })).toBe(expected);
  });

  it('answers nothing where there is no log', async () => {
    const parts: Uint8Array[] = [];
    for await (const part of readLog(join(folder, 'none'), { follow: true })) parts.push(part);
    expect(parts).toEqual([]);
  });

  it('follows a log, also over its rotation, until its process has ended', async () => {
    const file = logFile(folder, 0);
    await writeFile(file, 'one\n');
    let ended = false;
    const seen: string[] = [];
    for await (const part of readLog(file, { follow: true, hasEnded: async () => ended })) {
      seen.push(Buffer.from(part).toString());
      if (seen.length === 1) await appendFile(file, 'two and more\n');
      if (seen.length === 2) await writeFile(file, 'three\n');
      if (seen.length === 3) ended = true;
    }
    expect(seen).toEqual(['one\n', 'two and more\n', 'three\n']);
  });

  it('stops following with its signal', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    expect(await read('a\n', { follow: true, hasEnded: async () => false, signal: abort.signal })).toBe(
      'a\n',
    );
  });
});

describe('lastLines', () => {
  it('takes a last line without its end', async () => {
    const file = logFile(folder, 0);
    await writeFile(file, 'a\nb\nfatal');
    expect(await lastLines(file, 2)).toEqual(['b', 'fatal']);
  });
});

describe('rotateLogs', () => {
  const full = 10_000_001;

  it('copies a full log away and cuts it, so that its process writes on into the same file', async () => {
    const file = logFile(folder, 0);
    await writeFile(file, 'x'.repeat(full));
    const { ino } = await stat(file);
    await rotateLogs(folder, 0);
    expect(await stat(file)).toMatchObject({ size: 0, ino });
    expect((await stat(`${file}.1`)).size).toBe(full);
  });

  it('keeps three copies, the newest first', async () => {
    const file = logFile(folder, 0);
    for (const letter of 'abcde') {
      await writeFile(file, letter.repeat(full));
      await rotateLogs(folder, 0);
    }
    expect(await readdir(folder)).toEqual(['0.log', '0.log.1', '0.log.2', '0.log.3']);
    const firsts = await Promise.all([1, 2, 3].map((copy) => readFile(`${file}.${copy}`, 'utf8')));
    expect(firsts.map((content) => content[0])).toEqual(['e', 'd', 'c']);
  });

  it('leaves a log alone that is not full, and removes those before the last run', async () => {
    for (const run of [0, 1, 2, 3, 10]) await writeFile(logFile(folder, run), 'log\n');
    await writeFile(`${logFile(folder, 1)}.1`, 'log\n');
    await rotateLogs(folder, 3);
    expect((await readdir(folder)).sort()).toEqual(['10.log', '2.log', '3.log']);
    await rotateLogs(join(folder, 'none'), 0);
  });
});
