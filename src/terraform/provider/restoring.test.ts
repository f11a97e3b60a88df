import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../apiclient/client.ts';
import { flinkSessionJobType } from '../../kinds/flink-session-job/resource-type.ts';
import { flinkStateSnapshotType } from '../../kinds/flink-state-snapshot/resource-type.ts';
import type { ObjectValue } from '../framework/value.ts';
import type { FakeApi } from '../testing/fake-api.ts';
import { absent, isError } from '../testing/terraform-core.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';

/** A job that is made again takes up what was kept of it. */

let api: FakeApi;
let coreFor: TestProvider['coreFor'];

beforeEach(() => {
  ({ api, coreFor } = createTestProvider());
});

const job = (changes: object = {}, restore: string | null = 'latest'): ObjectValue => ({
  name: 'j',
  deployment_name: 'flink',
  restore,
  job: { parallelism: 1, entry_class: 'a.B', upgrade_mode: 'savepoint', ...changes },
  flink_configuration: { 'kubernetes.operator.job.savepoint-on-deletion': 'true' },
});

async function keep(name: string, creationTimestamp: string): Promise<void> {
  await api.create(flinkStateSnapshotType, {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkStateSnapshot',
    metadata: { name, namespace: 'default' },
    spec: {
      jobReference: { kind: 'FlinkSessionJob', name: 'j' },
      savepoint: { alreadyExists: true, path: `file:/sp/${name}` },
    },
  });
  api.edit(flinkStateSnapshotType, 'default', name, ({ metadata }) =>
    Object.assign(metadata, { creationTimestamp }),
  );
}

const written = async () =>
  (await api.get(flinkSessionJobType, { namespace: 'default', name: 'j' })) as unknown as {
    spec: { job: object };
    metadata: { annotations: Record<string, string> };
  };

describe('a job that is made again', () => {
  it('starts from the newest savepoint that is kept of it, which the plan says', async () => {
    await keep('a', '2026-11-01T00:00:00Z');
    await keep('b', '2026-11-02T00:00:00Z');
    const core = await coreFor('sdp_flink_session_job');
    const run = await core.apply(absent, job());
    expect(run.warnings.map(({ severity, summary, detail }) => [severity, summary, detail])).toContainEqual([
      'WARNING',
      'FlinkSessionJob default/j takes up what is kept of it',
      expect.stringMatching(
        /^It starts from file:\/sp\/b, .* taken 2026-11-02T00:00:00Z .*set restore = "none"\.$/,
      ),
    ]);
    expect(run.planned?.['verdict_reason']).toBe(
      'Job j starts from the newest savepoint that is kept of it, or empty if none is.',
    );
    expect((await written()).spec.job).toMatchObject({ initialSavepointPath: 'file:/sp/b' });
    expect(JSON.stringify(run.instance.state)).not.toContain('file:/sp');
  });

  it('keeps it through later applies, without drift and whatever is kept since', async () => {
    await keep('a', '2026-11-01T00:00:00Z');
    const { instance } = await (await coreFor('sdp_flink_session_job')).apply(absent, job());
    const { revision } = instance.state ?? {};
    await keep('b', '2026-11-02T00:00:00Z');
    const again = await (await coreFor('sdp_flink_session_job')).apply(instance, job());
    expect(again.action).toBe('no-op');
    const changed = await (await coreFor('sdp_flink_session_job')).apply(
      again.instance,
      job({ parallelism: 2 }),
    );
    expect(changed.diagnostics.filter(isError)).toEqual([]);
    expect((await written()).spec.job).toMatchObject({ parallelism: 2, initialSavepointPath: 'file:/sp/a' });
    const back = await (await coreFor('sdp_flink_session_job')).apply(changed.instance, job());
    expect(back.instance.state?.['revision']).toBe(revision);
    const own = await (await coreFor('sdp_flink_session_job')).apply(
      back.instance,
      job({ initial_savepoint_path: 'file:/own' }),
    );
    expect(own.diagnostics.filter(isError)).toEqual([]);
    expect((await written()).spec.job).toMatchObject({ initialSavepointPath: 'file:/own' });
  });

  it('takes up what its own deletion has left', async () => {
    const core = await coreFor('sdp_flink_session_job');
    const { instance } = await core.apply(absent, job());
    expect((await written()).spec.job).not.toHaveProperty('initialSavepointPath');
    await core.apply(instance, null);
    await keep('left', '2026-11-01T00:00:00Z');
    await core.apply(absent, job());
    expect((await written()).spec.job).toMatchObject({ initialSavepointPath: 'file:/sp/left' });
  });

  it.each<[string | null, string | undefined]>([
    ['none', undefined],
    [null, undefined],
    ['file:/sp/chosen', 'file:/sp/chosen'],
  ])('with restore %s looks for nothing', async (restore, path) => {
    await keep('a', '2026-11-01T00:00:00Z');
    const run = await (await coreFor('sdp_flink_session_job')).apply(absent, job({}, restore));
    expect(Reflect.get((await written()).spec.job, 'initialSavepointPath')).toBe(path);
    expect(run.warnings.filter(({ summary }) => summary.includes('takes up'))).toEqual([]);
    expect(api.requests.filter((request) => /^list .*flinkstatesnapshots/.test(request))).toEqual([]);
  });

  it('is not made where nobody may see what is kept of it', async () => {
    const core = await coreFor('sdp_flink_session_job');
    const path = '/apis/flink.apache.org/v1beta1/namespaces/default/flinkstatesnapshots';
    // Plan and apply ask twice each: the second time for the words.
    for (let time = 0; time < 4; time += 1) {
      const forbidden = new ApiError('Forbidden', 'flinkstatesnapshots is forbidden', { code: 403 });
      api.failNext(`list ${path}`, forbidden);
    }
    const run = await core.apply(absent, job());
    expect(run.action).toBe('failed');
    expect(await written()).toBeUndefined();
  });
});
