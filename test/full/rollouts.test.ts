import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Manifest } from '../../src/apiclient/object.ts';
import { eventually, platformCommands } from '../e2e/commands.ts';
import {
  countsBySql,
  createSqlProject,
  declareModule,
  declareTopic,
  evenCounts,
  readCounts,
  type SqlProject,
} from '../e2e/sql-project.ts';

/** An apply that returns is true: what fails is told at once, taken back with its state, and not made again unasked. */

const platform = platformCommands(inject('dataFolder'));
const reportedWithin = 10_000;
let project: SqlProject;
let folder: string;
let sent = 0;

/** The same operators, so that the state fits. With `fails`, what is divided by three without a rest ends the job. */
const script = (fails: boolean, comment: string) =>
  `-- ${comment}\nINSERT INTO counts SELECT n % 3${fails ? ' + 0 * (10 / (n % 3))' : ''}, COUNT(*) FROM numbers GROUP BY n % 3${fails ? ' + 0 * (10 / (n % 3))' : ''};\n`;

const scripts: Readonly<Record<string, string>> = {
  first: script(false, 'first'),
  second: script(false, 'second'),
  third: script(false, 'third'),
  'divides-a': script(true, 'a'),
  'divides-b': script(true, 'b'),
};

const cluster = declareModule('flink/session-cluster', 'session', '  name = "rollouts"');

const declare = (name: string, more = '') => [
  cluster,
  declareTopic(numbersTopic),
  declareTopic('rollout-counts'),
  declareModule(
    'flink/sql-job',
    'job',
    `  job_name            = "rolled"
  script              = "sql/jobs/${name}.sql"
  session_cluster     = module.session.name
  args                = { from = module.rollout-numbers.name, to = module.rollout-counts.name }
  flink_configuration = { "execution.checkpointing.interval" = "10 min" }
${more}`,
  ),
];
const withRollback = '  rollback_on_failure = true\n';

const job = () => platform.getJson<Manifest & { status?: Status }>(['flinksessionjob', 'rolled']);

interface Status {
  readonly jobStatus?: { readonly state?: string };
}

const numbersTopic = 'rollout-numbers';

/** Numbers come in without a pause until it is closed, three at a time: one of each remainder. */
async function openStream(): Promise<{ close(): Promise<void> }> {
  const { SDP_BOOTSTRAP_SERVERS: servers = '' } = JSON.parse(
    await platform.sdp(['env', '--json']),
  ) as Readonly<Record<string, string>>;
  const producer = new Producer({
    clientId: 'rollouts',
    bootstrapBrokers: servers.split(','),
    serializers: stringSerializers,
    acks: ProduceAcks.ALL,
  });
  let open = true;
  const running = (async () => {
    while (open) {
      const messages = [0, 1, 2].map((rest) => ({
        topic: numbersTopic,
        value: JSON.stringify({ n: sent + rest }),
      }));
      await producer.send({ messages });
      sent += 3;
      await sleep(100);
    }
  })();
  return {
    async close() {
      open = false;
      await running;
      await new Promise<void>((resolve) => producer.close(true, () => resolve()));
    },
  };
}

/** While numbers come in. */
async function applyUnderLoad(...declarations: readonly string[]) {
  const stream = await openStream();
  try {
    const { code, output } = await project.apply(...declarations);
    return { code, output, endedAt: Date.now() };
  } finally {
    await stream.close();
  }
}

/** When the job was first told of to have failed; events are kept by the second. */
async function firstFailure(): Promise<number> {
  const { items } = await platform.getJson<{
    items: readonly { readonly reason: string; readonly firstTimestamp: string }[];
  }>(['events', '--field-selector', 'involvedObject.name=rolled,reason=JobException']);
  return Math.min(...items.map(({ firstTimestamp }) => Date.parse(firstTimestamp)));
}

/** Every number was counted once. */
async function expectAllCounted(): Promise<void> {
  const counts = await eventually(
    () => readCounts(platform, 'rollout-counts'),
    (found) => JSON.stringify(found) === JSON.stringify(evenCounts(sent / 3)),
  );
  expect(counts).toEqual(evenCounts(sent / 3));
}

const leftovers = () =>
  platform.kubectl(['get', 'flinkstatesnapshots', '-l', 'sdp.internal/rollout', '-o', 'name']);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-rollouts-'));
  const jobs = Object.entries(scripts).map(([name, text]) => [`sql/jobs/${name}.sql`, text]);
  project = await createSqlProject(platform, 'rollouts', {
    'sql/ddl/tables.sql': countsBySql['sql/ddl/tables.sql'] ?? '',
    ...Object.fromEntries(jobs),
  });
});

afterAll(async () => {
  await project?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('a Flink job', () => {
  it('that is healthy has taken a checkpoint, though its interval is long, and is noted as healthy', async () => {
    await project.applied(...declare('first'));
    await (await openStream()).close();
    await expectAllCounted();
    expect(await leftovers()).toBe('');
    const { metadata } = await job();
    expect(JSON.parse(metadata.annotations?.['sdp.internal/healthy'] ?? '')).toMatchObject([
      { revision: metadata.annotations?.['sdp.internal/revision'] },
    ]);
    expect((await project.plan()).code).toBe(0);
  }, 400_000);

  it('that dies at run time is reported soon, with its root cause, and goes back by hand', async () => {
    const run = await applyUnderLoad(...declare('divides-a'));
    expect(run.code).toBe(1);
    expect(run.output).toContain('ArithmeticException: / by zero');
    expect(run.endedAt - (await firstFailure())).toBeLessThan(reportedWithin + 1_000);
    expect(await leftovers()).toBe('');

    const output = await platform.sdp(['rollback', 'rolled']);
    expect(output).toMatch(
      /the healthy revision \w+ of rolled back.*It starts from \S+savepoint-.*runs again/s,
    );
    await expectAllCounted();
    const plan = await project.plan();
    expect(plan.code).toBe(1);
    expect(plan.output).toContain('was rolled back');
  }, 400_000);

  it('goes on with its state once it is corrected', async () => {
    await project.applied(...declare('second', withRollback));
    await expectAllCounted();
    expect((await project.plan()).code).toBe(0);
  }, 400_000);

  it('that dies at run time is rolled back by the apply, which fails all the same', async () => {
    const run = await applyUnderLoad(...declare('divides-b', withRollback));
    expect(run.code).toBe(1);
    expect(run.output).toContain('ArithmeticException: / by zero');
    expect(run.output).toMatch(/It was rolled back to revision \w+, and is healthy/);
    expect(run.output).toContain('Output since then is reprocessed');
    expect((await job()).status?.jobStatus?.state).toBe('RUNNING');
    await expectAllCounted();
  }, 400_000);

  it('is not planned again as it was, except on purpose', async () => {
    const again = await project.apply(...declare('divides-b', withRollback));
    expect(again.code).toBe(1);
    expect(again.output).toContain('was rolled back');
    const retried = await applyUnderLoad(...declare('divides-b', `${withRollback}  retry = true\n`));
    expect(retried.output).toMatch(/It was rolled back to revision \w+, and is healthy/);
    await expectAllCounted();
    await project.applied(...declare('third', withRollback));
    await expectAllCounted();
    expect(await leftovers()).toBe('');
  }, 400_000);
});

describe('a connector', () => {
  const connect = declareModule(
    'kafka-connect/cluster',
    'connect',
    '  name    = "rollouts"\n  plugins = ["file-sink"]',
  );
  const sink = (file: string) =>
    declareModule(
      'kafka-connect/sink',
      'sink',
      `  name                = "rolled-sink"
  cluster             = module.connect.name
  class               = "org.apache.kafka.connect.file.FileStreamSinkConnector"
  topics              = module.rollout-numbers.name
  rollback_on_failure = true
  config = {
    file              = "${join(folder, file)}"
    "value.converter" = "org.apache.kafka.connect.storage.StringConverter"
  }`,
    );

  it('whose task fails is told of by what Connect says, and rolled back', async () => {
    await project.applied(...declare('third', withRollback), connect, sink('numbers.txt'));
    const run = await project.apply(...declare('third', withRollback), connect, sink('no/such/folder/x'));
    expect(run.code).toBe(1);
    expect(run.output).toMatch(/Task 0 of connector rolled-sink failed/);
    expect(run.output).toMatch(/It was rolled back to revision \w+, and is healthy/);
    const again = await project.plan();
    expect(again.code).toBe(1);
    expect(again.output).toContain('was rolled back');
  }, 400_000);
});
