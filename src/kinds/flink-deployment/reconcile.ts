import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../../apiclient/client.ts';
import { configMapType, podType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import type { EventRecorder } from '../../controller/events.ts';
import { setFinalizer } from '../../controller/finalizers.ts';
import { applyOwned, replaceOwned } from '../../controller/owned-objects.ts';
import { createFlinkClient, FlinkRestError } from '../../engines/flink/client.ts';
import { isReady, type Pod, readPorts } from '../../pods/pod.ts';
import {
  compareSpecs,
  describeChanges,
  readReconciledSpec,
  writeReconciledSpec,
} from '../reconciled-spec.ts';
import { buildDeploymentObjects, type FlinkDeploymentObject, jobManagerPodName } from './desired.ts';
import { flinkDeploymentType } from './kind.ts';
import type { FlinkDeploymentSpec, FlinkDeploymentStatus } from './spec.ts';
import { validateDeployment } from './validate.ts';

export interface DeploymentReconcilerOptions {
  readonly client: ApiClient;
  readonly events: EventRecorder;
  listPods(namespace: string): readonly Pod[];
  /** Names of the session jobs that name the deployment. */
  sessionJobsOf(namespace: string, deployment: string): readonly string[];
}

/** `<plural>.flink.apache.org/finalizer`, recorded from operator 1.15.0. */
export const deploymentFinalizer = 'flinkdeployments.flink.apache.org/finalizer';
const fieldManager = 'sdp-flink-operator';
const progressCheckMs = 200;
const steadyCheckMs = 5_000;

/** The address of a cluster's REST API once its JobManager is ready. */
export function restAddressOf(
  deployment: FlinkDeploymentObject,
  jobManager: Pod | undefined,
): string | undefined {
  if (deployment.status?.jobManagerDeploymentStatus !== 'READY' || jobManager === undefined) return undefined;
  const port = readPorts(jobManager).rest;
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
}

/** Runs FlinkDeployments without `job` as session clusters of pods. */
export function createDeploymentReconciler(options: DeploymentReconcilerOptions) {
  const { client, events } = options;

  return async (
    _key: string,
    deployment: FlinkDeploymentObject | undefined,
  ): Promise<ReconcileResult | undefined> => {
    if (deployment === undefined) return undefined;
    const { namespace = 'default', name } = deployment.metadata;
    if (deployment.metadata.deletionTimestamp !== undefined) return cleanUp(deployment);
    await setFinalizer(client, flinkDeploymentType, deployment, deploymentFinalizer, true);
    const reconciled = readReconciledSpec<FlinkDeploymentSpec>(
      deployment.status?.reconciliationStatus?.lastReconciledSpec,
    );
    const refusal = refuse(deployment);
    if (refusal !== undefined) {
      await reportRefusal(deployment, refusal, reconciled === undefined);
      if (reconciled === undefined) return undefined;
    }
    const spec = refusal === undefined ? deployment.spec : (reconciled?.spec ?? deployment.spec);
    const changes = reconciled === undefined ? [] : compareSpecs(reconciled.spec, spec);
    if (changes.length > 0) {
      await events.record(
        deployment,
        'Normal',
        'SpecChanged',
        `UPGRADE change(s) detected (Diff: FlinkDeploymentSpec[${describeChanges(changes)}]), starting reconciliation.`,
      );
    }
    const pods = options.listPods(namespace).filter((pod) => pod.metadata.labels?.app === name);
    const inPlace = await applyAll({ ...deployment, spec }, pods);
    const jobManager = pods.find((pod) => pod.metadata.name === jobManagerPodName(deployment));
    const observed = inPlace ? await observe(jobManager) : { jobManagerDeploymentStatus: 'MISSING' as const };
    const ready = observed.jobManagerDeploymentStatus === 'READY';
    const text = writeReconciledSpec({ spec, firstDeployment: reconciled === undefined });
    await writeStatus(deployment, {
      ...deployment.status,
      ...observed,
      lifecycleState: ready ? 'STABLE' : inPlace ? 'DEPLOYED' : 'UPGRADING',
      ...(refusal === undefined && { observedGeneration: deployment.metadata.generation ?? 1 }),
      reconciliationStatus: {
        lastReconciledSpec: text,
        ...(ready
          ? { lastStableSpec: text }
          : pick(deployment.status?.reconciliationStatus, 'lastStableSpec')),
        state: inPlace ? 'DEPLOYED' : 'UPGRADING',
      },
      error: refusal === undefined ? undefined : validationError(refusal),
    });
    return { requeueAfterMs: ready ? steadyCheckMs : progressCheckMs };
  };

  /** Answers whether all pods are those of the spec. */
  async function applyAll(deployment: FlinkDeploymentObject, pods: readonly Pod[]): Promise<boolean> {
    const wanted = buildDeploymentObjects(deployment);
    await Promise.all(
      [wanted.config, ...wanted.services].map((object) =>
        applyOwned(client, deployment, object, fieldManager),
      ),
    );
    const all = [wanted.jobManager, ...wanted.taskManagers];
    const names = new Set(all.map(({ manifest }) => manifest.metadata.name));
    const surplus = pods.filter((pod) => !names.has(pod.metadata.name));
    await Promise.all(surplus.map((pod) => client.delete(podType, pod.metadata)));
    const there = await Promise.all(
      all.map((object) =>
        replaceOwned(
          client,
          deployment,
          object,
          pods.find((pod) => pod.metadata.name === object.manifest.metadata.name),
          fieldManager,
        ),
      ),
    );
    return there.every(Boolean);
  }

  async function cleanUp(deployment: FlinkDeploymentObject): Promise<ReconcileResult | undefined> {
    const { namespace = 'default', name, finalizers = [] } = deployment.metadata;
    if (!finalizers.includes(deploymentFinalizer)) return undefined;
    await events.record(deployment, 'Normal', 'Cleanup', 'Cleaning up FlinkDeployment');
    const jobs = options.sessionJobsOf(namespace, name);
    if (jobs.length > 0) {
      const message = `The session jobs [${jobs.join(', ')}] should be deleted first`;
      await events.record(deployment, 'Warning', 'CleanupFailed', message);
      if (deployment.status?.lifecycleState !== 'DELETING') {
        await writeStatus(deployment, { ...deployment.status, lifecycleState: 'DELETING' });
      }
      return { requeueAfterMs: 1000 };
    }
    const pods = options.listPods(namespace).filter((pod) => pod.metadata.labels?.app === name);
    await Promise.all(pods.map((pod) => client.delete(podType, pod.metadata)));
    if (pods.length > 0) return { requeueAfterMs: progressCheckMs };
    await deleteHighAvailabilityData(namespace, name);
    await setFinalizer(client, flinkDeploymentType, deployment, deploymentFinalizer, false);
    return undefined;
  }

  /** Flink 2.2 labels them only with app and type: they are found by name. */
  async function deleteHighAvailabilityData(namespace: string, name: string): Promise<void> {
    const { items } = await client.list<KubernetesObject>(configMapType, {
      namespace,
      labelSelector: `app=${name},type=flink-native-kubernetes`,
    });
    const maps = items.filter(({ metadata }) => metadata.name.endsWith('-config-map'));
    await Promise.all(maps.map(({ metadata }) => client.delete(configMapType, metadata)));
  }

  async function reportRefusal(
    deployment: FlinkDeploymentObject,
    message: string,
    first: boolean,
  ): Promise<void> {
    const error = validationError(message);
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
    const gone = Object.keys(deployment.status ?? {}).filter((key) => !(key in clean));
    const cleared = Object.fromEntries(gone.map((key) => [key, null]));
    const { namespace, name } = deployment.metadata;
    await client.patch(
      flinkDeploymentType,
      { namespace, name },
      { status: { ...cleared, ...clean } },
      { subresource: 'status' },
    );
  }
}

function refuse({ metadata, spec }: FlinkDeploymentObject): string | undefined {
  if (spec.job !== undefined) {
    return 'An application cluster (spec.job) cannot run here yet: use a session cluster and a FlinkSessionJob.';
  }
  return validateDeployment(metadata.name, spec);
}

function validationError(message: string): string {
  return JSON.stringify({
    type: 'org.apache.flink.kubernetes.operator.exception.ValidationException',
    message,
  });
}

async function observe(
  jobManager: Pod | undefined,
): Promise<Pick<FlinkDeploymentStatus, 'jobManagerDeploymentStatus' | 'clusterInfo' | 'conditions'>> {
  const waiting = jobManager?.status?.containerStatuses?.[0]?.state.waiting;
  const starting = {
    jobManagerDeploymentStatus: 'DEPLOYING' as const,
    conditions: [
      running('False', 'JobManagerIsDeploying', waiting?.message ?? 'JobManager process is starting up'),
    ],
  };
  if (jobManager === undefined || !isReady(jobManager)) return starting;
  const port = readPorts(jobManager).rest;
  const flink = createFlinkClient(`http://127.0.0.1:${port}`);
  try {
    const [config, taskManagers] = await Promise.all([flink.readConfig(), flink.listTaskManagers()]);
    const sum = (values: readonly number[]) => String(values.reduce((total, value) => total + value, 0));
    return {
      jobManagerDeploymentStatus: 'READY',
      clusterInfo: {
        'flink-version': config.version,
        'flink-revision': config.revision,
        'total-cpu': sum(taskManagers.map(({ hardware }) => hardware.cpuCores)),
        'total-memory': sum(taskManagers.map(({ hardware }) => hardware.physicalMemory)),
      },
      conditions: [running('True', 'Ready', 'JobManager is running and ready to receive REST API calls.')],
    };
  } catch (error) {
    if (!(error instanceof FlinkRestError)) throw error;
    return starting;
  }
}

function running(status: string, reason: string, message: string) {
  return { type: 'Running', status, reason, message };
}

function pick<T extends object, K extends keyof T>(object: T | undefined, key: K): Partial<Pick<T, K>> {
  return object?.[key] === undefined ? {} : ({ [key]: object[key] } as Partial<Pick<T, K>>);
}
