import type { FlinkClient, JobOverview } from '../../src/engines/flink/client.ts';
import { observedJob } from '../../src/kinds/flink-job/observed-job.ts';
import type { FlinkSessionJobObject } from '../../src/kinds/flink-session-job/decide.ts';
import { flinkSessionJob } from '../../src/kinds/flink-session-job/kind.ts';
import { flinkSessionJobType } from '../../src/kinds/flink-session-job/resource-type.ts';
import type { BuiltManifest } from '../../src/kinds/kind.ts';
import { type BenchPlatform, declared, fieldManager, namespace, until } from './platform.ts';

/** A SQL job with its tables, as texts. */
export interface SqlText {
  readonly name: string;
  readonly script: string;
  readonly ddl: readonly string[];
  readonly flinkConfiguration?: Record<string, string>;
  readonly state?: 'running' | 'suspended';
  readonly restartNonce?: number;
}

export interface BuiltJob extends BuiltManifest {
  /** Arguments of the runner. */
  readonly args: readonly string[];
}

export async function buildSessionJob(cluster: string, sql: SqlText): Promise<BuiltJob> {
  const { name, script, ddl, flinkConfiguration, state = 'running', restartNonce } = sql;
  const { value, diagnostics } = await declared(flinkSessionJob).buildManifest(
    { name, namespace },
    {
      deploymentName: cluster,
      job: { parallelism: 1, state, upgradeMode: 'savepoint' },
      sql: {
        script: { path: `sql/jobs/${name}.sql`, text: script },
        ddl: ddl.map((text, index) => ({ path: `sql/ddl/${index}.sql`, text })),
      },
      ...(flinkConfiguration !== undefined && { flinkConfiguration }),
      ...(restartNonce !== undefined && { restartNonce }),
    },
  );
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  const { spec } = value.manifest as unknown as FlinkSessionJobObject;
  return { ...value, args: spec.job.args ?? [] };
}

/** Writes what the resource needs, then the resource; answers when that was, in milliseconds since the epoch. */
export async function write({ client }: BenchPlatform, built: BuiltManifest): Promise<number> {
  for (const { type, manifest } of built.companions) await client.apply(type, manifest, { fieldManager });
  const begin = Date.now();
  await client.apply(flinkSessionJobType, built.manifest, { fieldManager, force: true });
  return begin;
}

/** Resolves when the resource says that its job is RUNNING, as of the generation that was written last. */
export async function jobRunning({ client }: BenchPlatform, name: string): Promise<FlinkSessionJobObject> {
  const found = await until(
    () => client.get<FlinkSessionJobObject>(flinkSessionJobType, { namespace, name }),
    (job) =>
      job?.status?.observedGeneration === job?.metadata.generation &&
      job?.status?.reconciliationStatus?.state === 'DEPLOYED' &&
      job.status.jobStatus?.state === 'RUNNING',
  );
  if (found === undefined) throw new Error(`${name} is gone`);
  return found;
}

/** Resolves when all tasks run of a job that is not one of `others`. */
export async function tasksRunning(
  flink: FlinkClient,
  name: string,
  others: readonly string[] = [],
): Promise<JobOverview> {
  const isIt = (job: JobOverview) =>
    job.name === name && !others.includes(job.jid) && observedJob(job).state === 'RUNNING';
  const jobs = await until(
    () => flink.listJobs(),
    (found) => found.some(isIt),
  );
  const job = jobs.find(isIt);
  if (job === undefined) throw new Error(`${name} is gone`);
  return job;
}

export async function remove(platform: BenchPlatform, name: string): Promise<void> {
  await platform.client.delete(flinkSessionJobType, { namespace, name });
  await until(
    () => platform.client.get(flinkSessionJobType, { namespace, name }),
    (job) => job === undefined,
  );
}
