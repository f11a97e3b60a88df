import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { cacheFolder } from '../download-cache.ts';
import { findRootCause } from '../root-cause.ts';
import { runCommand } from '../run-command.ts';
import type { FlinkInstallation } from './install.ts';
import { flinkVersion } from './version.ts';

export interface MemoryOptions {
  /** `-Xmx…` and its like. */
  readonly jvm: readonly string[];
  /** `-D key=value` after the main class. */
  readonly dynamic: readonly string[];
}

/** Configuration that the memory of a process is computed from. */
const memoryKeys =
  /^(jobmanager|taskmanager)\.(memory\.|cpu\.|numberOfTaskSlots|network\.)|^(env\.java\.opts|cluster\.|fine-grained)/;

/**
 * The memory options of a JobManager or TaskManager as Flink's own start scripts get them, from `BashJavaUtils`
 * (Flink 2.2: two lines after the marker, JVM options, then dynamic properties). Answers are kept, a JVM start each.
 */
export async function readMemoryOptions(
  role: 'jobmanager' | 'taskmanager',
  installation: FlinkInstallation,
  configuration: Readonly<Record<string, string>>,
  configFolder: string,
): Promise<MemoryOptions> {
  const relevant = Object.entries(configuration)
    .filter(([key]) => memoryKeys.test(key))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const key = createHash('sha256')
    .update(JSON.stringify([flinkVersion, role, relevant]))
    .digest('hex')
    .slice(0, 16);
  const file = join(cacheFolder(), 'flink-memory', `${key}.json`);
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as MemoryOptions;
  const options = await askBashJavaUtils(role, installation, configFolder);
  await mkdir(join(cacheFolder(), 'flink-memory'), { recursive: true });
  // Equal TaskManagers ask at the same time.
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, JSON.stringify(options));
  await rename(draft, file);
  return options;
}

async function askBashJavaUtils(
  role: 'jobmanager' | 'taskmanager',
  installation: FlinkInstallation,
  configFolder: string,
): Promise<MemoryOptions> {
  const needed = installation.libraries.filter((jar) => /\/(flink-dist|log4j)/.test(jar));
  const lines: string[] = [];
  const output = await runCommand(
    `compute the memory of the ${role}`,
    [
      'java',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      [installation.javaUtils, ...needed].join(':'),
      'org.apache.flink.runtime.util.bash.BashJavaUtils',
      role === 'jobmanager' ? 'GET_JM_RESOURCE_PARAMS' : 'GET_TM_RESOURCE_PARAMS',
      '--configDir',
      configFolder,
    ],
    { onLine: (line) => lines.push(line) },
  ).catch((error: unknown) => {
    throw describeRefusal(role, lines) ?? error;
  });
  const [jvm, dynamic] = output
    .split('\n')
    .filter((line) => line.startsWith('BASH_JAVA_UTILS_EXEC_RESULT:'))
    .map((line) => line.slice('BASH_JAVA_UTILS_EXEC_RESULT:'.length).split(' ').filter(Boolean));
  if (jvm === undefined || dynamic === undefined) {
    throw new Error(`BashJavaUtils did not answer with two lines of options for the ${role}: ${output}`);
  }
  return { jvm, dynamic };
}

/** Flink's memory rules leave no room for the process. */
function describeRefusal(role: 'jobmanager' | 'taskmanager', lines: readonly string[]) {
  const cause = /IllegalConfigurationException: ([^]*)/.exec(findRootCause(lines.join('\n')))?.[1];
  if (cause === undefined) return undefined;
  const [process, inModules] =
    role === 'jobmanager'
      ? ['JobManager', 'jm_resource.memory (job_manager.memory of a session cluster)']
      : ['TaskManager', 'tm_resource.memory (task_manager.memory of a session cluster)'];
  return new DiagnosticError({
    severity: 'error',
    reason: 'MemoryRefused',
    summary: `The ${process} has too little memory for Flink`,
    detail: `Raise ${inModules}. Flink says: ${cause}`,
  });
}
