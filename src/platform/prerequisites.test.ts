import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkPrerequisites, findPrerequisites } from './prerequisites.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-path-'));
  vi.stubEnv('PATH', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A machine on which each command says this. */
async function install(commands: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, script] of Object.entries(commands)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
}
const java = `echo 'openjdk version "17.0.12" 2024-07-16' >&2`;
const mvn = 'echo "Apache Maven 3.8.7"';
const python3 = '[ "$1" = -c ] && echo "Python 3.11"';
const terraform = 'echo "Terraform v1.15.2"; echo "on linux_amd64"';
const all = { java, mvn, python3, terraform };

describe('checkPrerequisites', () => {
  it('is content with a machine that has everything', async () => {
    await install(all);
    expect(await checkPrerequisites()).toBeUndefined();
    expect((await findPrerequisites()).map(({ found }) => found)).toEqual([
      { command: 'java', version: '17.0' },
      { command: 'mvn', version: '3.8' },
      { command: 'python3', version: '3.11' },
      { command: 'terraform', version: '1.15' },
    ]);
  });

  it('names all that is missing in one error, with what to do', async () => {
    const problem = await checkPrerequisites();
    expect(problem).toMatchObject({
      severity: 'error',
      reason: 'MissingPrerequisite',
      summary: 'This machine lacks 4 programs that sdp needs',
    });
    const lines = problem?.detail.split('\n') ?? [];
    expect(lines).toHaveLength(4);
    for (const [index, words] of [
      ['Java 17 runs Kafka and Flink', 'java was not found on PATH', 'Install a JDK 17'],
      ['Maven 3.6', 'mvn was not found on PATH', 'Install Maven'],
      ['Python 3.9 with venv', 'python3 was not found on PATH', 'python3-venv'],
      [
        'Terraform or OpenTofu 1.8',
        'terraform or tofu was not found on PATH',
        'Install Terraform or OpenTofu',
      ],
    ].entries()) {
      for (const word of words) expect(lines[index]).toContain(word);
    }
  });

  it.each([
    ['java', `echo 'openjdk version "11.0.2" 2019-01-15' >&2`, 'java is version 11.0'],
    ['java', `echo 'java version "1.8.0_402"' >&2`, 'java is version 1.8'],
    ['mvn', 'echo "Apache Maven 3.5.4"', 'mvn is version 3.5'],
    ['python3', 'echo "Python 3.8"', 'python3 is version 3.8'],
    [
      'python3',
      'echo "No module named ensurepip" >&2; exit 1',
      'python3 was not found on PATH or does not work',
    ],
    ['terraform', 'echo "Terraform v1.7.5"', 'terraform is version 1.7'],
    ['terraform', 'exit 127', 'terraform or tofu was not found'],
    ['mvn', 'echo "something else"', 'mvn was not found'],
  ])('refuses %s when it says: %s', async (command, script, seen) => {
    await install({ ...all, [command]: script });
    const problem = await checkPrerequisites();
    expect(problem?.summary).toBe('This machine lacks a program that sdp needs');
    expect(problem?.detail).toContain(seen);
    expect((await findPrerequisites()).filter((one) => one.problem !== undefined)).toHaveLength(1);
  });

  it.each([
    ['java', `echo 'openjdk version "25" 2025-09-16' >&2`, { command: 'java', version: '25' }],
    ['java', `echo 'openjdk version "21-ea"' >&2`, { command: 'java', version: '21' }],
    ['mvn', 'echo "Apache Maven 4.0.0-rc-4"', { command: 'mvn', version: '4.0' }],
    ['tofu', 'echo "OpenTofu v1.10.6"', { command: 'tofu', version: '1.10' }],
  ])('takes %s when it says: %s', async (command, script, found) => {
    // OpenTofu counts where Terraform is too old.
    await install({
      ...all,
      terraform: 'echo "Terraform v1.5.7"',
      tofu: 'echo "OpenTofu v1.8.0"',
      [command]: script,
    });
    expect(await checkPrerequisites()).toBeUndefined();
    expect((await findPrerequisites()).map((one) => one.found)).toContainEqual(found);
  });
});
