import { parse } from 'yaml';
import type { ApiClient } from '../../../apiclient/client.ts';
import { configMapType, namespaceType, podType } from '../../../apiclient/core-types.ts';
import type { KubernetesObject, Manifest } from '../../../apiclient/object.ts';
import { createFakeFlink, type FakeFlink } from '../../../engines/flink/fake-flink.ts';
import type { Pod } from '../../../pods/pod.ts';
import type { JobSpec } from '../../flink-job/spec.ts';
import { logCalls, logEvents, readStanding, type Standing } from '../../flink-job/testing/standing.ts';
import type { FlinkStateSnapshotObject } from '../../flink-state-snapshot/decide.ts';
import { flinkStateSnapshotType } from '../../flink-state-snapshot/resource-type.ts';
import { checkStatus } from '../../testing/upstream-crds.ts';
import type { FlinkApplicationObject } from '../decide-application.ts';
import { jobManagerPodName } from '../desired.ts';
import { flinkDeployment } from '../kind.ts';
import { createDeploymentReconciler } from '../reconcile.ts';
import { flinkDeploymentType } from '../resource-type.ts';
import type { FlinkDeploymentStatus } from '../spec.ts';

/**
 * An application cluster's operator on a fake JobManager: its pod runs main() once it is there, and keeps what Flink's
 * high availability keeps. Time passes only when nothing else is left to do.
 */
export interface ApplicationSimulation {
  readonly flink: FakeFlink;
  /** Events, mutating REST calls, and what a JobManager starts: `START runs from file:/sp/savepoint-1`. */
  readonly log: string[];
  highlyAvailable: boolean;
  /** main() is still on its way to the submission of the job. */
  mainIsSlow: boolean;
  /** Why the JobManager's container waits; `undefined`: it runs. */
  waiting: { readonly reason: string; readonly message: string } | undefined;
  onWrite: ((when: 'before' | 'after') => void) | undefined;
  create(job: JobSpec, configuration?: Record<string, string>): Promise<void>;
  change(
    job: Partial<Record<keyof JobSpec, unknown>>,
    configuration?: Record<string, unknown>,
  ): Promise<void>;
  patch(spec: object): Promise<void>;
  remove(): Promise<void>;
  /** The JobManager's process is lost and starts again in its pod. */
  loseJobManager(): void;
  settle(): Promise<void>;
  restartOperator(): void;
  resource(): Promise<FlinkApplicationObject | undefined>;
  snapshots(): Promise<readonly Manifest[]>;
  pods(): Promise<readonly string[]>;
  configMaps(): Promise<readonly string[]>;
  standing(): Promise<Standing & Pick<FlinkDeploymentStatus, 'jobManagerDeploymentStatus'>>;
  newLog(): string[];
}

const name = 'app';
const resource = { cpu: 1, memory: '1g' };

export async function openApplicationSimulation(
  api: ApiClient,
  namespace: string,
): Promise<ApplicationSimulation> {
  await api.create(namespaceType, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const flink = createFakeFlink();
  const log: string[] = [];
  const reference = { namespace, name };
  let seen = 0;
  let snapshots: readonly FlinkStateSnapshotObject[] = [];
  let clock = Date.parse('2026-01-01T00:00:00Z');
  let pods: readonly Pod[] = [];
  /** The uid of the pod whose REST API answers, and of the one whose main() has run. */
  let started: string | undefined;
  let submitted: string | undefined;

  const client: ApiClient = {
    ...api,
    async updateStatus(type, object) {
      checkStatus(flinkDeployment, Reflect.get(object, 'status'));
      simulation.onWrite?.('before');
      const result = await api.updateStatus(type, object);
      simulation.onWrite?.('after');
      return result;
    },
    async create(type, object, options) {
      simulation.onWrite?.('before');
      const result = await api.create(type, object, options);
      simulation.onWrite?.('after');
      return result as never;
    },
    async delete(type, target, options) {
      simulation.onWrite?.('before');
      await api.delete(type, target, options);
      simulation.onWrite?.('after');
    },
  };
  const createReconciler = () =>
    createDeploymentReconciler({
      client,
      events: logEvents(log),
      now: () => clock,
      connect: () => logCalls(flink, log),
      listPods: () => pods,
      isMapped: () => false,
      roomBeside: () => ({ free: 2 ** 35, total: 2 ** 36 }),
      sessionJobsOf: () => [],
      onShortage: () => undefined,
      snapshotsOf: () => snapshots,
      pyflink: { progress: () => undefined },
    });
  let reconcile = createReconciler();

  async function readMap(mapName: string): Promise<Record<string, string> | undefined> {
    const map = await api.get<KubernetesObject & { data?: Record<string, string> }>(configMapType, {
      namespace,
      name: mapName,
    });
    return map && (map.data ?? {});
  }

  function writeMap(mapName: string, data: Record<string, string>) {
    const labels = { app: name, type: 'flink-native-kubernetes' };
    const metadata = { name: mapName, namespace, labels };
    return api.apply(
      configMapType,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data },
      { fieldManager: 'flink' },
    );
  }

  /** What a JobManager does when it starts: it recovers its jobs, or runs main(). */
  async function runMain(pod: Pod): Promise<void> {
    const config = parse((await readMap(`flink-config-${name}`))?.['config.yaml'] ?? '{}') as Record<
      string,
      string
    >;
    const jobId = config['$internal.pipeline.job-id'] ?? '';
    const args = pod.spec.containers[0]?.args ?? [];
    const program = args.slice(args.indexOf('--') + 1);
    const kept = simulation.highlyAvailable ? await readMap(`${name}-${jobId}-config-map`) : undefined;
    const savepointPath = kept?.['checkpointID-0'] ?? config['execution.state-recovery.path'];
    log.push(`START ${program.join(' ')}${savepointPath === undefined ? '' : ` from ${savepointPath}`}`);
    const run = { args: program, jobId, savepointPath, flinkConfiguration: { 'pipeline.name': name } };
    // Not a call of the operator's.
    const { onCall } = flink;
    flink.onCall = undefined;
    // As with execution.submit-failed-job-on-application-error: main() that throws is a job that failed.
    await flink.client.run(run).catch(() => {
      flink.jobs.set(jobId, { id: jobId, request: run, state: 'FAILED', checkpoints: 0 });
    });
    flink.onCall = onCall;
    flink.calls.pop();
    if (simulation.highlyAvailable) {
      await writeMap(`${name}-cluster-config-map`, { [`executionPlan-${jobId}`]: 'plan' });
      await writeMap(`${name}-${jobId}-config-map`, kept ?? {});
    }
  }

  /** Answers whether anything moved. */
  async function tick(): Promise<boolean> {
    const jobManager = pods.find(
      ({ metadata }) => metadata.name === jobManagerPodName({ metadata: { name } } as never),
    );
    const uid = jobManager?.metadata.uid;
    if (jobManager !== undefined && started !== uid && simulation.waiting === undefined) {
      started = uid;
      flink.jobs.clear();
      // It was the process before this one that did not answer.
      flink.down = false;
      if (simulation.mainIsSlow) return true;
    }
    if (jobManager !== undefined && submitted !== uid && started === uid && !simulation.mainIsSlow) {
      submitted = uid;
      await runMain(jobManager);
      return true;
    }
    const moved = flink.tick();
    for (const job of flink.jobs.values()) {
      const isActive = job.state === 'RUNNING' && job.checkpoints > 0;
      if (simulation.highlyAvailable && isActive) {
        await writeMap(`${name}-${job.id}-config-map`, {
          'checkpointID-0': `file:/cp/${job.id}/chk-${job.checkpoints}`,
        });
      }
    }
    return moved;
  }

  /** The pods as the kubelet would show them. */
  async function readPods(): Promise<void> {
    const { items } = await api.list<Pod>(podType, { namespace });
    pods = items.map((pod) => {
      const isUp = started === pod.metadata.uid && !flink.down;
      const annotations = { ...pod.metadata.annotations, 'sdp.internal/ports': '{"rest":1}' };
      const state = simulation.waiting === undefined ? {} : { waiting: simulation.waiting };
      return {
        ...pod,
        metadata: { ...pod.metadata, annotations },
        status: {
          conditions: [{ type: 'Ready', status: isUp ? ('True' as const) : ('False' as const) }],
          containerStatuses: [{ state } as never],
        },
      };
    });
    if (started !== undefined && !pods.some(({ metadata }) => metadata.uid === started)) {
      started = undefined;
      flink.restart({ highlyAvailable: false });
    }
  }

  const read = () => api.get<FlinkApplicationObject>(flinkDeploymentType, reference);
  const simulation: ApplicationSimulation = {
    flink,
    log,
    highlyAvailable: false,
    mainIsSlow: false,
    waiting: undefined,
    onWrite: undefined,
    async create(job, configuration = {}) {
      await api.create(flinkDeploymentType, {
        apiVersion: 'flink.apache.org/v1beta1',
        kind: 'FlinkDeployment',
        metadata: reference,
        spec: {
          flinkVersion: 'v2_2',
          jobManager: { resource },
          taskManager: { resource },
          flinkConfiguration: {
            'state.checkpoints.dir': 'file:/cp',
            'state.savepoints.dir': 'file:/sp',
            ...configuration,
          },
          job,
        },
      });
    },
    async change(job, flinkConfiguration) {
      await simulation.patch({ job, ...(flinkConfiguration && { flinkConfiguration }) });
    },
    async patch(spec) {
      await api.patch(flinkDeploymentType, reference, { spec });
    },
    remove: () => api.delete(flinkDeploymentType, reference),
    loseJobManager() {
      started = undefined;
      submitted = undefined;
    },
    async settle() {
      for (let idle = 0; idle < 3; ) {
        await readPods();
        snapshots = (await api.list<FlinkStateSnapshotObject>(flinkStateSnapshotType, { namespace })).items;
        const before = (await read())?.metadata.resourceVersion;
        const result = await reconcile(`${namespace}/${name}`);
        const after = (await read())?.metadata.resourceVersion;
        if (before !== after) {
          idle = 0;
          continue;
        }
        if (result?.requeueAfterMs === undefined) return;
        if (result.requeueAfterMs === 0) continue;
        clock += result.requeueAfterMs;
        idle = (await tick()) ? 0 : idle + 1;
      }
    },
    restartOperator() {
      reconcile = createReconciler();
    },
    resource: read,
    async snapshots() {
      const { items } = await api.list<KubernetesObject & Manifest>(flinkStateSnapshotType, { namespace });
      return items;
    },
    async pods() {
      const { items } = await api.list<Pod>(podType, { namespace });
      return items.map(({ metadata }) => metadata.name).toSorted();
    },
    async configMaps() {
      const { items } = await api.list<KubernetesObject>(configMapType, { namespace });
      const names = items.map(({ metadata }) => metadata.name.replace(/[0-9a-f]{32}/, 'ID'));
      return names.filter((found) => found.startsWith(name)).toSorted();
    },
    async standing() {
      const status = (await read())?.status as FlinkDeploymentStatus | undefined;
      return { ...readStanding(status), jobManagerDeploymentStatus: status?.jobManagerDeploymentStatus };
    },
    newLog() {
      const lines = log.slice(seen).map((line) => line.replace(/[0-9a-f]{32}/, 'ID'));
      seen = log.length;
      return lines;
    },
  };
  return simulation;
}
