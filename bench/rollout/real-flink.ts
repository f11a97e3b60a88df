import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { flinkDeploymentType } from '../../src/kinds/flink-deployment/resource-type.ts';
import { platformCommands, run } from '../../test/e2e/commands.ts';
import { declareModule } from '../../test/e2e/sql-project.ts';
import {
  type BenchPlatform,
  buildCluster,
  clusterReady,
  fieldManager,
  startPlatform,
  until,
} from '../flink/platform.ts';
import type { Keep } from './measure.ts';

const name = 'bench';

/** Applies by real Terraform on the local platform: a job that runs, edited each time, and one whose every record fails. */
export async function measureRealFlink(
  rounds: number,
  wanted: (name: string) => boolean,
  keep: Keep,
): Promise<void> {
  const platform = await startPlatform();
  try {
    await platform.client.apply(flinkDeploymentType, (await buildCluster('session')).manifest, {
      fieldManager,
    });
    const { address } = await clusterReady(platform, 'session');
    const project = await createProject(platform);
    try {
      // The first job of a JobManager waits for its planner to be loaded: not what is measured.
      await project.apply(jobOf('runs', 0));
      for (let round = 1; round <= rounds && wanted('healthy'); round += 1) {
        const { ended, errors } = await project.apply(jobOf('runs', round));
        if (errors.length > 0) throw new Error(errors.join('\n'));
        const checkpoint = await firstCheckpoint(address, await newestJob(address, 'runs'));
        keep('checkpoint to end of rollout (s)', (ended - checkpoint) / 1000);
      }
      for (let round = 1; round <= rounds && wanted('dies'); round += 1) {
        const { ended, errors } = await project.apply(jobOf(`dies-${round}`, round));
        if (!errors.some((text) => text.includes(rootCause))) {
          throw new Error(`the apply does not name the root cause:\n${errors.join('\n')}`);
        }
        const failure = await firstFailure(address, await newestJob(address, `dies-${round}`));
        keep('first failure to report (s)', (ended - failure) / 1000);
      }
    } finally {
      await project.remove();
    }
  } finally {
    await platform.stop();
  }
}

const rootCause = 'NumberFormatException';

const scripts = {
  runs: `CREATE TEMPORARY TABLE numbers (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '10');
CREATE TEMPORARY TABLE nowhere (n INT) WITH ('connector' = 'blackhole');
INSERT INTO nowhere SELECT n + \${round} FROM numbers;
`,
  dies: `CREATE TEMPORARY TABLE words (t STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '10');
CREATE TEMPORARY TABLE nowhere (n INT) WITH ('connector' = 'blackhole');
INSERT INTO nowhere SELECT CAST(CONCAT('x', t) AS INT) + \${round} FROM words;
`,
};

function jobOf(job: string, round: number): string {
  const script = job.startsWith('dies') ? 'dies' : job;
  const lines = `  job_name        = "${job}"
  script          = "sql/jobs/${script}.sql"
  session_cluster = "session"
  args            = { round = ${round} }
  timeout         = "2m"`;
  return declareModule('flink/sql-job', job, lines);
}

interface Applied {
  /** When the rollout ended, well or not, in milliseconds since the epoch. */
  readonly ended: number;
  readonly errors: readonly string[];
}

async function createProject(platform: BenchPlatform) {
  const folder = mkdtempSync(join(tmpdir(), 'sdp-bench-rollout-'));
  const commands = platformCommands(platform.data);
  mkdirSync(join(folder, 'sql', 'jobs'), { recursive: true });
  for (const [script, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, 'sql', 'jobs', `${script}.sql`), text);
  }
  writeFileSync(join(folder, 'main.tf'), header);
  await commands.sdp(['init', folder, '--project', name]);
  const env = { ...(await commands.env()), CHECKPOINT_DISABLE: '1', TF_INPUT: '0' };
  return {
    async apply(declaration: string): Promise<Applied> {
      writeFileSync(join(folder, 'main.tf'), header + declaration);
      await run('terraform', ['init'], { cwd: folder, env });
      return applyTimed(folder, env);
    },
    async remove() {
      await run('terraform', ['destroy', '-auto-approve'], { cwd: folder, env });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const header = `terraform {
  required_providers {
    sdp = { source = "sdp.internal/platform/sdp" }
  }
}

provider "sdp" {
  project = "${name}"
}
`;

interface Line {
  readonly '@timestamp': string;
  readonly type: string;
  readonly hook?: { readonly resource?: { readonly resource_type?: string } };
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail?: string };
}

/** Terraform itself says when each resource was done. */
function applyTimed(folder: string, env: Readonly<Record<string, string>>): Promise<Applied> {
  return new Promise((resolve, reject) => {
    const child = spawn('terraform', ['apply', '-json', '-auto-approve'], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const errors: string[] = [];
    let ended = Number.NaN;
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      const isEnd = line.type === 'apply_complete' || line.type === 'apply_errored';
      if (isEnd && line.hook?.resource?.resource_type === 'sdp_rollout')
        ended = Date.parse(line['@timestamp']);
      if (line.diagnostic?.severity !== 'error') return;
      errors.push(`${line.diagnostic.summary}\n${line.diagnostic.detail ?? ''}`);
    });
    child.once('error', reject);
    child.once('close', () => resolve({ ended, errors }));
  });
}

async function newestJob(address: string, job: string): Promise<string> {
  const { jobs } = await ask<{ jobs: { jid: string; name: string; 'start-time': number }[] }>(
    `${address}/jobs/overview`,
  );
  const [newest] = jobs
    .filter((item) => item.name === job)
    .toSorted((a, b) => b['start-time'] - a['start-time']);
  if (newest === undefined) throw new Error(`Flink has no job ${job}`);
  return newest.jid;
}

/** When the first checkpoint of a job was complete. */
async function firstCheckpoint(address: string, jobId: string): Promise<number> {
  const { history } = await until(
    () =>
      ask<{ history: { status: string; is_savepoint: boolean; latest_ack_timestamp: number }[] }>(
        `${address}/jobs/${jobId}/checkpoints`,
      ),
    (answer) => answer.history.some(({ status }) => status === 'COMPLETED'),
  );
  const times = history
    .filter(({ status }) => status === 'COMPLETED')
    .map((item) => item.latest_ack_timestamp);
  return Math.min(...times);
}

async function firstFailure(address: string, jobId: string): Promise<number> {
  const answer = await ask<{ exceptionHistory: { entries: { timestamp: number }[] } }>(
    `${address}/jobs/${jobId}/exceptions`,
  );
  return Math.min(...answer.exceptionHistory.entries.map(({ timestamp }) => timestamp));
}

async function ask<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as T;
}
