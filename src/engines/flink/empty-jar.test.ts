import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../run-command.ts';
import { emptyJar } from './empty-jar.ts';

it('is a jar for Java, with a manifest and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-jar-'));
  try {
    await writeFile(join(folder, 'empty.jar'), emptyJar());
    // `jar` is not part of a runtime without compiler; `java -jar` reads the whole file, and misses a main class.
    const started = runCommand('run it', ['java', '-jar', join(folder, 'empty.jar')]);
    await expect(started).rejects.toThrow(/no main manifest attribute/);
    // Python is required as well, and checks the checksum of every entry.
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist(), z.read(z.namelist()[0]))';
    const output = await runCommand('read it', ['python3', '-c', script, join(folder, 'empty.jar')]);
    expect(output).toBe(String.raw`None ['META-INF/MANIFEST.MF'] b'Manifest-Version: 1.0\r\n\r\n'`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('is the same each time', () => {
  expect(emptyJar()).toEqual(emptyJar());
});
