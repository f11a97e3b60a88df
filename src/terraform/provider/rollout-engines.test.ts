import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../apiclient/client.ts';
import type { KubernetesObject, Manifest, ResourceType } from '../../apiclient/object.ts';
import { kinds } from '../../kinds/catalog.ts';
import { flinkDeploymentType } from '../../kinds/flink-deployment/resource-type.ts';
import { flinkSessionJobType } from '../../kinds/flink-session-job/resource-type.ts';
import { flinkStateSnapshotType } from '../../kinds/flink-state-snapshot/resource-type.ts';
import { kafkaConnectorType } from '../../kinds/kafka-connector/resource-type.ts';
import type { Provider } from '../framework/resource.ts';
import type { ObjectValue } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent, createTerraformCore } from '../testing/terraform-core.ts';
import { platformProvider } from './platform-provider.ts';

let api: FakeApi;
let provider: Provider;
let log: string[];
const timers: NodeJS.Timeout[] = [];

beforeEach(() => {
  api = createFakeApi();
  log = [];
  provider = platformProvider({
    kinds,
    version: '0.1.0',
    connect: async () => api,
    log: (level, message) => level !== 'debug' && log.push(message),
  });
});
afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  await provider.close();
});

async function start() {
  const core = createTerraformCore(provider, 'sdp_rollout');
  await core.configure({ project: 'demo' });
  return core;
}

const rollout = (kind: string, name: string, more: ObjectValue = {}): ObjectValue => ({
  kind,
  name,
  revision: 'r1',
  timeout: '8s',
  ...more,
});

function write(type: ResourceType, name: string, body: object): Promise<KubernetesObject> {
  const manifest: Manifest = {
    apiVersion: `${type.group}/${type.version}`,
    kind: type.kind,
    ...body,
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'sdp.internal/revision': 'r1' },
      ...(body as { metadata?: object }).metadata,
    },
  };
  return api.apply(type, manifest, { fieldManager: 'sdp:demo' });
}

function report(type: ResourceType, name: string, status: object): void {
  api.edit(
    type,
    'default',
    name,
    (object) => {
      object['status'] = status;
      object.metadata.generation = 0;
    },
    'operator',
  );
}

const countOf = (start: string) => api.requests.filter((request) => request.startsWith(start)).length;

describe('a Flink job', () => {
  const cluster = '/api/v1/namespaces/default/services/flink-rest:rest/proxy/v1';
  const jobs = new Map<string, object>();
  const answer = () => api.answers.set(`${cluster}/jobs/overview`, { jobs: [...jobs.values()] });
  const running = (jobId: string) => ({
    observedGeneration: 1,
    lifecycleState: 'STABLE',
    reconciliationStatus: { state: 'DEPLOYED' },
    jobStatus: { state: 'RUNNING', jobId },
  });
  const restarting = (jobId: string) => ({
    ...running(jobId),
    jobStatus: { state: 'RESTARTING', jobId },
  });
  const overview = (jid: string, state: string, more: object = {}) => {
    jobs.set(jid, {
      jid,
      name: jid,
      state,
      'start-time': 1_000,
      'last-modification': 2_000,
      tasks: { running: state === 'RUNNING' ? 1 : 0, total: 1 },
      ...more,
    });
    answer();
  };
  const declare = (name: string, configuration: object = { 'execution.checkpointing.interval': '10 min' }) =>
    write(flinkSessionJobType, name, {
      spec: { deploymentName: 'flink', job: { state: 'running' }, flinkConfiguration: configuration },
    });

  /** The operator of snapshots: what becomes of each after some time. */
  function takeSnapshots(status: object, after = 30): void {
    const seen = new Set<string>();
    const look = () => {
      for (const [path, { metadata }] of api.objects) {
        if (!path.includes('/flinkstatesnapshots/') || seen.has(metadata.name)) continue;
        seen.add(metadata.name);
        setTimeout(() => {
          if (api.objects.has(path)) report(flinkStateSnapshotType, metadata.name, status);
        }, after);
      }
    };
    timers.push(setInterval(look, 5));
  }
  const snapshots = () => [...api.objects.keys()].filter((path) => path.includes('flinkstatesnapshots'));

  beforeEach(() => jobs.clear());

  it('takes a checkpoint that was asked for, and leaves nothing of it', async () => {
    const core = await start();
    await declare('j');
    overview('J', 'RUNNING');
    report(flinkSessionJobType, 'j', running('J'));
    let taken = 0;
    let made: Manifest | undefined;
    timers.push(
      setInterval(() => {
        const [path] = snapshots();
        if (path === undefined || made !== undefined) return;
        made = api.objects.get(path);
        setTimeout(() => {
          taken = Date.now();
          report(flinkStateSnapshotType, made?.metadata.name ?? '', { state: 'COMPLETED', path: 'p' });
        }, 2_300);
      }, 5),
    );
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j'));
    expect(run).toMatchObject({ action: 'create', diagnostics: [] });
    expect(Date.now() - taken).toBeLessThan(1_000);
    expect(made).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^j-rollout-r1-[0-9a-f]{6}$/),
        labels: { 'sdp.internal/rollout': 'j' },
      },
      spec: { jobReference: { kind: 'FlinkSessionJob', name: 'j' }, checkpoint: {} },
    });
    expect(snapshots()).toEqual([]);
    expect(log).toContainEqual(expect.stringContaining('waiting for the operator to find'));
  });

  it.each<[string, object, object, number]>([
    ['its own configuration', { 'execution.checkpointing.interval': '1 min' }, {}, 1],
    ["its cluster's", {}, { 'execution.checkpointing.interval': '1 min' }, 1],
    ['none', {}, {}, 0],
    ['a batch', { 'execution.checkpointing.interval': '1 min', 'execution.runtime-mode': 'BATCH' }, {}, 0],
  ])('is asked for a checkpoint by %s', async (_, own, ofCluster, expected) => {
    const core = await start();
    await write(flinkDeploymentType, 'flink', { spec: { flinkConfiguration: ofCluster } });
    await declare('j', own);
    report(flinkSessionJobType, 'j', running('J'));
    takeSnapshots({ state: 'COMPLETED' });
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j', { settle: 0 }));
    expect(run.action).toBe('create');
    expect(countOf('create')).toBe(expected);
    expect(countOf('delete')).toBe(expected);
  });

  it('that may not be asked goes without, with a note', async () => {
    const core = await start();
    await declare('j');
    report(flinkSessionJobType, 'j', running('J'));
    api.failNext('create', new ApiError('Forbidden', 'you cannot create snapshots', { code: 403 }));
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j', { settle: 0 }));
    expect(run.action).toBe('create');
    expect(log).toContainEqual(expect.stringContaining('you cannot create snapshots'));
    expect(log).toContainEqual(expect.stringContaining('flink-rest does not answer'));
  });

  it('that has finished needs no checkpoint, also while one is being taken', async () => {
    const core = await start();
    await declare('j');
    report(flinkSessionJobType, 'j', running('J'));
    takeSnapshots({ state: 'ABANDONED', error: 'is not running' }, 100);
    setTimeout(
      () => report(flinkSessionJobType, 'j', { ...running('J'), jobStatus: { state: 'FINISHED' } }),
      50,
    );
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j', { settle: 0.2 }));
    expect(run.action).toBe('create');
    expect(snapshots()).toEqual([]);
  });

  it('that takes no checkpoints by its own program is told so, and goes without', async () => {
    const core = await start();
    await declare('j');
    report(flinkSessionJobType, 'j', running('J'));
    takeSnapshots({ state: 'FAILED', error: 'Job J is not a streaming job.' });
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j', { settle: 0 }));
    expect(run.action).toBe('create');
  });

  it('whose checkpoints fail has failed, with the cause', async () => {
    const core = await start();
    await declare('j');
    report(flinkSessionJobType, 'j', running('J'));
    takeSnapshots({ state: 'FAILED', error: 'no space left on device' });
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j'));
    expect(run).toMatchObject({ action: 'failed', instance: { state: null, tainted: false } });
    expect(run.diagnostics[0]?.detail).toContain('no space left on device');
    expect(snapshots()).toEqual([]);
  });

  it('that restarts again and again is reported with its cause, though its operator calls it STABLE', async () => {
    const core = await start();
    await declare('j');
    overview('J', 'RUNNING');
    report(flinkSessionJobType, 'j', running('J'));
    const begin = Date.now();
    setTimeout(() => {
      overview('J', 'RESTARTING', { 'last-modification': 5_000 });
      const entry = (timestamp: number) => ({
        timestamp,
        taskName: 'Source: numbers (1/1)',
        stacktrace: `java.lang.RuntimeException: outer\n\tat a.b\nCaused by: java.lang.IllegalStateException: boom`,
      });
      const gone = {
        timestamp: 4_500,
        taskName: null,
        stacktrace:
          'org.apache.flink.util.FlinkExpectedException: The TaskExecutor is shutting down.\n\tat a.b',
      };
      api.answers.set(`${cluster}/jobs/J/exceptions?maxExceptions=5`, {
        exceptionHistory: { entries: [gone, entry(4_000), entry(3_000), entry(10)] },
      });
    }, 300);
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j'));
    expect(Date.now() - begin).toBeLessThan(3_000);
    expect(run.diagnostics[0]).toMatchObject({
      summary: 'FlinkSessionJob default/j starts and fails',
      detail: expect.stringContaining('IllegalStateException: boom (task Source: numbers (1/1))'),
    });
    expect(run.diagnostics[0]?.detail).toContain('3 times');
    expect(snapshots()).toEqual([]);
  });

  it('that restarts once and recovers is healthy', async () => {
    const core = await start();
    await declare('j');
    report(flinkSessionJobType, 'j', running('J'));
    takeSnapshots({ state: 'COMPLETED' }, 200);
    setTimeout(() => report(flinkSessionJobType, 'j', restarting('J')), 100);
    setTimeout(() => report(flinkSessionJobType, 'j', running('J')), 300);
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j', { settle: 0.3 }));
    expect(run.action).toBe('create');
    expect(countOf('create')).toBe(2);
    expect(snapshots()).toEqual([]);
  });

  it('that waits for slots says so when time is over', async () => {
    const core = await start();
    await declare('j');
    overview('J', 'RUNNING', { tasks: { running: 1, scheduled: 3, total: 4 } });
    report(flinkSessionJobType, 'j', { ...running('J'), jobStatus: { state: 'CREATED', jobId: 'J' } });
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j', { timeout: '1500ms' }));
    expect(run.diagnostics[0]?.detail).toContain('1 of 4 tasks run, 3 wait for slots');
  });

  it('whose run is cancelled leaves no snapshot behind', async () => {
    const core = await start();
    await declare('j');
    report(flinkSessionJobType, 'j', running('J'));
    timers.push(
      setInterval(() => {
        if (snapshots().length > 0) provider.stop();
      }, 5),
    );
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j'));
    expect(run.diagnostics[0]?.summary).toContain('Stopped waiting');
    expect(snapshots()).toEqual([]);
  });

  it('costs one snapshot each; all else is shared by all rollouts of the run', async () => {
    const core = await start();
    const names = Array.from({ length: 50 }, (_, index) => `j${index}`);
    for (const name of names) {
      await declare(name);
      overview(name, 'RUNNING');
    }
    takeSnapshots({ state: 'COMPLETED' });
    api.requests.length = 0;
    const begin = Date.now();
    for (const [index, name] of names.entries()) {
      setTimeout(() => report(flinkSessionJobType, name, running(name)), index * 10);
    }
    const runs = await Promise.all(
      names.map((name) => core.apply(absent, rollout('FlinkSessionJob', name, { settle: 1 }))),
    );
    expect(runs.map(({ action }) => action)).toEqual(names.map(() => 'create'));
    const perRollout = ['create', 'delete', 'apply'];
    const shared = api.requests.filter((request) => !perRollout.some((verb) => request.startsWith(verb)));
    expect(countOf('create')).toBe(50);
    expect(countOf('delete')).toBe(50);
    expect(countOf('watch')).toBe(2);
    // Lists of jobs, of snapshots and of clusters, and a look at the cluster in each interval, however many jobs there are.
    expect(shared.length).toBeLessThan(8 + (Date.now() - begin) / 300);
  });
});

describe('a connector', () => {
  const path =
    '/api/v1/namespaces/default/services/connect-connect-api:rest-api/proxy/connectors?expand=status';
  const part = (state: string, more: object = {}) => ({ state, worker_id: 'w', ...more });
  const standing = (state: string, task: object) => ({ connector: part(state), tasks: [{ id: 0, ...task }] });
  const ready = (connectorStatus: object) => ({
    observedGeneration: 1,
    conditions: [{ type: 'Ready', status: 'True' }],
    connectorStatus,
  });
  const declare = (name: string) =>
    write(kafkaConnectorType, name, {
      metadata: { labels: { 'strimzi.io/cluster': 'connect' } },
      spec: { class: 'FileStreamSink', tasksMax: 1 },
    });
  const trace =
    'org.apache.kafka.connect.errors.ConnectException: outer\nCaused by: java.lang.Error: no disk';
  const runs = standing('RUNNING', part('RUNNING'));
  const fails = standing('RUNNING', part('FAILED', { trace }));
  const says = (all: Readonly<Record<string, object>>) =>
    api.answers.set(
      path,
      Object.fromEntries(Object.entries(all).map(([name, status]) => [name, { status }])),
    );

  it('that its operator calls ready fails by what Connect says', async () => {
    const core = await start();
    await declare('c');
    report(kafkaConnectorType, 'c', ready(runs));
    says({ c: fails });
    const run = await core.apply(absent, rollout('KafkaConnector', 'c'));
    expect(run.diagnostics[0]).toMatchObject({
      summary: 'Task 0 of connector c failed',
      detail: expect.stringContaining('no disk'),
    });
  });

  it('that failed before, and runs by what Connect says, is healthy', async () => {
    const core = await start();
    await declare('c');
    report(kafkaConnectorType, 'c', ready(fails));
    says({ c: runs });
    expect((await core.apply(absent, rollout('KafkaConnector', 'c', { settle: 0.2 }))).action).toBe('create');
  });

  it('that fails during the settle time has failed', async () => {
    const core = await start();
    await declare('c');
    report(kafkaConnectorType, 'c', ready(runs));
    says({ c: runs });
    setTimeout(() => says({ c: fails }), 500);
    expect((await core.apply(absent, rollout('KafkaConnector', 'c'))).action).toBe('failed');
  });

  it('is believed by its status where Connect cannot be asked', async () => {
    const core = await start();
    await declare('c');
    report(kafkaConnectorType, 'c', ready(runs));
    expect((await core.apply(absent, rollout('KafkaConnector', 'c', { settle: 0 }))).action).toBe('create');
    expect(log).toContainEqual(expect.stringContaining('connect-connect-api does not answer'));
  });

  it('shares its looks at Connect with all of the cluster', async () => {
    const core = await start();
    const names = Array.from({ length: 50 }, (_, index) => `c${index}`);
    for (const name of names) {
      await declare(name);
      report(kafkaConnectorType, name, ready(runs));
    }
    says(Object.fromEntries(names.map((name) => [name, runs])));
    api.requests.length = 0;
    const begin = Date.now();
    await Promise.all(names.map((name) => core.apply(absent, rollout('KafkaConnector', name))));
    expect(countOf(`GET ${path}`)).toBeLessThan(2 + (Date.now() - begin) / 300);
    expect(countOf('watch')).toBe(1);
  });
});

describe('an API and its operator', () => {
  const declare = () =>
    write(flinkSessionJobType, 'j', { spec: { deploymentName: 'flink', job: { state: 'running' } } });
  const running = {
    observedGeneration: 1,
    lifecycleState: 'STABLE',
    jobStatus: { state: 'RUNNING' },
  };

  it('that goes and comes back is waited out', async () => {
    const core = await start();
    await declare();
    api.failNext('watch', new ApiError('Unreachable', 'connection refused'));
    setTimeout(() => {
      api.failNext('list', new ApiError('NotFound', 'no such kind yet', { code: 404 }));
      report(flinkSessionJobType, 'j', running);
    }, 100);
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j', { settle: 0 }));
    expect(run.action).toBe('create');
  });

  it('that stays away is what the timeout tells of', async () => {
    const core = await start();
    await declare();
    api.failNext('list', new ApiError('Unreachable', 'connection refused'));
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j', { timeout: '300ms' }));
    expect(run.diagnostics[0]?.detail).toContain('The API does not answer (connection refused)');
  });

  it('that does nothing is what the timeout tells of', async () => {
    const core = await start();
    await declare();
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j', { timeout: '300ms' }));
    expect(run.diagnostics[0]?.detail).toContain('is it running?');
  });

  it('that has another revision by somebody else says so at once', async () => {
    const core = await start();
    await declare();
    report(flinkSessionJobType, 'j', {});
    setTimeout(() => {
      void write(flinkSessionJobType, 'j', {
        metadata: { annotations: { 'sdp.internal/revision': 'r2' } },
        spec: { deploymentName: 'flink', job: { state: 'running' } },
      });
    }, 100);
    const begin = Date.now();
    const run = await core.apply(absent, rollout('FlinkSessionJob', 'j'));
    expect(Date.now() - begin).toBeLessThan(1_000);
    expect(run.diagnostics[0]).toMatchObject({
      summary: 'FlinkSessionJob default/j was changed by somebody else',
      detail: expect.stringContaining('revision r2 instead of r1'),
    });
  });
});
