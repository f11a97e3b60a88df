import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { formatPosition } from './position.ts';
import { buildCatalog, buildRevision } from './revision.ts';
import { hashRevision, readRevisionData } from './revision-content.ts';

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

async function build(change: Partial<Parameters<typeof buildRevision>[0]>) {
  return buildRevision({
    job: 'totals',
    namespace: 'team-a',
    script,
    ddl,
    parameters: { title: 'a' },
    ...change,
  });
}

async function problems(change: Parameters<typeof build>[0]): Promise<string[]> {
  const result = await build(change);
  expect(result.value).toBeUndefined();
  return result.diagnostics.map(({ reason, source }) => `${source ? formatPosition(source) : ''} ${reason}`);
}

test('unrelated changes leave the hash alone, related ones do not', async () => {
  const [trades, out] = ddl;
  const original = (await build({})).value?.hash;
  const unrelated = `-- new\n${trades?.text.replace('unused (x', 'other (y')}`;
  expect(
    (await build({ ddl: [{ path: 'sql/ddl/trades.sql', text: unrelated }, ...ddl.slice(1)] })).value?.hash,
  ).toBe(original);
  expect((await build({ ddl: ddl.toReversed() })).value?.hash).toBe(original);
  const related = `${out?.text.replace('BIGINT', 'INT')}`;
  const changed = await build({ ddl: [...ddl.slice(0, 1), { path: 'sql/ddl/out.sql', text: related }] });
  expect(changed.value?.hash).not.toBe(original);
});

test('collects the problems of parameters, with positions in script and DDLs', async () => {
  expect(await problems({ parameters: { limit: '1 OR 1', tittle: 'x' } })).toEqual([
    'sql/jobs/totals.sql:1:24 SqlParameterMissing',
    'sql/ddl/out.sql:1:55 SqlParameterInvalid',
    'sql/jobs/totals.sql SqlParameterUnused',
  ]);
});

test('secrets stay references, in options without a word and where Flink shows them with a warning', async () => {
  const table = {
    path: 'sql/ddl/db.sql',
    text: `CREATE TABLE db (x STRING, y ROW<a INT>) WITH ('connector' = 'jdbc', 'url' = 'u?p=\${secret:db/password}');`,
  };
  const text = `ALTER TABLE db SET ('a' = '\${secret:db/user}');
INSERT INTO db /*+ OPTIONS('b' = '\${secret:db/hint}') */ SELECT '\${secret:db/salt}', ROW(1);`;
  const parameters = { title: 'a' };
  const named = { path: 'a.sql', text: `-- all\n${text} INSERT INTO totals SELECT '\${title}', 1;` };
  const result = await build({ script: named, ddl: [...ddl, table], parameters });
  expect(
    result.diagnostics.map(
      ({ severity, reason, source }) => `${source ? formatPosition(source) : ''} ${severity} ${reason}`,
    ),
  ).toEqual(['a.sql:3:35 warning SqlSecretShown', 'a.sql:3:66 warning SqlSecretShown']);
  const { data } = result.value?.configMap ?? {};
  expect(Object.values(Object(data))).toContain(named.text);
  expect(Object.values(Object(data))).toContain(table.text.slice(0, -1));
  expect(result.value?.args.join(' ')).not.toContain('secret');
});

test('an argument called secret is none of the references', async () => {
  const text = "INSERT INTO totals SELECT '${secret:db/password}', 1;";
  expect(await problems({ script: { path: 'a.sql', text }, parameters: { secret: 'x' } })).toEqual([
    'a.sql:1:28 SqlSecretShown',
    'a.sql SqlParameterUnused',
  ]);
});

test.each([
  ['SELECT 1', ['a.sql:1:1 SqlStatementUnsupported', 'a.sql SqlInsertMissing']],
  ["SET 'a' = 'b'", ['a.sql SqlInsertMissing']],
  ['', ['a.sql SqlInsertMissing']],
  [
    "CREATE TABLE c WITH ('a' = 'b') AS SELECT 1; INSERT INTO totals VALUES ('a', 1)",
    ['a.sql:1:1 SqlStatementUnsupported'],
  ],
  [
    'EXECUTE STATEMENT SET BEGIN SET a = b; INSERT INTO totals SELECT 1; END;',
    ['a.sql:1:29 SqlStatementUnsupported'],
  ],
  [
    "COMPILE PLAN 'x' FOR INSERT INTO totals SELECT 1",
    ['a.sql:1:1 SqlStatementUnsupported', 'a.sql SqlInsertMissing'],
  ],
  ["INSERT INTO totals SELECT 'a", ['a.sql:1:27 SqlSyntaxError']],
  [
    'INSERT INTO totals SELECT 1, FROM trades; INSERT INTO totals SELECT (1',
    ['a.sql:1:30 SqlSyntaxError', 'a.sql:1:69 SqlSyntaxError'],
  ],
  ['INSERT INTO totals SELECT id FORM trades', ['a.sql:1:30 SqlSyntaxError']],
])('refuses %s', async (text, expected) => {
  expect(await problems({ script: { path: 'a.sql', text }, parameters: {} })).toEqual(expected);
});

describe('a revision of more than a ConfigMap holds', () => {
  const large = (literal: string) => ({
    script: { path: 'a.sql', text: `INSERT INTO totals SELECT '${literal}', 1;` },
    parameters: {},
  });

  test('is compressed, and has the hash of what is in it', async () => {
    const built = await build(large('ü'.repeat(600_000)));
    expect(built.diagnostics).toEqual([]);
    const { configMap, hash = '' } = built.value ?? {};
    expect(configMap).toMatchObject({
      immutable: true,
      binaryData: { 'revision.json.gz': expect.any(String) },
    });
    expect(configMap).not.toHaveProperty('data');
    const data = (configMap && readRevisionData(configMap)) ?? {};
    expect(data['script.sql']).toBe(large('ü'.repeat(600_000)).script.text);
    expect(hashRevision(data)).toBe(hash);
    expect((await build(large('ü'.repeat(600_000)))).value).toEqual(built.value);
  });

  test('is refused where it is too large all the same', async () => {
    const literal = randomBytes(1_500_000).toString('base64');
    expect(await problems(large(literal))).toEqual(['a.sql SqlRevisionTooLarge']);
  });
});

test('parses nothing that was parsed before', async () => {
  const odd = { path: 'a.sql', text: "INSERT INTO totals SELECT 'a', 1 SOMEHOW 3" };
  const first = await build({ script: odd, parameters: {} });
  expect(first.diagnostics.map(({ severity, reason }) => `${severity} ${reason}`)).toEqual([
    'warning SqlSyntaxUnknown',
  ]);
  const again = await build({ script: odd, parameters: {}, checkedHash: first.value?.hash });
  expect(again.diagnostics).toEqual([]);
  expect(again.value).toEqual(first.value);
});

describe('a job of a shared catalog', () => {
  const end = buildCatalog(ddl).value?.hash.slice(0, 12);
  const build = (
    catalog: string,
    files = ddl,
    parameters: Readonly<Record<string, string>> = { title: 't' },
  ) => buildRevision({ job: 'totals', namespace: 'team-a', script, ddl: files, parameters, catalog });

  test('has the name of the catalog in the place of DDL, and so another revision with any other DDL', async () => {
    const { value, diagnostics } = await build(`team-${end}`);
    expect(diagnostics).toEqual([]);
    expect(value?.configMap.data).toEqual({
      'revision.json': `{"script":"sql/jobs/totals.sql","catalog":"team-${end}","ddl":[]}`,
      'script.sql': script.text,
    });
    const other = [...ddl, { path: 'sql/ddl/more.sql', text: 'CREATE TABLE more (x INT)' }];
    expect(buildCatalog(other).value?.hash.slice(0, 12)).not.toBe(end);
    expect((await build(`team-${end}`, other)).diagnostics).toMatchObject([
      { reason: 'SqlCatalogDiffers', path: ['sql', 'catalog'] },
    ]);
  });

  test('runs all of it: parameters and mistakes of any definition are its own', async () => {
    const needy = [
      ...ddl,
      { path: 'sql/ddl/n.sql', text: "CREATE TABLE n (x INT) WITH ('a' = '${needed}')" },
    ];
    const name = `team-${buildCatalog(needy).value?.hash.slice(0, 12)}`;
    expect((await build(name, needy)).diagnostics).toMatchObject([
      { reason: 'SqlParameterMissing', source: { file: 'sql/ddl/n.sql', line: 1 } },
    ]);
    expect((await build(name, needy, { title: 't', needed: 'v' })).diagnostics).toEqual([]);
  });
});

test('a catalog has all definitions, each after what it needs, and says which cannot be', () => {
  const { data = {} } = { ...buildCatalog(ddl).value?.content } as { data?: Record<string, string> };
  expect(Object.values(data).map((text) => text.slice(0, 20))).toEqual([
    'CREATE TABLE totals ',
    'CREATE TABLE trades ',
    'CREATE TABLE unused ',
    'CREATE VIEW big AS S',
    '{"ddl":[{"key":"ddl-',
  ]);
  const lost = [{ path: 'a.sql', text: 'CREATE VIEW v AS SELECT * FROM nobody' }];
  expect(buildCatalog(lost).diagnostics).toMatchObject([{ reason: 'SqlTableUnknown', source: { line: 1 } }]);
  const large = Array.from({ length: 30 }, (_, index) => ({
    path: `${index}.sql`,
    text: `CREATE TABLE t${index} (x INT) WITH ('a' = '${randomBytes(40_000).toString('base64')}')`,
  }));
  expect(buildCatalog(large).diagnostics).toMatchObject([{ reason: 'SqlCatalogTooLarge' }]);
});
