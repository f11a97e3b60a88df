import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../src/apiclient/client.ts';
import { createApiClient } from '../../src/apiclient/http-client.ts';
import { readKubeconfig } from '../../src/apiclient/kubeconfig.ts';
import { dataFolder } from '../../src/platform/data-folder.ts';
import { eventually, type PlatformCommands, platformCommands } from '../e2e/commands.ts';
import { checkOutput } from './check-output.ts';
import { type JobSeen, seeJob } from './flink-job.ts';
import { startNumbers } from './number-stream.ts';
import { copyNumbersProject, type JobVariables } from './numbers-project.ts';
import { killProcesses, type Process } from './processes.ts';
import { createRandom, type Random } from './random.ts';

export type Fault = Exclude<Process, 'Connect'> | 'everything';
export type Upgrade = 'parallelism' | 'script' | 'suspend and resume';

/** One thing that happens to the job. */
export type Step =
  /** `absentMs`: how long the daemon stays away when it is among the victims. */
  | { readonly do: 'kill'; readonly victim: Fault; readonly absentMs: number }
  /** Short enough that nobody may notice. */
  | { readonly do: 'leave-unnoticed'; readonly absentMs: number }
  /** Longer than a JobManager may lead without the API (15 s): the same job goes on from its last checkpoint. */
  | { readonly do: 'leave-long'; readonly absentMs: number }
  | { readonly do: 'restart-platform' }
  /** `during`: what dies while it is applied, and how long after the start of that. */
  | {
      readonly do: 'upgrade';
      readonly upgrade: Upgrade;
      readonly during?: { readonly victim: Fault; readonly afterMs: number };
    };

export interface ScenarioOptions {
  readonly seed: number;
  /** The steps to come, by what the seed decides; it ends when there are none. */
  steps(random: Random): Iterable<Step>;
  readonly recordsPerSecond: number;
  report(line: string): void;
}

export interface Outcome {
  readonly total: number;
  /** What is wrong with the output. */
  readonly mistakes: readonly string[];
  readonly kills: Readonly<Record<Fault, number>>;
  readonly upgrades: Readonly<Record<Upgrade, number>>;
  /** Applies that failed since something died meanwhile, and were repeated. */
  readonly repeatedApplies: number;
}

const recoveryMs = 150_000;
const everything: readonly Process[] = ['daemon', 'Kafka', 'JobManager', 'TaskManager'];

/**
 * A stream of numbers through a stateful job with transactional sinks, on a platform of its own, while its processes are
 * killed and the job is upgraded. Answers what the committed output says of it.
 */
export async function runScenario(options: ScenarioOptions): Promise<Outcome> {
  const data = await mkdtemp(join(tmpdir(), 'sdp-faults-'));
  options.report(`seed ${options.seed}, data in ${data}`);
  const platform = platformCommands(data);
  try {
    await platform.sdp(['up', '--detach']);
    return await runOn(data, platform, options);
  } finally {
    // For a look at what a failed run left.
    if (process.env.SDP_TEST_KEEP === undefined) {
      await platform.sdp(['down', '--purge']);
      await rm(data, { recursive: true, force: true });
    }
  }
}

async function runOn(data: string, platform: PlatformCommands, options: ScenarioOptions): Promise<Outcome> {
  const { seed, recordsPerSecond } = options;
  const random = createRandom(seed);
  const begin = Date.now();
  const report = (line: string) =>
    options.report(`${((Date.now() - begin) / 1000).toFixed(0).padStart(5)} s  ${line}`);
  const kills: Record<Fault, number> = { daemon: 0, Kafka: 0, JobManager: 0, TaskManager: 0, everything: 0 };
  const upgrades: Record<Upgrade, number> = { parallelism: 0, script: 0, 'suspend and resume': 0 };
  let repeatedApplies = 0;
  let variables: JobVariables = { parallelism: 1, state: 'running', revision: 1 };
  const project = await copyNumbersProject(platform);
  const client: ApiClient = createApiClient(await readKubeconfig(dataFolder(data).kubeconfig));

  const running = (): Promise<JobSeen | undefined> =>
    eventually(
      () => seeJob(client),
      (job) => job?.state === 'RUNNING',
      recoveryMs,
    );

  async function kill(victim: Fault, absentMs: number): Promise<void> {
    const victims = victim === 'everything' ? everything : [victim];
    const dead = await killProcesses(data, victims);
    if (dead.length > 0) kills[victim] += 1;
    if (!victims.includes('daemon')) return;
    await sleep(absentMs);
    await platform.sdp(['up', '--detach']);
  }

  /** A daemon that is away so shortly must not be noticed by any job. */
  async function leaveUnnoticed(absentMs: number): Promise<void> {
    const before = await running();
    await kill('daemon', absentMs);
    await sleep(2_000);
    const after = await running();
    const noticed =
      after?.jobId !== before?.jobId ||
      after?.takenUp !== before?.takenUp ||
      after?.restarts !== before?.restarts;
    if (noticed) {
      throw new Error(
        `the daemon was away for ${absentMs} ms, and the job noticed: ${JSON.stringify({ before, after })}`,
      );
    }
  }

  /**
   * Flink's client goes on asking the API for up to a minute in one call, so that a JobManager may notice only after the
   * daemon is back that it had lost the lead: until then, or for good, the job runs on.
   */
  async function leaveLong(absentMs: number): Promise<void> {
    const before = await running();
    await kill('daemon', absentMs);
    const isTakenUp = (job: JobSeen | undefined) =>
      job?.state === 'RUNNING' && job.takenUp > (before?.takenUp ?? 0);
    const after = await eventually(() => seeJob(client), isTakenUp, 60_000).catch(running);
    if (after?.jobId !== before?.jobId || (isTakenUp(after) && after?.restored === undefined)) {
      throw new Error(`the job was not resumed: ${JSON.stringify({ before, after })}`);
    }
    report(isTakenUp(after) ? `  the same job, from checkpoint ${after?.restored}` : '  the job ran on');
  }

  async function upgrade({ upgrade: what, during }: Extract<Step, { do: 'upgrade' }>): Promise<void> {
    if (what === 'suspend and resume') {
      await change({ ...variables, state: 'suspended' }, during);
      await sleep(random.between(0, 1_500));
      await change({ ...variables, state: 'running' }, undefined);
    } else if (what === 'script') {
      await change({ ...variables, revision: variables.revision + 1 }, during);
    } else {
      await change({ ...variables, parallelism: variables.parallelism === 1 ? 2 : 1 }, during);
    }
    upgrades[what] += 1;
  }

  async function change(
    next: JobVariables,
    during: Extract<Step, { do: 'upgrade' }>['during'],
  ): Promise<void> {
    variables = next;
    const disturbing = during && sleep(during.afterMs).then(() => kill(during.victim, 1_000));
    const first = await project.apply(next).catch(failedApply);
    await disturbing;
    if (first.ok) return;
    if (during === undefined) throw new Error(`an apply failed though nothing died:\n${first.output}`);
    const deadline = Date.now() + recoveryMs;
    for (let last = first; !last.ok; last = await project.apply(next).catch(failedApply)) {
      repeatedApplies += 1;
      report(`  the apply failed: ${firstError(last.output)}`);
      if (Date.now() > deadline) throw new Error(`no apply succeeds any more:\n${last.output}`);
      await sleep(1_000);
    }
  }

  async function carryOut(step: Step): Promise<void> {
    switch (step.do) {
      case 'kill':
        return kill(step.victim, step.absentMs);
      case 'leave-unnoticed':
        return leaveUnnoticed(step.absentMs);
      case 'leave-long':
        return leaveLong(step.absentMs);
      case 'restart-platform':
        await platform.sdp(['down']);
        await platform.sdp(['up', '--detach']);
        return undefined;
      case 'upgrade':
        return upgrade(step);
    }
  }

  try {
    await project.start(variables);
    const { SDP_BOOTSTRAP_SERVERS: bootstrapServers = '' } = await platform.env();
    const numbers = startNumbers(bootstrapServers, recordsPerSecond);
    for (const step of options.steps(random)) {
      report(`${describe(step)} (${numbers.written()} numbers so far)`);
      await carryOut(step);
      // Often the next comes before the last is over.
      if (random.chance(0.7)) {
        await running();
        await sleep(random.between(0, 3_000));
      } else {
        await sleep(random.between(0, 4_000));
      }
    }
    await running();
    const total = await numbers.stop();
    report(`${total} numbers written, reading what came out`);
    const mistakes = await checkOutput({ bootstrapServers, total, stallMs: 60_000 });
    report(mistakes.length === 0 ? 'every number once, every sum right' : mistakes.join('\n'));
    return { total, mistakes, kills, upgrades, repeatedApplies };
  } finally {
    await client.close();
    await project.remove();
  }
}

function failedApply(error: unknown): { ok: boolean; output: string } {
  return { ok: false, output: error instanceof Error ? error.message : String(error) };
}

function firstError(output: string): string {
  return (
    output
      .split('\n')
      .find((line) => /error/i.test(line))
      ?.trim() ?? output.slice(0, 200)
  );
}

function describe(step: Step): string {
  switch (step.do) {
    case 'kill':
      return `kill -9 ${step.victim}${step.victim === 'daemon' || step.victim === 'everything' ? `, away for ${(step.absentMs / 1000).toFixed(1)} s` : ''}`;
    case 'leave-unnoticed':
    case 'leave-long':
      return `kill -9 daemon, away for ${(step.absentMs / 1000).toFixed(1)} s`;
    case 'restart-platform':
      return 'down and up';
    case 'upgrade':
      return `upgrade: ${step.upgrade}${step.during === undefined ? '' : `, kill -9 ${step.during.victim} ${step.during.afterMs.toFixed(0)} ms after its start`}`;
  }
}
