import { expect, test } from 'vitest';
import { buildRevision } from './revision.ts';

const ddl = [
  {
    path: 'sql/ddl/trades.sql',
    text: `-- trades of all venues
CREATE TABLE trades (id STRING, price DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'trades', 'properties.bootstrap.servers' = '\${bootstrap_servers}');
CREATE TABLE unused (x INT) WITH ('connector' = 'datagen');`,
  },
  {
    path: 'sql/ddl/out.sql',
    text: `CREATE VIEW big AS SELECT * FROM trades WHERE price > \${limit:10};
CREATE TABLE totals (id STRING, n BIGINT) WITH ('connector' = 'print');`,
  },
];
const script = {
  path: 'sql/jobs/totals.sql',
  text: `SET 'pipeline.name' = '\${title}';
INSERT INTO totals SELECT id, COUNT(*) FROM big GROUP BY id;`,
};

test('a revision holds the script and what it reaches', async () => {
  const result = await buildRevision({
    job: 'totals',
    namespace: 'team-a',
    script,
    ddl,
    parameters: { title: "Bob's totals", limit: '20' },
  });
  expect(result.diagnostics).toEqual([]);
  expect(result.value).toMatchInlineSnapshot(`
    {
      "args": [
        "--namespace",
        "team-a",
        "--job",
        "totals",
        "--revision",
        "totals-sql-f74beb9db518",
        "--param",
        "limit=20",
        "--param",
        "title=Bob's totals",
      ],
      "configMap": {
        "apiVersion": "v1",
        "data": {
          "ddl-000.sql": "CREATE TABLE totals (id STRING, n BIGINT) WITH ('connector' = 'print')",
          "ddl-001.sql": "CREATE TABLE trades (id STRING, price DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
    WITH ('connector' = 'kafka', 'topic' = 'trades', 'properties.bootstrap.servers' = '\${bootstrap_servers}')",
          "ddl-002.sql": "CREATE VIEW big AS SELECT * FROM trades WHERE price > \${limit:10}",
          "revision.json": "{"script":"sql/jobs/totals.sql","ddl":[{"key":"ddl-000.sql","object":"totals","path":"sql/ddl/out.sql"},{"key":"ddl-001.sql","object":"trades","path":"sql/ddl/trades.sql"},{"key":"ddl-002.sql","object":"big","path":"sql/ddl/out.sql"}]}",
          "script.sql": "SET 'pipeline.name' = '\${title}';
    INSERT INTO totals SELECT id, COUNT(*) FROM big GROUP BY id;",
        },
        "immutable": true,
        "kind": "ConfigMap",
        "metadata": {
          "annotations": {
            "sdp.internal/sha256": "f74beb9db518b6f0c43a8ab4105ec1c87af2822d01d884a7a04d8eb7cdb099ea",
          },
          "labels": {
            "app.kubernetes.io/managed-by": "sdp",
            "sdp.internal/job": "totals",
          },
          "name": "totals-sql-f74beb9db518",
          "namespace": "team-a",
        },
      },
      "hash": "f74beb9db518b6f0c43a8ab4105ec1c87af2822d01d884a7a04d8eb7cdb099ea",
      "name": "totals-sql-f74beb9db518",
    }
  `);
});
