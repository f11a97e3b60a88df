import {
  createFlinkClient,
  type FlinkClient,
  FlinkRestError,
  type JobOverview,
  type TaskManagerInfo,
} from '../../engines/flink/client.ts';
import { isReady, type Pod, readPorts } from '../../pods/pod.ts';
import { type FlinkDeploymentObject, jobManagerPodName } from './desired.ts';
import { describeStorage } from './replacements.ts';
import type { FlinkDeploymentStatus } from './spec.ts';

/** A client of the cluster whose REST API answers at the address. */
export type Connect = (address: string) => FlinkClient;

/** What the JobManager of a cluster says, and what is known of its process. */
export interface ObservedCluster {
  /** `failing`: the process does not come up, and `trouble` says why. */
  readonly jobManager: 'absent' | 'starting' | 'failing' | 'ready';
  readonly trouble: string | undefined;
  readonly flink: FlinkClient | undefined;
  readonly jobs: readonly JobOverview[];
  readonly taskManagers: readonly TaskManagerInfo[];
  readonly status: Pick<FlinkDeploymentStatus, 'jobManagerDeploymentStatus' | 'clusterInfo' | 'conditions'>;
}

/** The address of a cluster's REST API once its JobManager is ready. */
export function restAddressOf(
  deployment: FlinkDeploymentObject,
  jobManager: Pod | undefined,
): string | undefined {
  if (deployment.status?.jobManagerDeploymentStatus !== 'READY' || jobManager === undefined) return undefined;
  return addressOf(jobManager);
}

function addressOf(jobManager: Pod): string | undefined {
  const port = readPorts(jobManager).rest;
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
}

export async function observeCluster(
  deployment: FlinkDeploymentObject,
  pods: readonly Pod[],
  connect: Connect = createFlinkClient,
): Promise<ObservedCluster> {
  const observed = await observeJobManager(deployment, pods, connect);
  const storage = describeStorage(deployment.spec);
  if (storage === undefined) return observed;
  const condition = { type: 'StorageMapped', status: 'True', reason: 'NoS3Endpoint', message: storage };
  return {
    ...observed,
    status: { ...observed.status, conditions: [...(observed.status.conditions ?? []), condition] },
  };
}

async function observeJobManager(
  deployment: FlinkDeploymentObject,
  pods: readonly Pod[],
  connect: Connect,
): Promise<ObservedCluster> {
  const jobManager = pods.find(({ metadata }) => metadata.name === jobManagerPodName(deployment));
  if (jobManager === undefined || jobManager.metadata.deletionTimestamp !== undefined) {
    return notReady('absent', 'MISSING', 'JobManager process is starting up');
  }
  const address = addressOf(jobManager);
  if (!isReady(jobManager) || address === undefined) return describeStart(jobManager);
  const flink = connect(address);
  try {
    const [config, taskManagers, jobs] = await Promise.all([
      flink.readConfig(),
      flink.listTaskManagers(),
      flink.listJobs(),
    ]);
    const sum = (values: readonly number[]) => String(values.reduce((total, value) => total + value, 0));
    return {
      jobManager: 'ready',
      trouble: undefined,
      flink,
      jobs,
      taskManagers,
      status: {
        jobManagerDeploymentStatus: 'READY',
        clusterInfo: {
          'flink-version': config.version,
          'flink-revision': config.revision,
          'total-cpu': sum(taskManagers.map(({ hardware }) => hardware.cpuCores)),
          'total-memory': sum(taskManagers.map(({ hardware }) => hardware.physicalMemory)),
        },
        conditions: [running('True', 'Ready', 'JobManager is running and ready to receive REST API calls.')],
      },
    };
  } catch (error) {
    if (!(error instanceof FlinkRestError)) throw error;
    return notReady('starting', 'DEPLOYING', 'JobManager process is starting up');
  }
}

/** Reasons of a waiting container that time alone does not mend. */
const failures: readonly string[] = [
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'ErrImageNeverPull',
  'ErrImagePull',
];

/** Why a pod does not run, when it is more than that it is starting. */
export function podTrouble(pod: Pod): string | undefined {
  const waiting = pod.status?.containerStatuses?.[0]?.state.waiting;
  if (waiting === undefined || !failures.includes(waiting.reason)) return undefined;
  return `${pod.metadata.name} does not run (${waiting.reason}): ${waiting.message ?? 'no reason was given'}`;
}

function describeStart(jobManager: Pod): ObservedCluster {
  const trouble = podTrouble(jobManager);
  if (trouble !== undefined) {
    return { ...notReady('failing', 'ERROR', trouble), trouble };
  }
  const state = jobManager.status?.containerStatuses?.[0]?.state;
  return notReady('starting', 'DEPLOYING', state?.waiting?.message ?? 'JobManager process is starting up');
}

function notReady(
  jobManager: ObservedCluster['jobManager'],
  status: FlinkDeploymentStatus['jobManagerDeploymentStatus'],
  message: string,
): ObservedCluster {
  return {
    jobManager,
    trouble: undefined,
    flink: undefined,
    jobs: [],
    taskManagers: [],
    status: {
      jobManagerDeploymentStatus: status,
      conditions: [running('False', 'JobManagerIsDeploying', message)],
    },
  };
}

function running(status: string, reason: string, message: string) {
  return { type: 'Running', status, reason, message };
}
