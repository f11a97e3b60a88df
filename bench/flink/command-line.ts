import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { packageFile } from '../../src/package-file.ts';
import { sqlRunnerEntryClass } from '../../src/sql/revision.ts';

/** `flink run` without its shell script: the class that it starts, with the JobManager's classpath and environment. */
export interface FlinkCommandLine {
  /** `flink run --detached` of the runner. Resolves when the command has ended. */
  run(args: readonly string[]): Promise<void>;
  remove(): Promise<void>;
}

export async function createCommandLine(jobManagerPid: number): Promise<FlinkCommandLine> {
  const [command, environment] = await Promise.all([
    readStrings(`/proc/${jobManagerPid}/cmdline`),
    readStrings(`/proc/${jobManagerPid}/environ`),
  ]);
  const env = Object.fromEntries(
    environment.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  const folder = await mkdtemp(join(tmpdir(), 'sdp-bench-cli-'));
  // As at a user's desk: the address of the cluster, and not how its JobManagers find each other.
  const configuration = parse(
    await readFile(join(env['FLINK_CONF_DIR'] ?? '', 'config.yaml'), 'utf8'),
  ) as Record<string, string>;
  const kept = Object.entries(configuration).filter(([key]) => !key.startsWith('high-availability.'));
  await writeFile(join(folder, 'config.yaml'), stringify(Object.fromEntries(kept)));
  const classpath = command[command.indexOf('-cp') + 1] ?? '';
  const options = command.filter((word) => /^(--add-|-Dlog4j|-Duser\.)/.test(word));
  const address = `${configuration['rest.address']}:${configuration['rest.port']}`;
  const jar = packageFile('runner', 'target', 'sdp-runner.jar');
  return {
    async run(args) {
      await promisify(execFile)(
        'java',
        [
          ...options,
          '-cp',
          classpath,
          'org.apache.flink.client.cli.CliFrontend',
          'run',
          '--detached',
          '--jobmanager',
          address,
          '--class',
          sqlRunnerEntryClass,
          jar,
          ...args,
        ],
        { env: { ...env, FLINK_CONF_DIR: folder }, maxBuffer: 16 * 1024 * 1024 },
      );
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function readStrings(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\0').filter((entry) => entry !== '');
}
