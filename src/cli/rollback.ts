import type { Command } from 'commander';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { configMapType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import type { Rollback } from '../kinds/flink-job/rollback.ts';
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
        .description('Put the last revision of a Flink job that ran back, after a change that does not run.'),
    ),
    'the job runs again',
    'only write it',
  )
    .option('--dry-run', 'only show the difference')
    .addHelpText(
      'after',
      '\nPuts program, arguments, parallelism and Flink configuration back as they were when the job last ran. The operator\nrestores the savepoint that the change was made from. A change that has run cannot be rolled back with this: put the\nearlier version back into the Terraform project and apply it.\n\nExamples:\n  $ sdp rollback yearly-prices --dry-run\n  $ sdp rollback yearly-prices',
    )
    .action(async (name: string, options: RollbackOptions) => {
      await withJob(name, options, (client, job) => rollBack(client, job, options));
    });
}

/** Puts the last spec that ran back, and waits until the job runs. */
export async function rollBack(client: ApiClient, job: FlinkJob, options: RollbackOptions): Promise<void> {
  const { decideRollback } = await import('../kinds/flink-job/rollback.ts');
  const { name } = job.object.metadata;
  const { value: rollback, diagnostics } = decideRollback(job);
  if (rollback === undefined) {
    const ways = await withApi('read what is kept of the job', () =>
      describeWaysBack(client, job, Date.now()),
    );
    throw new DiagnosticError(
      ...diagnostics.map((item) => ({ ...item, detail: [item.detail, ...ways].join('\n') })),
    );
  }
  if (rollback.revision !== undefined) {
    await withApi('look for the SQL revision', () => requireRevision(client, job, rollback));
  }
  printLine(`${options.dryRun ? 'Would put' : 'Puts'} the last revision of ${name} that ran back:`);
  for (const line of formatChanges(rollback)) printLine(`  ${line}`);
  for (const line of describeState(job, Date.now())) printLine(line);
  if (options.dryRun) return;

  await withApi('write the earlier revision', () =>
    editObject(client, job.kind.type, job.object.metadata, rollback.patch),
  );
  for (const line of describeDeclaration(job.object)) printLine(line);
  if (options.wait === false) return;
  const problems = await withApi('read the job', () =>
    waitForJob({ client, job, timeout: options.timeout, progress: (message) => note(`… ${message}`) }),
  );
  if (problems.length > 0) throw new DiagnosticError(...problems);
  printLine(`${name} runs again.`);
}

/** A line for each value: what it is, and what it becomes. */
function formatChanges({ changes }: Rollback): readonly string[] {
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

function describeDeclaration({ metadata }: KubernetesObject): readonly string[] {
  const project = metadata.annotations?.['sdp.internal/project'];
  if (project === undefined) return [];
  return [
    `The Terraform project ${project} still declares the change: take it back there too, else its next apply makes it again. Its plan shows the difference.`,
  ];
}

async function requireRevision(client: ApiClient, job: FlinkJob, { revision = '' }: Rollback): Promise<void> {
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
