import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually, platformCommands, sdpCommand, tryRun } from './commands.ts';

/** Rows of queries on real topics, before there is a job. */

const data = inject('dataFolder');
const platform = platformCommands(data);
let folder: string;

const topic = (name: string) => `apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: ${name}, namespace: default, labels: { strimzi.io/cluster: kafka } }
spec: { partitions: 2, replicas: 1 }
`;
const files: Readonly<Record<string, string>> = {
  'main.tf': '',
  'topics.yaml': ['seen', 'seen-totals'].map(topic).join('---\n'),
  'sql/ddl/tables.sql': `CREATE TABLE seen (item STRING, amount BIGINT) WITH (
  'connector' = 'kafka', 'topic' = 'seen', 'properties.bootstrap.servers' = '\${bootstrap_servers}', 'format' = 'json');
CREATE TABLE seen_by_item (item STRING, amount BIGINT, PRIMARY KEY (item) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'seen', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'key.format' = 'raw', 'value.format' = 'json');
CREATE TABLE totals (item STRING, total BIGINT, PRIMARY KEY (item) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'seen-totals', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'key.format' = 'raw', 'value.format' = 'json');
`,
  'sql/jobs/totals.sql': `INSERT INTO totals
SELECT item, SUM(amount) AS total FROM seen WHERE amount > \${least} GROUP BY item;
`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-preview-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await platform.kubectl(['apply', '-f', join(folder, 'topics.yaml')]);
  await platform.kubectl([
    'wait',
    'kafkatopic',
    'seen',
    'seen-totals',
    '--for=condition=Ready',
    '--timeout=60s',
  ]);
  await write([1, 'a'], [2, 'b'], [3, 'a']);
});
afterAll(async () => {
  await platform.kubectl(['delete', '-f', join(folder, 'topics.yaml'), '--wait=false']);
  await rm(folder, { recursive: true, force: true });
});

async function write(...rows: readonly (readonly [number, string])[]): Promise<void> {
  const file = join(folder, 'rows.jsonl');
  await writeFile(file, rows.map(([amount, item]) => `${JSON.stringify({ item, amount })}\n`).join(''));
  await platform.sdp(['produce', 'seen', '--file', file, '--key', 'item']);
}

const preview = (...args: readonly string[]) =>
  tryRun(sdpCommand, ['preview', '--chdir', folder, ...args], { env: { SDP_DATA: data, NO_COLOR: '1' } });

/** The rows, sorted by their first value. */
async function rows(...args: readonly string[]): Promise<readonly unknown[]> {
  const { code, output } = await preview(...args, '--json');
  expect(code, output).toBe(0);
  const lines = output.trim().split('\n');
  return lines.toSorted().map((line) => JSON.parse(line) as unknown);
}

describe('sdp preview', () => {
  it('shows the rows of a query, each once and as it is in the end', async () => {
    expect(await rows('SELECT item, SUM(amount) AS total, COUNT(*) AS n FROM seen GROUP BY item')).toEqual([
      { item: 'a', total: '4', n: '2' },
      { item: 'b', total: '2', n: '1' },
    ]);
    const { output } = await preview("SELECT * FROM seen WHERE item = 'b'");
    expect(output).toBe('item   amount\nb           2\n1 row.\n');
    expect(await rows('SELECT * FROM seen', '--rows', '2')).toHaveLength(2);
  });

  it('and of a table that takes changes what is left of them', async () => {
    expect(await rows('SELECT * FROM seen_by_item')).toEqual([
      { item: 'a', amount: '3' },
      { item: 'b', amount: '2' },
    ]);
  });

  it('shows what a script would write, and writes nothing', async () => {
    expect(await rows('sql/jobs/totals.sql', '--arg', 'least=1')).toEqual([
      { item: 'a', total: '3' },
      { item: 'b', total: '2' },
    ]);
    expect(await platform.consume('seen-totals')).toEqual([]);
    const { code, output } = await preview('sql/jobs/totals.sql');
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining('${least} has no value here'),
    });
  });

  it('says what is wrong with a query, and where', async () => {
    const { code, output } = await preview('SELECT item,\n  amuont FROM seen');
    expect(code).toBe(1);
    expect(output).toContain("Error: Column 'amuont' not found in any table");
    expect(output).toContain('query:2:3');
  });

  it('follows what comes, as changes, until it is interrupted', async () => {
    const query = 'SELECT item, SUM(amount) AS total FROM seen GROUP BY item';
    const child = spawn(sdpCommand, ['preview', '--chdir', folder, query, '--follow'], {
      env: { ...process.env, SDP_DATA: data },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await eventually(
      async () => output,
      (text) => text.includes('total'),
    );
    await eventually(
      async () => {
        await write([10, 'c'], [5, 'c']);
        return output;
      },
      (text) => /^\+U {2}c/m.test(text),
    );
    expect(output).not.toMatch(/^\S+ {2}a/m);
    expect(output).toMatch(/^\+I {2}c/m);
    expect(output).toMatch(/^-U {2}c/m);
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });
});
