import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configMapType, customResourceDefinitionType, podType } from '../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { createFakeFlink, type FakeFlink } from '../../engines/flink/fake-flink.ts';
import type { Pod } from '../../pods/pod.ts';
import { buildCustomResourceDefinition } from '../crd.ts';
import { logCalls, logEvents } from '../flink-job/testing/standing.ts';
import { checkStatus } from '../testing/upstream-crds.ts';
import type { FlinkDeploymentObject } from './desired.ts';
import { flinkDeployment } from './kind.ts';
import { createDeploymentReconciler, type SessionJobSummary } from './reconcile.ts';
import { flinkDeploymentType } from './resource-type.ts';

/** What operator 1.15.0 was recorded doing with session clusters. */

let server: TestServer;
let flink: FakeFlink;
let log: string[];
let sessionJobs: readonly SessionJobSummary[];
/** By uid: what the kubelet has up. */
let up: Set<string | undefined>;
let count = 0;
let name: string;
let reconcile: ReturnType<typeof createDeploymentReconciler>;

beforeAll(async () => {
  server = await startTestServer();
  await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(flinkDeployment), {
    fieldManager: 'test',
  });
});
afterAll(() => server.close());

beforeEach(async () => {
  flink = createFakeFlink();
  log = [];
  sessionJobs = [];
  up = new Set();
  count += 1;
  name = `session-${count}`;
  let pods: readonly Pod[] = [];
  const operator = createDeploymentReconciler({
    client: server.client,
    events: logEvents(log),
    connect: () => logCalls(flink, log),
    listPods: () => pods,
    isMapped: () => false,
    roomBeside: () => ({ free: 2 ** 35, total: 2 ** 36 }),
    sessionJobsOf: () => sessionJobs,
    onShortage: () => undefined,
    snapshotsOf: () => [],
    pyflink: { progress: () => undefined },
  });
  reconcile = async (key) => {
    pods = (await readPods()).map((pod) => ({
      ...pod,
      metadata: {
        ...pod.metadata,
        annotations: { ...pod.metadata.annotations, 'sdp.internal/ports': '{"rest":1}' },
      },
      status: { conditions: [{ type: 'Ready', status: up.has(pod.metadata.uid) ? 'True' : 'False' }] },
    }));
    return operator(key);
  };
  await server.client.create(flinkDeploymentType, {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkDeployment',
    metadata: { namespace: 'default', name },
    spec: {
      flinkVersion: 'v2_2',
      jobManager: { resource: { memory: '1g' } },
      taskManager: { resource: { memory: '1g' } },
    },
  });
});

const reference = () => ({ namespace: 'default', name });
const live = () => server.client.get<FlinkDeploymentObject>(flinkDeploymentType, reference());
const readPods = async () =>
  (await server.client.list<Pod>(podType, { namespace: 'default', labelSelector: `app=${name}` })).items;
const podUids = async () => (await readPods()).map(({ metadata }) => metadata.uid);
const patch = (spec: object) => server.client.patch(flinkDeploymentType, reference(), { spec });

/** One look of the operator, and its short status. */
async function step() {
  await reconcile(`default/${name}`);
  checkStatus(flinkDeployment, (await live())?.status ?? {});
  const { observedGeneration, lifecycleState, jobManagerDeploymentStatus, reconciliationStatus } =
    (await live())?.status ?? {};
  return [jobManagerDeploymentStatus, lifecycleState, reconciliationStatus?.state, observedGeneration];
}

/** Processes come up, until nothing is left to do. */
async function settle() {
  let last: unknown;
  for (let steps = 0; steps < 6; steps += 1) {
    last = await step();
    up = new Set(await podUids());
  }
  return last;
}

describe('a session cluster', () => {
  it('is made, without an event', async () => {
    expect(await step()).toEqual(['MISSING', 'UPGRADING', 'UPGRADING', 1]);
    expect(await step()).toEqual(['DEPLOYING', 'DEPLOYED', 'DEPLOYED', 1]);
    expect(await settle()).toEqual(['READY', 'STABLE', 'DEPLOYED', 1]);
    expect(log).toEqual([]);
    const { status, metadata } = (await live()) ?? {};
    expect(metadata?.finalizers).toEqual(['flinkdeployments.flink.apache.org/finalizer']);
    expect(status?.clusterInfo?.['flink-version']).toBe('2.2.0');
    expect(status?.reconciliationStatus?.lastStableSpec).toBe(
      status?.reconciliationStatus?.lastReconciledSpec,
    );
  });

  it('that is changed is made anew at once, and nobody takes a savepoint of its jobs', async () => {
    await settle();
    await flink.client.run({ args: ['runs'], jobId: 'j1', flinkConfiguration: {} });
    flink.calls.length = 0;
    const before = new Set(await podUids());
    await patch({ flinkConfiguration: { 'web.refresh-interval': '4000' } });
    expect(await step()).toEqual(['MISSING', 'UPGRADING', 'UPGRADING', 2]);
    expect(await settle()).toEqual(['READY', 'STABLE', 'DEPLOYED', 2]);
    expect(log).toEqual([
      'EVENT SpecChanged: UPGRADE flinkConfiguration.web.refresh-interval : null -> 4000',
    ]);
    expect(flink.calls).toEqual([]);
    expect((await podUids()).filter((uid) => before.has(uid))).toEqual([]);
  });

  it.each([
    [
      'the operator',
      { flinkConfiguration: { 'kubernetes.operator.session.deletion.block-on-session-jobs': 'false' } },
    ],
    ['jobs that come', { flinkConfiguration: { 'parallelism.default': '2' } }],
    ['a nonce that is taken away', { restartNonce: null }],
  ])('goes on when what changes is for %s, and has it from its next start', async (_, spec) => {
    await patch({ restartNonce: 1 });
    await settle();
    const before = await podUids();
    await patch(spec);
    expect(await settle()).toEqual(['READY', 'STABLE', 'DEPLOYED', 3]);
    expect(await podUids()).toEqual(before);
    expect(log).toEqual([]);
    await patch({ flinkConfiguration: { 'web.refresh-interval': '4000' } });
    expect(await settle()).toEqual(['READY', 'STABLE', 'DEPLOYED', 4]);
    expect((await podUids()).filter((uid) => before.includes(uid))).toEqual([]);
    expect(await live()).toMatchObject({
      status: {
        reconciliationStatus: {
          lastReconciledSpec: JSON.stringify({
            spec: (await live())?.spec,
            resource_metadata: { apiVersion: 'flink.apache.org/v1beta1', firstDeployment: false },
          }),
        },
      },
    });
  });

  it('whose JobManager is deleted by hand gets another', async () => {
    await settle();
    const [jobManager] = await readPods();
    await server.client.delete(podType, { namespace: 'default', name: `${name}-jobmanager-0` });
    expect((await step())[0]).toBe('MISSING');
    expect(await settle()).toEqual(['READY', 'STABLE', 'DEPLOYED', 1]);
    expect(await podUids()).not.toContain(jobManager?.metadata.uid);
  });

  it('that is refused a change goes on as it is', async () => {
    await settle();
    const before = await podUids();
    await patch({ logConfiguration: { 'log4j.properties': '' } });
    expect(await settle()).toEqual(['READY', 'STABLE', 'DEPLOYED', 1]);
    expect(log[0]).toMatch(/^EVENT! ValidationError: Invalid log config key: log4j\.properties/);
    expect((await live())?.status?.error).toContain('ValidationException');
    expect(await podUids()).toEqual(before);
  });
});

describe('deleting a session cluster', () => {
  const remove = () => server.client.delete(flinkDeploymentType, reference());

  it('waits for its jobs, and goes on serving them', async () => {
    await settle();
    sessionJobs = ['a', 'b'].map((job) => ({ name: job, jobId: undefined, expectedSlots: 0 }));
    await remove();
    expect((await step())[1]).toBe('DELETING');
    await step();
    const looks = [
      'EVENT Cleanup: Cleaning up FlinkDeployment',
      'EVENT! CleanupFailed: The session jobs [a, b] should be deleted first',
    ];
    expect(log).toEqual([...looks, ...looks]);
    expect(await readPods()).not.toEqual([]);
    sessionJobs = [];
    await settle();
    expect(await readPods()).toEqual([]);
    expect(await live()).toBeUndefined();
  });

  it('does not wait for them once it is told so, though it is being deleted', async () => {
    await settle();
    sessionJobs = [{ name: 'a', jobId: undefined, expectedSlots: 0 }];
    await remove();
    await step();
    await patch({
      flinkConfiguration: { 'kubernetes.operator.session.deletion.block-on-session-jobs': 'false' },
    });
    await settle();
    expect(await live()).toBeUndefined();
  });

  it('takes with it what high availability kept of its jobs', async () => {
    await settle();
    const labels = { app: name, type: 'flink-native-kubernetes' };
    const kept = { namespace: 'default', name: `${name}-cluster-config-map` };
    const metadata = { ...kept, labels };
    await server.client.create(configMapType, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    await remove();
    await settle();
    expect(await live()).toBeUndefined();
    expect(await server.client.get(configMapType, kept)).toBeUndefined();
  });
});
