import type { Command } from 'commander';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { configMapType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { type Diagnosed, type Diagnostic, DiagnosticError, failed, ok } from '../diagnostics/diagnostic.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import { compareSpecs, type SpecChange } from '../kinds/reconciled-spec.ts';
import { formatAgo } from './amounts.ts';
import { withJob } from './choose-job.ts';
import {
  addClusterOptions,
  addWaitOptions,
  type ClusterOptions,
  type WaitOptions,
} from './cluster-options.ts';
import { editObject } from './edit-object.ts';
import { listSnapshots } from './job-snapshots.ts';
import { waitForJob } from './job-wait.ts';
import { withApi } from './running-platform.ts';
import { note, printLine } from './terminal-output.ts';

interface RollbackOptions extends ClusterOptions, WaitOptions {
  dryRun?: boolean;
}

export function registerRollback(program: Command): void {
  addWaitOptions(
    addClusterOptions(
      program
        .command('rollback <job>')
        .description(
          'Put the last revision of a Flink job back that was healthy, other than the one it is at.',
        ),
    ),
    'the job runs again',
    'only write it',
  )
    .option('--dry-run', 'only show the difference')
    .addHelpText(
      'after',
      '\nPuts the spec back with which the last rollout but this one ended healthy; of a job that no rollout waited for, what the\noperator last saw it run with. It starts from the state that the change was made from: what was put out since then is\nreprocessed. The Terraform project does not plan the revision that is taken back again unless retry = true.\n\nExamples:\n  $ sdp rollback yearly-prices --dry-run\n  $ sdp rollback yearly-prices',
    )
    .action(async (name: string, options: RollbackOptions) => {
      await withJob(name, options, (client, job) => rollBack(client, job, options));
    });
}

/** Puts an earlier spec back, and waits until the job runs. */
export async function rollBack(client: ApiClient, job: FlinkJob, options: RollbackOptions): Promise<void> {
  const { name } = job.object.metadata;
  const { value: plan, diagnostics } = await planRollback(job);
  if (plan === undefined) {
    const ways = await withApi('read what is kept of the job', () =>
      describeWaysBack(client, job, Date.now()),
    );
    throw new DiagnosticError(
      ...diagnostics.map((item) => ({ ...item, detail: [item.detail, ...ways].join('\n') })),
    );
  }
  if (plan.sql !== undefined) {
    const sql = plan.sql;
    await withApi('look for the SQL revision', () => requireRevision(client, job, sql));
  }
  printLine(`${options.dryRun ? 'Would put' : 'Puts'} ${plan.what} of ${name} back:`);
  for (const line of formatChanges(plan.changes)) printLine(`  ${line}`);
  for (const line of plan.says) printLine(line);
  if (options.dryRun) return;

  await withApi('write the earlier revision', () => plan.write(client));
  for (const line of describeDeclaration(job.object)) printLine(line);
  if (options.wait === false) return;
  const problems = await withApi('read the job', () =>
    waitForJob({ client, job, timeout: options.timeout, progress: (message) => note(`… ${message}`) }),
  );
  if (problems.length > 0) throw new DiagnosticError(...problems);
  await plan.confirm(client);
  printLine(`${name} runs again.`);
}

interface RollbackPlan {
  /** `the last healthy revision r1`. */
  readonly what: string;
  /** From what is declared to what becomes of it. */
  readonly changes: readonly SpecChange[];
  /** What it starts from. */
  readonly says: readonly string[];
  /** The ConfigMap with its SQL. */
  readonly sql: string | undefined;
  write(client: ApiClient): Promise<void>;
  /** The job runs again. */
  confirm(client: ApiClient): Promise<void>;
}

/** The last healthy revision where rollouts have noted one, else the last that the operator saw run. */
async function planRollback(job: FlinkJob): Promise<Diagnosed<RollbackPlan>> {
  const [
    { decideRollback, revisionOf, withPatch },
    { flinkGoBack },
    { findWayBack, recordHealthy },
    { putBack },
    { withFieldsOf },
    { fieldManagerOf },
  ] = await Promise.all([
    import('../kinds/flink-job/rollback.ts'),
    import('../kinds/flink-job/go-back.ts'),
    import('../terraform/provider/healthy-record.ts'),
    import('../terraform/provider/put-back.ts'),
    import('../terraform/provider/declared-fields.ts'),
    import('../terraform/provider/ownership.ts'),
  ]);
  const { object } = job;
  const { type } = job.kind;
  const project = projectOf(object);
  const declared = project === undefined ? object : withFieldsOf(fieldManagerOf(project), object);

  const planFor = (spec: object, what: string, revision: string | undefined): RollbackPlan | undefined => {
    const way = flinkGoBack.decide(object, spec, flinkGoBack.startedFrom(object));
    if (way === undefined || project === undefined) return undefined;
    const changes = compareSpecs(declared.spec, way.spec);
    if (changes.length === 0) return undefined;
    return {
      what,
      changes,
      says: way.says,
      sql: revisionOf(way.spec as FlinkJob['object']['spec']),
      async write(client) {
        const because = 'sdp rollback took it back by hand.';
        await putBack({ client, type, object, project, spec: way.spec, revision, because, force: true });
      },
      async confirm(client) {
        const live = await client.get<KubernetesObject>(type, object.metadata);
        if (live !== undefined && revision !== undefined) await recordHealthy(client, type, live);
      },
    };
  };

  const healthy = findWayBack(object);
  if (healthy !== undefined) {
    const what = `the healthy revision ${healthy.revision}`;
    const plan = planFor(healthy.spec, what, healthy.revision);
    if (plan !== undefined) return ok(plan);
  }
  const { value: rollback, diagnostics } = decideRollback(job);
  if (rollback === undefined) return failed(...diagnostics);
  const what = 'the last revision that ran';
  const { spec: patch = {} } = rollback.patch as { spec?: object };
  const plan = planFor(withPatch(declared.spec, patch), what, undefined);
  return ok(
    plan ?? {
      what,
      changes: rollback.changes,
      says: describeState(job, Date.now()),
      sql: rollback.revision,
      write: (client) => editObject(client, type, object.metadata, rollback.patch),
      confirm: async () => undefined,
    },
  );
}

/** A line for each value: what it is, and what it becomes. */
function formatChanges(changes: readonly SpecChange[]): readonly string[] {
  const show = (value: unknown) =>
    value === undefined || value === null
      ? '(none)'
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);
  return changes.map(({ path, before, after }) => `${path}: ${show(before)} -> ${show(after)}`);
}

/** What the job starts from. */
function describeState({ object }: FlinkJob, now: number): readonly string[] {
  const { spec, status, metadata } = object;
  if ((spec.job.upgradeMode ?? 'stateless') === 'stateless') {
    return ['Its upgrade mode is stateless: it starts empty.'];
  }
  const again = 'What it has processed since is processed again.';
  const { upgradeSavepointPath, savepointInfo, state } = status?.jobStatus ?? {};
  // Before the operator has acted on the change, it is the savepoint of an earlier one.
  const acted = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
  if (!acted || upgradeSavepointPath === undefined || state === 'RUNNING') {
    return [`It starts from its last savepoint or checkpoint. ${again}`];
  }
  const taken = Number(savepointInfo?.['triggerTimestamp']);
  const when = Number.isNaN(taken) ? '' : `, taken ${formatAgo(taken, now)}`;
  return [`It starts from the state that the change was made with${when}: ${upgradeSavepointPath}`, again];
}

function projectOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.annotations?.['sdp.internal/project'];
}

function describeDeclaration(object: KubernetesObject): readonly string[] {
  const project = projectOf(object);
  if (project === undefined) return [];
  return [
    `The Terraform project ${project} still declares the change: take it back there too. Until then its plan refuses it, unless retry = true.`,
  ];
}

async function requireRevision(client: ApiClient, job: FlinkJob, revision: string): Promise<void> {
  const { namespace, name } = job.object.metadata;
  if ((await client.get(configMapType, { namespace, name: revision })) !== undefined) return;
  const diagnostic: Diagnostic = {
    severity: 'error',
    reason: 'RevisionMissing',
    summary: `The SQL of the earlier revision of ${name} is gone`,
    detail: `It was in ConfigMap ${revision}, which is not there any more: the job could not start with it. Put the earlier SQL back into the Terraform project and apply it, which writes the ConfigMap again. Nothing was changed.`,
    object: { kind: 'ConfigMap', name: revision, ...(namespace !== undefined && { namespace }) },
  };
  throw new DiagnosticError(diagnostic);
}

const shownKept = 5;

/** What else leads back, with what there is of it. */
async function describeWaysBack(client: ApiClient, job: FlinkJob, now: number): Promise<readonly string[]> {
  const [snapshots, revisions] = await Promise.all([listSnapshots(client, job), listRevisions(client, job)]);
  const savepoints = snapshots
    .filter(({ type, state, path }) => type === 'savepoint' && state === 'COMPLETED' && path !== undefined)
    .slice(-shownKept);
  return [
    'To go back to an earlier version, put it back into the Terraform project (git revert) and apply it: the job keeps its state as its upgrade mode says.',
    ...(savepoints.length === 0
      ? []
      : [
          'To go back to earlier state too, set spec.job.initialSavepointPath and a new number in spec.job.savepointRedeployNonce after that. Savepoints:',
          ...savepoints.map(({ name, time, path }) => `  ${name}, ${formatAgo(time, now)}: ${path}`),
        ]),
    ...(revisions.length === 0 ? [] : ['SQL of earlier revisions is in these ConfigMaps:']),
    ...revisions.map(({ metadata }) => `  ${metadata.name}, of ${metadata.creationTimestamp}`),
  ];
}

/** SQL revisions that the job does not name now, the newest last. */
async function listRevisions(client: ApiClient, { object }: FlinkJob): Promise<readonly KubernetesObject[]> {
  const { revisionOf } = await import('../kinds/flink-job/rollback.ts');
  const { namespace, name } = object.metadata;
  const current = revisionOf(object.spec);
  if (current === undefined) return [];
  try {
    const { items } = await client.list(configMapType, {
      namespace,
      labelSelector: `sdp.internal/job=${name}`,
    });
    return items
      .filter(({ metadata }) => metadata.name !== current)
      .toSorted((a, b) =>
        (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1,
      )
      .slice(-shownKept);
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'Forbidden') return [];
    throw error;
  }
}
