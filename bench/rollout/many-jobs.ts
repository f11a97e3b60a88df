import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageFile } from '../../src/package-file.ts';
import { statePath } from '../../src/platform/state-backend.ts';
import { installProvider } from '../../src/terraform/install-provider.ts';
import { type BenchServer, startBenchServer } from '../large-project/bench-server.ts';
import { terraform } from '../large-project/run-terraform.ts';
import { type JobsOptions, type JobsProject, writeJobsProject } from './jobs-project.ts';
import type { Keep } from './measure.ts';
import { startStandInOperator } from './stand-in-operator.ts';

/** Long enough that whoever asks again while waiting does it many times. */
const waitMs = 10_000;

/** One, a sixth of them, and all. */
export function appliedOf(jobs: number): readonly number[] {
  return [1, Math.ceil(jobs / 6), jobs];
}

/** Plans and applies of so many jobs, each with the wait for its rollout. */
export async function measureManyJobs(
  jobs: number,
  rounds: number,
  wanted: (name: string) => boolean,
  keep: Keep,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sdp-bench-rollout-'));
  const server = await startBenchServer(join(folder, 'server'));
  const operator = startStandInOperator(server.client, waitMs);
  try {
    const waiting = await prepare(server, folder, { name: 'waits', jobs, wait: true });
    if (wanted('plan')) await measurePlans(waiting, server.environment, rounds, keep);
    if (wanted('requests')) {
      const plain = await prepare(server, folder, { name: 'plain', jobs, wait: false });
      await measureRequests(waiting, plain, server, keep);
    }
  } finally {
    await operator.stop();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Prepared {
  readonly path: string;
  readonly jobs: number;
  readonly project: JobsProject;
  run(...args: readonly string[]): ReturnType<typeof terraform>;
}

async function prepare(server: BenchServer, folder: string, options: JobsOptions): Promise<Prepared> {
  const path = join(folder, options.name);
  const project = writeJobsProject(path, `${server.url}${statePath(options.name, 'bench')}`, options);
  await installProvider(packageFile('dist', 'terraform-provider-sdp'), { project: path });
  const run = (...args: readonly string[]) => terraform(path, server.environment, ...args);
  await run('init');
  const first = await run('apply', '-auto-approve', '-parallelism=512');
  console.error(`first apply of ${options.name}: ${first.seconds.toFixed(1)} s`);
  // Reads what the jobs have become: what verdicts go by.
  await run('apply', '-auto-approve', '-refresh-only');
  return { path, jobs: options.jobs, project, run };
}

async function measurePlans(
  { path, jobs, project, run }: Prepared,
  env: NodeJS.ProcessEnv,
  rounds: number,
  keep: Keep,
): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) {
    const unchanged = await run('plan', '-parallelism=30', '-detailed-exitcode');
    project.setParallelism(jobs, 2);
    const changed = await run('plan', '-parallelism=30', '-out=changed.tfplan');
    if (!changed.output.includes(`${jobs * 2} to change`) && !changed.output.includes(`${jobs} to change`)) {
      throw new Error(`not all jobs are planned to change:\n${changed.output.slice(-2_000)}`);
    }
    const begin = performance.now();
    await promisify(execFile)(packageFile('bin', 'sdp.js'), ['plan'], { cwd: path, env, maxBuffer: 2 ** 26 });
    const table = (performance.now() - begin) / 1000;
    project.setParallelism(jobs, 1);
    keep('plan that changes nothing (s)', unchanged.seconds);
    keep('plan that changes all jobs (s)', changed.seconds);
    keep('  by the plan that changes nothing', changed.seconds / unchanged.seconds);
    keep('  as sdp plan, with its table (s)', table);
  }
}

/**
 * An apply that waits beside the same that does not: the reads that it has more are those for waiting. Of writes it has one
 * more for each rollout, which notes what ran well.
 */
async function measureRequests(
  waiting: Prepared,
  plain: Prepared,
  server: BenchServer,
  keep: Keep,
): Promise<void> {
  let parallelism = 2;
  for (const count of appliedOf(waiting.jobs)) {
    const requests = async ({ project, run }: Prepared) => {
      project.setParallelism(count, parallelism);
      await run('plan', '-parallelism=512', '-out=changed.tfplan');
      server.takeRequests();
      const { seconds } = await run('apply', '-parallelism=512', 'changed.tfplan');
      return { seconds, made: server.takeRequests() };
    };
    const without = await requests(plain);
    const withWaiting = await requests(waiting);
    keep(`apply with ${count} rollouts (s)`, withWaiting.seconds);
    keep(`  API requests of ${count}`, withWaiting.made.length);
    keep(`  reads for waiting, ${count}`, readsIn(withWaiting.made) - readsIn(without.made));
    for (const [request, times] of countShapes(withWaiting.made)) console.error(`    ${times} × ${request}`);
    parallelism += 1;
  }
}

function readsIn(requests: readonly string[]): number {
  return requests.filter((request) => request.startsWith('GET ')).length;
}

/** `GET …/flinksessionjobs/*` for those of single objects. */
function countShapes(requests: readonly string[]): readonly [string, number][] {
  const counts = new Map<string, number>();
  for (const request of requests) {
    const shape = request
      .replace(/\/(waits|plain)-[\w.-]+/g, '/*')
      .replace(/\?.*/, (query) => (query.includes('watch') ? '?watch' : ''));
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  return [...counts].toSorted(([, left], [, right]) => right - left);
}
