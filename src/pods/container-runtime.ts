import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { LaunchPlan } from '../engines/engine.ts';
import { keepClassDataArchive } from '../engines/java.ts';
import {
  type ProcessIdentity,
  readProcessIdentities,
  readProcessIdentity,
} from '../process/process-identity.ts';
import { lastLines, logFile, rotateLogs } from './container-logs.ts';
import { type ContainerRecord, type ProcessExit, type RecordStore } from './container-record.ts';
import { steadyAfterMs } from './decide.ts';
import { type Exit, killRemains, startProcessGroup, stopProcessGroup } from './process-group.ts';

/** What of a pod the runtime needs to know to run its container. */
export type ContainerIdentity = Pick<
  ContainerRecord,
  'uid' | 'namespace' | 'name' | 'graceSeconds' | 'priority'
>;

/** Runs containers as process groups and keeps a record of each on disk. It knows files and processes, and no API. */
export interface ContainerRuntime {
  logFolder(container: Pick<ContainerRecord, 'uid' | 'namespace' | 'name'>): string;
  isRunning(record: ContainerRecord): Promise<boolean>;
  /** Starts the process of a plan. `earlier` is the container's last run. */
  start(
    container: ContainerIdentity,
    plan: LaunchPlan,
    env: Readonly<Record<string, string>>,
    earlier: ContainerRecord | undefined,
  ): Promise<ContainerRecord>;
  /**
   * A daemon was killed while it started the process: the process wrote its pid, or never came to be. `undefined` while
   * that cannot be told yet.
   */
  findStarted(record: ContainerRecord): Promise<ContainerRecord | undefined>;
  /** Records that the process has ended. `asked`: it was ended to be started again with the platform. */
  noteExit(record: ContainerRecord, asked: boolean): Promise<ContainerRecord>;
  /** Ends the process group: asks, waits for its grace time, kills. */
  stop(record: ContainerRecord, asked: boolean): Promise<void>;
  /** Forgets earlier failures of a process that has run for a while. */
  forgive(record: ContainerRecord): Promise<void>;
  /** Containers whose process has ended unseen; their logs are rotated on the way. */
  findEnded(): Promise<readonly ContainerRecord[]>;
}

/** How long a process that was being started may take to write its pid. */
const startingMs = 2000;
/** Start times are whole seconds. */
const clockToleranceMs = 2000;

export function createContainerRuntime(
  records: RecordStore,
  dataFolder: string,
  onExit: (container: ContainerIdentity) => void,
): ContainerRuntime {
  /** Processes that are children of this daemon, and how each ends. */
  const children = new Map<string, Promise<Exit>>();
  const childKey = ({ pid, startTime }: ProcessIdentity) => `${pid} ${startTime}`;

  const logFolder: ContainerRuntime['logFolder'] = ({ namespace, name, uid }) =>
    join(dataFolder, 'logs', `${namespace}_${name}_${uid}`);

  async function isRunning(record: ContainerRecord): Promise<boolean> {
    if (record.state.is !== 'running') return false;
    const { pid, startTime } = record.state.process;
    return (await readProcessIdentity(pid))?.startTime === startTime;
  }

  async function runBefore(
    plan: LaunchPlan,
    env: Readonly<Record<string, string>>,
    log: string,
  ): Promise<void> {
    if (plan.before === undefined) return;
    const { exited } = await startProcessGroup({
      argv: plan.before,
      env,
      workingFolder: plan.workingFolder,
      logFile: log,
      pidFile: join(plan.workingFolder, 'before.pid'),
    });
    const { code } = await exited;
    if (code === 0) return;
    throw new DiagnosticError({
      severity: 'error',
      reason: 'Failed',
      summary: `The step before the start ended with ${code}`,
      detail: (await lastLines(log, 5)).join('\n'),
    });
  }

  async function noteExit(record: ContainerRecord, asked: boolean): Promise<ContainerRecord> {
    if (record.state.is !== 'running') return record;
    const { process } = record.state;
    await killRemains(process);
    const seen = await children.get(childKey(process));
    children.delete(childKey(process));
    const exit = describeExit(seen, asked);
    // Ended by itself or by SIGTERM: what it wrote at its end is whole.
    if (record.archive !== undefined && (exit.code === 0 || exit.code === 143)) {
      // Without it the next start takes longer, and that is all.
      await keepClassDataArchive(record.archive).catch(() => undefined);
    }
    const ended: ContainerRecord = {
      ...record,
      failures: asked ? 0 : record.failures + 1,
      state: { is: 'exited', exit, since: record.state.since },
    };
    await records.write(ended);
    return ended;
  }

  return {
    logFolder,
    isRunning,
    noteExit,

    async start(container, plan, env, earlier) {
      const last = earlier?.state.is === 'exited' ? earlier.state : undefined;
      const restarts = last === undefined ? 0 : (earlier?.restarts ?? 0) + 1;
      const base = {
        ...container,
        restarts,
        failures: earlier?.failures ?? 0,
        lastExit: last && { ...last.exit, since: last.since },
        archive: plan.archive,
      };
      for (const file of plan.files) {
        await mkdir(dirname(file.path), { recursive: true });
        await writeFile(file.path, file.content, { mode: 0o600 });
      }
      const log = logFile(logFolder(container), restarts);
      await runBefore(plan, env, log);
      const since = new Date().toISOString();
      await records.write({ ...base, state: { is: 'starting', since } });
      const { identity, exited } = await startProcessGroup({
        argv: plan.argv,
        env,
        workingFolder: plan.workingFolder,
        logFile: log,
        pidFile: records.pidFile(container.uid),
      });
      if (identity !== undefined) children.set(childKey(identity), exited);
      void exited.then(() => onExit(container));
      const started: ContainerRecord = {
        ...base,
        ...(identity === undefined
          ? {
              failures: base.failures + 1,
              state: { is: 'exited', exit: describeExit(await exited, false), since },
            }
          : { state: { is: 'running', process: identity, since } }),
      };
      await records.write(started);
      await rotateLogs(logFolder(container), restarts);
      return started;
    },

    async findStarted(record) {
      if (record.state.is !== 'starting') return record;
      const { since } = record.state;
      const pid = await records.readPid(record.uid);
      const identity = pid === undefined ? undefined : await readProcessIdentity(pid);
      const written = await stat(records.pidFile(record.uid)).catch(() => undefined);
      // Else the file is of an earlier run, or the pid of a later process.
      const startedAt = Date.parse(`${identity?.startTime} UTC`);
      const fresh =
        identity !== undefined &&
        written !== undefined &&
        startedAt >= Date.parse(since) - clockToleranceMs &&
        startedAt <= written.mtimeMs + clockToleranceMs;
      if (!fresh && Date.now() - Date.parse(since) < startingMs) return undefined;
      const found: ContainerRecord = {
        ...record,
        state: fresh
          ? { is: 'running', process: identity, since }
          : { is: 'exited', exit: { at: since, asked: true } },
      };
      await records.write(found);
      return found;
    },

    async stop(record, asked) {
      if (record.state.is !== 'running') return;
      await stopProcessGroup(record.state.process, record.graceSeconds * 1000);
      await noteExit(record, asked);
    },

    async forgive(record) {
      if (record.failures === 0 || record.state.is !== 'running') return;
      if (Date.now() - Date.parse(record.state.since) < steadyAfterMs) return;
      await records.write({ ...record, failures: 0 });
    },

    async findEnded() {
      const running = (await records.readAll()).flatMap((record) =>
        record.state.is === 'running' ? [{ record, process: record.state.process }] : [],
      );
      const alive = await readProcessIdentities(running.map(({ process }) => process.pid));
      for (const { record } of running) await rotateLogs(logFolder(record), record.restarts);
      return running
        .filter(({ process }) => alive.get(process.pid)?.startTime !== process.startTime)
        .map(({ record }) => record);
    },
  };
}

function describeExit(seen: Exit | undefined, asked: boolean): ProcessExit {
  return {
    at: new Date().toISOString(),
    asked,
    code: seen?.code ?? undefined,
    signal: seen?.signal ?? undefined,
  };
}
