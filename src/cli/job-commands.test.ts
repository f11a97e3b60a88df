import pc from 'picocolors';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { configMapType, customResourceDefinitionType, namespaceType } from '../apiclient/core-types.ts';
import type { Manifest } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import { flinkDeployment } from '../kinds/flink-deployment/kind.ts';
import { type FlinkJob, listFlinkJobs } from '../kinds/flink-job/flink-jobs.ts';
import { flinkSessionJob } from '../kinds/flink-session-job/kind.ts';
import { flinkSessionJobType } from '../kinds/flink-session-job/resource-type.ts';
import { flinkStateSnapshot } from '../kinds/flink-state-snapshot/kind.ts';
import { flinkStateSnapshotType } from '../kinds/flink-state-snapshot/resource-type.ts';
import { writeReconciledSpec } from '../kinds/reconciled-spec.ts';
import { chooseJob } from './choose-job.ts';
import { readJob } from './job-show.ts';
import { formatJob } from './job-text.ts';
import { waitForJob } from './job-wait.ts';
import { formatRows, readRows } from './jobs.ts';
import { restartJob } from './restart.ts';
import { rollBack } from './rollback.ts';
import { requestSavepoint, waitForSavepoint } from './savepoint.ts';

let server: TestServer;
const printed: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  for (const kind of [flinkSessionJob, flinkDeployment, flinkStateSnapshot]) {
    const definition = buildCustomResourceDefinition(kind);
    await server.client.apply(customResourceDefinitionType, definition, { fieldManager: 'test' });
  }
  const other = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } };
  await server.client.create(namespaceType, other);
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed.push(String(text).trimEnd());
      return true;
    });
  }
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server?.close();
});
afterEach(async () => {
  printed.length = 0;
  for (const type of [flinkSessionJobType, flinkDeployment.type, flinkStateSnapshotType]) {
    const { items } = await server.client.list(type);
    for (const { metadata } of items) await server.client.delete(type, metadata);
  }
});

async function createJob(
  name: string,
  {
    args = ['1'],
    program = {},
    status = {},
    ...spec
  }: { args?: string[]; program?: object; status?: object; restartNonce?: number } = {},
): Promise<FlinkJob> {
  const made = await server.client.apply<Manifest>(
    flinkSessionJobType,
    {
      apiVersion: 'flink.apache.org/v1beta1',
      kind: 'FlinkSessionJob',
      metadata: { name, namespace: 'default', annotations: { 'sdp.internal/project': 'orders' } },
      spec: { deploymentName: 'session', job: { args, ...program, upgradeMode: 'savepoint' }, ...spec },
    },
    { fieldManager: 'sdp:orders' },
  );
  await server.client.updateStatus(flinkSessionJobType, {
    ...made,
    status: { observedGeneration: 1, lifecycleState: 'STABLE', jobStatus: { state: 'RUNNING' }, ...status },
  } as Manifest);
  return chooseJob(name, await listFlinkJobs(server.client));
}

const failing = (message: string) => ({
  lifecycleState: 'FAILED',
  error: JSON.stringify({ type: 'a.JobException', message }),
  jobStatus: { state: 'FAILED', upgradeSavepointPath: 'file:/sp/1', savepointInfo: { triggerTimestamp: 1 } },
});

describe('jobs', () => {
  it('are listed with those of application clusters, and found by name', async () => {
    await createJob('totals', {
      status: { jobStatus: { state: 'RUNNING', updateTime: '1000', jobId: 'ab' } },
    });
    await createJob('broken', { status: failing('boom') });
    const { client } = server;
    for (const [name, job] of [
      ['session', undefined],
      ['totals', { jarURI: 'local:///a.jar' }],
    ] as const) {
      await client.create(flinkDeployment.type, {
        apiVersion: 'flink.apache.org/v1beta1',
        kind: 'FlinkDeployment',
        metadata: { name, namespace: 'other' },
        spec: { flinkVersion: 'v2_2', ...(job && { job }) },
      });
    }
    const rows = await readRows(client, undefined);
    expect(formatRows(rows, 61_000)).toEqual([
      'JOB              CLUSTER       STATE     HEALTH        RESTARTS   CHECKPOINT   SIZE   SINCE',
      'default/broken   session       FAILED    failed        -          -            -      -',
      'default/totals   session       RUNNING   healthy       -          -            -      1m',
      'other/totals     application   -         progressing   -          -            -      -',
    ]);
    // No Service stands behind it.
    expect(rows[1]?.unknown).toMatch(/cluster session does not answer \(services "session-rest" not found/);

    const jobs = await listFlinkJobs(client);
    expect(chooseJob('other/totals', jobs)).toMatchObject({ application: true, cluster: 'totals' });
    expect(() => chooseJob('totals', jobs)).toThrow(
      /2 Flink jobs .* default\/totals \(FlinkSessionJob\), other/,
    );
    expect(() => chooseJob('totls', jobs)).toThrow(/Did you mean default\/totals\?/);
    expect(() => chooseJob('x', [])).toThrow(/There are no FlinkSessionJobs/);
  });

  it('are shown from what the operator wrote where Flink does not answer', async () => {
    const job = await createJob('totals', {
      args: ['--revision', 'totals-sql-1'],
      status: { jobStatus: { state: 'RUNNING', jobId: 'ab', upgradeSavepointPath: 'file:/sp/1' } },
    });
    const shown = await readJob(server.client, job);
    expect(formatJob(shown, 0, pc.createColors(false))).toEqual([
      'FlinkSessionJob   default/totals',
      'Cluster           session',
      'Job id            ab',
      'State             RUNNING',
      'Health            healthy: the job is RUNNING',
      'Revision          totals-sql-1',
      'Upgrade mode      savepoint',
      'Upgrade from      file:/sp/1',
      '',
      expect.stringMatching(/^Only what the operator wrote down is shown: cluster session does not answer/),
    ]);
  });
});

describe('a savepoint', () => {
  it.each<[object, RegExp]>([
    [{ state: 'COMPLETED', path: 'file:/sp/2' }, /^file:\/sp\/2$/],
    [{ state: 'FAILED', error: 'no space left' }, /SavepointFailed.*no space left/s],
    [{ state: 'ABANDONED', error: 'the job is gone' }, /SavepointFailed.*the job is gone/s],
    [{ state: 'IN_PROGRESS' }, /Timeout.*It is IN_PROGRESS/s],
  ])('that ends as %o', async (status, expected) => {
    const job = await createJob('totals');
    const created = await requestSavepoint(server.client, job, new Date('2026-03-04T05:06:07.8Z'));
    expect(created).toMatchObject({
      metadata: { name: 'totals-savepoint-20260304050607' },
      spec: {
        backoffLimit: 0,
        jobReference: { kind: 'FlinkSessionJob', name: 'totals' },
        savepoint: { disposeOnDelete: false },
      },
    });
    await server.client.updateStatus(flinkStateSnapshotType, { ...created, status } as never);
    const outcome = waitForSavepoint(server.client, created, 50, 10).catch(describeError);
    expect(await outcome).toMatch(expected);
  });
});

describe('a restart', () => {
  it('is asked for, and says what becomes of a declared nonce', async () => {
    const job = await createJob('totals', { restartNonce: 3 });
    await restartJob(server.client, job, { wait: false, timeout: 1 });
    const live = await server.client.get<Manifest>(flinkSessionJobType, job.object.metadata);
    const { restartNonce = 0 } = (live?.spec ?? {}) as { restartNonce?: number };
    expect(restartNonce).toBeGreaterThan(1_700_000_000);
    // Nobody owns it, so that Terraform may put it back and change it without a conflict.
    const owners = live?.metadata.managedFields?.filter(({ fieldsV1 }) =>
      JSON.stringify(fieldsV1).includes('Nonce'),
    );
    expect(owners).toEqual([]);
    expect(printed.join('\n')).toMatch(
      /upgrade mode savepoint, from a savepoint.*declared by sdp:orders: its next apply puts 3 back/s,
    );
  });

  it('of a suspended job is refused', async () => {
    const job = await createJob('totals');
    const suspended = {
      ...job,
      object: { ...job.object, spec: { job: { state: 'suspended' } } },
    } as FlinkJob;
    const refused = restartJob(server.client, suspended, { wait: false, timeout: 1 });
    expect(await refused.catch(describeError)).toMatch(/JobSuspended/);
  });

  it.each<[string, object, RegExp]>([
    ['runs', {}, /^$/],
    ['fails', failing('boom'), /JobException: .* does not run.*boom/s],
    [
      'is not acted on',
      { observedGeneration: 0 },
      /Timeout: .* was not healthy within 30 ms.*to act on the change/s,
    ],
  ])('is waited for until the job %s', async (_, status, expected) => {
    const job = await createJob('totals', { status });
    const problems = await waitForJob({
      client: server.client,
      job,
      timeout: 30,
      interval: 10,
      progress: () => undefined,
    });
    expect(problems.map(({ reason, summary, detail }) => `${reason}: ${summary} ${detail}`).join()).toMatch(
      expected,
    );
  });
});

describe('a rollback', () => {
  const revision = (name: string) => ['--job', 'totals', '--revision', name];
  const runner = { entryClass: 'internal.sdp.runner.SqlRunner' };
  const sqlJob = (current: string, stable: string) => {
    const spec = { deploymentName: 'session', job: { args: revision(stable), ...runner } };
    const lastStableSpec = writeReconciledSpec({ spec, firstDeployment: false });
    const status = { ...failing('boom'), reconciliationStatus: { lastStableSpec } };
    return createJob('totals', { args: revision(current), program: runner, status });
  };
  const createRevision = (name: string) =>
    server.client.create(configMapType, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default', labels: { 'sdp.internal/job': 'totals' } },
      data: {},
    });
  const reference = { namespace: 'default', name: 'totals' };
  const argsOf = async () => {
    const live = await server.client.get<Manifest>(flinkSessionJobType, reference);
    return ((live?.spec ?? {}) as { job?: { args: string[] } }).job?.args;
  };

  it('is refused while the SQL of the earlier revision is missing', async () => {
    const job = await sqlJob('totals-sql-2', 'totals-sql-0');
    const refused = rollBack(server.client, job, { wait: false, timeout: 1 }).catch(describeError);
    expect(await refused).toMatch(/RevisionMissing.*ConfigMap totals-sql-0.*Nothing was changed/s);
    expect(await argsOf()).toEqual(revision('totals-sql-2'));
  });

  it('shows the difference, writes it, and tells what Terraform still declares', async () => {
    await createRevision('totals-sql-1');
    const job = await sqlJob('totals-sql-2', 'totals-sql-1');
    await rollBack(server.client, job, { dryRun: true, timeout: 1 });
    expect(await argsOf()).toEqual(revision('totals-sql-2'));
    await rollBack(server.client, job, { wait: false, timeout: 1 });
    expect(await argsOf()).toEqual(revision('totals-sql-1'));
    expect(printed.join('\n')).toMatch(
      /job\.args\.3: totals-sql-2 -> totals-sql-1\n.*file:\/sp\/1.*reprocessed.*project orders still declares/s,
    );
    const live = await server.client.get<Manifest>(flinkSessionJobType, reference);
    const managers = live?.metadata.managedFields?.map(({ manager }) => manager);
    expect(managers).toContain('sdp:orders');
    expect(managers).not.toContain('sdp-edit');
  });

  it('of a change that has run goes back to the healthy revision before, and marks what it takes back', async () => {
    const healthy = (name: string) => ({
      deploymentName: 'session',
      job: { args: revision(name), ...runner, upgradeMode: 'savepoint' },
    });
    const job = await sqlJob('totals-sql-2', 'totals-sql-2');
    await server.client.apply(
      flinkSessionJobType,
      {
        apiVersion: 'flink.apache.org/v1beta1',
        kind: 'FlinkSessionJob',
        metadata: {
          name: 'totals',
          namespace: 'default',
          annotations: {
            'sdp.internal/revision': 'r2',
            'sdp.internal/healthy': JSON.stringify([
              { revision: 'r2', spec: healthy('totals-sql-2') },
              { revision: 'r1', spec: healthy('totals-sql-1') },
            ]),
          },
        },
      },
      { fieldManager: 'sdp-rollout', force: true },
    );
    await server.client.updateStatus(flinkSessionJobType, {
      ...((await server.client.get<Manifest>(flinkSessionJobType, reference)) as Manifest),
      status: {
        ...job.object.status,
        error: undefined,
        jobStatus: { state: 'RUNNING', upgradeSavepointPath: 'file:/sp/1' },
      },
    });
    const live = chooseJob('totals', await listFlinkJobs(server.client));
    await rollBack(server.client, live, { wait: false, timeout: 1 });
    expect(await argsOf()).toEqual(revision('totals-sql-1'));
    expect(await server.client.get(flinkSessionJobType, reference)).toMatchObject({
      metadata: {
        annotations: { 'sdp.internal/revision': 'r1', 'sdp.internal/rejected-revision': 'r2' },
      },
      spec: { job: { initialSavepointPath: 'file:/sp/1', savepointRedeployNonce: 1 } },
    });
  });

  it('of what has run is refused, with the other ways back', async () => {
    const job = await sqlJob('totals-sql-2', 'totals-sql-2');
    await requestSavepoint(server.client, job, new Date('2026-03-04T05:06:07Z')).then((snapshot) =>
      server.client.updateStatus(flinkStateSnapshotType, {
        ...snapshot,
        status: { state: 'COMPLETED', path: 'file:/sp/7', resultTimestamp: '2026-03-04T05:06:09Z' },
      } as never),
    );
    const refused = rollBack(server.client, job, { timeout: 1 }).catch(describeError);
    expect(await refused).toMatch(/NothingToRollBack.*git revert.*file:\/sp\/7.*totals-sql-1/s);
  });
});

function describeError(error: unknown): string {
  if (!(error instanceof DiagnosticError)) throw error;
  return error.diagnostics
    .map(({ reason, summary, detail }) => `${reason}: ${summary}\n${detail}`)
    .join('\n');
}
