import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../apiclient/object.ts';
import { flinkSessionJob } from '../kinds/flink-session-job/kind.ts';
import { kafkaTopic } from '../kinds/kafka-topic/kind.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import { buildCatalog, buildRevision, sqlRunnerEntryClass } from '../sql/revision.ts';
import { importObject, whyNotImported, writeImports } from './import-objects.ts';
import { type ImportedSql, SqlFiles } from './import-sql.ts';

const live = (
  kind: KindDefinition,
  spec: object,
  metadata: object = {},
): KubernetesObject & { spec: object } => ({
  apiVersion: `${kind.type.group}/${kind.type.version}`,
  kind: kind.type.kind,
  metadata: { name: 'x', namespace: 'team', labels: { 'strimzi.io/cluster': 'kafka' }, ...metadata },
  spec,
});
const imported = (kind: KindDefinition, spec: object, revisions: Readonly<Record<string, object>> = {}) =>
  importObject(
    { object: live(kind, spec), type: kind.type, kind },
    (name) => revisions[name] as never,
    new SqlFiles(),
  );

describe('an imported object', () => {
  it('is an sdp_manifest where its resource cannot say all of it', async () => {
    const object = await imported(kafkaTopic as never, { partitions: 1, newInStrimzi: { a: 1 } });
    expect(object).toMatchObject({
      resource: 'sdp_manifest',
      id: 'kafka.strimzi.io/v1/KafkaTopic/team/x',
      notes: [expect.stringContaining('newInStrimzi')],
    });
  });

  it('keeps its arguments where the SQL of a job is not there, or would be another revision', async () => {
    const args = ['--namespace', 'team', '--job', 'x', '--revision', 'x-sql-1'];
    const spec = { deploymentName: 'session', job: { entryClass: sqlRunnerEntryClass, args } };
    const without = await imported(flinkSessionJob as never, spec);
    expect(without).toMatchObject({
      attributes: { job: { args } },
      notes: [expect.stringContaining('x-sql-1, is not there')],
    });
    const index = {
      script: 'sql/jobs/x.sql',
      ddl: [{ key: 'ddl-000.sql', object: 'a', path: 'sql/ddl/a.sql' }],
    };
    const data = {
      'script.sql': 'INSERT INTO a SELECT 1;\n',
      'ddl-000.sql': "CREATE TABLE a (n INT) WITH ('connector' = 'print')",
      'revision.json': JSON.stringify(index),
    };
    const other = await imported(flinkSessionJob as never, spec, { 'x-sql-1': { data } });
    expect(other).toMatchObject({
      attributes: { job: { args } },
      notes: [expect.stringContaining('another revision')],
    });
  });

  it('finds the DDL of a job that shares a catalog, and says where that is gone', async () => {
    const ddl = [{ path: 'sql/ddl/a.sql', text: "CREATE TABLE a (n INT) WITH ('connector' = 'print');\n" }];
    const built = buildCatalog(ddl).value;
    const catalog = `shared-${built?.hash.slice(0, 12)}`;
    const script = { path: 'sql/jobs/x.sql', text: 'INSERT INTO a SELECT 1;\n' };
    const input = { job: 'x', namespace: 'team', script, ddl, parameters: {}, catalog };
    const { name = '', args, configMap } = { ...(await buildRevision(input)).value };
    const spec = { deploymentName: 'session', job: { entryClass: sqlRunnerEntryClass, args } };
    const revisions = { [name]: { ...configMap }, [catalog]: { ...built?.content } };
    expect(await imported(flinkSessionJob as never, spec, revisions)).toMatchObject({
      notes: [],
      attributes: { sql: { catalog } },
    });
    const { [catalog]: _, ...without } = revisions;
    expect(await imported(flinkSessionJob as never, spec, without)).toMatchObject({
      notes: [expect.stringContaining(`${catalog}, is not there`)],
    });
  });

  it('has the archive of its functions', async () => {
    const ddl = [{ path: 'sql/ddl/a.sql', text: "CREATE TABLE a (n INT) WITH ('connector' = 'print');\n" }];
    const script = { path: 'sql/jobs/x.sql', text: 'INSERT INTO a SELECT 1;\n' };
    const python = { archiveURI: 'https://h/a.zip', archiveSha256: 'a'.repeat(64), requirements: 'x==1\ny' };
    const params = { deploymentName: 'session', job: {}, sql: { script, ddl, python } };
    const built = await flinkSessionJob.declared?.buildManifest({ name: 'x', namespace: 'team' }, params);
    const { manifest, companions = [] } = { ...built?.value };
    const [{ manifest: revision } = { manifest: { metadata: { name: '' } } }] = companions;
    const spec = { ...(manifest as { spec?: object }).spec };
    expect(
      await imported(flinkSessionJob as never, spec, { [revision.metadata.name]: revision }),
    ).toMatchObject({
      notes: [],
      attributes: {
        flink_configuration: null,
        sql: {
          python: { archive_uri: 'https://h/a.zip', archive_sha256: 'a'.repeat(64), requirements: 'x==1\ny' },
        },
      },
    });
  });
});

it('a module has the catalog and the archive of a job', () => {
  const sql = {
    script: { path: 'sql/jobs/x.sql' },
    catalog: 'shared-1',
    python: { archive_uri: 'https://h/a.zip', requirements: 'x==1\ny' },
  };
  const attributes = {
    name: 'x',
    deployment_name: 'session',
    job: { parallelism: 1, state: 'running', upgrade_mode: 'stateless' },
    sql,
    python: null,
  };
  const object = { resource: 'sdp_flink_session_job', id: 'team/x', attributes, notes: [] };
  expect(writeImports([object], { modules: 'modules' }).blocks[1]).toMatchObject({
    type: 'module',
    attributes: {
      source: 'modules//flink/sql-job',
      catalog: 'shared-1',
      python: { archive_uri: 'https://h/a.zip', requirements: ['x==1', 'y'] },
    },
  });
});

describe('an object is left alone', () => {
  it.each([
    [{ deletionTimestamp: '2026-01-01T00:00:00Z' }, 'being deleted'],
    [{ ownerReferences: [{ kind: 'Kafka', name: 'k' }] }, 'belongs to Kafka k'],
    [
      { annotations: { 'sdp.internal/project': 'p', 'sdp.internal/owner': 'p/KafkaTopic/team/x' } },
      'project p owns it already',
    ],
    [{ annotations: { 'sdp.internal/project': 'q' } }, 'project q owns it'],
    [{ managedFields: [{ manager: 'kubectl', operation: 'Update', fieldsV1: {} }] }, 'none'],
  ])('%o: %s', (metadata, why) => {
    const seen = whyNotImported(live(kafkaTopic as never, {}, metadata), 'p');
    expect(seen ?? 'none').toContain(why);
  });
});

it('addresses are those that the project does not have yet', () => {
  const object = { resource: 'sdp_kafka_topic', id: 'team/1.a', attributes: {}, notes: [] };
  expect(
    writeImports([object, object], { taken: ['sdp_kafka_topic._1_a'] }).addresses.map(
      ({ address }) => address,
    ),
  ).toEqual(['sdp_kafka_topic._1_a_2', 'sdp_kafka_topic._1_a_3']);
});

it('files with DDL are put together, and apart where jobs run with other statements', () => {
  const job = (statements: Readonly<Record<string, string>>): ImportedSql => ({
    revision: 'r',
    script: { path: 's', file: 'sql/jobs/s.sql', text: 's' },
    ddl: [{ path: 'p', file: 'sql/ddl/t.sql', text: '', statements }],
    params: { script: { path: 's', text: 's' }, ddl: [] },
  });
  const files = new SqlFiles();
  files.add('one', job({ a: 'A;\n' }));
  files.add('two', job({ a: 'A;\n', b: 'B;\n' }));
  expect(files.add('three', job({ b: 'C;\n' })).ddl[0]?.file).toBe('sql/ddl/three/t.sql');
  expect(Object.fromEntries(files.texts())).toEqual({
    'sql/ddl/t.sql': 'A;\n\nB;\n',
    'sql/ddl/three/t.sql': 'C;\n',
    'sql/jobs/s.sql': 's',
  });
});
