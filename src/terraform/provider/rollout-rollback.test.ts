import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../apiclient/client.ts';
import { configMapType } from '../../apiclient/core-types.ts';
import type { Manifest } from '../../apiclient/object.ts';
import { kinds } from '../../kinds/catalog.ts';
import { flinkSessionJobType } from '../../kinds/flink-session-job/resource-type.ts';
import { kafkaConnectorType } from '../../kinds/kafka-connector/resource-type.ts';
import { writeReconciledSpec } from '../../kinds/reconciled-spec.ts';
import type { Provider } from '../framework/resource.ts';
import { type ObjectValue, textAt } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent, createTerraformCore, type Instance } from '../testing/terraform-core.ts';
import { readHealthy } from './healthy-record.ts';
import { platformProvider } from './platform-provider.ts';

let api: FakeApi;
let provider: Provider;
const timers: NodeJS.Timeout[] = [];

beforeEach(() => {
  api = createFakeApi();
  provider = platformProvider({ kinds, version: '0.1.0', connect: async () => api, log: () => undefined });
});
afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  await provider.close();
});

async function coreOf(type: string) {
  const core = createTerraformCore(provider, type);
  await core.configure({ project: 'demo' });
  return core;
}

const savepoint = 'file:/savepoints/s1';
const reference = { namespace: 'default', name: 'j' };
const rollout = (revision: string, more: ObjectValue = {}): ObjectValue => ({
  kind: 'FlinkSessionJob',
  name: 'j',
  revision,
  timeout: '3s',
  settle: 0,
  rollback_on_failure: true,
  ...more,
});
const specOf = (arg: string, more: object = {}) => ({
  deploymentName: 'flink',
  job: { args: [arg], state: 'running', upgradeMode: 'savepoint', ...more },
});

function declare(revision: string, spec: object): Promise<Manifest> {
  const manifest: Manifest = {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkSessionJob',
    metadata: {
      ...reference,
      annotations: {
        'sdp.internal/project': 'demo',
        'sdp.internal/owner': 'demo/FlinkSessionJob/default/j',
        'sdp.internal/revision': revision,
      },
    },
    spec,
  };
  return api.apply(flinkSessionJobType, manifest, { fieldManager: 'sdp:demo' });
}

const recorded = writeReconciledSpec({ spec: specOf('any'), firstDeployment: false });
const live = () => api.get<Manifest & { spec: { job: object } }>(flinkSessionJobType, reference);

function report(status: object): void {
  api.edit(
    flinkSessionJobType,
    'default',
    'j',
    (object) => {
      const generation = object.metadata.generation ?? 1;
      object['status'] = { observedGeneration: generation, ...status };
      object.metadata.generation = generation - 1;
    },
    'operator',
  );
}
const running = (more: object = {}) => ({
  lifecycleState: 'STABLE',
  reconciliationStatus: { state: 'DEPLOYED', lastStableSpec: recorded, lastReconciledSpec: recorded },
  ...more,
  jobStatus: { state: 'RUNNING', ...(more as { jobStatus?: object }).jobStatus },
});
const failed = (more: object = {}) => ({
  error: '{"type":"x.JobException","message":"boom"}',
  lifecycleState: 'FAILED',
  reconciliationStatus: { state: 'DEPLOYED', lastStableSpec: recorded, lastReconciledSpec: recorded },
  jobStatus: { state: 'FAILED', upgradeSavepointPath: savepoint },
  ...more,
});

/** The operator: whatever is applied with this revision runs at once. */
function runs(revision: string): void {
  let done = 0;
  timers.push(
    setInterval(() => {
      const object = api.objects.get('/apis/flink.apache.org/v1beta1/namespaces/default/flinksessionjobs/j');
      const { annotations, generation = 0 } = object?.metadata ?? {};
      if (annotations?.['sdp.internal/revision'] !== revision || generation <= done) return;
      done = generation;
      report(running());
    }, 5),
  );
}

/** r1 was healthy, and r2 was applied over it. */
async function change(spec = specOf('old'), changed = specOf('new')): Promise<Instance> {
  const core = await coreOf('sdp_rollout');
  await declare('r1', spec);
  report(running());
  const { instance, diagnostics } = await core.apply(absent, rollout('r1'));
  expect(diagnostics).toEqual([]);
  await declare('r2', changed);
  return instance;
}

describe('what was healthy', () => {
  it('is noted in metadata by a manager of its own, the last two', async () => {
    await change();
    const before = await live();
    expect(before?.metadata.generation).toBe(2);
    const core = await coreOf('sdp_rollout');
    report(running());
    expect((await core.apply(absent, rollout('r2'))).diagnostics).toEqual([]);
    await declare('r3', specOf('newer'));
    report(running());
    const { instance } = await core.apply(absent, rollout('r3'));
    const object = await live();
    expect(readHealthy(object as Manifest)).toEqual([
      { revision: 'r3', spec: specOf('newer') },
      { revision: 'r2', spec: specOf('new') },
    ]);
    expect(object?.metadata.managedFields?.map(({ manager }) => manager)).toContain('sdp-rollout');
    expect((await core.apply(instance, rollout('r3'))).action).toBe('no-op');
  });

  it('is no failure where it cannot be noted', async () => {
    const core = await coreOf('sdp_rollout');
    await declare('r1', specOf('old'));
    report(running());
    api.failNext('apply', new ApiError('Forbidden', 'not yours', { code: 403 }));
    expect((await core.apply(absent, rollout('r1'))).action).toBe('create');
  });

  it.each(['{', '{}', '[{"revision":1}]'])('is nothing in %s', (text) => {
    const metadata = { name: 'j', annotations: { 'sdp.internal/healthy': text } };
    expect(readHealthy({ apiVersion: 'v1', kind: 'X', metadata })).toEqual([]);
  });
});

describe('a change that fails', () => {
  it('of a job that ran is taken back from the savepoint that it was made from, and fails', async () => {
    const instance = await change();
    report(failed());
    runs('r1');
    const core = await coreOf('sdp_rollout');
    const run = await core.apply(instance, rollout('r2'));
    expect(run).toMatchObject({ action: 'failed', instance: { state: { revision: 'r1' }, tainted: false } });
    const detail = run.diagnostics[0]?.detail ?? '';
    expect(detail).toContain('boom');
    expect(detail).toContain('It was rolled back to revision r1, and is healthy.');
    expect(detail).toContain(`It starts from ${savepoint}`);
    expect(detail).toContain('Output since then is reprocessed.');
    const object = await live();
    expect(object).toMatchObject({
      metadata: {
        annotations: {
          'sdp.internal/project': 'demo',
          'sdp.internal/revision': 'r1',
          'sdp.internal/rejected-revision': 'r2',
          'sdp.internal/rejected-because': expect.stringContaining('boom'),
        },
      },
      spec: specOf('old', { initialSavepointPath: savepoint, savepointRedeployNonce: 1 }),
    });
    expect(object?.metadata.managedFields?.find(({ manager }) => manager === 'sdp:demo')).toBeDefined();
  });

  it('goes back to where it was made from, though the status names a newer checkpoint by then', async () => {
    const instance = await change();
    report({ ...running({ jobStatus: { state: 'CREATED', upgradeSavepointPath: savepoint } }) });
    setTimeout(
      () => report(failed({ jobStatus: { state: 'FAILED', upgradeSavepointPath: 'file:/newer' } })),
      50,
    );
    runs('r1');
    const core = await coreOf('sdp_rollout');
    await core.apply(instance, rollout('r2'));
    expect((await live())?.spec.job).toMatchObject({ initialSavepointPath: savepoint });
  });

  it.each<[string, object, ReturnType<typeof specOf>]>([
    [
      'that was never submitted',
      { reconciliationStatus: { state: 'UPGRADING' }, jobStatus: { upgradeSavepointPath: savepoint } },
      specOf('old'),
    ],
    [
      'whose savepoint could not be taken, so that the old job runs on',
      { observedGeneration: 1, error: 'no space' },
      specOf('old'),
    ],
    ['without state', {}, specOf('old', { upgradeMode: 'stateless' })],
  ])('of a job %s is put back as it was', async (_, status, spec) => {
    const instance = await change(spec);
    report(failed(status));
    runs('r1');
    const core = await coreOf('sdp_rollout');
    const run = await core.apply(instance, rollout('r2', { timeout: '500ms' }));
    expect(run.diagnostics[0]?.detail).toContain('It was rolled back to revision r1');
    expect((await live())?.spec).toEqual(spec);
  });

  it('of a nonce that is declared says what the next apply would do', async () => {
    const declared = { initialSavepointPath: 'file:/first', savepointRedeployNonce: 4 };
    const instance = await change(specOf('old', declared), specOf('new', declared));
    report(failed());
    runs('r1');
    const core = await coreOf('sdp_rollout');
    const run = await core.apply(instance, rollout('r2'));
    expect((await live())?.spec.job).toMatchObject({ savepointRedeployNonce: 5 });
    expect(run.diagnostics[0]?.detail).toContain('savepoint_redeploy_nonce is declared as 4');
  });

  it('is put back, and told of, where the earlier revision fails too', async () => {
    const instance = await change();
    report(failed());
    const core = await coreOf('sdp_rollout');
    const run = await core.apply(instance, rollout('r2', { timeout: '400ms' }));
    expect(run.diagnostics[0]?.detail).toContain('put back to revision r1, which is not healthy either');
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'nothing was healthy',
      () => declare('r2', specOf('x')),
      'no other revision of it is known to have been healthy',
    ],
    [
      'its SQL is gone',
      async () => {
        const sql = {
          entryClass: 'internal.sdp.runner.SqlRunner',
          args: ['--revision', 'j-sql-1'],
        };
        await api.apply(
          configMapType,
          { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'j-sql-1', namespace: 'default' } },
          { fieldManager: 'sdp:demo' },
        );
        await change(specOf('old', sql));
        await api.delete(configMapType, { namespace: 'default', name: 'j-sql-1' });
      },
      'ConfigMap j-sql-1 with its SQL is gone',
    ],
    [
      'the API refuses',
      async () => {
        await change();
        api.failNext('apply', new ApiError('Forbidden', 'not yours', { code: 403 }));
      },
      'It could not be rolled back: not yours',
    ],
  ])('stays where %s, and says so', async (_, prepare, says) => {
    await prepare();
    report(failed());
    const before = await live();
    const core = await coreOf('sdp_rollout');
    const run = await core.apply(absent, rollout('r2'));
    expect(run.diagnostics[0]?.detail).toContain('boom');
    expect(run.diagnostics[0]?.detail).toContain(says);
    expect((await live())?.spec).toEqual(before?.spec);
  });

  it('stays when the run is cancelled, and unless it was asked for', async () => {
    const instance = await change();
    report({});
    const core = await coreOf('sdp_rollout');
    setTimeout(() => provider.stop(), 50);
    await core.apply(instance, rollout('r2'));
    expect((await live())?.spec).toEqual(specOf('new'));
  });

  it('stays unless it was asked for', async () => {
    const instance = await change();
    report(failed());
    const core = await coreOf('sdp_rollout');
    await core.apply(instance, rollout('r2', { rollback_on_failure: false }));
    expect((await live())?.spec).toEqual(specOf('new'));
  });
});

describe('a revision that was rolled back', () => {
  const connector = (file: string, more: ObjectValue = {}): ObjectValue => ({
    name: 'c',
    cluster: 'connect',
    class: 'com.example.Sink',
    config: { file },
    ...more,
  });
  const ready = () =>
    api.edit(
      kafkaConnectorType,
      'default',
      'c',
      (object) => {
        const generation = object.metadata.generation ?? 1;
        object.metadata.generation = generation - 1;
        const bad = JSON.stringify(object.spec).includes('bad');
        const task = bad ? { state: 'FAILED', trace: 'java.lang.Error: no file' } : { state: 'RUNNING' };
        object['status'] = {
          observedGeneration: generation,
          conditions: [{ type: 'Ready', status: 'True' }],
          connectorStatus: { connector: { state: 'RUNNING' }, tasks: [{ id: 0, ...task }] },
        };
      },
      'operator',
    );

  it('is not planned again, until it is changed or tried on purpose', async () => {
    const [core, waits] = [await coreOf('sdp_kafka_connector'), await coreOf('sdp_rollout')];
    const wait = (before: Instance, instance: Instance) =>
      waits.apply(before, {
        ...rollout(textAt(instance.state ?? {}, 'revision') ?? ''),
        kind: 'KafkaConnector',
        name: 'c',
        timeout: '15s',
      });
    const first = await core.apply(absent, connector('good'));
    ready();
    const waited = await wait(absent, first.instance);
    expect(waited.diagnostics).toEqual([]);
    const second = await core.apply(first.instance, connector('bad'));
    expect(second.action).toBe('update');
    ready();
    const timer = setInterval(() => {
      const object = api.objects.get('/apis/kafka.strimzi.io/v1/namespaces/default/kafkaconnectors/c');
      if (JSON.stringify(object?.spec).includes('good')) ready();
    }, 20);
    const rolledBack = await wait(waited.instance, second.instance);
    clearInterval(timer);
    expect(rolledBack.diagnostics[0]?.detail).toContain('no file');
    expect(rolledBack.diagnostics[0]?.detail).toContain('and is healthy');

    const again = await core.apply(second.instance, connector('bad'));
    expect(again).toMatchObject({ action: 'failed' });
    expect(again.diagnostics[0]?.summary).toContain('was rolled back');
    expect(again.diagnostics[0]?.detail).toContain('no file');
    const retried = await core.apply(second.instance, connector('bad', { retry: true }));
    expect(retried.action).toBe('update');
    const object = await api.get<Manifest>(kafkaConnectorType, { namespace: 'default', name: 'c' });
    expect(object?.metadata.annotations).not.toHaveProperty('sdp.internal/rejected-revision');
    expect((await core.apply(retried.instance, connector('better'))).action).toBe('update');
  });
});

describe('lastStableSpec', () => {
  it('is what tells whether a job that failed had run', async () => {
    const record = (arg: string) => writeReconciledSpec({ spec: specOf(arg), firstDeployment: false });
    const instance = await change();
    report(
      failed({
        reconciliationStatus: {
          state: 'DEPLOYED',
          lastStableSpec: record('old'),
          lastReconciledSpec: record('new'),
        },
      }),
    );
    runs('r1');
    const core = await coreOf('sdp_rollout');
    await core.apply(instance, rollout('r2'));
    expect((await live())?.spec).toEqual(specOf('old'));
  });
});
