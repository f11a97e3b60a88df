import type { KubernetesObject } from '../../apiclient/object.ts';
import { type Configuration, isHighlyAvailable } from '../flink-job/configuration.ts';
import { configurationRule, type FieldRules, jobFieldRules } from '../flink-job/field-rules.ts';
import {
  digestJob,
  type JobDigest,
  needsCheckpoint,
  readCheckpoint,
  withoutAbsent,
} from '../flink-job/job-digest.ts';
import { judgeCreation, judgeDeletion, judgeReplacement, placeOf } from '../flink-job/judge-end.ts';
import { judgeJob } from '../flink-job/judge-job.ts';
import { newFlinkOf } from '../flink-job/new-flink.ts';
import type { FlinkJobObject, FlinkJobSpec } from '../flink-job/resource.ts';
import type { JobSpec } from '../flink-job/spec.ts';
import { flinkSessionJobType } from '../flink-session-job/resource-type.ts';
import type { AskService } from '../kind.ts';
import { readReconciledSpec } from '../reconciled-spec.ts';
import type { Change, Declared, Judging, Look, Verdict } from '../verdict.ts';
import type { FlinkDeploymentObject } from './desired.ts';
import { type ClusterJob, judgeCluster, judgeClusterDeletion } from './judge-cluster.ts';
import type { FlinkDeploymentParams } from './params.ts';
import { validateDeployment } from './validate.ts';

export interface DeploymentDigest {
  /** Of an application cluster. */
  readonly job?: JobDigest | undefined;
  /** Of a session cluster, by name. Absent: nobody may look. */
  readonly jobs?: readonly ClusterJob[] | undefined;
  /** Of a session cluster: the one that was carried out last. */
  readonly restartNonce?: number | undefined;
}

export const deploymentRules = {
  image: 'upgrade',
  imagePullPolicy: 'upgrade',
  serviceAccount: 'upgrade',
  flinkVersion: 'upgrade',
  mode: 'upgrade',
  restartNonce: 'restart-nonce',
  logConfiguration: 'upgrade',
  podTemplate: 'upgrade',
  ingress: 'upgrade',
  flinkConfiguration: configurationRule,
  jobManager: { resource: 'upgrade', replicas: 'upgrade', podTemplate: 'upgrade' },
  taskManager: { resource: 'upgrade', replicas: 'scale', podTemplate: 'upgrade' },
  job: jobFieldRules,
  sql: 'upgrade',
  python: 'upgrade',
  restore: 'creation',
} satisfies Record<keyof FlinkDeploymentParams, FieldRules[string]>;

export const deploymentVerdicts: Judging<FlinkDeploymentParams, DeploymentDigest> = {
  guards: ['allowStateLoss'],
  digest,
  judge,
};

async function digest(object: KubernetesObject, look: Look): Promise<DeploymentDigest> {
  const resource = object as FlinkDeploymentObject;
  const { job } = resource.spec;
  if (job !== undefined)
    return { job: await digestApplication({ ...resource, spec: { ...resource.spec, job } }, look) };
  const { name } = resource.metadata;
  const session = await look.objects<FlinkJobObject>(flinkSessionJobType);
  const own = session
    ?.filter(({ spec }) => spec.deploymentName === name)
    .toSorted((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
  const restores = isHighlyAvailable(resource.spec.flinkConfiguration ?? {});
  const jobs = own && (await Promise.all(own.map((one) => digestSessionJob(one, restores && look.ask))));
  const text = resource.status?.reconciliationStatus?.lastReconciledSpec;
  return withoutAbsent({
    jobs,
    restartNonce: readReconciledSpec<FlinkJobSpec>(text)?.spec.restartNonce ?? undefined,
  });
}

/** `ask`: false where the cluster brings back no job from its checkpoint. */
async function digestSessionJob(resource: FlinkJobObject, ask: AskService | false): Promise<ClusterJob> {
  const job = describeSessionJob(resource);
  if (ask === false || job.state !== 'runs') return job;
  const { deploymentName = '' } = resource.spec;
  const found = await readCheckpoint(ask, deploymentName, resource.status?.jobStatus?.jobId);
  return found === 'none' ? { ...job, checkpoint: found } : job;
}

async function digestApplication(
  resource: FlinkDeploymentObject & { spec: { job: JobSpec } },
  look: Look,
): Promise<JobDigest> {
  const job = digestJob(resource);
  const { lifecycleState, jobManagerDeploymentStatus = '', jobStatus } = resource.status ?? {};
  // Until main() has submitted it, it is said to be missing, too; a JobManager that is gone says nothing.
  const isStarting = lifecycleState !== 'STABLE';
  const isDown = !job.upgrading && ['MISSING', 'ERROR'].includes(jobManagerDeploymentStatus);
  const { error } = job;
  const lost = !isStarting && (error === 'lost' || (isDown && job.state === 'RECONCILING'));
  const told = { ...job, error: lost ? ('lost' as const) : error === 'lost' ? undefined : error };
  const checkpoint = needsCheckpoint(told, resource.spec.job)
    ? await readCheckpoint(look.ask, resource.metadata.name, jobStatus?.jobId)
    : undefined;
  return withoutAbsent({ ...told, checkpoint });
}

function describeSessionJob(resource: FlinkJobObject): ClusterJob {
  const { state, recorded, error } = digestJob(resource);
  const finished = state === 'FINISHED' && recorded?.state === 'running';
  const ended =
    error === 'lost' ||
    recorded === undefined ||
    recorded.state === 'suspended' ||
    state === 'FAILED' ||
    state === 'CANCELED';
  return {
    name: resource.metadata.name,
    upgradeMode: resource.spec.job.upgradeMode ?? 'stateless',
    state: finished ? 'finished' : ended ? 'ended' : 'runs',
  };
}

function judge(change: Change<FlinkDeploymentParams, DeploymentDigest>): readonly Verdict[] {
  const { before, after, replaced, digest: known } = change;
  if (before === undefined) return after === undefined ? [nothing] : judgeNew(after);
  if (after === undefined) return judgeEnd(before, known);
  if (replaced) return judgeReplaced(before, after, known);
  const { name } = before.metadata;
  const refusal = validateDeployment(name, after.params, before.params);
  if (refusal !== undefined) {
    const what = before.params.job === undefined ? `cluster ${name}` : `job ${name}`;
    return [
      {
        effect: 'refused',
        reason: `The operator refuses it ("${refusal}"), and ${what} goes on as it is. Put that right.`,
      },
    ];
  }
  const shared = {
    name,
    running: before.params.flinkConfiguration ?? {},
    planned: after.params.flinkConfiguration ?? {},
    reactive: isReactive(before.params),
    rules: deploymentRules,
    changes: change.changes,
  };
  if (before.params.job === undefined || after.params.job === undefined) {
    return judgeCluster({ ...shared, jobs: known?.jobs, restartNonce: known?.restartNonce });
  }
  return judgeJob({
    ...shared,
    kind: 'application',
    before: before.params.job,
    after: after.params.job,
    newVersion: newFlinkOf(change.changes),
    digest: known?.job,
  });
}

const nothing: Verdict = { effect: 'no-op', reason: 'There is no cluster.' };

function judgeNew(after: Declared<FlinkDeploymentParams>): readonly Verdict[] {
  const { name } = after.metadata;
  const refusal = validateDeployment(name, after.params);
  if (refusal !== undefined) {
    return [
      {
        effect: 'refused',
        reason: `The operator refuses ${name} ("${refusal}"), and nothing starts. Put that right.`,
      },
    ];
  }
  if (after.params.job !== undefined) return [judgeCreation(name, after.params)];
  return [{ effect: 'create', reason: `Cluster ${name} starts.` }];
}

function judgeEnd(
  { metadata: { name }, params }: Declared<FlinkDeploymentParams>,
  known: DeploymentDigest | undefined,
): readonly Verdict[] {
  const running = params.flinkConfiguration ?? {};
  return params.job === undefined
    ? judgeClusterDeletion(name, running, known?.jobs)
    : [judgeDeletion({ name, before: params.job, running, digest: known?.job })];
}

function judgeReplaced(
  before: Declared<FlinkDeploymentParams>,
  after: Declared<FlinkDeploymentParams>,
  known: DeploymentDigest | undefined,
): readonly Verdict[] {
  const { job } = before.params;
  const why = 'A cluster cannot change its name or namespace.';
  if (job === undefined || after.params.job === undefined) {
    return [...judgeEnd(before, known), ...judgeNew(after)];
  }
  const running: Configuration = before.params.flinkConfiguration ?? {};
  const ending = { name: before.metadata.name, before: job, running, digest: known?.job };
  return judgeReplacement(ending, { ...after.params, ...placeOf(before.metadata, after.metadata) }, why);
}

/** `StandaloneFlinkService.scale`, operator 1.15.0. */
function isReactive({ mode, flinkConfiguration }: FlinkDeploymentParams): boolean {
  return mode === 'standalone' && flinkConfiguration?.['scheduler-mode']?.toLowerCase() === 'reactive';
}
