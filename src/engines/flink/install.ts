import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFile } from '../../package-file.ts';
import { installOnce, type ReportProgress } from '../download-cache.ts';
import { folderSize } from '../folder-size.ts';
import { copyDependencies } from '../maven.ts';
import { runCommand } from '../run-command.ts';
import { flinkVersion } from './version.ts';

export interface FlinkInstallation {
  readonly folder: string;
  /** Jars of `lib/` in a fixed order: class data archives depend on it. */
  readonly libraries: readonly string[];
  /** The jar with Java's side of Python jobs. */
  readonly python: string;
  readonly opt: string;
  readonly plugins: string;
  /** `bash-java-utils.jar`, which computes the memory options of Flink's processes. */
  readonly javaUtils: string;
}

/**
 * Flink's official distribution, which PyPI carries whole inside `apache-flink-libraries`, and the Kafka connector from
 * Maven. The distribution's folders keep their names.
 */
export async function installFlink(
  report: ReportProgress,
  signal: AbortSignal,
  root?: string,
): Promise<FlinkInstallation> {
  const pom = packageFile('src', 'engines', 'flink', 'pom.xml');
  const folder = await installOnce(
    {
      name: `flink-${flinkVersion}`,
      key: await readFile(pom, 'utf8'),
      async install(draft) {
        await installDistribution(draft, report, signal);
        await copyDependencies(pom, join(draft, 'connectors'), 'the Kafka connector', report, signal);
        for (const jar of await readdir(join(draft, 'connectors'))) {
          await rename(join(draft, 'connectors', jar), join(draft, 'lib', jar));
        }
        await rm(join(draft, 'connectors'), { recursive: true });
      },
    },
    report,
    signal,
    root,
  );
  const jars = (await readdir(join(folder, 'lib'))).filter((name) => name.endsWith('.jar')).sort();
  return {
    folder,
    libraries: jars.map((name) => join(folder, 'lib', name)),
    python: join(folder, 'opt', `flink-python-${flinkVersion}.jar`),
    opt: join(folder, 'opt'),
    plugins: join(folder, 'plugins'),
    javaUtils: join(folder, 'bin', 'bash-java-utils.jar'),
  };
}

async function installDistribution(
  draft: string,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<void> {
  const what = `Flink ${flinkVersion}`;
  const temporary = join(draft, 'tmp');
  const environment = join(draft, 'venv');
  await mkdir(temporary);
  report(`Downloading ${what}`);
  await runCommand('make a Python environment', ['python3', '-m', 'venv', environment], { signal });
  const progress = setInterval(() => {
    void Promise.all([folderSize(temporary), folderSize(environment)]).then(([downloaded, unpacked]) => {
      report(`Downloading ${what}: ${((downloaded + unpacked) / 1e6).toFixed(0)} MB`);
    });
  }, 1000);
  try {
    await runCommand(
      `download ${what}`,
      [
        join(environment, 'bin', 'python'),
        '-m',
        'pip',
        'install',
        '--no-deps',
        '--no-cache-dir',
        '--disable-pip-version-check',
        `apache-flink-libraries==${flinkVersion}`,
      ],
      { signal, env: { TMPDIR: temporary } },
    );
  } finally {
    clearInterval(progress);
  }
  const packages = join(environment, 'lib');
  const [python] = await readdir(packages);
  const distribution = join(packages, python ?? '', 'site-packages', 'pyflink');
  for (const part of ['lib', 'opt', 'plugins', 'bin', 'LICENSE', 'NOTICE', 'licenses']) {
    await rename(join(distribution, part), join(draft, part)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await rm(environment, { recursive: true });
  await rm(temporary, { recursive: true });
}
