import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configMapType } from '../../apiclient/core-types.ts';
import { flinkSessionJobType } from '../../kinds/flink-session-job/resource-type.ts';
import type { Provider } from '../framework/resource.ts';
import { type ObjectValue, unknown } from '../framework/value.ts';
import type { FakeApi } from '../testing/fake-api.ts';
import { absent, createTerraformCore, isError } from '../testing/terraform-core.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';

let api: FakeApi;
let provider: Provider;
let coreFor: TestProvider['coreFor'];

beforeEach(() => {
  ({ api, provider, coreFor } = createTestProvider());
});
afterEach(() => provider.close());

const sql = (text: string) => ({
  script: { path: 'sql/jobs/j.sql', text },
  ddl: [
    {
      path: 'sql/ddl/t.sql',
      text: "CREATE TABLE t (n INT) WITH ('connector' = 'datagen'); CREATE TABLE p (n INT) WITH ('connector' = 'print');",
    },
  ],
});
const job = (text = 'INSERT INTO p SELECT n FROM t;'): ObjectValue => ({
  name: 'j',
  deployment_name: 'flink',
  job: { parallelism: 1, state: 'running' },
  sql: sql(text),
});

describe('a SQL job', () => {
  const revisions = () =>
    [...api.objects.values()].filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);

  it('writes its revision first, keeps the last ones and deletes them with it', async () => {
    const core = await coreFor('sdp_flink_session_job');
    let { instance } = await core.apply(absent, job());
    expect(api.requests.filter((request) => request.startsWith('apply'))).toEqual([
      expect.stringContaining('/configmaps/j-sql-'),
      expect.stringContaining('/flinksessionjobs/j'),
    ]);
    for (let index = 0; index < 5; index += 1) {
      ({ instance } = await core.apply(instance, job(`INSERT INTO p SELECT n + ${index} FROM t;`)));
    }
    expect(revisions()).toHaveLength(3);
    await core.apply(instance, null);
    expect(api.objects.size).toBe(0);
  });

  it('is not changed by DDL that it does not reach', async () => {
    const core = await coreFor('sdp_flink_session_job');
    const { instance } = await core.apply(absent, job());
    const more = { path: 'sql/ddl/u.sql', text: "CREATE TABLE u (n INT) WITH ('connector' = 'print');" };
    const changed = job();
    const { script, ddl } = sql('INSERT INTO p SELECT n FROM t;');
    const run = await core.apply(instance, { ...changed, sql: { script, ddl: [...ddl, more] } });
    expect(run).toMatchObject({ action: 'update', planned: { verdict: 'no-op' }, diagnostics: [] });
  });

  it('keeps the revision of the last stable spec', async () => {
    const core = await coreFor('sdp_flink_session_job');
    let { instance } = await core.apply(absent, job());
    const [first = ''] = revisions();
    api.edit(
      flinkSessionJobType,
      'default',
      'j',
      (object) => {
        object['status'] = {
          reconciliationStatus: {
            lastStableSpec: JSON.stringify({ spec: { job: { args: ['--revision', first] } } }),
          },
        };
      },
      'operator',
    );
    for (let index = 0; index < 5; index += 1) {
      ({ instance } = await core.apply(instance, job(`INSERT INTO p SELECT n + ${index} FROM t;`)));
    }
    expect(revisions()).toHaveLength(4);
    expect(revisions()).toContain(first);
  });

  it('is updated when its revision is missing, and when its arguments were edited', async () => {
    const core = await coreFor('sdp_flink_session_job');
    const { instance } = await core.apply(absent, job());
    const [name = ''] = revisions();
    await api.delete(configMapType, { namespace: 'default', name });
    const repaired = await (await coreFor('sdp_flink_session_job')).apply(instance, job());
    expect(repaired.action).toBe('update');
    expect(revisions()).toEqual([name]);
    api.edit(flinkSessionJobType, 'default', 'j', (object) => {
      (object.spec as { job: { args: string[] } }).job.args = ['--revision', 'other'];
    });
    const again = await (await coreFor('sdp_flink_session_job')).apply(repaired.instance, job());
    expect(again.action).toBe('update');
    expect((await (await coreFor('sdp_flink_session_job')).apply(again.instance, job())).action).toBe(
      'no-op',
    );
  });

  it('is read as it was written in the run that wrote it', async () => {
    const core = await coreFor('sdp_flink_session_job');
    let { instance } = await core.apply(absent, job());
    expect((await core.apply(instance, job())).action).toBe('no-op');
    const changed = job('INSERT INTO p SELECT n + 1 FROM t;');
    ({ instance } = await core.apply(instance, changed));
    expect((await core.apply(instance, changed)).action).toBe('no-op');
  });

  it('refuses a revision that somebody changed', async () => {
    const core = await coreFor('sdp_flink_session_job');
    const { instance } = await core.apply(absent, job());
    const [name = ''] = revisions();
    api.edit(configMapType, 'default', name, (object) => {
      object.data = { ...object.data, 'script.sql': 'other' };
    });
    const run = await core.apply(instance, { ...job(), job: { parallelism: 2, state: 'running' } });
    expect(run.diagnostics[0]?.summary).toContain('exists with other content');
  });

  it('is checked while Terraform validates, with the position in the file', async () => {
    const core = createTerraformCore(provider, 'sdp_flink_session_job');
    const found = await core.validate(job('INSERT INTO p SELECT n FROM t WHERE n = ${limit};'));
    expect(found.filter(isError)).toMatchObject([{ detail: expect.stringMatching(/^sql\/jobs\/j\.sql:1:/) }]);
    expect(await core.validate({ ...job(), name: unknown })).toEqual([]);
  });
});
