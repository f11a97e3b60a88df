import { isDeepStrictEqual } from 'node:util';
import type { ReconcileResult } from '../../controller/controller.ts';
import { setFinalizer } from '../../controller/finalizers.ts';
import { isIgnored } from '../flink-job/changes.ts';
import type { SnapshotKeeperOptions } from '../flink-job/keep-snapshots.ts';
import { writeError } from '../flink-job/operator-error.ts';
import { deploymentFailed } from '../flink-job/status.ts';
import type { PythonWaitOptions } from '../flink-job/wait-for-python.ts';
import {
  compareSpecs,
  describeChanges,
  readReconciledSpec,
  writeReconciledSpec,
} from '../reconciled-spec.ts';
import { type ClusterOptions, createClusters } from './cluster.ts';
import { deploymentFinalizer } from './decide-application.ts';
import { effectiveConfiguration, type FlinkDeploymentObject } from './desired.ts';
import { readHighAvailabilityData } from './high-availability.ts';
import { refuseOtherFlink } from './other-flink.ts';
import { createApplicationReconciler } from './reconcile-application.ts';
import { flinkDeploymentType } from './resource-type.ts';
import { createSlotReader } from './slot-demands.ts';
import type { FlinkDeploymentSpec, FlinkDeploymentStatus } from './spec.ts';
import type { SlotDemand } from './task-managers.ts';
import { validateDeployment } from './validate.ts';

/** A session job of a cluster, as far as its cluster has to know of it. */
export interface SessionJobSummary {
  readonly name: string;
  /** The job that its status names. */
  readonly jobId: string | undefined;
  /** Slots that it will take once it is submitted; 0 when it is not about to be. */
  readonly expectedSlots: number;
}

export interface DeploymentReconcilerOptions
  extends ClusterOptions,
    PythonWaitOptions,
    Pick<SnapshotKeeperOptions, 'snapshotsOf'> {
  /** The session jobs that name the deployment. */
  sessionJobsOf(namespace: string, deployment: string): readonly SessionJobSummary[];
  /** Tells of session jobs for which there is no room; all others of the cluster have some. */
  onShortage(namespace: string, deployment: string, shortages: ReadonlyMap<string, string>): void;
}

/** Whether a session cluster stays as long as there are session jobs of it: unless it says false (recorded). */
const blockOnSessionJobs = 'kubernetes.operator.session.deletion.block-on-session-jobs';
const progressCheckMs = 200;
const steadyCheckMs = 5_000;

/** Runs FlinkDeployments as clusters of pods: session clusters, and with a job application clusters. */
export function createDeploymentReconciler(options: DeploymentReconcilerOptions) {
  const { client, events } = options;
  const clusters = createClusters(options);
  const readSlots = createSlotReader();
  const reconcileApplication = createApplicationReconciler({ ...options, clusters, readSlots });

  return async (key: string): Promise<ReconcileResult | undefined> => {
    const [namespace = '', name = ''] = key.split('/');
    // The copy of the informer may be older than our last write: a step must never be taken twice.
    const deployment = await client.get<FlinkDeploymentObject>(flinkDeploymentType, { namespace, name });
    if (deployment === undefined) return undefined;
    const before = reconciledSpecOf(deployment);
    const refusal = validateDeployment(name, deployment.spec, before) ?? refuseOtherFlink(deployment.spec);
    // What it was it stays: a change between the two forms is refused.
    const job =
      before === undefined ? deployment.spec.job : before.job && (deployment.spec.job ?? before.job);
    if (job === undefined) return reconcileSession(deployment, refusal);
    return reconcileApplication({ ...deployment, spec: { ...deployment.spec, job } }, refusal);
  };

  async function reconcileSession(
    deployment: FlinkDeploymentObject,
    refusal: string | undefined,
  ): Promise<ReconcileResult | undefined> {
    if (deployment.metadata.deletionTimestamp !== undefined) return cleanUp(deployment);
    await setFinalizer(client, flinkDeploymentType, deployment, deploymentFinalizer, true);
    const { namespace = 'default', name } = deployment.metadata;
    const reconciled = reconciledSpecOf(deployment);
    if (refusal !== undefined) {
      await reportRefusal(deployment, refusal, reconciled === undefined);
      if (reconciled === undefined) return undefined;
    }
    const changes = reconciled === undefined ? [] : compareSpecs(reconciled, deployment.spec);
    // What is ignored restarts nothing, and goes with the next change that does.
    const isQuiet = changes.every(isIgnored);
    const spec =
      reconciled !== undefined && (refusal !== undefined || isQuiet) ? reconciled : deployment.spec;
    if (!isQuiet && refusal === undefined) {
      await events.record(
        deployment,
        'Normal',
        'SpecChanged',
        `UPGRADE change(s) detected (Diff: FlinkDeploymentSpec[${describeChanges(changes)}]), starting reconciliation.`,
      );
    }
    const wanted = { ...deployment, spec };
    await clusters.announceReplacements(wanted);
    const observed = await clusters.observe(wanted);
    const demands = await demandsOf(namespace, name, observed);
    const applied = await clusters.apply(wanted, effectiveConfiguration(wanted), observed, demands);
    options.onShortage(
      namespace,
      name,
      new Map(applied.plan.unfit.map(({ job, message }) => [nameOf(namespace, name, job), message])),
    );
    const inPlace = applied.inPlace && observed.jobManager !== 'absent';
    const status = inPlace ? observed.status : { jobManagerDeploymentStatus: 'MISSING' as const };
    const ready = status.jobManagerDeploymentStatus === 'READY';
    const trouble = observed.trouble ?? applied.trouble ?? applied.plan.shortage;
    const text = writeReconciledSpec({ spec, firstDeployment: reconciled === undefined });
    const error =
      refusal !== undefined
        ? writeError('ValidationException', refusal)
        : trouble && writeError(deploymentFailed, trouble);
    if (trouble !== undefined && error !== deployment.status?.error) {
      await events.record(deployment, 'Warning', 'Error', trouble);
    }
    await writeStatus(deployment, {
      ...deployment.status,
      ...status,
      lifecycleState: ready ? 'STABLE' : inPlace ? 'DEPLOYED' : 'UPGRADING',
      ...(refusal === undefined && { observedGeneration: deployment.metadata.generation ?? 1 }),
      reconciliationStatus: {
        lastReconciledSpec: text,
        ...(ready ? { lastStableSpec: text } : pickStable(deployment)),
        state: inPlace ? 'DEPLOYED' : 'UPGRADING',
      },
      error,
    });
    return { requeueAfterMs: ready ? steadyCheckMs : progressCheckMs };
  }

  /** Jobs that the cluster knows, whoever submitted them, and session jobs that are about to be submitted. */
  async function demandsOf(
    namespace: string,
    name: string,
    { flink, jobs }: Awaited<ReturnType<typeof clusters.observe>>,
  ): Promise<readonly SlotDemand[]> {
    const running = flink === undefined ? [] : await readSlots(flink, jobs);
    const expected = options
      .sessionJobsOf(namespace, name)
      .filter(({ jobId }) => !running.some(({ job }) => job === jobId))
      .map((job) => ({ job: job.name, slots: job.expectedSlots }));
    return [...running, ...expected];
  }

  /** A demand is of a job id, or of a session job that has none yet. */
  function nameOf(namespace: string, deployment: string, job: string): string {
    return options.sessionJobsOf(namespace, deployment).find(({ jobId }) => jobId === job)?.name ?? job;
  }

  async function cleanUp(deployment: FlinkDeploymentObject): Promise<ReconcileResult | undefined> {
    const { namespace = 'default', name, finalizers = [] } = deployment.metadata;
    if (!finalizers.includes(deploymentFinalizer)) return undefined;
    await events.record(deployment, 'Normal', 'Cleanup', 'Cleaning up FlinkDeployment');
    const jobs = options.sessionJobsOf(namespace, name);
    const waits = deployment.spec.flinkConfiguration?.[blockOnSessionJobs] !== 'false';
    if (waits && jobs.length > 0) {
      const message = `The session jobs [${jobs.map((job) => job.name).join(', ')}] should be deleted first`;
      await events.record(deployment, 'Warning', 'CleanupFailed', message);
      if (deployment.status?.lifecycleState !== 'DELETING') {
        await writeStatus(deployment, { ...deployment.status, lifecycleState: 'DELETING' });
      }
      return { requeueAfterMs: 1000 };
    }
    if (await clusters.end(clusters.podsOf(deployment))) return { requeueAfterMs: progressCheckMs };
    await (await readHighAvailabilityData(client, namespace, name)).delete();
    await setFinalizer(client, flinkDeploymentType, deployment, deploymentFinalizer, false);
    return undefined;
  }

  async function reportRefusal(
    deployment: FlinkDeploymentObject,
    message: string,
    first: boolean,
  ): Promise<void> {
    const error = writeError('ValidationException', message);
    if (deployment.status?.error === error) return;
    await events.record(deployment, 'Warning', 'ValidationError', message);
    if (first) await writeStatus(deployment, { ...deployment.status, error, lifecycleState: 'FAILED' });
  }

  async function writeStatus(
    deployment: FlinkDeploymentObject,
    status: FlinkDeploymentStatus,
  ): Promise<void> {
    const clean = JSON.parse(JSON.stringify(status)) as FlinkDeploymentStatus;
    if (isDeepStrictEqual(clean, deployment.status)) return;
    const { namespace, name } = deployment.metadata;
    const gone = Object.keys(deployment.status ?? {}).filter((key) => !(key in clean));
    const cleared = Object.fromEntries(gone.map((key) => [key, null]));
    await client.patch(
      flinkDeploymentType,
      { namespace, name },
      { status: { ...cleared, ...clean } },
      { subresource: 'status' },
    );
  }
}

function reconciledSpecOf({ status }: FlinkDeploymentObject): FlinkDeploymentSpec | undefined {
  const text = status?.reconciliationStatus?.lastReconciledSpec;
  return readReconciledSpec<FlinkDeploymentSpec>(text)?.spec;
}

function pickStable({ status }: FlinkDeploymentObject): { lastStableSpec?: string } {
  const stable = status?.reconciliationStatus?.lastStableSpec;
  return stable === undefined ? {} : { lastStableSpec: stable };
}
