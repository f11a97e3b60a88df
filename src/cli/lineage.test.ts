import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pc from 'picocolors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../package-file.ts';
import { readColumns } from '../sql/column-origins.ts';
import { withColumns } from '../terraform/hcl/column-lineage.ts';
import { type Lineage, type ReadLineage, readLineage } from '../terraform/hcl/lineage.ts';
import { ProjectFiles } from '../terraform/hcl/project-files.ts';
import { findNamed, impactOf, renderImpact, renderLineage, toMermaid } from './lineage-text.ts';

const modules = packageFile('terraform-modules');
const files: Readonly<Record<string, string>> = {
  'main.tf': `
module "orders" {
  source = "${modules}//kafka/topic"
  name   = "orders"
}
module "totals_topic" {
  source     = "${modules}//kafka/topic"
  name       = "totals"
  topic_name = "shop.totals"
}
module "idle" {
  source = "${modules}//kafka/topic"
  name   = "idle"
}
module "totals" {
  source   = "${modules}//flink/sql-job"
  job_name = "totals"
  args     = { to = module.totals_topic.name }
}
module "again" {
  source   = "${modules}//flink/sql-job"
  job_name = "again"
}
module "report" {
  source          = "${modules}//flink/java-job"
  job_name        = "report"
  jar_uri         = "https://example.com/report.jar"
  session_cluster = "flink"
}
module "archive" {
  source  = "${modules}//kafka-connect/sink-file"
  name    = "archive"
  cluster = "connect"
  topics  = module.totals_topic.name
  file    = "/tmp/totals.txt"
}
`,
  'sql/ddl/tables.sql': `
CREATE TABLE base (customer STRING) WITH ('connector' = 'kafka', 'topic' = 'orders;refunds', 'format' = 'json');
CREATE TABLE orders LIKE base;
CREATE TABLE customers (id STRING) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://db/shop', 'table-name' = 'customers');
CREATE TABLE totals (customer STRING) WITH ('connector' = 'kafka', 'topic' = '\${to:shop.totals}');
CREATE TABLE matching (a STRING) WITH ('connector' = 'kafka', 'topic-pattern' = 'shop\\..*');
CREATE VIEW both_sides AS SELECT o.customer FROM orders AS o JOIN customers AS c ON o.customer = c.id;
`,
  'sql/jobs/totals.sql': 'INSERT INTO totals SELECT customer FROM both_sides;',
  'sql/jobs/again.sql': 'INSERT INTO orders SELECT a FROM matching;',
};

let folder: string;
let lineage: Lineage;
let jobs: ReadLineage['jobs'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-lineage-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  ({ lineage, jobs } = await readLineage(folder, new ProjectFiles()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const text = (lines: readonly string[]) => `${lines.join('\n').trim()}\n`;

describe('the lineage of a project', () => {
  it('has what each job and connector reads and writes, through views, LIKE and patterns', () => {
    expect(
      text(renderLineage(lineage, pc.createColors(false))),
    ).toBe(`FlinkSessionJob totals  sql/jobs/totals.sql
  reads   topic orders       table orders
  reads   topic refunds      table orders, not declared here
  reads   jdbc customers     table customers
  writes  topic shop.totals  table totals

FlinkSessionJob again  sql/jobs/again.sql
  reads   topic shop.totals  table matching
  writes  topic orders       table orders
  writes  topic refunds      table orders, not declared here

FlinkSessionJob report
  what it reads and writes is in its program

KafkaConnector archive  FileStreamSinkConnector
  reads   topic shop.totals

No job or connector here reads or writes: idle
`);
  });

  it('has the columns that Flink’s planner tells of a job, below the table that it writes', async () => {
    const path = (name: string) => ['default_catalog', 'default_database', name];
    const columns = [
      { name: 'customer', computed: false, origins: [{ table: path('orders'), column: 'customer' }] },
      {
        name: 'all',
        computed: true,
        origins: [
          { table: path('customers'), column: 'id' },
          { table: ['other', 'db', 't'], column: 'x' },
        ],
      },
      { name: 'count', computed: true, origins: [] },
      { name: 'kind', computed: false, origins: [] },
      { name: 'seen', computed: true, origins: null },
    ];
    const other = columns.map((column) => ({ ...column, computed: false, origins: [] }));
    const asked: string[] = [];
    const { inserts, unknown } = await readColumns(jobs, async ({ statements }) => {
      const insert = statements.at(-1) ?? '';
      asked.push(insert);
      const problem = { statement: 0, line: 1, column: 1, seen: 'Not so', change: '' };
      if (insert.includes('matching')) return { problems: [problem], inserts: [] };
      return {
        problems: [],
        inserts: [
          { statement: 3, table: path('totals'), columns },
          { statement: 4, table: path('totals'), columns: other },
        ],
      };
    });
    expect(asked).toEqual([
      'INSERT INTO totals SELECT customer FROM both_sides',
      'INSERT INTO orders SELECT a FROM matching',
    ]);
    expect(unknown).toEqual(['FlinkSessionJob again']);
    const found = withColumns(lineage, inserts);
    expect(
      text(renderLineage(found, pc.createColors(false)))
        .split('\n')
        .slice(4, 11),
    ).toEqual([
      '  writes  topic shop.totals  table totals',
      '            customer  from orders.customer',
      '            all       from customers.id, other.db.t.x',
      '            count     computed',
      '            kind      constant',
      '            seen      unknown',
      '',
    ]);
    expect(found.flows.filter((flow) => flow.columns !== undefined)).toHaveLength(1);
  });

  it('says what a change of a topic reaches, around cycles, too', () => {
    expect(text(renderImpact(impactOf(lineage, 'topic orders')))).toBe(`topic orders
└─ FlinkSessionJob totals
   └─ topic shop.totals
      ├─ FlinkSessionJob again
      │  ├─ topic orders (see above)
      │  └─ topic refunds
      │     └─ FlinkSessionJob totals (see above)
      └─ KafkaConnector archive
`);
  });

  it('finds topics, tables, jobs and connectors by their names', () => {
    expect(findNamed(lineage, 'shop.totals')).toEqual(['topic shop.totals']);
    expect(findNamed(lineage, 'totals')).toEqual(['FlinkSessionJob totals', 'topic shop.totals']);
    expect(findNamed(lineage, 'customers')).toEqual(['jdbc customers']);
    expect(findNamed(lineage, 'KafkaConnector archive')).toEqual(['KafkaConnector archive']);
    expect(findNamed(lineage, 'nothing')).toEqual([]);
  });

  it('is none where there is no project', async () => {
    await expect(readLineage(join(folder, 'none'), new ProjectFiles())).rejects.toThrow('There is no folder');
  });

  it('is a flowchart', () => {
    const chart = toMermaid(lineage).split('\n');
    expect(chart[0]).toBe('flowchart LR');
    expect(chart).toContain('  n4[("jdbc customers")]');
    expect(chart.filter((line) => line.includes('-->'))).toHaveLength(8);
  });
});
