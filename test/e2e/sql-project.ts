import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageFile } from '../../src/package-file.ts';
import type { PlatformCommands, Result } from './commands.ts';

export interface PlannedVerdict {
  /** As Terraform names them: `['update']`, `['delete', 'create']`. */
  readonly actions: readonly string[];
  /** Null for a deletion, of which nothing is planned. */
  readonly verdict: string | null;
  readonly reason: string | null;
}

export interface SqlProject {
  readonly folder: string;
  /** Makes the project's only file. */
  declare(...declarations: readonly string[]): Promise<void>;
  /** Makes it, and applies it. Output without line breaks: Terraform's follow the terminal. */
  apply(...declarations: readonly string[]): Promise<{ readonly code: number; readonly output: string }>;
  /** The same, where it has to succeed. */
  applied(...declarations: readonly string[]): Promise<void>;
  /** What a plan of these declarations says of each object that it changes, by kind and name: `KafkaTopic/orders`. */
  verdicts(...declarations: readonly string[]): Promise<{
    readonly code: number;
    readonly output: string;
    readonly rows: Readonly<Record<string, PlannedVerdict>>;
  }>;
  /** Applies the plan that `verdicts` made last. */
  applyPlan(): Promise<{ readonly code: number; readonly output: string }>;
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
  declareModule(
    'kafka/topic',
    name,
    `  name       = "${name}"\n  partitions = ${partitions}\n  force_destroy = true`,
  );

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

locals {
  project = "${name}"
}
${declarations.join('')}`,
    );
  await declare([]);
  await platform.sdp(['init', folder, '--project', name]);

  const onOneLine = ({ code, output }: Result) => ({ code, output: output.replaceAll(/\s+/g, ' ') });

  const installed = new Set<string>();

  /** Terraform installs modules and providers by `init`, which is needed only when there are others. */
  async function make(declarations: readonly string[]): Promise<void> {
    await declare(declarations);
    const modules = ['', ...declarations.join('').matchAll(/^module "[^"]+" \{\s+source\s+= .*/gm)].map(
      String,
    );
    if (modules.every((module) => installed.has(module))) return;
    const init = await platform.terraform(folder, ['init']);
    if (init.code !== 0) throw new Error(`terraform init failed:\n${init.output}`);
    for (const module of modules) installed.add(module);
  }

  async function apply(...declarations: readonly string[]) {
    await make(declarations);
    return onOneLine(await platform.terraform(folder, ['apply', '-auto-approve']));
  }

  return {
    folder,
    declare: (...declarations) => declare(declarations),
    apply,
    async applied(...declarations) {
      const { code, output } = await apply(...declarations);
      if (code !== 0) throw new Error(`terraform apply failed: ${output}`);
    },
    async verdicts(...declarations) {
      await make(declarations);
      const planned = onOneLine(await platform.terraform(folder, ['plan', `-out=${planFile}`]));
      if (planned.code !== 0) return { ...planned, rows: {} };
      const shown = await platform.terraform(folder, ['show', '-json', planFile]);
      // The output has both streams, and the JSON is one line.
      const json = shown.output.split('\n').find((line) => line.startsWith('{')) ?? '{}';
      return { ...planned, rows: readVerdicts(JSON.parse(json) as PlanJson) };
    },
    applyPlan: async () => onOneLine(await platform.terraform(folder, ['apply', planFile])),
    plan: () => platform.terraform(folder, ['plan', '-detailed-exitcode']),
    async sendNumbers(topic, from, to) {
      const file = join(folder, 'numbers.csv');
      const rows = Array.from({ length: to - from }, (_, index) => String(from + index));
      await writeFile(file, ['n', ...rows, ''].join('\n'));
      await platform.sdp(['produce', topic, '--file', file]);
    },
    async remove() {
      await platform.sdp(['destroy', `-chdir=${folder}`, '-auto-approve']);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const planFile = 'change.tfplan';

export interface PlanJson {
  readonly resource_changes?: readonly {
    readonly type: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
    };
  }[];
}

/** Of a plan as `terraform show -json` gives it. */
export function readVerdicts({ resource_changes: changes = [] }: PlanJson): Record<string, PlannedVerdict> {
  return Object.fromEntries(
    changes.flatMap(({ type, change: { actions, before, after } }): [string, PlannedVerdict][] => {
      if (!type.startsWith('sdp_') || type === 'sdp_rollout' || actions.includes('no-op')) return [];
      const kind = type
        .replace(/^sdp/, '')
        .replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
      const { verdict = null, verdict_reason: reason = null } = after ?? {};
      const planned = { actions, verdict, reason } as PlannedVerdict;
      return [[`${kind}/${String((after ?? before)?.['name'])}`, planned]];
    }),
  );
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
