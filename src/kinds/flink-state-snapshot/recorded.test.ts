import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customResourceDefinitionType } from '../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { createFakeFlink, type FakeFlink } from '../../engines/flink/fake-flink.ts';
import { buildCustomResourceDefinition } from '../crd.ts';
import { checkStatus } from '../testing/upstream-crds.ts';
import type { FlinkStateSnapshotObject, SnapshotTarget } from './decide.ts';
import { flinkStateSnapshot } from './kind.ts';
import { createSnapshotReconciler } from './reconcile.ts';
import { flinkStateSnapshotType } from './resource-type.ts';

/** Scenarios recorded from operator 1.15.0: calls and events in order, and how the snapshot ends. */

let server: TestServer;
let flink: FakeFlink;
let events: string[];
let target: SnapshotTarget['is'] | 'stopped';
let clock: number;
let count = 0;
let name: string;

beforeAll(async () => {
  server = await startTestServer();
  await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(flinkStateSnapshot), {
    fieldManager: 'test',
  });
});
afterAll(() => server.close());

beforeEach(async () => {
  flink = createFakeFlink();
  events = [];
  target = 'there';
  clock = Date.parse('2026-01-01T00:00:00Z');
  count += 1;
  name = `s${count}`;
  await flink.client.run({ args: ['runs'], jobId: 'j1', flinkConfiguration: {} });
  flink.tick();
  flink.calls.length = 0;
});

const reconcile = () =>
  createSnapshotReconciler({
    client: server.client,
    events: {
      async record(_object, type, reason, message) {
        events.push(`${type === 'Warning' ? '!' : ''}${reason}: ${message}`);
      },
    },
    async findTarget() {
      if (target === 'absent' || target === 'unreachable')
        return { target: { is: target }, flink: undefined };
      return {
        target: { is: 'there', jobId: target === 'stopped' ? undefined : 'j1' },
        flink: flink.client,
      };
    },
    now: () => clock,
  })(`default/${name}`);

/** Reconciles until nothing changes any more, or for as many steps as are given. */
async function settle(steps = 12): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    await reconcile();
    flink.tick();
  }
}

const create = (spec: object) =>
  server.client.create(flinkStateSnapshotType, {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkStateSnapshot',
    metadata: { name, namespace: 'default' },
    spec: { jobReference: { kind: 'FlinkSessionJob', name: 'j1' }, ...spec },
  });
const live = () => server.client.get<FlinkStateSnapshotObject>(flinkStateSnapshotType, { name });
async function status() {
  const { status: written } = (await live()) ?? {};
  if (written !== undefined) checkStatus(flinkStateSnapshot, written);
  return written;
}

describe('a snapshot', () => {
  it('is a savepoint of a job that goes on', async () => {
    await create({ savepoint: {} });
    await settle();
    expect(flink.calls).toEqual(['savepoint']);
    expect(await status()).toMatchObject({
      state: 'COMPLETED',
      path: 'file:/sp/savepoint-1',
      failures: 0,
      triggerId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(flink.jobs.get('j1')?.state).toBe('RUNNING');
    expect(events).toEqual([]);
    expect((await live())?.metadata).toMatchObject({
      finalizers: ['flinkstatesnapshots.flink.apache.org/finalizer'],
      labels: {
        'job-reference.kind': 'FlinkSessionJob',
        'job-reference.name': 'j1',
        'snapshot.type': 'SAVEPOINT',
        'snapshot.trigger-type': 'MANUAL',
        'snapshot.state': 'COMPLETED',
      },
    });
  });

  it('goes where it is told', async () => {
    await create({ savepoint: { path: 'file:/custom', formatType: 'NATIVE' } });
    await settle();
    expect(await status()).toMatchObject({ path: 'file:/custom/savepoint-1' });
  });

  it('is a checkpoint, whose path is told too', async () => {
    await create({ checkpoint: {} });
    await settle();
    expect(flink.calls).toEqual(['checkpoint']);
    expect(await status()).toMatchObject({ state: 'COMPLETED', path: 'file:/cp/j1/chk-2' });
  });

  it('is believed when it is said to exist', async () => {
    await create({ savepoint: { alreadyExists: true, path: 'file:///does/not/exist' } });
    await settle();
    expect(flink.calls).toEqual([]);
    expect(await status()).toMatchObject({ state: 'COMPLETED', path: 'file:///does/not/exist', failures: 0 });
  });

  it('is tried again after its backoff, and fails for good after backoffLimit', async () => {
    flink.failSavepoints = true;
    await create({ savepoint: {}, backoffLimit: 1 });
    await settle();
    expect(flink.calls).toEqual(['savepoint']);
    expect(await status()).toMatchObject({ state: 'TRIGGER_PENDING', failures: 1 });
    clock += 11_000;
    await settle();
    expect(flink.calls).toEqual(['savepoint', 'savepoint']);
    expect(await status()).toMatchObject({
      state: 'FAILED',
      failures: 2,
      error: 'IOException: no space left',
    });
    expect(events).toEqual(Array(2).fill('!SavepointError: IOException: no space left'));
    clock += 3_600_000;
    await settle();
    expect(flink.calls).toHaveLength(2);
  });

  it('is abandoned when its job does not run', async () => {
    target = 'stopped';
    await create({ savepoint: {} });
    await settle();
    const message = `Secondary resource j1 (FlinkSessionJob) for savepoint ${name} is not running`;
    expect(events).toEqual([`!SnapshotAbandoned: ${message}`]);
    expect(await status()).toMatchObject({ state: 'ABANDONED', error: message, failures: 0 });
  });

  it('has no status while it is refused, and can be deleted (the original’s cannot)', async () => {
    target = 'absent';
    await create({ savepoint: {} });
    await settle(3);
    expect(new Set(events)).toEqual(
      new Set(['!ValidationError: Target for snapshot default/j1 was not found']),
    );
    expect(await status()).toBeUndefined();
    expect((await live())?.metadata.labels).toBeUndefined();
    await server.client.delete(flinkStateSnapshotType, { name });
    await settle(3);
    expect(await live()).toBeUndefined();
  });

  it('is one of savepoint and checkpoint', async () => {
    await create({ savepoint: {}, checkpoint: {} });
    await settle(3);
    expect(events[0]).toBe(
      '!ValidationError: Exactly one of checkpoint or savepoint configurations has to be set.',
    );
    expect(flink.calls).toEqual([]);
  });

  it('waits for a cluster that does not answer', async () => {
    target = 'unreachable';
    await create({ savepoint: {} });
    await settle(4);
    expect(await status()).toBeUndefined();
    target = 'there';
    await settle();
    expect(await status()).toMatchObject({ state: 'COMPLETED' });
  });

  it('is asked for once by an operator that is killed in between', async () => {
    await create({ savepoint: {} });
    flink.onCall = (_call, when) => {
      if (when === 'before') throw new Error('killed');
    };
    await reconcile();
    await expect(reconcile()).rejects.toThrow('killed');
    expect(await status()).toMatchObject({ state: 'IN_PROGRESS' });
    flink.onCall = undefined;
    await settle();
    expect(flink.calls).toEqual(['savepoint']);
    expect(await status()).toMatchObject({ state: 'COMPLETED', path: 'file:/sp/savepoint-1' });
  });
});

describe('deleting a snapshot', () => {
  const remove = async () => {
    await server.client.delete(flinkStateSnapshotType, { name });
    await settle(4);
  };

  it('disposes of the savepoint, as the field means when it is absent', async () => {
    await create({ savepoint: {} });
    await settle();
    await remove();
    expect(flink.calls).toEqual(['savepoint', 'dispose file:/sp/savepoint-1']);
    expect(await live()).toBeUndefined();
  });

  it.each([
    ['leaves it when told so', { savepoint: { disposeOnDelete: false } }],
    ['leaves checkpoints to Flink', { checkpoint: {} }],
  ])('%s', async (_what, spec) => {
    await create(spec);
    await settle();
    await remove();
    expect(flink.calls.filter((call) => call.startsWith('dispose'))).toEqual([]);
    expect(await live()).toBeUndefined();
  });

  it('tells what stays when the cluster is gone', async () => {
    await create({ savepoint: {} });
    await settle();
    target = 'absent';
    await remove();
    expect(events).toEqual([
      expect.stringContaining('SavepointNotDisposed: Savepoint file:/sp/savepoint-1 stays'),
    ]);
    expect(await live()).toBeUndefined();
  });
});
