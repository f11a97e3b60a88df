import type { Command } from 'commander';
import type { ApiClient } from '../apiclient/client.ts';
import type { JobProgress } from '../engines/flink/job-details.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import { formatAgo, formatBytes, formatDuration } from './amounts.ts';
import { askFlink, isKnown, type Unknown } from './ask-flink.ts';
import { listJobs } from './choose-job.ts';
import { addClusterOptions, type ClusterOptions, connectCluster } from './cluster-options.ts';
import { registerJobShow } from './job-show.ts';
import { withApi } from './running-platform.ts';
import {
  exitCodes,
  formatTable,
  note,
  outputColors,
  printDiagnostic,
  printJson,
  printLine,
} from './terminal-output.ts';

export function registerJobs(program: Command): void {
  const jobs = program
    .command('jobs')
    .description(
      'Show every Flink job with its health, restarts and last checkpoint; "jobs show" tells all of one.',
    );
  addClusterOptions(jobs)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 when a job has failed.\n\nExamples:\n  $ sdp jobs\n  $ sdp jobs --namespace orders --json\n  $ sdp jobs show yearly-prices',
    )
    .action(async (options: ClusterOptions & { json?: boolean }) => {
      const client = await connectCluster(options);
      try {
        const rows = await withApi('read the Flink jobs', () => readRows(client, options.namespace));
        if (options.json) printJson(rows);
        else print(rows, options.namespace);
        rows
          .flatMap(({ health }) => (health.state === 'failed' ? health.diagnostics : []))
          .forEach(printDiagnostic);
        if (rows.some(({ health }) => health.state === 'failed')) process.exitCode = exitCodes.problem;
      } finally {
        await client.close();
      }
    });
  registerJobShow(jobs);
}

export interface JobRow {
  readonly namespace: string;
  readonly name: string;
  readonly cluster: string;
  readonly application: boolean;
  readonly state: string;
  readonly health: ReturnType<FlinkJob['kind']['assessHealth']>;
  /** When the state was last another, in milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly restarts?: number | undefined;
  readonly checkpoint?: { readonly time: number; readonly bytes: number; readonly path: string };
  /** Why Flink itself could not be asked. */
  readonly unknown?: string;
}

/** Every job, from its object and from Flink where that answers. */
export async function readRows(client: ApiClient, namespace: string | undefined): Promise<readonly JobRow[]> {
  const { readJobProgress } = await import('../engines/flink/job-details.ts');
  const jobs = await listJobs(client, namespace);
  return Promise.all(jobs.map(async (job) => toRow(job, await askFlink(client, job, readJobProgress))));
}

export function toRow(job: FlinkJob, progress: JobProgress | Unknown | undefined): JobRow {
  const { object, kind, cluster, application } = job;
  const { jobStatus, lifecycleState } = object.status ?? {};
  const health = kind.assessHealth(object);
  // The operator notes no time when it suspends a job.
  const suspended = object.spec.job.state === 'suspended' && health.state === 'healthy';
  const since = suspended ? Number.NaN : Number(jobStatus?.updateTime ?? jobStatus?.startTime);
  const known = isKnown(progress) ? progress : undefined;
  const latest = newest(known);
  return {
    namespace: object.metadata.namespace ?? 'default',
    name: object.metadata.name,
    cluster,
    application,
    state: suspended ? 'SUSPENDED' : (jobStatus?.state ?? lifecycleState ?? '-'),
    health,
    since: Number.isNaN(since) ? undefined : since,
    ...(known !== undefined && { restarts: known.restarts }),
    ...(latest !== undefined && {
      checkpoint: { time: latest.time, bytes: latest.bytes, path: latest.path },
    }),
    ...(progress !== undefined && 'unknown' in progress && { unknown: progress.unknown }),
  };
}

/** A savepoint is as good to restore from. */
function newest(progress: JobProgress | undefined) {
  const { latest, latestSavepoint } = progress?.checkpoints ?? {};
  return (latestSavepoint?.id ?? 0) > (latest?.id ?? 0) ? latestSavepoint : latest;
}

function print(rows: readonly JobRow[], namespace: string | undefined): void {
  if (rows.length === 0) {
    note(`No Flink jobs${namespace === undefined ? '' : ` in namespace ${namespace}`}.`);
    return;
  }
  const colors = outputColors();
  const marks = { healthy: colors.green('✓'), progressing: colors.yellow('…'), failed: colors.red('✗') };
  const [header, ...lines] = formatRows(rows, Date.now());
  printLine(`  ${header}`);
  lines.forEach((line, index) => printLine(`${marks[rows[index]?.health.state ?? 'progressing']} ${line}`));
  for (const why of new Set(rows.flatMap(({ unknown }) => unknown ?? []))) {
    note(`Restarts and checkpoints are not all known: ${why}.`);
  }
}

/** The table, header first. */
export function formatRows(rows: readonly JobRow[], now: number): readonly string[] {
  const header = ['JOB', 'CLUSTER', 'STATE', 'HEALTH', 'RESTARTS', 'CHECKPOINT', 'SIZE', 'SINCE'];
  const cells = rows.map((row) => [
    `${row.namespace}/${row.name}`,
    row.application ? 'application' : row.cluster,
    row.state,
    row.health.state,
    row.restarts === undefined ? '-' : String(row.restarts),
    row.checkpoint === undefined ? '-' : formatAgo(row.checkpoint.time, now),
    row.checkpoint === undefined ? '-' : formatBytes(row.checkpoint.bytes),
    row.since === undefined ? '-' : formatDuration(now - row.since),
  ]);
  return formatTable(header, cells).split('\n');
}
