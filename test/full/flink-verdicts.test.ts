import { afterAll, beforeAll, describe, inject } from 'vitest';
import { platformCommands } from '../e2e/commands.ts';
import { createSqlProject, declareModule, type SqlProject } from '../e2e/sql-project.ts';
import {
  type CountingJob,
  declareCountingTopics,
  declareSessionJob,
  withoutCheckpoints,
} from './counting-jobs.ts';
import {
  type Change,
  describeChanges,
  endScene,
  type Scene,
  sendMore,
  untilCounted,
} from './verdict-scenes.ts';

/** What a plan says of jobs of a session cluster is what then becomes of them and of what they have counted. */

const platform = platformCommands(inject('dataFolder'));
let project: SqlProject;
const scene: Scene = { platform, name: 'verdicts', project: () => project, declared: new Map(), sent: 0 };

const cluster = (refresh = 3000, more = '') =>
  declareModule(
    'flink/session-cluster',
    'session',
    `  name                = "verdicts"
  task_slots          = 24
  task_manager        = { memory = "2200m" }
  flink_configuration = {
    "web.refresh-interval"            = "${refresh}"
    "taskmanager.memory.managed.size" = "256m"
  }
${more}`,
  );

const onDeletion = { 'kubernetes.operator.job.savepoint-on-deletion': 'true' };
const young: CountingJob = { mode: 'last-state', configuration: withoutCheckpoints, wait: false };
const suspended = '    state = "suspended"\n';

const jobs: Readonly<Record<string, CountingJob>> = {
  label: {},
  key: {},
  mode: {},
  sql: {},
  last: { mode: 'last-state' },
  none: { mode: 'stateless' },
  young,
  nonce: {},
  again: {},
  stop: {},
  'stop-last': { mode: 'last-state' },
  'stop-none': { mode: 'stateless' },
  kept: { configuration: onDeletion },
  gone: {},
  moved: { configuration: onDeletion },
};

/** A job's change. */
function change(name: string, to: CountingJob | undefined, rest: Omit<Change, 'object' | 'to'>): Change {
  const object = `FlinkSessionJob/${name}`;
  if (to === undefined) return { ...rest, object, to: () => undefined };
  return {
    ...rest,
    object,
    to: (allowed) =>
      declareSessionJob(name, rest.guarded && !allowed ? { ...to, allowStateLoss: false } : to),
  };
}

const renamable: CountingJob = { configuration: onDeletion, allowStateLoss: true };
const renamed = () => declareSessionJob('moved-on', { ...renamable, counts: 'moved' }, 'moved');

const goesOn = { job: 'other', falls: [] } as const;
const runsOn = { job: 'same', falls: [] } as const;
const gone = { job: 'other', falls: [], stops: true } as const;
const startsAnew = { job: 'other', falls: [1] } as const;
let savepoint: string;

interface Snapshot {
  readonly spec: { readonly jobReference: { readonly name: string } };
  readonly status: { readonly path: string };
}

/** Where the savepoint is that a job was deleted with. */
async function leftBy(name: string): Promise<string> {
  const { items } = await platform.getJson<{ items: readonly Snapshot[] }>(['flinkstatesnapshots']);
  return items.findLast(({ spec }) => spec.jobReference.name === name)?.status.path ?? '';
}

beforeAll(async () => {
  project = await createSqlProject(platform, scene.name, {});
  scene.declared.set('topics', declareCountingTopics().join(''));
  scene.declared.set('FlinkDeployment/verdicts', cluster());
  for (const [name, job] of Object.entries(jobs)) {
    scene.declared.set(`FlinkSessionJob/${name}`, declareSessionJob(name, job));
  }
  await project.applied(...scene.declared.values());
  await sendMore(scene);
  await untilCounted(scene, Object.keys(jobs));
  savepoint = (await platform.sdp(['savepoint', 'again'])).match(/file:\S*savepoint-\S+/)?.[0] ?? '';
  await sendMore(scene);
  await untilCounted(scene, Object.keys(jobs));
}, 240_000);

afterAll(async () => {
  if (project !== undefined) await endScene(scene);
});

describeChanges('a change of jobs that run', scene, [
  change(
    'label',
    { more: '  labels = { team = "a" }\n' },
    {
      title: 'a label changes nothing that runs',
      verdict: 'in-place',
      says: /Only labels or annotations/,
      ends: { label: runsOn },
    },
  ),
  change(
    'key',
    { configuration: onDeletion },
    {
      title: "the operator's own configuration holds at once, and the job runs on",
      verdict: 'in-place',
      says: /goes by it at once/,
      ends: { key: runsOn },
    },
  ),
  change(
    'mode',
    { mode: 'last-state' },
    {
      title: 'upgrade_mode alone is for the next start',
      verdict: 'ignored',
      says: /runs on as it is/,
      ends: { mode: runsOn },
    },
  ),
  change(
    'sql',
    { version: 2 },
    {
      title: 'SQL of a savepoint job: it stops with a savepoint and goes on from there',
      verdict: 'restart-from-savepoint',
      says: /SQL changed: job sql stops with a savepoint/,
      ends: { sql: goesOn },
    },
  ),
  change(
    'last',
    { mode: 'last-state', version: 2 },
    {
      title: 'SQL of a last-state job: it goes on from its last checkpoint',
      verdict: 'restart-from-checkpoint',
      says: /last checkpoint/,
      ends: { last: goesOn },
    },
  ),
  change(
    'none',
    { mode: 'stateless', version: 2 },
    {
      title: 'SQL of a stateless job: it starts anew, as declared, and no guard asks',
      verdict: 'state-lost',
      says: /upgrade_mode is stateless/,
      ends: { none: startsAnew },
    },
  ),
  change(
    'young',
    { ...young, version: 2, allowStateLoss: true },
    {
      title: 'a last-state job without a checkpoint yet starts anew',
      guarded: true,
      verdict: 'state-lost',
      says: /it has no checkpoint yet/,
      ends: { young: startsAnew },
    },
  ),
  change(
    'nonce',
    { job: '    savepoint_redeploy_nonce = 1\n', allowStateLoss: true },
    {
      title: 'savepoint_redeploy_nonce without a path starts a session job anew',
      guarded: true,
      verdict: 'state-lost',
      says: /without initial_savepoint_path/,
      ends: { nonce: startsAnew },
    },
  ),
  {
    object: 'FlinkSessionJob/again',
    to: () =>
      declareSessionJob('again', {
        job: `    savepoint_redeploy_nonce = 1\n    initial_savepoint_path = "${savepoint}"\n`,
      }),
    title: 'savepoint_redeploy_nonce with a path: what was counted since that savepoint is counted again',
    verdict: 'reprocessed',
    says: /what it did since is done again/,
    ends: { again: { job: 'other', falls: [11] } },
  },
  change(
    'stop',
    { job: suspended },
    {
      title: 'a suspended savepoint job stops with a savepoint',
      verdict: 'stop',
      says: /stops with a savepoint, and starts from it when it is resumed/,
      ends: { stop: { job: 'other', falls: [], stops: true, state: 'FINISHED' } },
    },
  ),
  change(
    'stop-last',
    { mode: 'last-state', job: suspended },
    {
      title: 'a suspended last-state job is cancelled, and has its last checkpoint',
      verdict: 'stop',
      says: /never as SUSPENDED/,
      ends: { 'stop-last': { job: 'same', falls: [], stops: true, state: 'CANCELED' } },
    },
  ),
  change(
    'stop-none',
    { mode: 'stateless', job: suspended },
    {
      title: 'a suspended stateless job loses its state, as declared',
      verdict: 'state-lost',
      says: /starts EMPTY when it is resumed/,
      ends: { 'stop-none': { job: 'same', falls: [], stops: true, state: 'CANCELED' } },
    },
  ),
  {
    object: 'FlinkSessionJob/gone',
    to: (allowed) => (allowed ? declareSessionJob('gone', { allowStateLoss: true }) : undefined),
    title: 'the guard alone changes nothing that runs',
    guarded: true,
    verdict: 'no-op',
    ends: { gone: runsOn },
  },
  {
    object: 'FlinkSessionJob/moved',
    to: (allowed) => (allowed ? declareSessionJob('moved', renamable) : renamed()),
    title: 'a new name asks for a guard that was applied before, and that alone changes nothing either',
    guarded: true,
    verdict: 'no-op',
    ends: { moved: runsOn },
  },
]);

describeChanges('a change of jobs that stand, go or were told how to start', scene, [
  change(
    'mode',
    { mode: 'last-state', version: 2 },
    {
      title: 'what upgrade_mode was changed to before is what the next change goes by',
      verdict: 'restart-from-checkpoint',
      says: /SQL changed: job mode is cancelled and starts from its last checkpoint/,
      ends: { mode: goesOn },
    },
  ),
  change(
    'stop',
    { job: suspended, version: 2 },
    {
      title: 'a suspended job takes a change and stays suspended',
      verdict: 'in-place',
      says: /is suspended, and goes by it when it is resumed/,
      ends: { stop: { job: 'same', falls: [], stops: true, state: 'FINISHED' } },
    },
  ),
  change(
    'stop-last',
    { mode: 'last-state' },
    {
      title: 'a last-state job is resumed from its last checkpoint',
      verdict: 'restart-from-checkpoint',
      says: /is resumed and starts from checkpoint \S+chk-/,
      ends: { 'stop-last': goesOn },
    },
  ),
  change(
    'stop-none',
    { allowStateLoss: true },
    {
      title: 'a job that was suspended as a stateless one is resumed as such, whatever it is by then',
      guarded: true,
      verdict: 'state-lost',
      says: /it was suspended when upgrade_mode was stateless/,
      ends: { 'stop-none': startsAnew },
    },
  ),
  {
    object: 'FlinkSessionJob/moved',
    renamed: 'FlinkSessionJob/moved-on',
    to: renamed,
    title: 'a renamed job is deleted with a savepoint, and its successor starts anew',
    // Terraform plans a deletion and a creation; what both do together is a warning.
    verdict: 'create',
    warns:
      /Warning: FlinkSessionJob \S+: state-lost.* it stops with a savepoint.* Job moved-on then starts EMPTY/,
    ends: { 'moved-on': { ...startsAnew, counts: 'moved' } },
  },
  change('kept', undefined, {
    title: 'a job with savepoint-on-deletion is deleted without a guard',
    verdict: null,
    ends: { kept: gone },
  }),
  change('gone', undefined, {
    title: 'a job without it is deleted once the guard was applied',
    verdict: null,
    ends: { gone },
  }),
]);

describe('what was left', () => {
  let path: string;
  beforeAll(async () => {
    path = await leftBy('kept');
  });

  describeChanges('is taken up', scene, [
    {
      object: 'FlinkSessionJob/kept',
      to: () => declareSessionJob('kept', { job: `    initial_savepoint_path = "${path}"\n` }),
      title: 'by a new job from the savepoint that the deleted one left',
      verdict: 'create',
      says: /Job kept starts from \S+savepoint-/,
      ends: { kept: goesOn },
    },
    change(
      'gone',
      {},
      {
        title: 'not by a new job from nothing',
        verdict: 'create',
        says: /Job gone starts empty/,
        ends: { gone: startsAnew },
      },
    ),
    change(
      'stop',
      { version: 2 },
      {
        title: 'by a suspended job from the savepoint that it was stopped with',
        verdict: 'restart-from-savepoint',
        says: /is resumed and starts from savepoint/,
        ends: { stop: goesOn },
      },
    ),
  ]);
});

describeChanges('a change of their cluster with high availability', scene, [
  {
    object: 'FlinkDeployment/verdicts',
    to: (allowed) => cluster(4000, `  allow_state_loss = ${allowed}`),
    guarded: true,
    title: 'starts it anew, and its jobs go on from their last checkpoints, unless they have none',
    verdict: 'state-lost',
    says: /job young starts again EMPTY, without a checkpoint yet/,
    warns: /high availability brings back jobs .*\bsql\b.* from their last checkpoints/,
    ends: {
      sql: runsOn,
      last: runsOn,
      none: { job: 'same', falls: [1] },
      again: { job: 'same', falls: [11] },
      young: { job: 'same', falls: [1, 1] },
    },
  },
]);
