import type { Command } from 'commander';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { eventType } from '../apiclient/core-types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { JobDetails } from '../engines/flink/job-details.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import type { Health } from '../kinds/kind.ts';
import { askFlink, type Unknown } from './ask-flink.ts';
import { withJob } from './choose-job.ts';
import { addClusterOptions, type ClusterOptions } from './cluster-options.ts';
import { type EventObject, type ShownEvent, toShown } from './events.ts';
import { listSnapshots, type Snapshot } from './job-snapshots.ts';
import { formatJob } from './job-text.ts';
import { withApi } from './running-platform.ts';
import { exitCodes, outputColors, printDiagnostic, printJson, printLine } from './terminal-output.ts';

export function registerJobShow(jobs: Command): void {
  addClusterOptions(
    jobs
      .command('show <job>')
      .description(
        'Tell all of one Flink job: its graph, lag, checkpoints, restarts, last exception and events.',
      ),
  )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 when the job has failed.\n\nExamples:\n  $ sdp jobs show yearly-prices\n  $ sdp jobs show orders/totals --json',
    )
    .action(async (name: string, _options: ClusterOptions, command: Command) => {
      // "jobs" has the same options, and takes them wherever they stand.
      const options = command.optsWithGlobals<ClusterOptions & { json?: boolean }>();
      await withJob(name, options, async (client, job) => {
        const shown = await withApi('read the job', () => readJob(client, job));
        if (options.json) printJson(shown);
        else formatJob(shown, Date.now(), outputColors()).forEach((line) => printLine(line));
        if (shown.health.state !== 'failed') return;
        shown.health.diagnostics.forEach((diagnostic: Diagnostic) => printDiagnostic(diagnostic));
        process.exitCode = exitCodes.problem;
      });
    });
}

/** A job as "jobs show" tells it. */
export interface ShownJob {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly cluster: string;
  readonly application: boolean;
  readonly jobId: string | undefined;
  readonly state: string | undefined;
  readonly lifecycleState: string | undefined;
  readonly health: Health;
  readonly job: FlinkJob['object']['spec']['job'];
  /** Savepoint or checkpoint that the last upgrade started from, as the operator recorded it. */
  readonly upgradeSavepointPath: string | undefined;
  readonly flink: JobDetails | Unknown | undefined;
  readonly snapshots: readonly Snapshot[];
  readonly events: readonly ShownEvent[];
}

/** All that is known of a job. */
export async function readJob(client: ApiClient, job: FlinkJob): Promise<ShownJob> {
  const { object, kind, cluster, application } = job;
  const { namespace = 'default', name } = object.metadata;
  const [{ jobIdOf }, { readJobDetails }] = await Promise.all([
    import('../kinds/flink-job/flink-jobs.ts'),
    import('../engines/flink/job-details.ts'),
  ]);
  const [flink, snapshots, events] = await Promise.all([
    askFlink(client, job, readJobDetails),
    listSnapshots(client, job),
    readEvents(client, job),
  ]);
  const { jobStatus, lifecycleState } = object.status ?? {};
  return {
    kind: kind.type.kind,
    namespace,
    name,
    cluster,
    application,
    jobId: jobIdOf(job),
    state: jobStatus?.state,
    lifecycleState,
    health: kind.assessHealth(object),
    job: object.spec.job,
    upgradeSavepointPath: jobStatus?.upgradeSavepointPath,
    flink,
    snapshots,
    events,
  };
}

const shownEvents = 8;

async function readEvents(client: ApiClient, { object, kind }: FlinkJob): Promise<readonly ShownEvent[]> {
  const { namespace, name, uid } = object.metadata;
  try {
    const { items } = await client.list<EventObject>(eventType, {
      namespace,
      fieldSelector: `involvedObject.kind=${kind.type.kind},involvedObject.name=${name}`,
    });
    return (
      items
        // One that was deleted may have had the same name.
        .filter(({ involvedObject }) => involvedObject?.uid === undefined || involvedObject.uid === uid)
        .map(toShown)
        .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
        .slice(-shownEvents)
    );
  } catch (error) {
    // Who may see jobs need not be allowed to see events.
    if (error instanceof ApiError && error.reason === 'Forbidden') return [];
    throw error;
  }
}
