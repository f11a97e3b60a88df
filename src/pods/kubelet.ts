import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { podType } from '../apiclient/core-types.ts';
import { type ReconcileResult, startController } from '../controller/controller.ts';
import type { EventRecorder } from '../controller/events.ts';
import { type Informer, keyOf, type ObjectKey } from '../controller/informer.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Engine, LaunchContext } from '../engines/engine.ts';
import { logFile, type ReadLogOptions, readLog } from './container-logs.ts';
import { byPriority, type ContainerRecord, openRecordStore } from './container-record.ts';
import { createContainerRuntime } from './container-runtime.ts';
import { type Action, decidePod } from './decide.ts';
import { inheritedEnvironment, resolveEnvironment } from './environment.ts';
import {
  type Pod,
  portKey,
  portsAnnotation,
  priorityAnnotation,
  processFinalizer,
  readPorts,
  type Service,
} from './pod.ts';
import { buildPodStatus, type Waiting } from './pod-status.ts';
import type { PortAllocator } from './ports.ts';
import { probeReady } from './probe.ts';
import { describeEnd } from './process-end.ts';
import {
  readServicePorts,
  resolveAddress,
  type ServicePort,
  type SharedServices,
} from './service-addresses.ts';
import { prepareMounts } from './volumes.ts';

export interface KubeletOptions {
  readonly client: ApiClient;
  readonly pods: Informer<Pod>;
  readonly services: Informer<Service>;
  readonly events: EventRecorder;
  readonly engines: readonly Engine[];
  /** Only pods of this scheduler are run; all when absent. */
  readonly scheduler?: string | undefined;
  readonly ports: PortAllocator;
  /** Records, logs and volumes are kept here. */
  readonly dataFolder: string;
  /** For every container, beside what its pod sets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sharedServices?: SharedServices;
  /** A folder with the credentials of a ServiceAccount. */
  serviceAccountFolder(namespace: string, serviceAccount: string): Promise<string>;
  onError(key: ObjectKey, error: unknown): void;
}

export interface Kubelet {
  readLog(
    pod: { namespace: string; name: string },
    options: ReadLogOptions & { previous?: boolean },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Ends all processes well; their pods stay and are started again by the next kubelet. */
  stopAll(): Promise<void>;
}

const probeEveryMs = 250;
const watchEveryMs = 2000;

/** Runs Pod objects as process groups of this machine: the only code that starts any engine. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { client, pods, services, ports, events, engines, dataFolder } = options;
  const records = openRecordStore(join(dataFolder, 'pods'));
  const runtime = createContainerRuntime(records, dataFolder, ({ namespace, name }) =>
    controller.enqueue(`${namespace}/${name}`),
  );
  const lastStatus = new Map<ObjectKey, string>();
  const starts = new Map<ObjectKey, AbortController>();
  /** The newest container of each pod's name: one that is gone may still have a process. */
  const newest = new Map<ObjectKey, string>();
  for (const { namespace, name, uid } of await records.readAll()) newest.set(`${namespace}/${name}`, uid);
  let lastReport = 0;
  let stopping = false;

  async function reconcile(key: ObjectKey, pod: Pod | undefined): Promise<ReconcileResult | undefined> {
    if (options.scheduler !== undefined && pod !== undefined && pod.spec.schedulerName !== options.scheduler)
      return;
    const uid = newest.get(key) ?? pod?.metadata.uid;
    const record = uid === undefined ? undefined : await records.read(uid);
    // A pod of the same name that is gone comes first: its process may hold ports and files.
    const subject = record === undefined || record.uid === pod?.metadata.uid ? pod : undefined;
    const alive = record !== undefined && (await runtime.isRunning(record));
    return carryOut(decidePod({ pod: subject, record, alive, now: Date.now() }), key, subject, record);
  }

  async function carryOut(
    action: Action,
    key: ObjectKey,
    pod: Pod | undefined,
    record: ContainerRecord | undefined,
  ): Promise<ReconcileResult | undefined> {
    switch (action.do) {
      case 'start':
        return pod === undefined || stopping ? undefined : start(key, pod, record);
      case 'find-started': {
        const found = record === undefined ? undefined : await runtime.findStarted(record);
        return { requeueAfterMs: found === undefined ? 200 : 0 };
      }
      case 'watch':
        return pod === undefined || record === undefined ? undefined : watch(pod, record);
      case 'note-exit':
        if (record !== undefined) await noteExit(pod, record);
        return { requeueAfterMs: 0 };
      case 'wait':
        if (pod !== undefined && record !== undefined) await sayWhyWaiting(pod, record);
        return { requeueAfterMs: action.milliseconds };
      case 'stop':
        if (record !== undefined) await runtime.stop(record, false);
        return { requeueAfterMs: 0 };
      case 'forget':
        return forget(key, pod, record);
      case 'nothing':
        if (pod !== undefined) await writeStatus(pod, record, false);
        return undefined;
    }
  }

  async function start(
    key: ObjectKey,
    pod: Pod,
    earlier: ContainerRecord | undefined,
  ): Promise<ReconcileResult> {
    const engine = await findEngine(pod, earlier);
    if (engine === undefined) return {};
    const abort = new AbortController();
    starts.set(key, abort);
    let reason = 'ErrImagePull';
    try {
      const installation = await install(pod, earlier, engine, abort.signal);
      reason = 'CreateContainerConfigError';
      return await startInstalled(key, pod, earlier, engine, installation, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return { requeueAfterMs: 0 };
      if (!(error instanceof DiagnosticError)) throw error;
      const message = describe(error);
      await writeStatus(pod, earlier, false, { reason, message });
      await events.record(pod, 'Warning', error.diagnostics[0]?.reason ?? 'Failed', message);
      return { requeueAfterMs: 15_000 };
    } finally {
      starts.delete(key);
    }
  }

  async function findEngine(pod: Pod, record: ContainerRecord | undefined): Promise<Engine | undefined> {
    const [container, ...others] = pod.spec.containers;
    const engine = engines.find((candidate) => candidate.runs(container?.image ?? ''));
    if (engine !== undefined && others.length === 0) return engine;
    const message =
      engine === undefined
        ? `no engine here stands in for image ${container?.image}; there are ${engines.map(({ name }) => name).join(', ')}`
        : 'a pod here has exactly one container';
    await writeStatus(pod, record, false, { reason: 'ErrImageNeverPull', message });
    await events.record(pod, 'Warning', 'Failed', message);
    return undefined;
  }

  async function install(pod: Pod, record: ContainerRecord | undefined, engine: Engine, signal: AbortSignal) {
    let pulled = false;
    const installation = await engine.install((message) => {
      if (!pulled) void events.record(pod, 'Normal', 'Pulling', message);
      pulled = true;
      showProgress(pod, record, message);
    }, signal);
    if (pulled) await events.record(pod, 'Normal', 'Pulled', `${engine.name} is installed`);
    return installation;
  }

  function showProgress(pod: Pod, record: ContainerRecord | undefined, message: string): void {
    if (Date.now() - lastReport < 500) return;
    lastReport = Date.now();
    void writeStatus(pod, record, false, { reason: 'Pulling', message }).catch(() => undefined);
  }

  async function startInstalled(
    key: ObjectKey,
    pod: Pod,
    earlier: ContainerRecord | undefined,
    engine: Engine,
    installation: unknown,
    signal: AbortSignal,
  ): Promise<ReconcileResult> {
    const { namespace = 'default', name, uid = '' } = pod.metadata;
    const [container] = pod.spec.containers;
    if (container === undefined) return {};
    const declared = container.ports ?? [];
    const real = await ports.allocate(`${key}/${container.name}`, declared.map(portKey));
    if (!(await markStarting(pod, real))) return {};
    const folders = { claims: join(dataFolder, 'volumes'), pod: records.podFolder(uid) };
    const mounts = await prepareMounts(client, pod, folders);
    if (mounts.value === undefined) {
      const message = describe(new DiagnosticError(...mounts.diagnostics));
      await writeStatus(pod, earlier, false, { reason: 'ContainerCreating', message });
      await events.record(pod, 'Warning', 'FailedMount', message);
      return { requeueAfterMs: 1000 };
    }
    const environment = await resolveEnvironment(client, pod);
    if (environment.value === undefined) {
      const message = describe(new DiagnosticError(...environment.diagnostics));
      await writeStatus(pod, earlier, false, { reason: 'CreateContainerConfigError', message });
      await events.record(pod, 'Warning', 'Failed', message);
      return { requeueAfterMs: 1000 };
    }
    const env = environment.value;
    const workFolder = join(records.podFolder(uid), 'work');
    await mkdir(workFolder, { recursive: true });
    const serviceAccountFolder = await options.serviceAccountFolder(
      namespace,
      pod.spec.serviceAccountName ?? 'default',
    );
    const context: LaunchContext = {
      namespace,
      pod: name,
      image: container.image,
      args: container.args ?? [],
      env,
      mounts: mounts.value,
      ports: real,
      containerPorts: Object.fromEntries(
        declared.map((port) => [port.containerPort, real[portKey(port)] ?? port.containerPort]),
      ),
      workFolder,
      serviceAccountFolder,
      report: (message) => showProgress(pod, earlier, message),
      signal,
      resolveService: (service, port) => resolveService(namespace, service, port),
      resolveAddress: (address) =>
        resolveAddress(address, { namespace, shared: options.sharedServices, findService: findPorts }),
    };
    const plan = await engine.plan(installation, context);
    if (plan === undefined) {
      await writeStatus(pod, earlier, false, {
        reason: 'ContainerCreating',
        message: 'waiting for a Service that it needs',
      });
      return { requeueAfterMs: 100 };
    }
    // Of help only: without it the process waits for what the dead one holds.
    await engine.beforeStart?.(client, context).catch((error: unknown) => options.onError(key, error));
    newest.set(key, uid);
    const { terminationGracePeriodSeconds: graceSeconds = 30 } = pod.spec;
    const priority = Number(pod.metadata.annotations?.[priorityAnnotation] ?? 0);
    const record = await runtime.start(
      { uid, namespace, name, graceSeconds, priority },
      plan,
      {
        ...inheritedEnvironment(),
        ...options.environment,
        SDP_SERVICE_ACCOUNT_DIR: serviceAccountFolder,
        ...env,
        ...plan.env,
      },
      earlier,
    );
    await writeStatus(pod, record, false);
    await events.record(pod, 'Normal', 'Started', `Started container ${container.name}`);
    if (record.state.is === 'exited') await announceEnd(pod, record);
    return { requeueAfterMs: probeEveryMs };
  }

  async function markStarting(pod: Pod, real: Readonly<Record<string, number>>): Promise<boolean> {
    const { finalizers = [], annotations } = pod.metadata;
    const text = JSON.stringify(real);
    if (finalizers.includes(processFinalizer) && annotations?.[portsAnnotation] === text) return true;
    const others = finalizers.filter((finalizer) => finalizer !== processFinalizer);
    const metadata = { finalizers: [...others, processFinalizer], annotations: { [portsAnnotation]: text } };
    return patchPod(pod, { metadata });
  }

  /** Answers false when the pod is gone, though the informer may still have it: another of its name stays as it is. */
  async function patchPod(
    { metadata: { namespace, name, uid } }: Pod,
    patch: { readonly metadata?: object; readonly status?: object },
    subresource?: 'status',
  ): Promise<boolean> {
    try {
      const preconditioned = { ...patch, metadata: { ...patch.metadata, uid } };
      await client.patch(podType, { namespace, name }, preconditioned, { subresource });
      return true;
    } catch (error) {
      if (error instanceof ApiError && isOfAnother(error)) return false;
      throw error;
    }
  }

  function resolveService(namespace: string, name: string, port: string) {
    const number = findPorts(namespace, name)?.find((candidate) => candidate.name === port)?.real;
    return number === undefined ? undefined : { host: '127.0.0.1', port: number };
  }

  function findPorts(namespace: string, name: string): readonly ServicePort[] | undefined {
    const service = services.get(`${namespace}/${name}`);
    return service && readServicePorts(service, pods.list());
  }

  async function watch(pod: Pod, record: ContainerRecord): Promise<ReconcileResult> {
    const ready = await probeReady(pod.spec.containers[0]?.readinessProbe, readPorts(pod));
    await writeStatus(pod, record, ready);
    await runtime.forgive(record);
    return { requeueAfterMs: ready ? watchEveryMs : probeEveryMs };
  }

  async function noteExit(pod: Pod | undefined, record: ContainerRecord): Promise<void> {
    const ended = await runtime.noteExit(record, false);
    if (pod === undefined) return;
    await writeStatus(pod, ended, false);
    await announceEnd(pod, record);
  }

  async function announceEnd(pod: Pod, record: ContainerRecord): Promise<void> {
    await events.record(pod, 'Warning', 'BackOff', `The process ended. ${await causeOfEnd(pod, record)}`);
  }

  async function sayWhyWaiting(pod: Pod, record: ContainerRecord): Promise<void> {
    const message = `back-off after ${record.failures} failures. ${await causeOfEnd(pod, record)}`;
    await writeStatus(pod, record, false, { reason: 'CrashLoopBackOff', message });
  }

  function causeOfEnd({ spec: { containers } }: Pod, record: ContainerRecord): Promise<string> {
    const engine = engines.find((candidate) => candidate.runs(containers[0]?.image ?? ''));
    return describeEnd(engine, logFile(runtime.logFolder(record), record.restarts));
  }

  async function forget(key: ObjectKey, pod: Pod | undefined, record: ContainerRecord | undefined) {
    if (record !== undefined) await records.forget(record.uid);
    newest.delete(key);
    lastStatus.delete(key);
    const finalizers = pod?.metadata.finalizers ?? [];
    if (pod !== undefined && finalizers.includes(processFinalizer)) {
      const rest = finalizers.filter((finalizer) => finalizer !== processFinalizer);
      await patchPod(pod, { metadata: { finalizers: rest } });
    }
    return pods.get(key) === undefined ? undefined : { requeueAfterMs: 0 };
  }

  async function writeStatus(
    pod: Pod,
    record: ContainerRecord | undefined,
    ready: boolean,
    waiting?: Waiting,
  ) {
    const status = buildPodStatus(pod, record, ready, waiting);
    const key = keyOf(pod);
    const text = `${pod.metadata.uid}${JSON.stringify(status)}`;
    if (lastStatus.get(key) === text) return;
    if (await patchPod(pod, { status }, 'status')) lastStatus.set(key, text);
  }

  const controller = startController<Pod>({
    name: 'pods',
    informer: pods,
    // Starts may take minutes (downloads), and must not hold up stops.
    concurrency: 64,
    onError: options.onError,
    reconcile,
  });
  // What an earlier daemon left, also where the pod is gone.
  for (const key of newest.keys()) controller.enqueue(key);
  const stopListening = pods.onChange((pod, change) => {
    const gone = change === 'deleted' || pod.metadata.deletionTimestamp !== undefined;
    if (gone) starts.get(keyOf(pod))?.abort();
  });
  // Processes of an earlier daemon are nobody's children here: their end has to be looked for.
  const patrol = setInterval(() => {
    void runtime.findEnded().then(
      (ended) => {
        for (const { namespace, name } of ended) controller.enqueue(`${namespace}/${name}`);
      },
      (error: unknown) => options.onError('patrol', error),
    );
  }, 1000);

  return {
    async readLog({ namespace, name }, logOptions) {
      const uid = pods.get(`${namespace}/${name}`)?.metadata.uid;
      const record = uid === undefined ? undefined : await records.read(uid);
      if (record === undefined) return readLog('', {});
      const run = record.restarts - (logOptions.previous === true ? 1 : 0);
      return readLog(logFile(runtime.logFolder(record), run), {
        ...logOptions,
        hasEnded: async () => (await records.read(record.uid))?.state.is !== 'running',
      });
    },
    async stopAll() {
      stopping = true;
      clearInterval(patrol);
      stopListening();
      for (const abort of starts.values()) abort.abort();
      await controller.stop();
      for (const group of byPriority(await records.readAll())) {
        await Promise.all(group.map((record) => runtime.stop(record, true)));
      }
    },
  };
}

function describe(error: DiagnosticError): string {
  return error.diagnostics.map(({ summary, detail }) => `${summary}. ${detail}`).join(' ');
}

/** Of a patch with a uid: the object is gone, or another of its name is there, whose uid cannot change. */
function isOfAnother({ reason, causes }: ApiError): boolean {
  return (
    reason === 'NotFound' || reason === 'Conflict' || causes.some(({ field }) => field === 'metadata.uid')
  );
}
