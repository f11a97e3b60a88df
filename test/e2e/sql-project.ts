import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageFile } from '../../src/package-file.ts';
import type { PlatformCommands } from './commands.ts';

export interface SqlProject {
  /** Makes the project's only file, and applies it. Output without line breaks: Terraform's follow the terminal. */
  apply(...declarations: readonly string[]): Promise<{ readonly code: number; readonly output: string }>;
  /** The same, where it has to succeed. */
  applied(...declarations: readonly string[]): Promise<void>;
  /** A plan of what was applied last: code 0 when nothing differs, 2 when something does. */
  plan(): Promise<{ readonly code: number; readonly output: string }>;
  /** Sends the numbers of a range to a topic, as `{"n": 1}`. */
  sendNumbers(topic: string, from: number, to: number): Promise<void>;
  /** Destroys what is there, and the folder. */
  remove(): Promise<void>;
}

/** A module of sdp by its path, such as `flink/sql-job`. */
export const declareModule = (path: string, name: string, lines: string) => `
module "${name}" {
  source = "${packageFile('terraform-modules')}//${path}"
${lines}
}
`;

export const declareTopic = (name: string, partitions = 1) =>
  declareModule('kafka/topic', name, `  name       = "${name}"\n  partitions = ${partitions}`);

/** Tables `numbers` and `counts` on the topics `\${from}` and `\${to}`, and the script that counts by remainder. */
export const countsBySql: Readonly<Record<string, string>> = {
  'sql/ddl/tables.sql': `CREATE TABLE numbers (n BIGINT) WITH (
  'connector' = 'kafka', 'topic' = '\${from}', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE counts (k BIGINT, c BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = '\${to}', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'key.format' = 'json', 'value.format' = 'json');
`,
  'sql/jobs/counts.sql': 'INSERT INTO counts SELECT n % 3, COUNT(*) FROM numbers GROUP BY n % 3;\n',
};

/** A Terraform project with SQL files, by their paths. */
export async function createSqlProject(
  platform: PlatformCommands,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<SqlProject> {
  const folder = await mkdtemp(join(tmpdir(), `sdp-${name}-`));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const declare = (declarations: readonly string[]) =>
    writeFile(
      join(folder, 'main.tf'),
      `terraform {
  required_providers {
    sdp = { source = "sdp.internal/platform/sdp" }
  }
}

provider "sdp" {
  project = "${name}"
}
${declarations.join('')}`,
    );
  await declare([]);
  await platform.sdp(['init', folder, '--project', name]);

  async function apply(...declarations: readonly string[]) {
    await declare(declarations);
    const init = await platform.terraform(folder, ['init']);
    if (init.code !== 0) throw new Error(`terraform init failed:\n${init.output}`);
    const { code, output } = await platform.terraform(folder, ['apply', '-auto-approve']);
    return { code, output: output.replaceAll(/\s+/g, ' ') };
  }

  return {
    apply,
    async applied(...declarations) {
      const { code, output } = await apply(...declarations);
      if (code !== 0) throw new Error(`terraform apply failed: ${output}`);
    },
    plan: () => platform.terraform(folder, ['plan', '-detailed-exitcode']),
    async sendNumbers(topic, from, to) {
      const file = join(folder, 'numbers.csv');
      const rows = Array.from({ length: to - from }, (_, index) => String(from + index));
      await writeFile(file, ['n', ...rows, ''].join('\n'));
      await platform.sdp(['produce', topic, '--file', file]);
    },
    async remove() {
      await platform.terraform(folder, ['destroy', '-auto-approve']);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The newest count of each remainder in a topic of `counts`. */
export async function readCounts(
  platform: PlatformCommands,
  topic: string,
): Promise<Readonly<Record<string, number>>> {
  const rows = await platform.consume<{ k: number; c: number } | null>(topic);
  return Object.fromEntries(rows.flatMap((row) => (row === null ? [] : [[String(row.k), row.c]])));
}

export const evenCounts = (each: number) => ({ '0': each, '1': each, '2': each });
