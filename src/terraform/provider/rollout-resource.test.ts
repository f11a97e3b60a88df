import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../apiclient/client.ts';
import { eventType } from '../../apiclient/core-types.ts';
import type { Manifest } from '../../apiclient/object.ts';
import { kinds } from '../../kinds/catalog.ts';
import { flinkSessionJobType } from '../../kinds/flink-session-job/resource-type.ts';
import type { Provider } from '../framework/resource.ts';
import type { ObjectValue } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent, createTerraformCore } from '../testing/terraform-core.ts';
import { platformProvider } from './platform-provider.ts';

let api: FakeApi;
let provider: Provider;
let progress: string[];

beforeEach(async () => {
  api = createFakeApi();
  progress = [];
  provider = platformProvider({
    kinds,
    version: '0.1.0',
    connect: async () => api,
    log: (level, message) => level === 'info' && progress.push(message),
  });
  await apply('r1');
});
afterEach(() => provider.close());

const running = { observedGeneration: 1, lifecycleState: 'STABLE', jobStatus: { state: 'RUNNING' } };
const broken = { observedGeneration: 1, error: '{"type":"x.JobException","message":"no slots"}' };
const rollout: ObjectValue = {
  kind: 'FlinkSessionJob',
  name: 'j',
  revision: 'r1',
  timeout: '5s',
  settle: 0,
};

async function apply(revision: string): Promise<void> {
  const manifest: Manifest = {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkSessionJob',
    metadata: { name: 'j', namespace: 'default', annotations: { 'sdp.internal/revision': revision } },
    spec: { deploymentName: 'flink', job: { state: 'running' } },
  };
  await api.apply(flinkSessionJobType, manifest, { fieldManager: 'sdp:demo' });
}

function report(status: object): void {
  api.edit(
    flinkSessionJobType,
    'default',
    'j',
    (object) => {
      object['status'] = status;
      object.metadata.generation = 0;
    },
    'operator',
  );
}

async function start() {
  const core = createTerraformCore(provider, 'sdp_rollout');
  await core.configure({ project: 'demo' });
  return core;
}

describe('a rollout', () => {
  it('ends when the object is healthy, and is planned empty then', async () => {
    const core = await start();
    setTimeout(() => report({ ...running, jobStatus: { state: 'CREATED' } }), 20);
    setTimeout(() => report(running), 60);
    const run = await core.apply(absent, rollout);
    expect(run).toMatchObject({
      action: 'create',
      diagnostics: [],
      instance: { state: { id: 'FlinkSessionJob/default/j' } },
    });
    expect(progress).toContainEqual(expect.stringContaining('CREATED'));
    expect((await core.apply(run.instance, rollout)).action).toBe('no-op');
    expect((await core.apply(run.instance, null)).action).toBe('delete');
  });

  it('fails with the cause and the last warnings, leaves no state, and is tried again', async () => {
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'default' },
      type: 'Warning',
      reason: 'Error',
      message: 'not enough slots',
      involvedObject: { kind: 'FlinkSessionJob', name: 'j' },
    };
    await api.apply(eventType, event, { fieldManager: 'operator' });
    const core = await start();
    report(broken);
    const run = await core.apply(absent, rollout);
    expect(run).toMatchObject({ action: 'failed', instance: { state: null, tainted: false } });
    expect(run.diagnostics[0]?.detail).toMatch(/no slots[^]*Error: not enough slots/);
    report(running);
    expect((await core.apply(run.instance, rollout)).action).toBe('create');
  });

  it('that fails on a change keeps what was before, so that the next plan waits again', async () => {
    const core = await start();
    report(running);
    const { instance } = await core.apply(absent, rollout);
    await apply('r2');
    report(broken);
    const failed = await core.apply(instance, { ...rollout, revision: 'r2' });
    expect(failed).toMatchObject({ action: 'failed', instance: { state: { revision: 'r1' } } });
    report(running);
    expect((await core.apply(failed.instance, { ...rollout, revision: 'r2' })).action).toBe('update');
  });

  it('waits again for what was edited by hand and is put back', async () => {
    const core = await start();
    report(running);
    const { instance } = await core.apply(absent, rollout);
    api.edit(flinkSessionJobType, 'default', 'j', (object) => {
      object.spec = { ...object.spec, deploymentName: 'other' };
    });
    const again = await start();
    const { instance: read } = await again.refresh(instance);
    expect(read.state).toMatchObject({ revision: null });
    report(running);
    expect((await again.apply(instance, rollout)).action).toBe('update');
  });

  it('does not wait for another time-out', async () => {
    const core = await start();
    report(running);
    const { instance } = await core.apply(absent, rollout);
    report(broken);
    expect(await core.apply(instance, { ...rollout, timeout: '1s' })).toMatchObject({
      action: 'update',
      diagnostics: [],
    });
  });

  it('says what it waited for when time is over', async () => {
    const core = await start();
    report({});
    const run = await core.apply(absent, { ...rollout, timeout: '100ms' });
    expect(run.diagnostics[0]?.detail).toContain('waiting for session cluster flink to be ready');
    const other = await core.apply(absent, { ...rollout, revision: 'r9', timeout: '100ms' });
    expect(other.diagnostics[0]?.detail).toContain('waiting for revision r9; the object carries r1');
    const gone = await core.apply(absent, { ...rollout, name: 'nobody', timeout: '100ms' });
    expect(gone.diagnostics[0]?.detail).toContain('waiting for the object to exist');
  });

  it('ends when Terraform stops the provider', async () => {
    const core = await start();
    setTimeout(() => provider.stop(), 50);
    const run = await core.apply(absent, rollout);
    expect(run.diagnostics[0]?.summary).toBe('Stopped waiting for FlinkSessionJob default/j');
  });

  it('needs health that lasts for the settle time', async () => {
    const core = await start();
    report(running);
    setTimeout(() => report({ ...running, jobStatus: { state: 'RESTARTING' } }), 100);
    setTimeout(() => report(running), 200);
    const begin = Date.now();
    expect((await core.apply(absent, { ...rollout, settle: 0.2 })).action).toBe('create');
    expect(Date.now() - begin).toBeGreaterThanOrEqual(390);
  });

  it('goes on when the watch fails, and gives up where waiting is no use', async () => {
    const core = await start();
    api.failNext('watch', new ApiError('Forbidden', 'cannot watch', { code: 403 }));
    const run = await core.apply(absent, rollout);
    expect(run.diagnostics[0]?.detail).toContain('cannot watch');
    api.failNext('watch', new ApiError('Expired', 'too old', { code: 410 }));
    setTimeout(() => report(running), 50);
    expect((await core.apply(absent, rollout)).action).toBe('create');
  });

  it('shares one watch with all rollouts of a run', async () => {
    const core = await start();
    api.requests.length = 0;
    setTimeout(() => report(running), 100);
    await Promise.all(Array.from({ length: 50 }, () => core.apply(absent, rollout)));
    expect(api.requests.filter((request) => request.startsWith('watch'))).toHaveLength(1);
  });

  it.each<[string, ObjectValue]>([
    ['kind', { kind: 'Pod' }],
    ['timeout', { timeout: 'soon' }],
    ['settle', { settle: -1 }],
  ])('refuses a bad %s', async (name, bad) => {
    const found = await (await start()).validate({ ...rollout, ...bad });
    expect(found).toMatchObject([{ severity: 'ERROR', attribute: { steps: [{ attribute_name: name }] } }]);
  });
});
