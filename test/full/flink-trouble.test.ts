import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually, platformCommands } from '../e2e/commands.ts';
import {
  countsBySql,
  createSqlProject,
  declareModule,
  declareTopic,
  type SqlProject,
} from '../e2e/sql-project.ts';
import { type ServedJob, serveTroubleJob } from './trouble-job.ts';

/** What is wrong with Flink jobs and clusters is told in the words of who declared them. */

const platform = platformCommands(inject('dataFolder'));
let project: SqlProject;
let job: ServedJob;
/** Checkpoints of jobs that cannot write them. */
let folder: string;

const cluster = declareModule(
  'flink/session-cluster',
  'session',
  '  name       = "trouble"\n  task_slots = 20',
);

const sessionJob = (name: string, what: string, more = '', jar = job.url) =>
  declareModule(
    'flink/java-job',
    name,
    `  job_name          = "${name}"
  session_cluster   = module.session.name
  jar_uri           = "${jar}"
  args              = { do = "${what}" }
  checkpoint_config = { interval = "1 s" }
${more}`,
  );

const sqlJob = (name: string, from: string, more = '') =>
  declareModule(
    'flink/sql-job',
    name,
    `  job_name        = "${name}"
  script          = "sql/jobs/counts.sql"
  session_cluster = module.session.name
  args            = { from = "${from}", to = module.trouble-counts.name }
${more}`,
  );

const application = (name: string, what: string, more = '', memory = '1200m', jar = job.url) =>
  declareModule(
    'flink/standalone-job',
    name,
    `  job_name          = "${name}"
  job_type          = "java"
  jar_uri           = "${jar}"
  args              = { do = "${what}" }
  jm_resource       = { memory = "1200m" }
  tm_resource       = { memory = "${memory}" }
  checkpoint_config = { interval = "1 s" }
${more}`,
  );

/** Of a job that fails again and again no savepoint can be taken, and its deletion would wait for one. */
const nothingToKeep = '  upgrade_mode = "stateless"';

const checkpointsIn = (path: string) =>
  `  flink_configuration = { "execution.checkpointing.dir" = "file://${path}", "execution.checkpointing.interval" = "1 s" }`;

interface Job {
  readonly status: {
    readonly error?: string;
    readonly jobStatus: { readonly jobId: string; readonly state: string };
  };
}

const statusOf = async (kind: string, name: string) => (await platform.getJson<Job>([kind, name])).status;
const eventsOf = (kind: string, name: string) => platform.kubectl(['events', '--for', `${kind}/${name}`]);

const steady = () => sessionJob('steady', 'steady');
const common = () => [cluster, declareTopic('trouble-counts'), steady()];

beforeAll(async () => {
  [job, folder] = await Promise.all([serveTroubleJob(), mkdtemp(join(tmpdir(), 'sdp-trouble-'))]);
  project = await createSqlProject(platform, 'trouble', countsBySql);
  await writeFile(join(folder, 'file'), '');
});

afterAll(async () => {
  await project?.remove();
  await job?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('jobs of a session cluster', () => {
  it('say in the output of the apply why they do not run, and leave the others alone', async () => {
    await project.applied(...common());
    const before = (await statusOf('flinksessionjob', 'steady')).jobStatus;
    const wrong = {
      throws: [sessionJob('throws', 'throw'), 'IllegalStateException: no orders today'],
      misses: [
        sessionJob('misses', 'miss'),
        'The class com.example.Absent is missing: neither trouble.jar nor Flink has it.',
      ],
      twice: [sessionJob('twice', 'twice'), 'Cannot have more than one execute()'],
      unserved: [
        sessionJob('unserved', 'steady', '', job.url.replace(/:\d+/, ':65533')),
        'the jar cannot be fetched from http://127.0.0.1:65533/trouble.jar: connect ECONNREFUSED',
      ],
      lost: [
        sessionJob('lost', 'steady', '  initial_savepoint_path = "file:///no/such/savepoint"'),
        'There is no checkpoint or savepoint at file:///no/such/savepoint',
      ],
      unwritable: [
        sessionJob('unwritable', 'steady', checkpointsIn(join(folder, 'file', 'x'))),
        'Checkpoints cannot be written (FileAlreadyExistsException:',
      ],
      'unwritable-sql': [
        sqlJob('unwritable-sql', 'trouble-counts', checkpointsIn(join(folder, 'file', 'x'))),
        'Failed to create checkpoint storage at checkpoint coordinator side: FileAlreadyExistsException:',
      ],
      'no-topic': [
        sqlJob('no-topic', 'nowhere', `  timeout = "40s"\n${nothingToKeep}`),
        'The topic nowhere does not exist: declare it (module kafka/topic), or correct the name.',
      ],
    } as const;
    const { code, output } = await project.apply(...common(), ...Object.values(wrong).map(([text]) => text));
    expect(code).toBe(1);
    for (const [name, [, says]] of Object.entries(wrong)) {
      expect(output).toContain(says);
      expect(await eventsOf('flinksessionjob', name)).toContain(says);
    }
    expect(output).not.toMatch(/\bat [\w.$]+\([\w.]+\.java/);
    expect((await statusOf('flinksessionjob', 'steady')).jobStatus).toMatchObject({
      jobId: before.jobId,
      state: 'RUNNING',
    });
  });

  it('tell of a class that an operator misses later', async () => {
    await project.apply(
      ...common(),
      sessionJob('misses-later', 'miss-later', `  timeout = "20s"\n${nothingToKeep}`),
    );
    const events = await eventually(
      () => eventsOf('flinksessionjob', 'misses-later'),
      (text) => text.includes('JobException'),
    );
    expect(events).toContain('The class com.example.Absent is missing');
  });

  it('start from a savepoint that does not fit when its state may be dropped', async () => {
    const output = await platform.sdp(['savepoint', 'steady']);
    const path = /file:\S*savepoint-\S+/.exec(output)?.[0] ?? '';
    const other = (more: string) =>
      sessionJob('other', 'other', `  initial_savepoint_path = "${path}"\n${more}`);
    const refused = await project.apply(...common(), other(''));
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(
      /The savepoint does not fit the job: \S+ has state of the operator [0-9a-f]{32}, which the job does not have/,
    );
    expect(refused.output).toContain('allow_non_restored_state = true');
    await project.applied(
      ...common(),
      other('  allow_non_restored_state = true\n  savepoint_redeploy_nonce = 1'),
    );
    expect((await statusOf('flinksessionjob', 'other')).error).toBeUndefined();
  });

  it('tell of checkpoints that fail while they run, and go on once they can be written', async () => {
    const saves = sessionJob('saves', 'saves', checkpointsIn(join(folder, 'checkpoints')));
    await project.applied(...common(), saves);
    const { jobId } = (await statusOf('flinksessionjob', 'saves')).jobStatus;
    const own = join(folder, 'checkpoints', jobId);
    const checkpoints = async () =>
      (await readdir(own).catch(() => [])).filter((name) => name.startsWith('chk-'));
    await eventually(checkpoints, (names) => names.length > 0);
    await rm(own, { recursive: true });
    await writeFile(own, '');
    await eventually(
      () => eventsOf('flinksessionjob', 'saves'),
      (text) => text.includes('Checkpoints fail, so the job starts again'),
    );
    await rm(own);
    await expect.poll(checkpoints, { timeout: 90_000 }).not.toEqual([]);
  });
});

describe('clusters', () => {
  it('of their own say why a job does not run', async () => {
    const wrong = {
      'app-throws': [application('app-throws', 'throw'), 'IllegalStateException: no orders today'],
      'app-class': [
        application('app-class', 'steady', '  entry_class = "com.example.Nothing"'),
        "The entry point class 'com.example.Nothing' was not found in the job's jar. Correct entry_class",
      ],
      'app-login': [
        application('app-login', 'steady', '', '1200m', job.url.replace('trouble.jar', 'login.jar')),
        'is no jar: its 19 bytes begin with "<htm"',
      ],
      'app-small': [
        application('app-small', 'steady', '', '200m'),
        'The TaskManager has too little memory for Flink. Raise tm_resource.memory',
      ],
    } as const;
    const { code, output } = await project.apply(...Object.values(wrong).map(([text]) => text));
    expect(code).toBe(1);
    for (const [name, [, says]] of Object.entries(wrong)) {
      expect(output).toContain(says);
      // A pod that is started once more has no error for a moment.
      const error = async () => (await statusOf('flinkdeployment', name)).error ?? '';
      expect(await eventually(error, (text) => text !== '')).toContain(says.slice(0, 19));
    }
  });

  it('run once it is put right', async () => {
    await project.applied(application('app-throws', 'steady'), application('app-class', 'steady'));
    expect((await statusOf('flinkdeployment', 'app-throws')).jobStatus.state).toBe('RUNNING');
  });

  it('take other ports where somebody has taken theirs', async () => {
    const ports = async () => {
      const { metadata } = await platform.getJson<{ metadata: { annotations: Record<string, string> } }>([
        'pod',
        'app-throws-jobmanager-0',
      ]);
      return JSON.parse(metadata.annotations['sdp.internal/ports'] ?? '{}') as Record<string, number>;
    };
    const before = Object.values(await ports());
    expect(before).toHaveLength(3);
    await project.applied();
    const takers = before.map((port) => createServer().listen(port, '127.0.0.1'));
    await Promise.all(takers.map((taker) => once(taker, 'listening')));
    await project.applied(application('app-throws', 'steady'));
    const after = Object.values(await ports());
    for (const taker of takers) taker.close();
    expect(after).toHaveLength(3);
    expect(after.filter((port) => before.includes(port))).toEqual([]);
  });

  it('say which memory a job has used up', async () => {
    await project.apply(application('app-keeps', 'keep', `  timeout = "30s"\n${nothingToKeep}`));
    const events = await eventually(
      () => eventsOf('flinkdeployment', 'app-keeps'),
      (text) => text.includes('OutOfMemoryError'),
    );
    expect(events).toContain('The TaskManager has too little memory: raise tm_resource.memory');
  });

  it('for sessions are not ready when a TaskManager cannot start', async () => {
    const small = declareModule(
      'flink/session-cluster',
      'small',
      '  name         = "small"\n  task_manager = { memory = "200m" }',
    );
    const { code, output } = await project.apply(small);
    expect(code).toBe(1);
    expect(output).toContain('Flink cluster small is not ready');
    expect(output).toContain('Raise tm_resource.memory (task_manager.memory of a session cluster)');
  });
});
