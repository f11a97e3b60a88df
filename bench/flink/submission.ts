import { readFileSync } from 'node:fs';
import { flinkDeploymentType } from '../../src/kinds/flink-deployment/resource-type.ts';
import { packageFile } from '../../src/package-file.ts';
import { platformCommands } from '../../test/e2e/commands.ts';
import { createCommandLine } from './command-line.ts';
import { buildSessionJob, jobRunning, remove, type SqlText, tasksRunning, write } from './jobs.ts';
import {
  type BenchPlatform,
  buildCluster,
  type Cluster,
  clusterReady,
  fieldManager,
  namespace,
  pidOf,
  until,
} from './platform.ts';

/** One value of a figure, of sdp or by hand, in seconds. */
export type Keep = (target: 'sdp' | 'by hand', figure: string, value: number) => void;

/** The job of the example: MATCH_RECOGNIZE from topic to topic, exactly once. */
export function exampleJob(name: string): SqlText {
  const read = (file: string) => readFileSync(packageFile('examples', 'market-data', 'sql', file), 'utf8');
  return {
    name,
    script: read('jobs/yearly-prices.sql'),
    ddl: [read('ddl/trades.sql'), read('ddl/yearly-prices.sql')],
  };
}

/** A new cluster, from the write of its resource until it is READY and has a TaskManager. */
export async function measureStart(platform: BenchPlatform, round: number, keep: Keep): Promise<void> {
  const name = `fresh-${round}`;
  const { manifest } = await buildCluster(name);
  const begin = Date.now();
  await platform.client.apply(flinkDeploymentType, manifest, { fieldManager });
  await clusterReady(platform, name);
  keep('sdp', 'cluster ready', (Date.now() - begin) / 1000);
  await platform.client.delete(flinkDeploymentType, { namespace, name });
  await until(
    () => platform.client.get(flinkDeploymentType, { namespace, name }),
    (deployment) => deployment === undefined,
  );
}

/** From the write of the resource until it says RUNNING, and by `flink run` until all tasks run. */
export async function measureSubmission(
  platform: BenchPlatform,
  { flink }: Cluster,
  keep: Keep,
): Promise<void> {
  const name = 'submitted';
  const built = await buildSessionJob('session', exampleJob(name));
  const begin = await write(platform, built);
  const tasks = tasksRunning(flink, name).then(() => Date.now());
  await jobRunning(platform, name);
  keep('sdp', 'job RUNNING', (Date.now() - begin) / 1000);
  keep('sdp', '  all its tasks run', ((await tasks) - begin) / 1000);
  keep('sdp', "  runner's own share", await runnerShare(platform));
  await remove(platform, name);

  const earlier = (await flink.listJobs()).map(({ jid }) => jid);
  const commandLine = await createCommandLine(await pidOf(platform, 'session-jobmanager-0'));
  const started = Date.now();
  const [job] = await Promise.all([tasksRunning(flink, name, earlier), commandLine.run(built.args)]);
  const byHand = (Date.now() - started) / 1000;
  keep('by hand', 'job RUNNING', byHand);
  await flink.cancel(job.jid);
  await until(
    () => flink.listJobs(),
    (jobs) => jobs.every(({ jid, state }) => jid !== job.jid || state === 'CANCELED'),
  );
  await commandLine.remove();
}

/** What the runner of the last submission did before it called Flink: read the revision, filled it in, checked it. */
async function runnerShare({ data }: BenchPlatform): Promise<number> {
  const log = await platformCommands(data).sdp(['logs', 'session-jobmanager-0']);
  const took = [...log.matchAll(/ is read, filled in and checked in (\d+) ms/g)].at(-1)?.[1];
  if (took === undefined) throw new Error('the runner did not say how long it took');
  return Number(took) / 1000;
}

/** kill -9 of the JobManager, until the next one has all tasks of the job running. */
export async function measureRecovery(
  platform: BenchPlatform,
  { flink }: Cluster,
  keep: Keep,
): Promise<void> {
  const name = 'recovered';
  await write(platform, await buildSessionJob('session', exampleJob(name)));
  await jobRunning(platform, name);
  // With a checkpoint to go on from.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const pid = await pidOf(platform, 'session-jobmanager-0');
  const begin = Date.now();
  process.kill(pid, 'SIGKILL');
  await until(
    () => flink.listTaskManagers(),
    (taskManagers) => taskManagers.length > 0,
  );
  await tasksRunning(flink, name);
  keep('sdp', 'JobManager killed to RUNNING', (Date.now() - begin) / 1000);
  await jobRunning(platform, name);
  await remove(platform, name);
}
