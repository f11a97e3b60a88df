import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FlinkDeploymentObject } from '../../src/kinds/flink-deployment/desired.ts';
import { assessDeploymentHealth } from '../../src/kinds/flink-deployment/health.ts';
import { flinkDeploymentType } from '../../src/kinds/flink-deployment/resource-type.ts';
import { dataFolder } from '../../src/platform/data-folder.ts';
import { openRecordStore } from '../../src/pods/container-record.ts';
import { readLockHolder } from '../../src/process/lock-file.ts';
import { buildSessionJob, jobRunning, write } from './jobs.ts';
import {
  type BenchPlatform,
  buildCluster,
  clusterReady,
  fieldManager,
  namespace,
  until,
} from './platform.ts';
import { exampleJob, type Keep } from './submission.ts';

const settleMs = 10_000;

/** The proportional set size of everything that the platform runs: two session clusters with a job each, then a standalone job too. */
export async function measureMemory(platform: BenchPlatform, keep: Keep): Promise<void> {
  const { client } = platform;
  await client.apply(flinkDeploymentType, (await buildCluster('second')).manifest, { fieldManager });
  await clusterReady(platform, 'second');
  for (const cluster of ['session', 'second']) {
    await write(platform, await buildSessionJob(cluster, exampleJob(`in-${cluster}`)));
    await jobRunning(platform, `in-${cluster}`);
  }
  await sleep(settleMs);
  await report(platform, 'two session clusters', keep);

  const { name, script, ddl } = exampleJob('standalone');
  const standalone = await buildCluster(name, {
    job: { parallelism: 1, upgradeMode: 'savepoint' },
    sql: {
      script: { path: 'script.sql', text: script },
      ddl: ddl.map((text, at) => ({ path: `${at}.sql`, text })),
    },
  });
  for (const { type, manifest } of standalone.companions)
    await client.apply(type, manifest, { fieldManager });
  await client.apply(flinkDeploymentType, standalone.manifest, { fieldManager });
  const deployment = await until(
    () => client.get<FlinkDeploymentObject>(flinkDeploymentType, { namespace, name }),
    (found) => found !== undefined && assessDeploymentHealth(found).state !== 'progressing',
  );
  if (deployment === undefined || assessDeploymentHealth(deployment).state !== 'healthy') {
    throw new Error(`the standalone job does not run: ${deployment?.status?.error}`);
  }
  await sleep(settleMs);
  await report(platform, 'and a standalone job', keep);
}

async function report(platform: BenchPlatform, figure: string, keep: Keep): Promise<void> {
  const sizes = await readProportionalSizes(platform);
  const all = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  keep('sdp', figure, all / 1e6);
  const parts = [...sizes].map(([name, bytes]) => `${name} ${(bytes / 1e6).toFixed(0)}`);
  console.error(`${figure}: ${parts.join(', ')} (MB)`);
}

/** Bytes by process: the daemon and each pod, whole process groups counted. */
export async function readProportionalSizes({ data }: BenchPlatform): Promise<ReadonlyMap<string, number>> {
  const folder = dataFolder(data);
  const groups = new Map<number, string>();
  for (const { state, name } of await openRecordStore(join(folder.runtime, 'pods')).readAll()) {
    if (state.is === 'running') groups.set(state.process.pid, name);
  }
  const daemon = await readLockHolder(folder.lockFile);
  const sizes = new Map<string, number>();
  for (const line of execFileSync('ps', ['-A', '-o', 'pid=,pgid='], { encoding: 'utf8' }).split('\n')) {
    const [pid, group = 0] = line.trim().split(/\s+/).map(Number);
    const name = pid === daemon?.pid ? 'daemon' : groups.get(group);
    if (name === undefined) continue;
    const kilobytes = Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
    sizes.set(name, (sizes.get(name) ?? 0) + kilobytes * 1024);
  }
  return sizes;
}
