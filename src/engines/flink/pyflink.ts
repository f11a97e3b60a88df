import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { installationFolder, installOnce, type ReportProgress } from '../download-cache.ts';
import { folderSize } from '../folder-size.ts';
import { runCommand } from '../run-command.ts';
import { flinkVersion } from './version.ts';

/** Changes with how it is installed, so that an older installation is not taken for this one. */
const recipe = 'venv without apache-flink-libraries 1';
const pyflink = { name: `pyflink-${flinkVersion}`, key: `apache-flink==${flinkVersion}, ${recipe}` };

/** At most, what is downloaded and unpacked on the way included; measured on Linux with Python 3.11. */
const expectedMegabytes = 840;

/** Best first. PyFlink 2.2 has wheels for CPython 3.9 to 3.12. */
const candidates = ['python3.11', 'python3.12', 'python3.10', 'python3.9', 'python3'] as const;
const oldest = 9;
const newest = 12;

/** Python with PyFlink: where it is, or will be once something needs it. */
export function pyflinkExecutable(root?: string): string {
  return join(installationFolder(pyflink, root), 'bin', 'python');
}

/** Whether it can be run. Its base may have been taken off the machine since. */
export function hasPyFlink(root?: string): boolean {
  return existsSync(pyflinkExecutable(root));
}

/**
 * PyFlink in a virtual environment of its own, without the Flink distribution that PyPI's package brings: that is
 * installed already (`installFlink`), and its jars are not needed where the cluster starts Python.
 */
export async function installPyFlink(
  report: ReportProgress,
  signal: AbortSignal,
  root?: string,
): Promise<void> {
  if (hasPyFlink(root)) return;
  await rm(installationFolder(pyflink, root), { recursive: true, force: true });
  await installOnce(
    { ...pyflink, install: (draft) => fillDraft(draft, report, signal) },
    report,
    signal,
    root,
  );
}

async function fillDraft(draft: string, report: ReportProgress, signal: AbortSignal): Promise<void> {
  const what = `PyFlink ${flinkVersion}`;
  report(`Installing ${what}`);
  const base = await findPython(signal);
  await runCommand('make a Python environment', [base, '-m', 'venv', draft], { signal });
  const temporary = join(draft, 'tmp');
  await mkdir(temporary);
  const progress = setInterval(() => {
    void folderSize(draft).then((bytes) => {
      const megabytes = Math.min(bytes / 1e6, expectedMegabytes);
      report(`Installing ${what}: ${megabytes.toFixed(0)} of ${expectedMegabytes} MB`);
    });
  }, 1000);
  const python = join(draft, 'bin', 'python');
  const install = (...args: readonly string[]) =>
    runCommand(
      `install ${what}`,
      // Compiled are only the parts that are used, below.
      [
        python,
        '-m',
        'pip',
        'install',
        '--no-compile',
        '--no-cache-dir',
        '--disable-pip-version-check',
        ...args,
      ],
      { signal, env: { TMPDIR: temporary } },
    );
  try {
    await install('--no-deps', `apache-flink==${flinkVersion}`);
    const needed = await runCommand(`read what ${what} needs`, [python, '-c', listNeeded], { signal });
    const requirements = join(temporary, 'requirements.txt');
    await writeFile(requirements, needed);
    await install('--requirement', requirements);
  } finally {
    clearInterval(progress);
  }
  report(`Installing ${what}: trying it out`);
  await runCommand(`try ${what}`, [python, '-c', tryOut], { signal });
  await rm(temporary, { recursive: true });
  // Scripts name the folder that the draft is in; python and its links do not.
  for (const name of await readdir(join(draft, 'bin'))) {
    if (!name.startsWith('python')) await rm(join(draft, 'bin', name), { recursive: true });
  }
}

const listNeeded = `import importlib.metadata
for line in importlib.metadata.requires('apache-flink'):
    if not line.startswith('apache-flink-libraries') and 'extra ==' not in line:
        print(line)`;

/** What a worker imports at its start. */
const tryOut = 'import pyflink.fn_execution.beam.beam_sdk_worker_main, pyflink.table, pyflink.datastream';

/** The best Python that PyFlink runs on. */
async function findPython(signal: AbortSignal): Promise<string> {
  const seen: string[] = [];
  for (const command of candidates) {
    const version = await runCommand(
      'ask Python for its version',
      [command, '-c', 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])'],
      { signal },
    ).catch(() => undefined);
    signal.throwIfAborted();
    const match = /^3\.(\d+)$/.exec(version?.trim() ?? '');
    if (match === null) continue;
    const minor = Number(match[1]);
    if (minor >= oldest && minor <= newest) return command;
    seen.push(`${command} is version 3.${minor}`);
  }
  throw new DiagnosticError({
    severity: 'error',
    reason: 'MissingPrerequisite',
    summary: `PyFlink ${flinkVersion} runs on Python 3.${oldest} to 3.${newest} with venv, and ${seen[0] ?? 'there is none on PATH'}`,
    detail:
      'Install Python 3.11 with its venv module (Debian: python3.11-venv, macOS: brew install python@3.11, or pyenv install 3.11). The job goes on by itself then.',
  });
}
