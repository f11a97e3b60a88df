import { openAsBlob } from 'node:fs';
import { emptyJar } from './empty-jar.ts';

/** A job as `GET /v1/jobs/overview` tells it. */
export interface JobOverview {
  readonly jid: string;
  readonly name: string;
  readonly state: string;
  readonly 'start-time': number;
  /** When the job or one of its tasks came into its present state. */
  readonly 'last-modification'?: number;
  readonly tasks: Readonly<Record<string, number>>;
}

export interface RunRequest {
  /** Absent: the class is on the cluster's classpath. */
  readonly jar?: { readonly name: string; readonly file: string } | undefined;
  readonly entryClass?: string | undefined;
  readonly args: readonly string[];
  readonly parallelism?: number | undefined;
  /** 32 hexadecimal digits; running the same id twice is refused by Flink while the job lives. */
  readonly jobId: string;
  readonly savepointPath?: string | undefined;
  readonly allowNonRestoredState?: boolean | undefined;
  readonly flinkConfiguration: Readonly<Record<string, string>>;
}

export type SavepointProgress =
  | { readonly state: 'in-progress' }
  | { readonly state: 'completed'; readonly path: string }
  | { readonly state: 'failed'; readonly cause: string };

export interface ClusterInfo {
  readonly version: string;
  readonly revision: string;
}

export interface TaskManagerInfo {
  readonly id: string;
  readonly slotsNumber: number;
  readonly freeSlots: number;
  readonly hardware: { readonly cpuCores: number; readonly physicalMemory: number };
}

/** The part of Flink's REST API (`/v1`, Flink 2.2) that deploying jobs takes. Failures are `FlinkRestError`. */
export interface FlinkClient {
  readConfig(): Promise<ClusterInfo>;
  listTaskManagers(): Promise<readonly TaskManagerInfo[]>;
  listJobs(): Promise<readonly JobOverview[]>;
  /** Slots that the job takes: the widest vertex of each slot sharing group. 0 while it has no graph yet. */
  readSlots(jobId: string): Promise<number>;
  /** Root exceptions, newest first. */
  readExceptions(jobId: string): Promise<readonly JobException[]>;
  /** Path of the newest completed checkpoint or savepoint that outlives the job. */
  readLatestCheckpoint(jobId: string): Promise<string | undefined>;
  /** Runs a program, `main()` in the JobManager, up to the submission of its job. */
  run(request: RunRequest): Promise<void>;
  cancel(jobId: string): Promise<void>;
  /** `triggerId` makes it safe to repeat; without a folder the savepoint goes to the cluster's. */
  stopWithSavepoint(jobId: string, triggerId: string, folder?: string): Promise<void>;
  readSavepoint(jobId: string, triggerId: string): Promise<SavepointProgress>;
  /** A savepoint of a job that goes on; `triggerId` makes it safe to repeat. */
  triggerSavepoint(jobId: string, triggerId: string, options?: SavepointOptions): Promise<void>;
  /** A full checkpoint now; `triggerId` makes it safe to repeat. */
  triggerCheckpoint(jobId: string, triggerId: string): Promise<void>;
  readCheckpoint(jobId: string, triggerId: string): Promise<SavepointProgress>;
  /** Asks for the deletion of a savepoint's files. */
  disposeSavepoint(path: string): Promise<void>;
}

export interface JobException {
  readonly stacktrace: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

export interface SavepointOptions {
  /** Folder; the cluster's default when absent. */
  readonly path?: string | undefined;
  /** CANONICAL when absent. */
  readonly formatType?: string | undefined;
}

export class FlinkRestError extends Error {
  /** HTTP status, 0 when the JobManager did not answer. */
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'FlinkRestError';
    this.status = status;
  }
}

const timeoutMs = 15_000;
/** `main()` plans the whole job inside the call. */
const runTimeoutMs = 120_000;

/** `baseUrl`: `http://127.0.0.1:8081`, without `/v1`. */
export function createFlinkClient(baseUrl: string): FlinkClient {
  const request = async (method: string, path: string, body?: FormData | object, timeout = timeoutMs) => {
    const json = body !== undefined && !(body instanceof FormData);
    let response: Response;
    try {
      response = await fetch(`${baseUrl}/v1${path}`, {
        method,
        signal: AbortSignal.timeout(timeout),
        ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        ...(body instanceof FormData && { body }),
      });
    } catch (error) {
      throw new FlinkRestError(0, `the JobManager at ${baseUrl} does not answer`, error);
    }
    const text = await response.text();
    if (!response.ok) throw new FlinkRestError(response.status, readErrors(text));
    return (text === '' ? {} : JSON.parse(text)) as unknown;
  };

  return {
    async readConfig() {
      const config = (await request('GET', '/config')) as Record<string, string>;
      return { version: config['flink-version'] ?? '', revision: config['flink-revision'] ?? '' };
    },
    async listTaskManagers() {
      const answer = (await request('GET', '/taskmanagers')) as { taskmanagers: TaskManagerInfo[] };
      return answer.taskmanagers;
    },
    async listJobs() {
      const answer = (await request('GET', '/jobs/overview')) as { jobs: JobOverview[] };
      return answer.jobs;
    },
    async readSlots(jobId) {
      const answer = (await request('GET', `/jobs/${jobId}`)) as { vertices?: JobVertex[] };
      const widest = new Map<string, number>();
      for (const { slotSharingGroupId = '', parallelism } of answer.vertices ?? []) {
        widest.set(slotSharingGroupId, Math.max(parallelism, widest.get(slotSharingGroupId) ?? 0));
      }
      return [...widest.values()].reduce((sum, slots) => sum + slots, 0);
    },
    async readExceptions(jobId) {
      const answer = (await request('GET', `/jobs/${jobId}/exceptions`)) as {
        exceptionHistory?: { entries?: JobException[] };
      };
      return answer.exceptionHistory?.entries ?? [];
    },
    async readLatestCheckpoint(jobId) {
      const answer = (await request('GET', `/jobs/${jobId}/checkpoints`).catch((error: unknown) => {
        // It takes none, or it failed before it had a graph.
        if (error instanceof FlinkRestError && error.status === 404) return {};
        throw error;
      })) as { latest?: Record<'completed' | 'savepoint' | 'restored', CheckpointEntry | null> };
      const { completed, savepoint, restored } = answer.latest ?? {};
      const newest = [completed, savepoint, restored]
        .filter(
          (entry) =>
            entry !== undefined &&
            entry !== null &&
            entry.external_path !== '<checkpoint-not-externally-addressable>',
        )
        .sort((left, right) => (right?.id ?? 0) - (left?.id ?? 0))[0];
      return newest?.external_path ?? undefined;
    },
    async run({ jar: program, args, ...options }) {
      const type = 'application/java-archive';
      const content =
        program === undefined ? new Blob([emptyJar()], { type }) : await openAsBlob(program.file, { type });
      const form = new FormData();
      form.set('jarfile', content, program?.name ?? 'empty.jar');
      const { filename } = (await request('POST', '/jars/upload', form, runTimeoutMs)) as {
        filename: string;
      };
      const jar = encodeURIComponent(filename.split('/').at(-1) ?? '');
      try {
        await request(
          'POST',
          `/jars/${jar}/run`,
          { ...options, programArgsList: args, claimMode: 'NO_CLAIM' },
          runTimeoutMs,
        );
      } finally {
        await request('DELETE', `/jars/${jar}`).catch(() => undefined);
      }
    },
    async cancel(jobId) {
      await request('PATCH', `/jobs/${jobId}?mode=cancel`).catch((error: unknown) => {
        // Gone, or already at its end.
        if (!(error instanceof FlinkRestError) || (error.status !== 404 && error.status !== 409)) throw error;
      });
    },
    async stopWithSavepoint(jobId, triggerId, folder) {
      await request('POST', `/jobs/${jobId}/stop`, {
        triggerId,
        formatType: 'CANONICAL',
        ...(folder !== undefined && { targetDirectory: folder }),
      });
    },
    async readSavepoint(jobId, triggerId) {
      const answer = (await request('GET', `/jobs/${jobId}/savepoints/${triggerId}`)) as Operation<{
        location?: string;
      }>;
      if (answer.status.id !== 'COMPLETED') return { state: 'in-progress' };
      const { location } = answer.operation ?? {};
      return location === undefined ? failureOf(answer) : { state: 'completed', path: location };
    },
    async triggerSavepoint(jobId, triggerId, { path, formatType = 'CANONICAL' } = {}) {
      await request('POST', `/jobs/${jobId}/savepoints`, {
        triggerId,
        'cancel-job': false,
        formatType,
        ...(path !== undefined && { 'target-directory': path }),
      });
    },
    async triggerCheckpoint(jobId, triggerId) {
      await request('POST', `/jobs/${jobId}/checkpoints`, { triggerId, checkpointType: 'FULL' });
    },
    async readCheckpoint(jobId, triggerId) {
      const answer = (await request('GET', `/jobs/${jobId}/checkpoints/${triggerId}`)) as Operation<{
        checkpointId?: number;
      }>;
      if (answer.status.id !== 'COMPLETED') return { state: 'in-progress' };
      const { checkpointId } = answer.operation ?? {};
      if (checkpointId === undefined) return failureOf(answer);
      const details = (await request('GET', `/jobs/${jobId}/checkpoints/details/${checkpointId}`)) as {
        external_path?: string;
      };
      return { state: 'completed', path: details.external_path ?? '' };
    },
    async disposeSavepoint(path) {
      await request('POST', '/savepoint-disposal', { 'savepoint-path': path });
    },
  };
}

/** How Flink answers for what it does asynchronously. */
interface Operation<Result> {
  readonly status: { readonly id: string };
  readonly operation?: Result & {
    readonly 'failure-cause'?: { readonly 'stack-trace'?: string; readonly class?: string };
  };
}

function failureOf({ operation }: Operation<object>): SavepointProgress {
  const failure = operation?.['failure-cause'];
  return { state: 'failed', cause: failure?.['stack-trace'] ?? failure?.class ?? 'no cause was given' };
}

interface JobVertex {
  readonly slotSharingGroupId?: string;
  readonly parallelism: number;
}

interface CheckpointEntry {
  readonly id: number;
  readonly external_path: string;
}

/** Flink answers `{"errors": ["Internal server error.", "<Exception on server side: …>"]}`. */
function readErrors(text: string): string {
  try {
    const parsed = JSON.parse(text) as { errors?: string[] };
    return parsed.errors?.join('\n') ?? text;
  } catch {
    return text;
  }
}
