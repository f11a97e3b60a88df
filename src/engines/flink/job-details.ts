import { findRootCause } from '../root-cause.ts';

/** Asks a JobManager: `path` is below `/v1`. Failures are `FlinkRestError`. */
export type FlinkGet = (path: string) => Promise<unknown>;

/** How often a job started again by itself, and its checkpoints since the JobManager has it. */
export interface JobProgress {
  readonly restarts: number | undefined;
  readonly checkpoints: Checkpoints;
}

export interface Checkpoints {
  readonly completed: number;
  readonly failed: number;
  readonly inProgress: number;
  readonly latest?: CompletedCheckpoint;
  readonly latestSavepoint?: CompletedCheckpoint;
  /** Times in milliseconds since the epoch. */
  readonly latestFailed?: { readonly id: number; readonly time: number; readonly cause: string };
  readonly restored?: {
    readonly id: number;
    readonly time: number;
    readonly savepoint: boolean;
    readonly path: string;
  };
}

export interface CompletedCheckpoint {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly path: string;
}

/** A vertex of the job's graph: operators that run chained in one task. Figures are absent where Flink has none. */
export interface JobVertex {
  readonly name: string;
  readonly parallelism: number;
  readonly status: string;
  /** Records that came in, for a source from outside, and went out, for a sink to the outside. */
  readonly recordsIn?: number;
  readonly recordsOut?: number;
  /** Share of the time, 0 to 1, of the subtask that has most of it. */
  readonly busy?: number;
  readonly backPressured?: number;
  /** Records that a source has yet to read. */
  readonly pending?: number;
}

export interface JobDetails extends JobProgress {
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly vertices: readonly JobVertex[];
  readonly lastException?: { readonly time: number; readonly cause: string; readonly task?: string };
}

export async function readJobProgress(get: FlinkGet, jobId: string): Promise<JobProgress> {
  const [checkpoints, metrics] = await Promise.all([
    get(`/jobs/${jobId}/checkpoints`),
    get(`/jobs/${jobId}/metrics?get=numRestarts`),
  ]);
  const value = Number((metrics as Metric[]).find(({ id }) => id === 'numRestarts')?.value);
  return { restarts: Number.isNaN(value) ? undefined : value, checkpoints: toCheckpoints(checkpoints) };
}

export async function readJobDetails(get: FlinkGet, jobId: string): Promise<JobDetails> {
  const [job, exceptions, progress] = await Promise.all([
    get(`/jobs/${jobId}`) as Promise<JobAnswer>,
    get(`/jobs/${jobId}/exceptions?maxExceptions=1`) as Promise<ExceptionsAnswer>,
    readJobProgress(get, jobId),
  ]);
  const vertices = await Promise.all(
    job.vertices.map(async (vertex) => toVertex(vertex, await readVertexMetrics(get, jobId, vertex.id))),
  );
  const [exception] = exceptions.exceptionHistory?.entries ?? [];
  return {
    ...progress,
    state: job.state,
    startTime: job['start-time'],
    vertices,
    ...(exception?.stacktrace !== undefined && {
      lastException: {
        time: exception.timestamp,
        cause: findRootCause(exception.stacktrace),
        ...(exception.taskName !== undefined && exception.taskName !== null && { task: exception.taskName }),
      },
    }),
  };
}

/** Names of the vertices of the job's graph. */
export async function readTaskNames(get: FlinkGet, jobId: string): Promise<readonly string[]> {
  return ((await get(`/jobs/${jobId}`)) as JobAnswer).vertices.map(({ name }) => name);
}

interface Metric {
  readonly id: string;
  readonly value?: string;
}

/** A metric of all subtasks of a vertex. `NaN` where a subtask has none. */
export interface VertexMetric {
  readonly id: string;
  readonly max?: number | 'NaN';
  readonly sum?: number | 'NaN';
}

const ofVertex = ['numRecordsIn', 'numRecordsOut', 'busyTimeMsPerSecond', 'backPressuredTimeMsPerSecond'];
/** Operators have theirs below their names: `Source__trades[1].pendingRecords`. */
const ofSource = /^Source__[^,]+\.(numRecordsIn|pendingRecords)$/;
const ofSink = /^(Sink__[^,]+|[^,]+__Writer)\.numRecordsIn$/;

async function readVertexMetrics(
  get: FlinkGet,
  jobId: string,
  vertexId: string,
): Promise<readonly VertexMetric[]> {
  const path = `/jobs/${jobId}/vertices/${vertexId}/subtasks/metrics`;
  const known = (await get(path)) as readonly VertexMetric[];
  // Only what is known: one name that is not makes Flink answer none.
  const wanted = known
    .map(({ id }) => id)
    .filter((id) => ofVertex.includes(id) || ofSource.test(id) || ofSink.test(id));
  if (wanted.length === 0) return [];
  return (await get(`${path}?get=${encodeURIComponent(wanted.join(','))}`)) as readonly VertexMetric[];
}

/** Flink counts what passes between vertices; what a source reads and a sink writes only its operators know. */
export function toVertex(
  { name, parallelism, status }: VertexAnswer,
  metrics: readonly VertexMetric[],
): JobVertex {
  const sum = (matches: (id: string) => boolean) => {
    const values = metrics.filter(({ id }) => matches(id)).map((metric) => Number(metric.sum));
    const known = values.filter((value) => Number.isFinite(value));
    return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  const share = (id: string) => {
    const value = Number(metrics.find((metric) => metric.id === id)?.max);
    return Number.isFinite(value) ? Math.min(1, value / 1000) : undefined;
  };
  const figures = {
    recordsIn:
      sum((id) => ofSource.test(id) && id.endsWith('.numRecordsIn')) ?? sum((id) => id === 'numRecordsIn'),
    recordsOut: sum((id) => ofSink.test(id)) ?? sum((id) => id === 'numRecordsOut'),
    busy: share('busyTimeMsPerSecond'),
    backPressured: share('backPressuredTimeMsPerSecond'),
    pending: sum((id) => id.endsWith('.pendingRecords')),
  };
  const known = Object.entries(figures).filter(([, value]) => value !== undefined);
  return {
    name,
    parallelism,
    status,
    ...(Object.fromEntries(known) as Partial<typeof figures>),
  } as JobVertex;
}

export function toCheckpoints(answer: unknown): Checkpoints {
  const { counts, latest } = answer as CheckpointsAnswer;
  const { completed, savepoint, failed, restored } = latest ?? {};
  return {
    completed: counts?.completed ?? 0,
    failed: counts?.failed ?? 0,
    inProgress: counts?.in_progress ?? 0,
    ...(completed && { latest: toCompleted(completed) }),
    ...(savepoint && { latestSavepoint: toCompleted(savepoint) }),
    ...(failed && {
      latestFailed: {
        id: failed.id,
        time: failed.failure_timestamp,
        cause: findRootCause(failed.failure_message ?? 'no cause was given'),
      },
    }),
    ...(restored && {
      restored: {
        id: restored.id,
        time: restored.restore_timestamp,
        savepoint: restored.is_savepoint,
        path: restored.external_path ?? '',
      },
    }),
  };
}

function toCompleted(entry: CompletedAnswer): CompletedCheckpoint {
  return {
    id: entry.id,
    time: entry.latest_ack_timestamp,
    bytes: entry.state_size,
    milliseconds: entry.end_to_end_duration,
    path: entry.external_path ?? '',
  };
}

interface JobAnswer {
  readonly state: string;
  readonly 'start-time': number;
  readonly vertices: readonly VertexAnswer[];
}

interface VertexAnswer {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  readonly status: string;
}

interface ExceptionsAnswer {
  readonly exceptionHistory?: {
    readonly entries?: readonly {
      readonly stacktrace?: string;
      readonly timestamp: number;
      readonly taskName?: string | null;
    }[];
  };
}

interface CompletedAnswer {
  readonly id: number;
  readonly latest_ack_timestamp: number;
  readonly state_size: number;
  readonly end_to_end_duration: number;
  readonly external_path?: string;
}

interface CheckpointsAnswer {
  readonly counts?: {
    readonly completed?: number;
    readonly failed?: number;
    readonly in_progress?: number;
  };
  readonly latest?: {
    readonly completed?: CompletedAnswer | null;
    readonly savepoint?: CompletedAnswer | null;
    readonly failed?: {
      readonly id: number;
      readonly failure_timestamp: number;
      readonly failure_message?: string;
    } | null;
    readonly restored?: {
      readonly id: number;
      readonly restore_timestamp: number;
      readonly is_savepoint: boolean;
      readonly external_path?: string;
    } | null;
  };
}
