import type { ApiClient } from '../../../apiclient/client.ts';
import { namespaceType } from '../../../apiclient/core-types.ts';
import type { KubernetesObject, Manifest } from '../../../apiclient/object.ts';
import { createFakeFlink, type FakeFlink } from '../../../engines/flink/fake-flink.ts';
import type { FlinkDeploymentObject } from '../../flink-deployment/desired.ts';
import { logCalls, logEvents, readStanding, type Standing } from '../../flink-job/testing/standing.ts';
import type { FlinkStateSnapshotObject } from '../../flink-state-snapshot/decide.ts';
import { flinkStateSnapshotType } from '../../flink-state-snapshot/resource-type.ts';
import { checkStatus } from '../../testing/upstream-crds.ts';
import type { FlinkSessionJobObject } from '../decide.ts';
import { flinkSessionJob } from '../kind.ts';
import { createSessionJobReconciler } from '../reconcile.ts';
import { flinkSessionJobType } from '../resource-type.ts';
import type { FlinkSessionJobSpec } from '../spec.ts';

type Job = FlinkSessionJobSpec['job'];

/** A session job's operator on a fake cluster, with time that only passes when nothing else is left to do. */
export interface Simulation {
  readonly flink: FakeFlink;
  /** Events and mutating REST calls in the order in which they came: `EVENT Submit`, `REST stop`. */
  readonly log: string[];
  cluster: 'absent' | 'starting' | 'ready';
  /** The spec of the session cluster, and its generation. */
  clusterSpec: FlinkDeploymentObject['spec'];
  clusterGeneration: number;
  /** What is still being done to have PyFlink; may throw. */
  pyflink: () => string | undefined;
  /** Why there is no room for the job's slots. */
  shortage: string | undefined;
  /** Called before and after each write of the operator; may throw. */
  onWrite: ((when: 'before' | 'after') => void) | undefined;
  create(job: Job, flinkConfiguration?: Record<string, string>): Promise<void>;
  change(
    job: Partial<Record<keyof Job, unknown>>,
    flinkConfiguration?: Record<string, string>,
  ): Promise<void>;
  patch(spec: object): Promise<void>;
  /** The operator reads the spec with these values, which the API server would not have let in. */
  pretend(job: Job): void;
  /** The resource is deleted; the operator has not acted yet. */
  remove(): Promise<void>;
  /** Reconciles until nothing changes any more. */
  settle(): Promise<void>;
  /** One reconciliation. */
  step(): Promise<void>;
  /** Another operator takes over. */
  restartOperator(): void;
  resource(): Promise<FlinkSessionJobObject | undefined>;
  /** The FlinkStateSnapshots of the namespace. */
  snapshots(): Promise<readonly Manifest[]>;
  /** The parts of the status that recordings are compared by. */
  standing(): Promise<Standing>;
  /** What was logged since this was last asked. */
  newLog(): string[];
}

const name = 'j1';

export async function openSimulation(api: ApiClient, namespace: string): Promise<Simulation> {
  await api.create(namespaceType, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const flink = createFakeFlink();
  const log: string[] = [];
  let seen = 0;
  let snapshots: readonly FlinkStateSnapshotObject[] = [];
  let pretended: Job = {};
  let clock = Date.parse('2026-01-01T00:00:00Z');
  const reference = { namespace, name };

  const client: ApiClient = {
    ...api,
    async get(type, target) {
      const object = await api.get<FlinkSessionJobObject>(type, target);
      const spec = object && { ...object.spec, job: { ...object.spec.job, ...pretended } };
      return (object && { ...object, spec }) as never;
    },
    async patch(type, target, patch, options) {
      simulation.onWrite?.('before');
      const result = await api.patch(type, target, patch, options);
      simulation.onWrite?.('after');
      return result as never;
    },
    async updateStatus(type, object) {
      checkStatus(flinkSessionJob, Reflect.get(object, 'status'));
      simulation.onWrite?.('before');
      const stored = await api.get<FlinkSessionJobObject>(type, reference);
      const result = await api.updateStatus(type, { ...object, spec: stored?.spec });
      simulation.onWrite?.('after');
      return result;
    },
  };
  const events = logEvents(log);
  const connect = () => logCalls(flink, log);
  const createReconciler = () =>
    createSessionJobReconciler({
      client,
      events,
      connect,
      now: () => clock,
      snapshotsOf: () => snapshots,
      pyflink: { progress: () => simulation.pyflink() },
      shortageOf: () => simulation.shortage,
      deploymentOf: () => (simulation.cluster === 'absent' ? undefined : deployment(namespace, simulation)),
      podOf: () => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          ...reference,
          name: 'session-jobmanager-0',
          annotations: { 'sdp.internal/ports': '{"rest":1}' },
        },
        spec: { containers: [] },
      }),
    });
  let reconcile = createReconciler();
  const read = () => api.get<FlinkSessionJobObject>(flinkSessionJobType, reference);

  const simulation: Simulation = {
    flink,
    log,
    cluster: 'ready',
    clusterSpec: {
      flinkVersion: 'v2_2',
      flinkConfiguration: { 'state.checkpoints.dir': 'file:/cp', 'state.savepoints.dir': 'file:/sp' },
    },
    clusterGeneration: 1,
    pyflink: () => undefined,
    shortage: undefined,
    onWrite: undefined,
    async create(job, flinkConfiguration) {
      await api.create(flinkSessionJobType, {
        apiVersion: 'flink.apache.org/v1beta1',
        kind: 'FlinkSessionJob',
        metadata: reference,
        spec: { deploymentName: 'session', job, ...(flinkConfiguration && { flinkConfiguration }) },
      });
    },
    async change(job, flinkConfiguration) {
      await simulation.patch({ job, ...(flinkConfiguration && { flinkConfiguration }) });
    },
    async patch(spec) {
      await api.patch(flinkSessionJobType, reference, { spec });
    },
    pretend(changes) {
      pretended = changes;
    },
    remove: () => api.delete(flinkSessionJobType, reference),
    async step() {
      await reconcile(`${namespace}/${name}`);
    },
    async settle() {
      for (let idle = 0; idle < 8; ) {
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
        idle = flink.tick() ? 0 : idle + 1;
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
    async standing() {
      return readStanding((await read())?.status);
    },
    newLog() {
      const lines = log.slice(seen).map((line) => line.replace(/[0-9a-f]{32}/, 'ID'));
      seen = log.length;
      return lines;
    },
  };
  return simulation;
}

function deployment(
  namespace: string,
  { cluster, clusterSpec, clusterGeneration }: Simulation,
): FlinkDeploymentObject {
  return {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkDeployment',
    metadata: { namespace, name: 'session', generation: clusterGeneration },
    spec: clusterSpec,
    status: { jobManagerDeploymentStatus: cluster === 'ready' ? 'READY' : 'DEPLOYING' },
  };
}
