import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../src/engines/download-cache.ts';
import { packageFile } from '../src/package-file.ts';
import { platformCommands } from '../test/e2e/commands.ts';
import { createTopic, startPlatform } from './flink/platform.ts';

/**
 * `sdp validate` of a large project: the first time, when nothing changed, and when one script did; by the files alone, and once
 * with Flink's planner, which is started for it. Then `sdp preview` of a topic, the whole command, on a platform of its own.
 *
 * npm run bench -- sql [scripts] [tables] [rounds]
 */
const [scripts = 300, tables = 500, rounds = 5] = process.argv.slice(2).map(Number);
const root = mkdtempSync(join(tmpdir(), 'sdp-bench-sql-'));
const folder = join(root, 'project');
/** A cache of its own for what was found before, with the engines of the usual one. */
const cache = join(root, 'cache');
const kept = join(cache, 'validate');
mkdirSync(cache);
for (const name of ['engines', 'class-data', 'runner'])
  symlinkSync(join(cacheFolder(), name), join(cache, name));

function writeProject(): void {
  const module = (path: string) => packageFile('terraform-modules', ...path.split('/'));
  mkdirSync(join(folder, 'sql', 'ddl'), { recursive: true });
  mkdirSync(join(folder, 'sql', 'jobs'));
  const declared: string[] = [];
  for (let index = 0; index < tables; index += 1) {
    writeFileSync(
      join(folder, 'sql', 'ddl', `t${index}.sql`),
      `-- Orders of one country.
CREATE TABLE t${index} (
  id BIGINT, customer STRING, price DECIMAL(10, 2), ts TIMESTAMP(3), items ARRAY<ROW<sku STRING, amount INT>>,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 't${index}', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset',
  'properties.bootstrap.servers' = '\${bootstrap_servers}'
);
`,
    );
    declared.push(
      `module "topic_t${index}" {\n  source = "${module('kafka/topic')}"\n  name   = "t${index}"\n}\n`,
    );
  }
  for (let index = 0; index < scripts; index += 1) {
    writeScript(index, 'x');
    declared.push(
      `module "job${index}" {\n  source   = "${module('flink/sql-job')}"\n  job_name = "job${index}"\n  args     = { minimum = ${index} }\n}\n`,
    );
  }
  writeFileSync(join(folder, 'main.tf'), declared.join(''));
}

function writeScript(index: number, other: string): void {
  const [left, right, sink] = [index, index * 7 + 1, index + 200].map((table) => table % tables);
  writeFileSync(
    join(folder, 'sql', 'jobs', `job${index}.sql`),
    `CREATE TEMPORARY VIEW totals AS
SELECT a.id, a.customer, a.price + b.price AS total FROM t${left} AS a JOIN t${right} AS b ON a.id = b.id;
INSERT INTO t${sink} (id, customer, price)
SELECT id, customer, CAST(total AS DECIMAL(10, 2)) FROM totals WHERE total > \${minimum} AND customer <> '${other}';
`,
  );
}

/** Seconds of one run of the command, which has to find nothing. */
function validate(...options: readonly string[]): number {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(
    packageFile('bin', 'sdp.js'),
    ['validate', '--chdir', folder, ...options],
    {
      env: { ...process.env, SDP_DATA: join(root, 'none'), SDP_CACHE: cache },
      encoding: 'utf8',
    },
  );
  if (status !== 0 || stdout !== '')
    throw new Error(`sdp validate ended with ${status}:\n${stdout}${stderr}`);
  return (performance.now() - begin) / 1000;
}

/** The first one starts the platform's planner. */
async function measurePreviews(): Promise<void> {
  const platform = await startPlatform();
  const { sdp } = platformCommands(platform.data);
  try {
    await createTopic(platform, 't0');
    const records = join(root, 'orders.jsonl');
    writeFileSync(
      records,
      Array.from({ length: 1000 }, (_, id) => `${JSON.stringify({ id, customer: 'a' })}\n`).join(''),
    );
    await sdp(['produce', 't0', '--file', records]);
    for (let round = 0; round <= rounds; round += 1) {
      const begin = performance.now();
      await sdp(['preview', 'SELECT id, customer FROM t0', '--chdir', folder, '--rows', '1']);
      const title = round === 0 ? 'preview, first' : 'preview, warm';
      measured[title] = [...(measured[title] ?? []), (performance.now() - begin) / 1000];
    }
  } finally {
    await platform.stop();
  }
}

const measured: Record<string, number[]> = {};
const measure = (title: string, ...options: readonly string[]) => {
  measured[title] = [...(measured[title] ?? []), validate(...options)];
};
try {
  writeProject();
  for (let round = 0; round < rounds; round += 1) {
    rmSync(kept, { recursive: true, force: true });
    measure('first', '--static');
    measure('unchanged', '--static');
    writeScript(0, `round ${round}`);
    measure('one script changed', '--static');
  }
  measure('planner, first');
  measure('planner, unchanged');
  writeScript(0, 'planned');
  measure('planner, one script changed');
  await measurePreviews();
} finally {
  rmSync(root, { recursive: true, force: true });
}
console.log(
  `${scripts} scripts, ${tables} tables; ${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`,
);
for (const [title, seconds] of Object.entries(measured)) {
  const sorted = seconds.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(
    `${title.padEnd(28)} ${median.toFixed(2)} s (${sorted[0]?.toFixed(2)} to ${sorted.at(-1)?.toFixed(2)})`,
  );
}
