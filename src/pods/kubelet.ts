import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ApiClient } from '../apiclient/client.ts';
import { startController } from '../controller/controller.ts';
import type { EventRecorder } from '../controller/events.ts';
import { type Informer, type ObjectKey } from '../controller/informer.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Engine, LaunchPlan } from '../engines/engine.ts';
import { podType } from '../kinds/core-types.ts';
import { readProcessIdentities, readProcessIdentity } from '../process/process-identity.ts';
import { lastLines, logFile, type ReadLogOptions, readLog, rotateLogs } from './container-logs.ts';
import { byPriority, type ContainerRecord, openRecordStore } from './container-record.ts';
import { type Action, decidePod, steadyAfterMs } from './decide.ts';
import { type Pod, portsAnnotation, processFinalizer, readPorts, type Service } from './pod.ts';
import { buildPodStatus, type Waiting } from './pod-status.ts';
import type { PortAllocator } from './ports.ts';
import { probeReady } from './probe.ts';
import { killGroup, startProcessGroup, stopProcessGroup } from './process-group.ts';
import { findEndpoints } from './service-endpoints.ts';
import { prepareMounts } from './volumes.ts';

export interface KubeletOptions {
  readonly client: ApiClient;
  readonly pods: Informer<Pod>;
  readonly services: Informer<Service>;
  readonly events: EventRecorder;
  readonly engines: readonly Engine[];
  readonly ports: PortAllocator;
  /** Records, logs and volumes are kept here. */
  readonly dataFolder: string;
  /** For every container, beside what its pod sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder with the credentials that a pod of this namespace uses. */
  serviceAccountFolder(namespace: string): Promise<string>;
  onError(key: ObjectKey, error: unknown): void;
}

export interface Kubelet {
  readLog(
    pod: { namespace: string; name: string },
    options: ReadLogOptions & { previous?: boolean },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Stops looking after processes. They go on. */
  detach(): Promise<void>;
  /** Ends all processes well; their pods stay and are started again by the next kubelet. */
  stopAll(): Promise<void>;
}

const probeEveryMs = 250;
const watchEveryMs = 2000;

/** Runs Pod objects as process groups of this machine: the only code that starts any engine. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { client, pods, services, ports, events, engines, dataFolder } = options;
  const records = openRecordStore(join(dataFolder, 'pods'));
  const lastStatus = new Map<ObjectKey, string>();
  const exits = new Map<number, { code: number | null; signal: NodeJS.Signals | null }>();
  const starts = new Map<ObjectKey, AbortController>();
  const adopted = await readAdopted();
  let stopping = false;

  async function readAdopted(): Promise<Map<ObjectKey, ContainerRecord>> {
    const all = await records.readAll();
    return new Map(all.map((record) => [`${record.namespace}/${record.name}`, record]));
  }

  function logFolder(record: { namespace: string; name: string; uid: string }): string {
    return join(dataFolder, 'logs', `${record.namespace}_${record.name}_${record.uid}`);
  }

  async function writeStatus(
    pod: Pod,
    record: ContainerRecord | undefined,
    ready: boolean,
    waiting?: Waiting,
  ) {
    const status = buildPodStatus(pod, record, ready, waiting);
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const text = `${pod.metadata.uid}${JSON.stringify(status)}`;
    if (lastStatus.get(key) === text) return;
    const { namespace, name } = pod.metadata;
    // A strategic reader of conditions wants the whole list, which a merge patch replaces.
    await client.patch(podType, { namespace, name }, { status }, { subresource: 'status' });
    lastStatus.set(key, text);
  }

  async function reconcile(key: ObjectKey, pod: Pod | undefined) {
    const record =
      (pod?.metadata.uid === undefined ? undefined : await records.read(pod.metadata.uid)) ??
      // A pod of the same name that is gone comes first: its process may hold ports and files.
      (await recordOfGone(key, pod));
    const alive = record?.state.is === 'running' && (await isRunning(record));
    const subject = record !== undefined && record.uid !== pod?.metadata.uid ? undefined : pod;
    const action = decidePod({ pod: subject, record, alive, now: Date.now() });
    return carryOut(action, key, subject, record);
  }

  async function recordOfGone(key: ObjectKey, pod: Pod | undefined): Promise<ContainerRecord | undefined> {
    const known = adopted.get(key);
    if (known === undefined || known.uid === pod?.metadata.uid) return undefined;
    return records.read(known.uid);
  }

  async function isRunning(record: ContainerRecord): Promise<boolean> {
    if (record.state.is !== 'running') return false;
    const { pid, startTime } = record.state.process;
    if (exits.has(pid)) return false;
    return (await readProcessIdentity(pid))?.startTime === startTime;
  }

  async function carryOut(
    action: Action,
    key: ObjectKey,
    pod: Pod | undefined,
    record: ContainerRecord | undefined,
  ): Promise<{ requeueAfterMs?: number } | undefined> {
    switch (action.do) {
      case 'start':
        return pod === undefined || stopping ? undefined : start(key, pod, record);
      case 'find-started':
        return record === undefined ? undefined : findStarted(record);
      case 'watch':
        return pod === undefined || record === undefined ? undefined : watch(pod, record);
      case 'note-exit':
        if (record !== undefined) await noteExit(pod, record, false);
        return { requeueAfterMs: 0 };
      case 'wait': {
        if (pod !== undefined && record !== undefined) {
          const lines = await lastLines(logFile(logFolder(record), record.restarts), 5);
          await writeStatus(pod, record, false, {
            reason: 'CrashLoopBackOff',
            message: `back-off after ${record.failures} failures. Last lines of the log:\n${lines.join('\n')}`,
          });
        }
        return { requeueAfterMs: action.milliseconds };
      }
      case 'stop':
        if (record !== undefined) await stop(record, false);
        return { requeueAfterMs: 0 };
      case 'forget':
        return forget(key, pod, record);
      case 'nothing':
        if (pod !== undefined) await writeStatus(pod, record, false);
        return undefined;
    }
  }

  async function start(key: ObjectKey, pod: Pod, earlier: ContainerRecord | undefined) {
    const { namespace = 'default', name, uid = '' } = pod.metadata;
    const container = pod.spec.containers[0];
    const engine = engines.find((candidate) => candidate.runs(container?.image ?? ''));
    if (container === undefined || engine === undefined || pod.spec.containers.length > 1) {
      const message =
        engine === undefined
          ? `no engine here stands in for image ${container?.image}; there are ${engines.map((one) => one.name).join(', ')}`
          : 'a pod here has exactly one container';
      await writeStatus(pod, earlier, false, { reason: 'ErrImageNeverPull', message });
      await events.record(pod, 'Warning', 'Failed', message);
      return undefined;
    }
    const abort = new AbortController();
    starts.set(key, abort);
    try {
      const installation = await install(pod, earlier, engine, abort.signal);
      const names = container.ports?.map((port) => port.name) ?? [];
      const real = await ports.allocate(`${key}/${container.name}`, names);
      await markStarting(pod, real);
      const mounts = await prepareMounts(client, pod, {
        claims: join(dataFolder, 'volumes'),
        pod: records.podFolder(uid),
      });
      if (mounts.value === undefined) {
        const message = mounts.diagnostics.map(({ summary, detail }) => `${summary}. ${detail}`).join(' ');
        await writeStatus(pod, earlier, false, { reason: 'ContainerCreating', message });
        await events.record(pod, 'Warning', 'FailedMount', message);
        return { requeueAfterMs: 1000 };
      }
      const workFolder = join(records.podFolder(uid), 'work');
      await mkdir(workFolder, { recursive: true });
      const serviceAccountFolder = await options.serviceAccountFolder(namespace);
      const env = Object.fromEntries((container.env ?? []).map((entry) => [entry.name, entry.value]));
      const plan = await engine.plan(installation, {
        namespace,
        pod: name,
        image: container.image,
        args: container.args ?? [],
        env,
        mounts: mounts.value,
        ports: real,
        workFolder,
        serviceAccountFolder,
        resolveService: (service, port) => resolveService(namespace, service, port),
      });
      if (plan === undefined) {
        const message = 'waiting for a Service that it needs';
        await writeStatus(pod, earlier, false, { reason: 'ContainerCreating', message });
        return { requeueAfterMs: 100 };
      }
      await run(pod, earlier, plan, {
        ...inheritedEnvironment(),
        ...options.environment,
        SDP_SERVICE_ACCOUNT_DIR: serviceAccountFolder,
        ...env,
        ...plan.env,
      });
      return { requeueAfterMs: probeEveryMs };
    } catch (error) {
      if (abort.signal.aborted) return { requeueAfterMs: 0 };
      if (!(error instanceof DiagnosticError)) throw error;
      const message = error.diagnostics.map(({ summary, detail }) => `${summary}. ${detail}`).join(' ');
      await writeStatus(pod, earlier, false, { reason: 'ErrImagePull', message });
      await events.record(pod, 'Warning', error.diagnostics[0]?.reason ?? 'Failed', message);
      return { requeueAfterMs: 15_000 };
    } finally {
      starts.delete(key);
    }
  }

  async function install(pod: Pod, record: ContainerRecord | undefined, engine: Engine, signal: AbortSignal) {
    let lastReport = 0;
    let pulled = false;
    const installation = await engine.install((message) => {
      if (!pulled) void events.record(pod, 'Normal', 'Pulling', message);
      pulled = true;
      if (Date.now() - lastReport < 500) return;
      lastReport = Date.now();
      void writeStatus(pod, record, false, { reason: 'Pulling', message }).catch(() => undefined);
    }, signal);
    if (pulled) await events.record(pod, 'Normal', 'Pulled', `${engine.name} is installed`);
    return installation;
  }

  async function markStarting(pod: Pod, real: Record<string, number>): Promise<void> {
    const { namespace, name, finalizers = [] } = pod.metadata;
    const text = JSON.stringify(real);
    if (finalizers.includes(processFinalizer) && pod.metadata.annotations?.[portsAnnotation] === text) return;
    await client.patch(
      podType,
      { namespace, name },
      {
        metadata: {
          finalizers: [...finalizers.filter((one) => one !== processFinalizer), processFinalizer],
          annotations: { [portsAnnotation]: text },
        },
      },
    );
  }

  function resolveService(namespace: string, name: string, port: string) {
    const service = services.get(`${namespace}/${name}`);
    if (service === undefined) return undefined;
    const endpoint = findEndpoints(service, pods.list()).find((candidate) => candidate.ready);
    const number = endpoint?.ports[port];
    return number === undefined ? undefined : { host: '127.0.0.1', port: number };
  }

  async function run(
    pod: Pod,
    earlier: ContainerRecord | undefined,
    plan: LaunchPlan,
    env: Record<string, string>,
  ): Promise<void> {
    const { namespace = 'default', name, uid = '' } = pod.metadata;
    const exit = earlier?.state.is === 'exited' ? earlier.state : undefined;
    const restarts = exit === undefined ? 0 : (earlier?.restarts ?? 0) + 1;
    const base = {
      uid,
      namespace,
      name,
      graceSeconds: pod.spec.terminationGracePeriodSeconds ?? 30,
      priority: pod.spec.priority ?? 0,
      restarts,
      failures: earlier?.failures ?? 0,
      lastExit:
        exit === undefined
          ? undefined
          : { ...exit.exit, ...(exit.since !== undefined && { since: exit.since }) },
      ...(plan.archive !== undefined && { archive: plan.archive }),
    };
    for (const file of plan.files) {
      await mkdir(dirname(file.path), { recursive: true });
      await writeFile(file.path, file.content, { mode: 0o600 });
    }
    const folder = logFolder(base);
    const log = logFile(folder, restarts);
    if (plan.before !== undefined) await runBefore(plan, env, log, records.pidFile(uid));
    const since = new Date().toISOString();
    const starting: ContainerRecord = { ...base, state: { is: 'starting', since } };
    adopted.set(`${namespace}/${name}`, starting);
    await records.write(starting);
    const identity = await startProcessGroup({
      argv: plan.argv,
      env,
      workingFolder: plan.workingFolder,
      logFile: log,
      pidFile: records.pidFile(uid),
      onExit: (code, signal) => onChildExit(`${namespace}/${name}`, uid, code, signal),
    });
    const record: ContainerRecord =
      identity === undefined
        ? { ...base, failures: base.failures + 1, state: { is: 'exited', exit: { at: since, asked: false } } }
        : { ...base, state: { is: 'running', process: identity, since } };
    await records.write(record);
    await writeStatus(pod, record, false);
    await events.record(pod, 'Normal', 'Started', `Started container ${pod.spec.containers[0]?.name}`);
    await rotateLogs(folder, restarts);
  }

  async function runBefore(plan: LaunchPlan, env: Record<string, string>, log: string, pidFile: string) {
    const argv = plan.before ?? plan.argv;
    let ended: (code: number | null) => void = () => undefined;
    const exit = new Promise<number | null>((resolve) => {
      ended = resolve;
    });
    await startProcessGroup({
      argv,
      env,
      workingFolder: plan.workingFolder,
      logFile: log,
      pidFile: `${pidFile}.before`,
      onExit: ended,
    });
    const code = await exit;
    if (code === 0) return;
    throw new DiagnosticError({
      severity: 'error',
      reason: 'Failed',
      summary: `The step before the start ended with ${code}`,
      detail: (await lastLines(log, 5)).join('\n'),
    });
  }

  function onChildExit(
    key: ObjectKey,
    uid: string,
    code: number | null,
    signal: NodeJS.Signals | null,
  ): void {
    void records.readPid(uid).then((pid) => {
      if (pid !== undefined) exits.set(pid, { code, signal });
      controller.enqueue(key);
    });
  }

  /** A daemon was killed while it started the process: the process wrote its pid, or never came to be. */
  async function findStarted(record: ContainerRecord) {
    if (record.state.is !== 'starting') return undefined;
    const { since } = record.state;
    const pid = await records.readPid(record.uid);
    const identity = pid === undefined ? undefined : await readProcessIdentity(pid);
    // The shell that writes the pid needs a moment; an older file is of an earlier run.
    const fresh =
      identity !== undefined && Date.parse(`${identity.startTime} UTC`) >= Date.parse(since) - 2000;
    if (identity !== undefined && fresh) {
      await records.write({ ...record, state: { is: 'running', process: identity, since } });
    } else if (Date.now() - Date.parse(since) < 2000) {
      return { requeueAfterMs: 200 };
    } else {
      await records.write({ ...record, state: { is: 'exited', exit: { at: since, asked: true } } });
    }
    return { requeueAfterMs: 0 };
  }

  async function watch(pod: Pod, record: ContainerRecord) {
    const ready = await probeReady(pod.spec.containers[0]?.readinessProbe, readPorts(pod));
    await writeStatus(pod, record, ready);
    if (record.failures > 0 && record.state.is === 'running') {
      const age = Date.now() - Date.parse(record.state.since);
      if (age > steadyAfterMs) await records.write({ ...record, failures: 0 });
    }
    return { requeueAfterMs: ready ? watchEveryMs : probeEveryMs };
  }

  async function noteExit(pod: Pod | undefined, record: ContainerRecord, asked: boolean): Promise<void> {
    if (record.state.is !== 'running') return;
    const { pid } = record.state.process;
    killGroup(pid);
    const seen = exits.get(pid);
    exits.delete(pid);
    const exit = {
      at: new Date().toISOString(),
      asked,
      ...(seen?.code !== undefined && seen.code !== null && { code: seen.code }),
      ...(seen?.signal !== undefined && seen.signal !== null && { signal: seen.signal }),
    };
    if (exit.code === 0 || exit.code === 143) await keepArchive(record);
    const next: ContainerRecord = {
      ...record,
      failures: asked ? 0 : record.failures + 1,
      state: { is: 'exited', exit, since: record.state.since },
    };
    await records.write(next);
    if (pod !== undefined && !asked) {
      await writeStatus(pod, next, false);
      const lines = await lastLines(logFile(logFolder(record), record.restarts), 3);
      await events.record(
        pod,
        'Warning',
        'BackOff',
        `The process ended. Last lines of its log: ${lines.join(' | ')}`,
      );
    }
  }

  async function stop(record: ContainerRecord, asked: boolean): Promise<void> {
    if (record.state.is !== 'running') return;
    await stopProcessGroup(record.state.process, record.graceSeconds * 1000);
    await noteExit(undefined, record, asked);
  }

  async function forget(key: ObjectKey, pod: Pod | undefined, record: ContainerRecord | undefined) {
    if (record !== undefined) {
      await records.forget(record.uid);
      if (adopted.get(key)?.uid === record.uid) adopted.delete(key);
    }
    lastStatus.delete(key);
    const finalizers = pod?.metadata.finalizers ?? [];
    if (pod !== undefined && finalizers.includes(processFinalizer)) {
      const { namespace, name } = pod.metadata;
      const rest = finalizers.filter((finalizer) => finalizer !== processFinalizer);
      await client.patch(podType, { namespace, name }, { metadata: { finalizers: rest } });
    }
    return pods.get(key) === undefined ? undefined : { requeueAfterMs: 0 };
  }

  const controller = startController<Pod>({
    name: 'pods',
    informer: pods,
    // Starts may take minutes (downloads), and must not hold up stops.
    concurrency: 64,
    onError: options.onError,
    reconcile,
    alsoWatch: [
      (enqueue) => {
        for (const key of adopted.keys()) enqueue(key);
        return () => undefined;
      },
    ],
  });
  const stopListening = pods.onChange((pod, change) => {
    if (change === 'deleted' || pod.metadata.deletionTimestamp !== undefined) {
      starts.get(`${pod.metadata.namespace}/${pod.metadata.name}`)?.abort();
    }
  });
  const adoptedTimer = setInterval(() => void checkAdopted(), 1000);

  /** Processes of an earlier daemon are nobody's children here: their end has to be looked for. */
  async function checkAdopted(): Promise<void> {
    const running = (await records.readAll()).filter(({ state }) => state.is === 'running');
    const alive = await readProcessIdentities(
      running.map(({ state }) => (state.is === 'running' ? state.process.pid : 0)),
    );
    for (const { namespace, name, uid, state, restarts } of running) {
      if (state.is !== 'running') continue;
      if (alive.get(state.process.pid)?.startTime !== state.process.startTime)
        controller.enqueue(`${namespace}/${name}`);
      await rotateLogs(logFolder({ namespace, name, uid }), restarts);
    }
  }

  async function endLoops(): Promise<void> {
    clearInterval(adoptedTimer);
    stopListening();
    for (const abort of starts.values()) abort.abort();
    await controller.stop();
  }

  return {
    async readLog({ namespace, name }, logOptions) {
      const pod = pods.get(`${namespace}/${name}`);
      const record = pod?.metadata.uid === undefined ? undefined : await records.read(pod.metadata.uid);
      if (record === undefined) return readLog('', {});
      const restarts = record.restarts - (logOptions.previous === true ? 1 : 0);
      return readLog(logFile(logFolder(record), restarts), {
        ...logOptions,
        hasEnded: async () => (await records.read(record.uid))?.state.is !== 'running',
      });
    },
    detach: endLoops,
    async stopAll() {
      stopping = true;
      await endLoops();
      for (const group of byPriority(await records.readAll())) {
        await Promise.all(group.map((record) => stop(record, true)));
      }
    },
  };
}

/** Moves the class data archive that the process wrote at its end to where the next start looks for it. */
async function keepArchive({ archive }: ContainerRecord): Promise<void> {
  if (archive === undefined) return;
  const written = await stat(archive.draft).catch(() => undefined);
  if (written === undefined || written.size === 0) return;
  await mkdir(dirname(archive.file), { recursive: true });
  await rename(archive.draft, archive.file).catch(() => undefined);
}

/** The little of this process's environment that a program needs to run; nothing secret. */
function inheritedEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'JAVA_HOME'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
