import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { classDataArchive, describeJava, javaMajorVersion, keepClassDataArchive } from './java.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-java-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('describeJava', () => {
  it('asks again after java was not found', async () => {
    vi.stubEnv('PATH', folder);
    await expect(describeJava()).rejects.toThrow('java is not installed or not on PATH');
    vi.unstubAllEnvs();
    expect(javaMajorVersion(await describeJava())).toBeGreaterThanOrEqual(17);
  });

  it.each([
    ['openjdk version "17.0.12" 2024-07-16', 17],
    ['java version "1.8.0_402"', 8],
    ['openjdk version "25-ea" 2025-09-16', 25],
    ['OpenJDK 64-Bit Server VM', undefined],
  ])('tells the major version of %s', (description, version) => {
    expect(javaMajorVersion(description)).toBe(version);
  });
});

describe('classDataArchive', () => {
  const decide = (name: string, classpath: readonly string[]) =>
    classDataArchive(name, classpath, join(folder, 'work'), join(folder, 'cache'));
  async function writeJar(name: string, content: string): Promise<string> {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  }

  it('is recorded by the first process and used by the next', async () => {
    const jar = await writeJar('a.jar', 'a');
    const first = await decide('kafka', [jar]);
    const draft = join(folder, 'work', 'kafka.jsa');
    expect(first.options).toContain(`-XX:ArchiveClassesAtExit=${draft}`);
    if (first.record === undefined) throw new Error('it is not recorded');
    expect(first.record.draft).toBe(draft);
    await mkdir(join(folder, 'work'));
    await writeFile(draft, 'classes');
    await keepClassDataArchive(first.record);
    expect(await readdir(join(folder, 'work'))).toEqual([]);
    const next = await decide('kafka', [jar]);
    expect(next.record).toBeUndefined();
    expect(next.options).toContain(`-XX:SharedArchiveFile=${first.record.file}`);
    expect(await readFile(first.record.file, 'utf8')).toBe('classes');
  });

  it('is another one for another name, classpath, order of it or content of a jar', async () => {
    const [a, b] = [await writeJar('a.jar', 'a'), await writeJar('b.jar', 'b')];
    const fileOf = async (name: string, classpath: readonly string[]) =>
      (await decide(name, classpath)).record?.file;
    const files = [
      await fileOf('kafka', [a, b]),
      await fileOf('other', [a, b]),
      await fileOf('kafka', [b, a]),
      await fileOf('kafka', [a]),
      await fileOf('kafka', [a, join(folder, 'none.jar')]),
    ];
    expect(await fileOf('kafka', [a, b])).toBe(files[0]);
    await writeJar('a.jar', 'changed');
    files.push(await fileOf('kafka', [a, b]));
    await utimes(a, 1, 1);
    files.push(await fileOf('kafka', [a, b]));
    expect(new Set(files).size).toBe(7);
    expect(files).not.toContain(undefined);
  });
});

describe('keepClassDataArchive', () => {
  async function keep(file: string, content: string | undefined): Promise<void> {
    const draft = join(folder, 'draft');
    if (content !== undefined) await writeFile(draft, content);
    await keepClassDataArchive({ draft, file: join(folder, 'class-data', file) });
  }
  const list = (): Promise<string[]> => readdir(join(folder, 'class-data')).catch(() => []);

  it('keeps nothing that was not written, or is empty', async () => {
    await keep('kafka-1.jsa', undefined);
    await keep('kafka-1.jsa', '');
    expect(await list()).toEqual([]);
  });

  it('keeps the newest three of a name, and those of other names', async () => {
    await keep('flink-jobmanager-9.jsa', 'x');
    for (const [index, key] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      await keep(`flink-${key}.jsa`, 'x');
      const at = Date.now() / 1000 - 100 + index;
      await utimes(join(folder, 'class-data', `flink-${key}.jsa`), at, at);
    }
    expect(new Set(await list())).toEqual(
      new Set(['flink-c.jsa', 'flink-d.jsa', 'flink-e.jsa', 'flink-jobmanager-9.jsa']),
    );
  });

  it('bears with equal processes that end at the same time', async () => {
    const drafts = Array.from({ length: 4 }, (_, index) => join(folder, `draft-${index}`));
    const file = join(folder, 'class-data', 'flink-a.jsa');
    await Promise.all(drafts.map((draft) => writeFile(draft, 'classes')));
    await Promise.all(drafts.map((draft) => keepClassDataArchive({ draft, file })));
    expect(await list()).toEqual(['flink-a.jsa']);
    expect(await readFile(file, 'utf8')).toBe('classes');
  });
});
