import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

const run = promisify(execFile);

export interface Prerequisite {
  readonly name: string;
  /** Any one of these commands will do. */
  readonly commands: readonly (readonly [string, ...string[]])[];
  readonly wanted: readonly [number, number];
  readonly version: RegExp;
  readonly purpose: string;
  readonly remedy: string;
}

export interface FoundPrerequisite {
  readonly name: string;
  readonly purpose: string;
  /** The first command that is there, with the version it told. */
  readonly found?: { readonly command: string; readonly version: string };
  readonly problem?: Diagnostic;
}

const prerequisites: readonly Prerequisite[] = [
  {
    name: 'Java 17',
    commands: [['java', '-version']],
    wanted: [17, 0],
    version: /version "(\d+)(?:\.(\d+))?/,
    purpose: 'runs Kafka and Flink',
    remedy:
      'Install a JDK 17 or newer (Debian: openjdk-17-jdk, macOS: brew install openjdk@17) and put it on PATH.',
  },
  {
    name: 'Maven 3.6',
    commands: [['mvn', '-version']],
    wanted: [3, 6],
    version: /Apache Maven (\d+)\.(\d+)/,
    purpose: 'downloads Kafka and builds the SQL runner',
    remedy: 'Install Maven (Debian: maven, macOS: brew install maven).',
  },
  {
    name: 'Python 3.9 with venv',
    commands: [
      ['python3', '-c', 'import sys, venv, ensurepip; print("Python %d.%d" % sys.version_info[:2])'],
    ],
    wanted: [3, 9],
    version: /Python (\d+)\.(\d+)/,
    purpose: 'downloads Flink, which PyPI carries',
    remedy:
      'Install Python 3.11 with its venv module (Debian: python3-venv, macOS: brew install python@3.11).',
  },
  {
    name: 'Terraform or OpenTofu 1.8',
    commands: [
      ['terraform', 'version'],
      ['tofu', 'version'],
    ],
    wanted: [1, 8],
    version: /(?:Terraform|OpenTofu) v(\d+)\.(\d+)/,
    purpose: 'applies projects',
    remedy: 'Install Terraform or OpenTofu 1.8 or newer, from its vendor or your package manager.',
  },
];

/** Looks for everything that sdp needs of the machine, all at once. */
export function findPrerequisites(): Promise<FoundPrerequisite[]> {
  return Promise.all(prerequisites.map(find));
}

/** One error that names all that is missing or too old; `undefined` when nothing is. */
export async function checkPrerequisites(): Promise<Diagnostic | undefined> {
  const problems = (await findPrerequisites()).flatMap(({ problem }) => problem ?? []);
  if (problems.length === 0) return undefined;
  return {
    severity: 'error',
    reason: 'MissingPrerequisite',
    summary: `This machine lacks ${problems.length === 1 ? 'a program' : `${problems.length} programs`} that sdp needs`,
    detail: problems.map(({ summary, detail }) => `${summary}. ${detail}`).join('\n'),
  };
}

async function find(prerequisite: Prerequisite): Promise<FoundPrerequisite> {
  const { name, purpose, remedy, wanted } = prerequisite;
  let old: string | undefined;
  for (const [command, ...args] of prerequisite.commands) {
    const output = await run(command, args, { env: { ...process.env, CHECKPOINT_DISABLE: '1' } }).then(
      ({ stdout, stderr }) => stdout + stderr,
      () => undefined,
    );
    const match = output === undefined ? null : prerequisite.version.exec(output);
    if (match === null) continue;
    const [major, minor] = [Number(match[1]), Number(match[2] ?? 0)];
    const version = match[2] === undefined ? `${major}` : `${major}.${minor}`;
    if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) {
      return { name, purpose, found: { command, version } };
    }
    old = `${command} is version ${version}`;
  }
  const commands = prerequisite.commands.map(([command]) => command).join(' or ');
  return {
    name,
    purpose,
    problem: {
      severity: 'error',
      reason: 'MissingPrerequisite',
      summary: `${name} ${purpose}, and ${old ?? `${commands} was not found on PATH or does not work`}`,
      detail: remedy,
    },
  };
}
