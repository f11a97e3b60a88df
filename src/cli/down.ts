import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { type DataFolder, findDataFolder } from '../platform/data-folder.ts';
import { stopLeftProcesses } from '../pods/left-processes.ts';
import { readLockHolder } from '../process/lock-file.ts';
import { isAlive } from '../process/process-identity.ts';
import { printJson, printLine } from './terminal-output.ts';

const stopTimeoutMs = 90_000;

export function registerDown(program: Command): void {
  program
    .command('down')
    .description(
      'End the local platform and every process it started. Jobs and data are there at the next start.',
    )
    .option('--data <dir>', 'data folder of the platform')
    .option('--purge', 'delete its data as well: topics, checkpoints, Terraform states')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  $ sdp down\n  $ sdp down --purge')
    .action(async (options: { data?: string; purge?: boolean; json?: boolean }) => {
      const folder = await findDataFolder(options.data);
      const stopped = await stopPlatform(folder);
      if (options.purge) await rm(folder.path, { recursive: true, force: true });
      if (options.json) printJson({ data: folder.path, stopped, purged: options.purge ?? false });
      else printLine(describe(folder, stopped, options.purge ?? false));
    });
}

/** Ends the daemon and whatever processes an earlier one left. Answers whether there was anything to end. */
export async function stopPlatform(folder: DataFolder): Promise<boolean> {
  const stopped = await stopDaemon(folder);
  const left = await stopLeftProcesses(folder.runtime);
  return stopped || left > 0;
}

async function stopDaemon(folder: DataFolder): Promise<boolean> {
  const holder = await readLockHolder(folder.lockFile);
  if (holder === undefined) return false;
  process.kill(holder.pid, 'SIGTERM');
  const deadline = Date.now() + stopTimeoutMs;
  while (Date.now() < deadline) {
    if (!(await isAlive(holder))) return true;
    await sleep(100);
  }
  throw new DiagnosticError({
    severity: 'error',
    reason: 'PlatformNotStopped',
    summary: `Process ${holder.pid} has not ended`,
    detail: `It was asked to end its processes ${stopTimeoutMs / 1000} s ago. ${folder.daemonLog} may say what holds it; run "sdp down" again to wait longer.`,
  });
}

function describe(folder: DataFolder, stopped: boolean, purged: boolean): string {
  const done = stopped ? 'The platform has ended.' : `No platform was running on ${folder.path}.`;
  if (purged) return `${done} Its data is deleted.`;
  return stopped ? `${done} Its data is in ${folder.path}.` : done;
}
