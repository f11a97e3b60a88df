import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ApiClient } from '../apiclient/client.ts';
import { apiVersionOf, type Manifest } from '../apiclient/object.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import type { FlinkStateSnapshotObject } from '../kinds/flink-state-snapshot/decide.ts';
import { formatDuration } from './amounts.ts';
import { withJob } from './choose-job.ts';
import {
  addClusterOptions,
  addWaitOptions,
  type ClusterOptions,
  type WaitOptions,
} from './cluster-options.ts';
import { withApi } from './running-platform.ts';
import { note, printJson, printLine } from './terminal-output.ts';

interface SavepointOptions extends ClusterOptions, WaitOptions {
  json?: boolean;
}

export function registerSavepoint(program: Command): void {
  addWaitOptions(
    addClusterOptions(
      program
        .command('savepoint <job>')
        .description('Take a savepoint of a running Flink job, which goes on. Prints its path.'),
    ),
    'the savepoint is there',
    'only ask for it; prints the name of its FlinkStateSnapshot',
  )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nIt is a FlinkStateSnapshot called JOB-savepoint-TIME. Deleting that leaves the savepoint.\n\nExamples:\n  $ sdp savepoint yearly-prices\n  $ path=$(sdp savepoint orders/totals)',
    )
    .action(async (name: string, options: SavepointOptions) => {
      await withJob(name, options, async (client, job) => {
        checkRuns(job);
        const created = await withApi('ask for the savepoint', () =>
          requestSavepoint(client, job, new Date()),
        );
        const snapshot = created.metadata.name;
        if (options.wait === false) {
          if (options.json) printJson({ snapshot });
          else printLine(snapshot);
          return;
        }
        note(`FlinkStateSnapshot ${snapshot} is made; waiting for the savepoint.`);
        const path = await withApi('read the savepoint', () =>
          waitForSavepoint(client, created, options.timeout),
        );
        if (options.json) printJson({ snapshot, path });
        else printLine(path);
      });
    });
}

/** A savepoint of what does not run would wait for the job to run, or be given up. */
function checkRuns({ object, cluster }: FlinkJob): void {
  const state = object.status?.jobStatus?.state;
  if (state === 'RUNNING') return;
  const last = object.status?.jobStatus?.upgradeSavepointPath;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'JobNotRunning',
    summary: `Flink job ${object.metadata.name} does not run`,
    detail:
      `It is ${state ?? 'not submitted'} on cluster ${cluster}, and only a running job can write a savepoint. ` +
      (last === undefined
        ? `"sdp jobs show ${object.metadata.name}" tells why.`
        : `What it would start from is kept: ${last}`),
  });
}

/** Makes the FlinkStateSnapshot that asks for it. */
export async function requestSavepoint(
  client: ApiClient,
  { object, kind }: FlinkJob,
  now: Date,
): Promise<FlinkStateSnapshotObject> {
  const { flinkStateSnapshotType } = await import('../kinds/flink-state-snapshot/resource-type.ts');
  const { namespace = 'default', name } = object.metadata;
  const time = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const manifest: Manifest = {
    apiVersion: apiVersionOf(flinkStateSnapshotType),
    kind: flinkStateSnapshotType.kind,
    metadata: { namespace, name: `${name}-savepoint-${time}` },
    spec: {
      // Without it the operator tries a savepoint that fails again and again.
      backoffLimit: 0,
      jobReference: { kind: kind.type.kind, name },
      savepoint: { disposeOnDelete: false },
    },
  };
  return client.create<FlinkStateSnapshotObject>(flinkStateSnapshotType, manifest);
}

/** The savepoint's path; a diagnostic when it failed or is not there in time. */
export async function waitForSavepoint(
  client: ApiClient,
  { metadata: { namespace, name }, spec }: FlinkStateSnapshotObject,
  timeout: number,
  interval = 300,
): Promise<string> {
  const { flinkStateSnapshotType } = await import('../kinds/flink-state-snapshot/resource-type.ts');
  const object = { kind: flinkStateSnapshotType.kind, name, ...(namespace !== undefined && { namespace }) };
  const job = spec.jobReference.name;
  const deadline = Date.now() + timeout;
  for (;;) {
    const live = await client.get<FlinkStateSnapshotObject>(flinkStateSnapshotType, { namespace, name });
    const { state = 'TRIGGER_PENDING', path, error } = live?.status ?? {};
    if (state === 'COMPLETED' && path !== undefined) return path;
    if (live === undefined || state === 'FAILED' || state === 'ABANDONED') {
      throw new DiagnosticError({
        severity: 'error',
        reason: 'SavepointFailed',
        summary: `The savepoint of ${job} failed`,
        detail:
          live === undefined
            ? 'Somebody deleted its FlinkStateSnapshot.'
            : `${error ?? `It is ${state}, without a cause.`}\nThe job goes on. "sdp logs ${job}" has the whole story.`,
        object,
      });
    }
    if (Date.now() >= deadline) {
      throw new DiagnosticError({
        severity: 'error',
        reason: 'Timeout',
        summary: `The savepoint of ${job} was not there within ${formatDuration(timeout)}`,
        detail: `It is ${state}${error === undefined ? '' : `; its last error: ${error}`}. It goes on: "sdp jobs show ${job}" lists it. Much state, or backpressure, makes savepoints slow; if it needs longer, raise --timeout.`,
        object,
      });
    }
    await sleep(interval);
  }
}
