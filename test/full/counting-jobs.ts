import type { PlatformCommands } from '../e2e/commands.ts';
import { declareModule } from '../e2e/sql-project.ts';

/** SQL jobs that count numbers by remainder, all into one topic, declared without a module between. */

export interface CountingJob {
  /** HCL of the cluster's name. */
  readonly cluster?: string;
  readonly mode?: 'savepoint' | 'last-state' | 'stateless';
  /** The topic of its numbers, where it is not that of all others. */
  readonly from?: string;
  /** What it calls its counts, where it is not its own name. */
  readonly counts?: string;
  /** Options of the table of numbers, besides those that find the topic. */
  readonly options?: Readonly<Record<string, string>>;
  /** Another one is another SQL that counts the same. */
  readonly version?: number;
  /** What is read of the numbers. */
  readonly where?: string;
  readonly configuration?: Readonly<Record<string, string>>;
  /** More lines of `job`, and of the resource. */
  readonly job?: string;
  readonly more?: string;
  readonly allowStateLoss?: boolean;
  /** How long an apply waits for it: not at all for false. An apply that waits asks for a checkpoint. */
  readonly wait?: string | false;
}

/** The project's own topics of numbers and counts: other projects run beside it. */
export const declareCountingTopics = (): readonly string[] =>
  ['numbers', 'counts'].map((topic) =>
    declareModule(
      'kafka/topic',
      topic,
      `  name          = "\${local.project}-${topic}"\n  force_destroy = true`,
    ),
  );

/** No checkpoint while a test runs. Flink takes the first one after a random part of the interval (CheckpointCoordinator). */
export const withoutCheckpoints = { 'execution.checkpointing.interval': '365 d' };

const table = (name: string, columns: string, options: Readonly<Record<string, string>>) =>
  `CREATE TABLE ${name} (${columns}) WITH (${Object.entries(options)
    .map(([key, value]) => `'${key}' = '${value}'`)
    .join(', ')});\n`;

function sqlOf(
  name: string,
  { from = '${local.project}-numbers', counts = name, options, version, where }: CountingJob,
): string {
  const kafka = { 'properties.bootstrap.servers': '$${bootstrap_servers}' };
  const source = {
    connector: 'kafka',
    topic: from,
    ...kafka,
    'scan.startup.mode': 'earliest-offset',
    format: 'json',
    ...options,
  };
  const sink = {
    connector: 'upsert-kafka',
    topic: '${local.project}-counts',
    ...kafka,
    'key.format': 'json',
    'value.format': 'json',
  };
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  return [
    table('numbers', 'n BIGINT', given),
    table('counts', 'k STRING, c BIGINT, PRIMARY KEY (k) NOT ENFORCED', sink),
    version === undefined ? '' : `-- version ${version}\n`,
    `INSERT INTO counts SELECT k, COUNT(*) FROM (SELECT '${counts}/' || CAST(n % 3 AS STRING) AS k FROM numbers${where === undefined ? '' : ` WHERE ${where}`}) GROUP BY k;\n`,
  ].join('');
}

/** HCL of the attributes `job` and `sql`, as both kinds have them. */
function jobLines(name: string, job: CountingJob): string {
  return `  job = {
    parallelism  = 1
    upgrade_mode = "${job.mode ?? 'savepoint'}"
${job.job ?? ''}
  }
  sql = {
    script = {
      path = "sql/jobs/${name}.sql"
      text = <<-SQL
${sqlOf(name, job)}
      SQL
    }
    ddl = []
  }
${job.allowStateLoss === undefined ? '' : `  allow_state_loss = ${job.allowStateLoss}\n`}${job.more ?? ''}`;
}

const configurationLines = (configuration: Readonly<Record<string, string>>) =>
  `  flink_configuration = {\n${Object.entries(configuration)
    .map(([key, value]) => `    "${key}" = "${value}"\n`)
    .join('')}  }\n`;

const rollout = (type: string, kind: string, name: string, wait: string | false = '180s') =>
  wait === false
    ? ''
    : `
resource "sdp_rollout" "${name}" {
  kind     = "${kind}"
  name     = ${type}.${name}.name
  revision = ${type}.${name}.revision
  timeout  = "${wait}"
}
`;

/** A job of a session cluster; an apply waits for it. */
export function declareSessionJob(name: string, job: CountingJob, label = name): string {
  return `
resource "sdp_flink_session_job" "${label}" {
  name            = "${name}"
  deployment_name = ${job.cluster ?? 'module.session.name'}
${configurationLines({ 'execution.checkpointing.interval': '1 s', ...job.configuration })}${jobLines(name, job)}
  depends_on = [module.numbers, module.counts]
}
${rollout('sdp_flink_session_job', 'FlinkSessionJob', label, job.wait)}`;
}

/** A session cluster that is not highly available, which no module makes. */
export function declarePlainCluster(
  name: string,
  configuration: Readonly<Record<string, string>>,
  more = '',
) {
  return `
resource "sdp_flink_deployment" "${name}" {
  name            = "${name}"
  flink_version   = "v2_2"
  service_account = "flink"
  job_manager     = { resource = { cpu = 0.5, memory = "1200m" } }
  task_manager    = { resource = { cpu = 0.5, memory = "1400m" } }
${configurationLines({
  'taskmanager.numberOfTaskSlots': '8',
  'state.checkpoints.dir': `file:///flink-data/${name}/checkpoints`,
  'state.savepoints.dir': `file:///flink-data/${name}/savepoints`,
  ...configuration,
})}${more}}
${rollout('sdp_flink_deployment', 'FlinkDeployment', name)}`;
}

/** A job with a cluster of its own, highly available. */
export function declareApplication(name: string, job: CountingJob): string {
  const configuration = {
    'execution.checkpointing.interval': '1 s',
    'high-availability.type': 'kubernetes',
    'high-availability.storageDir': `file:///flink-data/${name}/ha`,
    'state.checkpoints.dir': `file:///flink-data/${name}/checkpoints`,
    'state.savepoints.dir': `file:///flink-data/${name}/savepoints`,
    ...job.configuration,
  };
  return `
resource "sdp_flink_deployment" "${name}" {
  name            = "${name}"
  flink_version   = "v2_2"
  service_account = "flink"
  job_manager     = { resource = { cpu = 0.5, memory = "1200m" } }
  task_manager    = { resource = { cpu = 0.5, memory = "1200m" } }
${configurationLines(configuration)}${jobLines(name, job)}
  depends_on = [module.numbers, module.counts]
}
${rollout('sdp_flink_deployment', 'FlinkDeployment', name, job.wait)}`;
}

/** By job: its counts of one remainder as they were written, one after the other. */
export async function readHistories(
  platform: PlatformCommands,
  project: string,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const rows = await platform.consume<{ k: string; c: number } | null>(`${project}-counts`);
  const histories: Record<string, number[]> = {};
  for (const row of rows) {
    if (row?.k.endsWith('/0')) (histories[row.k.slice(0, -2)] ??= []).push(row.c);
  }
  return histories;
}

/**
 * Where the counts fell back: nowhere for a job that always went on, to 1 for one that started anew, to the count after
 * the savepoint's for one that did again what it had done since.
 */
export function fallsBackTo(history: readonly number[]): readonly number[] {
  return history.filter((count, index) => index > 0 && count <= (history[index - 1] ?? 0));
}
