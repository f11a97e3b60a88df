import { type FlinkClient, FlinkRestError, type RunRequest, type SavepointProgress } from './client.ts';

type Outcome = 'runs' | 'finishes' | 'throws' | 'runs-and-throws' | 'fails-to-start';

export interface FakeJob {
  readonly id: string;
  readonly request: RunRequest;
  state: 'CREATED' | 'RUNNING' | 'RESTARTING' | 'CANCELLING' | 'CANCELED' | 'FINISHED' | 'FAILED';
  checkpoints: number;
}

/**
 * A session cluster in memory: jobs, checkpoints and savepoints as Flink 2.2 keeps them. Time passes only by `tick`, or
 * with each question when `ticksItself`. The first argument of a program says what it does; most run for ever.
 */
export interface FakeFlink {
  readonly client: FlinkClient;
  readonly jobs: Map<string, FakeJob>;
  /** Paths that a job can start from. */
  readonly files: Set<string>;
  /** Every call that changes something, in order. */
  readonly calls: string[];
  /** Called before and after each such call takes effect; may throw. */
  onCall: ((call: string, when: 'before' | 'after') => void) | undefined;
  /** Savepoints cannot be written. */
  failSavepoints: boolean;
  /** Nothing answers. */
  down: boolean;
  /** Answers whether anything moved. */
  tick(): boolean;
  /** The JobManager is lost and another starts, with or without high availability. */
  restart(options: { readonly highlyAvailable: boolean }): void;
}

const notFound = (jobId: string): string =>
  `org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (${jobId})`;

const terminal: readonly string[] = ['CANCELED', 'FINISHED', 'FAILED'];

export function createFakeFlink({ ticksItself = false } = {}): FakeFlink {
  const jobs = new Map<string, FakeJob>();
  const files = new Set<string>();
  const calls: string[] = [];
  interface Pending {
    readonly jobId: string;
    readonly kind: 'stop' | 'savepoint' | 'checkpoint';
    readonly folder: string;
    progress: SavepointProgress;
  }
  const savepoints = new Map<string, Pending>();
  let savepointNumber = 0;

  const answer = () => {
    if (fake.down) throw new FlinkRestError(0, 'the JobManager does not answer');
  };
  const read = () => {
    answer();
    if (ticksItself) fake.tick();
  };
  const change = (call: string, effect: () => void) => {
    answer();
    fake.onCall?.(call, 'before');
    calls.push(call);
    effect();
    fake.onCall?.(call, 'after');
  };
  const find = (jobId: string): FakeJob => {
    const job = jobs.get(jobId);
    if (job === undefined) {
      throw new FlinkRestError(404, notFound(jobId));
    }
    return job;
  };
  const outcomeOf = ({ request }: FakeJob) => (request.args[0] ?? 'runs') as Outcome;
  const checkpointOf = ({ id, checkpoints }: FakeJob) => `file:/cp/${id}/chk-${checkpoints}`;

  const advance = (job: FakeJob): boolean => {
    if (job.state === 'CREATED') job.state = 'RUNNING';
    else if (job.state === 'CANCELLING') job.state = 'CANCELED';
    else if (job.state === 'RUNNING' && outcomeOf(job) === 'finishes') {
      job.state = 'FINISHED';
      // Retained on cancellation only.
      files.delete(checkpointOf(job));
    } else return false;
    if (job.state === 'RUNNING') {
      job.checkpoints += 1;
      files.add(checkpointOf(job));
    }
    return true;
  };

  const complete = (savepoint: Pending): boolean => {
    if (savepoint.progress.state !== 'in-progress') return false;
    if (!jobs.has(savepoint.jobId)) {
      savepoint.progress = { state: 'failed', cause: notFound(savepoint.jobId) };
      return true;
    }
    if (fake.failSavepoints) {
      savepoint.progress = { state: 'failed', cause: 'java.io.IOException: no space left' };
      return true;
    }
    const job = find(savepoint.jobId);
    if (savepoint.kind === 'checkpoint') {
      job.checkpoints += 1;
      files.add(checkpointOf(job));
      savepoint.progress = { state: 'completed', path: checkpointOf(job) };
      return true;
    }
    savepointNumber += 1;
    const path = `${savepoint.folder}/savepoint-${savepointNumber}`;
    files.add(path);
    savepoint.progress = { state: 'completed', path };
    if (savepoint.kind === 'stop') job.state = 'FINISHED';
    return true;
  };

  const start = (request: RunRequest) => {
    const [outcome = 'runs'] = request.args;
    const { savepointPath, jobId } = request;
    const existing = jobs.get(jobId);
    if (existing !== undefined) {
      throw new FlinkRestError(
        400,
        'org.apache.flink.runtime.client.DuplicateJobSubmissionException: Job has already been submitted.',
      );
    }
    if (outcome === 'throws') {
      throw new FlinkRestError(
        400,
        'org.apache.flink.client.program.ProgramInvocationException: The main method caused an error\nCaused by: java.lang.IllegalStateException: boom in main()',
      );
    }
    if (request.entryClass === 't.Nope') {
      throw new FlinkRestError(
        500,
        "org.apache.flink.client.program.ProgramInvocationException: The program's entry point class 't.Nope' was not found in the jar file.",
      );
    }
    const lost = savepointPath !== undefined && !files.has(savepointPath);
    const failed = lost || outcome === 'fails-to-start';
    jobs.set(jobId, { id: jobId, request, state: failed ? 'FAILED' : 'CREATED', checkpoints: 0 });
    if (lost) {
      throw new FlinkRestError(
        400,
        `java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory '${savepointPath}' on file system 'file'.`,
      );
    }
    if (failed) throw new FlinkRestError(400, 'java.lang.IllegalStateException: Failed to rollback');
    if (outcome === 'runs-and-throws') {
      throw new FlinkRestError(
        400,
        'org.apache.flink.util.FlinkRuntimeException: Cannot have more than one execute() call in a single environment.',
      );
    }
  };

  const begin = (kind: Pending['kind'], jobId: string, triggerId: string, folder = 'file:/sp') => {
    const key = `${jobId} ${triggerId}`;
    if (!savepoints.has(key))
      savepoints.set(key, { jobId, kind, folder, progress: { state: 'in-progress' } });
  };

  const client: FlinkClient = {
    async readConfig() {
      read();
      return { version: '2.2.0', revision: 'fake' };
    },
    async listTaskManagers() {
      read();
      return [
        { id: 'tm', slotsNumber: 8, freeSlots: 8, hardware: { cpuCores: 2, physicalMemory: 4_000_000_000 } },
      ];
    },
    async listJobs() {
      read();
      return [...jobs.values()].map((job) => ({
        jid: job.id,
        name: job.request.flinkConfiguration['pipeline.name'] ?? 'job',
        // As Flink's: the job's own state is RUNNING before its tasks are.
        state: job.state === 'CREATED' ? 'RUNNING' : job.state,
        'start-time': 1,
        tasks: {
          total: 1,
          running: job.state === 'RUNNING' ? 1 : 0,
          finished: job.state === 'FINISHED' ? 1 : 0,
        },
      }));
    },
    async readSlots(jobId) {
      read();
      return find(jobId).request.parallelism ?? 1;
    },
    async readExceptions(jobId) {
      read();
      const stacktrace = 'java.lang.IllegalStateException: Failed to rollback';
      return ['FAILED', 'RESTARTING'].includes(find(jobId).state) ? [{ stacktrace, timestamp: 1 }] : [];
    },
    async readLatestCheckpoint(jobId) {
      read();
      const job = find(jobId);
      return job.checkpoints > 0 ? checkpointOf(job) : job.request.savepointPath;
    },
    async run(request) {
      const from = request.savepointPath === undefined ? '' : ` from ${request.savepointPath}`;
      const jar = request.jar === undefined ? '' : ` of ${request.jar.name}`;
      change(`run ${request.args.join(' ')}${jar}${from}`, () => start(request));
    },
    async cancel(jobId) {
      change('cancel', () => {
        const job = jobs.get(jobId);
        if (job !== undefined && !terminal.includes(job.state)) job.state = 'CANCELLING';
      });
    },
    async stopWithSavepoint(jobId, triggerId, folder) {
      change(folder === undefined ? 'stop' : `stop to ${folder}`, () =>
        begin('stop', jobId, triggerId, folder),
      );
    },
    async triggerSavepoint(jobId, triggerId, { path } = {}) {
      change('savepoint', () => {
        find(jobId);
        begin('savepoint', jobId, triggerId, path);
      });
    },
    async triggerCheckpoint(jobId, triggerId) {
      change('checkpoint', () => {
        find(jobId);
        begin('checkpoint', jobId, triggerId);
      });
    },
    async readCheckpoint(jobId, triggerId) {
      return client.readSavepoint(jobId, triggerId);
    },
    async disposeSavepoint(path) {
      change(`dispose ${path}`, () => files.delete(path));
    },
    async readSavepoint(jobId, triggerId) {
      read();
      const savepoint = savepoints.get(`${jobId} ${triggerId}`);
      if (savepoint === undefined) {
        throw new FlinkRestError(404, `There is no savepoint operation with triggerId=${triggerId}`);
      }
      return savepoint.progress;
    },
  };

  const fake: FakeFlink = {
    client,
    jobs,
    files,
    calls,
    onCall: undefined,
    failSavepoints: false,
    down: false,
    tick() {
      const moved = [...savepoints.values()].map(complete);
      return [...moved, ...[...jobs.values()].map(advance)].some(Boolean);
    },
    restart({ highlyAvailable }) {
      savepoints.clear();
      for (const job of jobs.values()) {
        if (!highlyAvailable || terminal.includes(job.state)) jobs.delete(job.id);
        else job.state = 'CREATED';
      }
    },
  };
  return fake;
}
