import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { packageFile } from '../package-file.ts';
import { type DataFolder, findDataFolder, readPlatformAddress } from '../platform/data-folder.ts';
import { lastLines } from '../pods/container-logs.ts';
import { readLockHolder } from '../process/lock-file.ts';
import { note, printJson, printLine } from './terminal-output.ts';

interface UpOptions {
  data?: string;
  detach?: boolean;
  json?: boolean;
  kubeconfig?: string;
  config?: string;
}

const readyTimeoutMs = 60_000;

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('Start the local platform, or adopt what an earlier one left running.')
    .option('--data <dir>', 'data folder: everything the platform keeps')
    .option('-d, --detach', 'return when it is ready and leave it running')
    .option('--config <file>', 'configuration of the platform; sdp.yaml of this folder when absent')
    .option('--kubeconfig <file>', 'work for this API server in the place of the embedded one')
    .option('--json', 'with --detach: print where it answers as JSON')
    .addHelpText(
      'after',
      '\nWithout --detach it runs until Ctrl-C, which ends every process well; jobs and data are there at the next start.\nWith --kubeconfig the operators and processes work for another Kubernetes API, where no other operator of these kinds may\nrun.\n\nExamples:\n  $ sdp up --detach\n  $ SDP_DATA=/tmp/try sdp up',
    )
    .action(async (options: UpOptions) => {
      const folder = await findDataFolder(options.data);
      if (options.detach) await detach(folder, options);
      else await runInForeground(folder, options);
    });
}

async function runInForeground(folder: DataFolder, { kubeconfig, config }: UpOptions): Promise<void> {
  const interrupted = waitForSignal();
  // Only this command needs the server, the operators and what they bring.
  const [{ startPlatform }, { readConfiguration }] = await Promise.all([
    import('../platform/platform.ts'),
    import('../platform/configuration.ts'),
  ]);
  const configuration = await readConfiguration(config);
  const platform = await startPlatform({ folder, kubeconfig, configuration, onTrouble: note });
  printLine(`The platform answers at ${platform.url}, data in ${folder.path}.`);
  printLine('Ctrl-C ends it. In another shell: eval "$(sdp env)"');
  await interrupted;
  note('Ending all processes; jobs and data stay.');
  await platform.stop();
}

function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    // A second Ctrl-C must not cut the orderly end short.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

async function detach(folder: DataFolder, { json, ...target }: UpOptions): Promise<void> {
  const holder = await readLockHolder(folder.lockFile);
  if (holder === undefined) await startDaemon(folder, target);
  const address = await readPlatformAddress(folder);
  const how = holder === undefined ? 'is ready' : `already runs (process ${holder.pid})`;
  if (json)
    printJson({ url: address?.url, data: folder.path, kubeconfig: address?.kubeconfig, pid: address?.pid });
  else printLine(`The platform ${how}: ${address?.url}, data in ${folder.path}.`);
}

/** Starts the platform in the background and resolves when it is ready. */
export async function startDaemon(
  folder: DataFolder,
  { kubeconfig, config }: Pick<UpOptions, 'kubeconfig' | 'config'> = {},
): Promise<void> {
  mkdirSync(folder.path, { recursive: true, mode: 0o700 });
  const log = openSync(folder.daemonLog, 'a', 0o600);
  const argv = [
    packageFile('bin', 'sdp.js'),
    'up',
    '--data',
    folder.path,
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
  const child = spawn(process.execPath, argv, {
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  const deadline = Date.now() + readyTimeoutMs;
  while (Date.now() < deadline && !ended) {
    const address = await readPlatformAddress(folder);
    if (address?.pid === child.pid) return;
    await sleep(50);
  }
  throw new DiagnosticError({
    severity: 'error',
    reason: 'PlatformNotReady',
    summary: ended ? 'The platform ended while it started' : 'The platform did not become ready',
    detail: [`The end of ${folder.daemonLog}:`, ...(await lastLines(folder.daemonLog, 10))].join('\n'),
  });
}
