import type { KubernetesObject, ResourceType } from '../../apiclient/object.ts';
import type { JobOverview } from '../../engines/flink/client.ts';
import { explainFailure } from '../../engines/flink/explain-failure.ts';
import type { AskService, Health } from '../kind.ts';
import type { EngineView, Probe, Related, RolloutRules } from '../rollout.ts';
import { flinkGoBack } from './go-back.ts';
import { observedJob } from './observed-job.ts';
import type { FlinkJobObject } from './resource.ts';

/** From the moment of RUNNING on: most jobs that die on start do so at their first records. */
const settleMs = 2_000;
const failingStates: readonly string[] = ['RESTARTING', 'FAILING'];
const askedExceptions = 5;

/** Whether a job ran and has failed, and Flink starts it again by itself. */
export function isFailing(state: string | undefined): boolean {
  return state !== undefined && failingStates.includes(state);
}

/** The FlinkDeployment that runs a job. `type` where it is another object, with configuration of its own. */
export interface JobCluster {
  readonly name: string;
  readonly type?: ResourceType;
}

/** Rollouts of Flink jobs: Flink itself is asked whether the job runs, and a checkpoint proves that it can. */
export function flinkJobRollout(clusterOf: (object: KubernetesObject) => JobCluster): RolloutRules {
  return {
    goBack: flinkGoBack,

    settle: (object) => ((object as Partial<FlinkJobObject>).spec?.job === undefined ? 0 : settleMs),

    async look(object, health, ask, before) {
      const job = object as FlinkJobObject;
      const jobId = deployedJobId(job);
      if (jobId === undefined || health.state === 'failed') return undefined;
      const overview = await findJob(ask, clusterOf(object).name, jobId);
      const same = before?.run.startsWith(`${jobId} `) ? before : undefined;
      const cluster = clusterOf(object).name;
      return overview && readView({ job, overview, health, ask, cluster, before: same });
    },

    async probe(object, related) {
      const { spec, status, kind, metadata } = object as FlinkJobObject;
      if (status?.jobStatus?.state !== 'RUNNING') return undefined;
      const configuration = await configurationOf(spec.flinkConfiguration, clusterOf(object), related);
      return takesCheckpoints(configuration) ? checkpointProbe(kind, metadata.name) : undefined;
    },
  };
}

/** The job of the object's generation, once its cluster has it. */
function deployedJobId({ spec, status, metadata }: FlinkJobObject): string | undefined {
  if (spec.job === undefined || spec.job.state === 'suspended') return undefined;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 1)) return undefined;
  if (status?.reconciliationStatus?.state !== 'DEPLOYED') return undefined;
  return status.jobStatus?.jobId;
}

/** All jobs of a cluster in one answer, which all rollouts share. */
async function findJob(ask: AskService, cluster: string, jobId: string): Promise<JobOverview | undefined> {
  const answer = await ask({ service: `${cluster}-rest:rest`, path: '/v1/jobs/overview' });
  const { jobs } = (answer?.body ?? {}) as { jobs?: readonly JobOverview[] };
  return jobs?.find(({ jid }) => jid === jobId);
}

interface Look {
  readonly job: FlinkJobObject;
  readonly overview: JobOverview;
  readonly health: Health;
  readonly ask: AskService;
  readonly cluster: string;
  readonly before: EngineView | undefined;
}

/** Of the same job. */
function lastChange({ run }: EngineView): number {
  return Number(run.split(' ')[2]);
}

async function readView({ job, overview, health, ask, cluster, before }: Look): Promise<EngineView> {
  const { state } = observedJob(overview);
  const run = [overview.jid, overview['start-time'], overview['last-modification'] ?? 0].join(' ');
  const failing = isFailing(state) || state === 'FAILED';
  // A job that runs may have failed between two looks; of all others nothing more is asked.
  const told = health.state === 'progressing' && health.failing === true;
  const suspicious = failing || told || (before !== undefined && before.run !== run);
  const { failures, cause } = suspicious
    ? await readFailures(ask, cluster, overview, before, job.spec.job.jarURI)
    : { failures: before?.failures ?? 0, cause: before?.cause };
  return { health: assess(job, overview, state, health, cause), run, failures, cause };
}

function assess(
  { kind, metadata: { name, namespace } }: FlinkJobObject,
  { tasks }: JobOverview,
  state: string,
  health: Health,
  cause: string | undefined,
): Health {
  if (state === 'RUNNING' || state === 'FINISHED') return health;
  if (isFailing(state)) return { state: 'progressing', message: `the job is ${state}`, failing: true };
  if (state === 'FAILED') {
    return {
      state: 'failed',
      diagnostics: [
        {
          severity: 'error',
          reason: 'JobException',
          summary: `Flink job ${name} does not run`,
          detail: cause ?? 'It failed, and Flink gave no cause.',
          object: { kind, name, ...(namespace !== undefined && { namespace }) },
        },
      ],
    };
  }
  const { running = 0, finished = 0, total = 0, scheduled = 0 } = tasks;
  const waiting = scheduled > 0 ? `, ${scheduled} wait for slots` : '';
  const message = `waiting for the job to run, it is ${state}: ${running + finished} of ${total} tasks run${waiting}`;
  return { state: 'progressing', message };
}

interface ExceptionHistory {
  readonly exceptionHistory?: {
    readonly entries?: readonly {
      readonly stacktrace?: string;
      readonly timestamp: number;
      readonly taskName?: string | null;
    }[];
  };
}

/** That a TaskManager has gone. Where something else has failed as well, that is the cause, and perhaps of this too. */
const lostTaskManager =
  /TaskExecutor is shutting down|heartbeat of TaskManager|no longer reachable|closed by remote task manager/;

/**
 * Failures since the job was started, or looked at, and the last one's cause. All times are the JobManager's, which says
 * what it said up to 3 s before (`web.refresh-interval`).
 */
async function readFailures(
  ask: AskService,
  cluster: string,
  overview: JobOverview,
  before: EngineView | undefined,
  jarURI: string | undefined,
): Promise<{ readonly failures: number; readonly cause: string | undefined }> {
  const path = `/v1/jobs/${overview.jid}/exceptions?maxExceptions=${askedExceptions}`;
  const answer = await ask({ service: `${cluster}-rest:rest`, path });
  const { entries = [] } = ((answer?.body ?? {}) as ExceptionHistory).exceptionHistory ?? {};
  const own = entries.filter(({ timestamp }) => timestamp >= overview['start-time']);
  const since = before === undefined ? 0 : lastChange(before);
  const failures = own.filter(({ timestamp }) => timestamp >= since).length + (before?.failures ?? 0);
  const last = own.find(({ stacktrace = '' }) => !lostTaskManager.test(stacktrace)) ?? own[0];
  if (last?.stacktrace === undefined) return { failures, cause: before?.cause };
  const task = last.taskName === undefined || last.taskName === null ? '' : ` (task ${last.taskName})`;
  return { failures, cause: `${explainFailure(last.stacktrace, jarURI)}${task}` };
}

async function configurationOf(
  own: Readonly<Record<string, string>> | undefined,
  { name, type }: JobCluster,
  related: Related,
): Promise<Readonly<Record<string, string>>> {
  const cluster = type === undefined ? undefined : await related(type, name);
  const { spec } = (cluster ?? {}) as { spec?: { flinkConfiguration?: Record<string, string> } };
  return { ...spec?.flinkConfiguration, ...own };
}

function takesCheckpoints(configuration: Readonly<Record<string, string>>): boolean {
  const interval = configuration['execution.checkpointing.interval']?.trim() ?? '';
  const batch = configuration['execution.runtime-mode']?.toUpperCase() === 'BATCH';
  return interval !== '' && !/^0\b/.test(interval) && !batch;
}

/** Asked for, since an interval may be minutes long. Tried once: whether again is the rollout's to say. */
function checkpointProbe(kind: string, name: string): Probe {
  return {
    kind: 'FlinkStateSnapshot',
    what: 'checkpoint',
    spec: { jobReference: { kind, name }, checkpoint: {}, backoffLimit: 0 },
    // What a job that was made BATCH, or takes no checkpoints, by its own program is told.
    isPointless: (cause) => cause.includes('is not a streaming job'),
  };
}
