import type { Command } from 'commander';
import type { ApiClient } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import { withJob } from './choose-job.ts';
import {
  addClusterOptions,
  addWaitOptions,
  type ClusterOptions,
  type WaitOptions,
} from './cluster-options.ts';
import { editObject } from './edit-object.ts';
import { waitForJob } from './job-wait.ts';
import { withApi } from './running-platform.ts';
import { note, printLine } from './terminal-output.ts';

type RestartOptions = ClusterOptions & WaitOptions;

export function registerRestart(program: Command): void {
  addWaitOptions(
    addClusterOptions(
      program
        .command('restart <job>')
        .description('Restart a Flink job, with its state as its upgrade mode says, and wait until it runs.'),
    ),
    'the job runs again',
    'only ask for the restart',
  )
    .addHelpText(
      'after',
      '\nSets spec.restartNonce. The operator stops the job and starts it from its savepoint or last checkpoint; with upgrade\nmode stateless it starts empty. A SQL job reads its secrets again.\n\nExamples:\n  $ sdp restart yearly-prices\n  $ sdp restart orders/totals --no-wait',
    )
    .action(async (name: string, options: RestartOptions) => {
      await withJob(name, options, (client, job) => restartJob(client, job, options));
    });
}

/** Asks for a restart, and waits until the job runs again. */
export async function restartJob(client: ApiClient, job: FlinkJob, options: RestartOptions): Promise<void> {
  checkNotSuspended(job);
  const nonce = nextNonce(job, Date.now());
  note(describeRestart(job, nonce));
  await withApi('restart the job', () =>
    editObject(client, job.kind.type, job.object.metadata, { spec: { restartNonce: nonce } }),
  );
  for (const line of describeDrift(job, nonce)) note(line);
  if (options.wait === false) return;
  const problems = await withApi('read the job', () =>
    waitForJob({ client, job, timeout: options.timeout, progress: (message) => note(`… ${message}`) }),
  );
  if (problems.length > 0) throw new DiagnosticError(...problems);
  printLine(`${job.object.metadata.name} runs again.`);
}

function checkNotSuspended({ object: { spec, metadata } }: FlinkJob): void {
  if (spec.job.state !== 'suspended') return;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'JobSuspended',
    summary: `Flink job ${metadata.name} is suspended`,
    detail: 'Its spec says that it shall not run. To start it, declare job.state = "running" and apply.',
  });
}

/** Any value but the last restarts: the time in seconds tells when it was. */
function nextNonce({ object: { spec } }: FlinkJob, now: number): number {
  const seconds = Math.floor(now / 1000);
  return spec.restartNonce === seconds ? seconds + 1 : seconds;
}

function describeRestart({ object, application, cluster }: FlinkJob, nonce: number): string {
  const { name } = object.metadata;
  const mode = object.spec.job.upgradeMode ?? 'stateless';
  const state = {
    stateless: 'it starts empty',
    savepoint: 'from a savepoint',
    'last-state': 'from its last checkpoint',
  }[mode];
  const processes = application ? `, and with it the processes of ${cluster}` : '';
  return `Restarting ${name}${processes}: upgrade mode ${mode}, ${state}. Sets restartNonce ${nonce}.`;
}

/** Where somebody declares the nonce, it differs from the declaration now. */
function describeDrift({ object }: FlinkJob, nonce: number): readonly string[] {
  const owner = object.metadata.managedFields?.find(
    ({ operation, fieldsV1 }) =>
      operation === 'Apply' && 'f:restartNonce' in ((fieldsV1['f:spec'] as object | undefined) ?? {}),
  );
  if (owner === undefined) return [];
  const { restartNonce: before } = object.spec;
  return [
    `restart_nonce is declared by ${owner.manager}: its next apply puts ${before ?? 'none'} back, which restarts the job once more. To keep it from that, declare restart_nonce = ${nonce}.`,
  ];
}
