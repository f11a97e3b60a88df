import { createFlinkClient, type FlinkClient, FlinkRestError } from '../../engines/flink/client.ts';
import type { Pod } from '../../pods/pod.ts';
import { type FlinkDeploymentObject, jobManagerPodName } from '../flink-deployment/desired.ts';
import { restAddressOf } from '../flink-deployment/observe.ts';
import { ownSavepointFolder } from '../flink-job/configuration.ts';
import { observedJob } from '../flink-job/observed-job.ts';
import type { FlinkSessionJobObject } from '../flink-session-job/decide.ts';
import type { FoundTarget } from './reconcile.ts';

export interface TargetFinderOptions {
  sessionJobOf(namespace: string, name: string): FlinkSessionJobObject | undefined;
  deploymentOf(namespace: string, name: string): FlinkDeploymentObject | undefined;
  podOf(namespace: string, name: string): Pod | undefined;
  /** A client of the cluster whose REST API answers at the address. */
  readonly connect?: (address: string) => FlinkClient;
}

/** Finds the job that a snapshot refers to, on whichever cluster runs it. */
export function createTargetFinder(options: TargetFinderOptions) {
  const { sessionJobOf, deploymentOf, podOf, connect = createFlinkClient } = options;
  return async (namespace: string, reference: { kind: string; name: string }): Promise<FoundTarget> => {
    const job = reference.kind === 'FlinkSessionJob' ? sessionJobOf(namespace, reference.name) : undefined;
    const cluster = job?.spec.deploymentName ?? reference.name;
    const deployment = deploymentOf(namespace, cluster);
    const owner = reference.kind === 'FlinkSessionJob' ? job : deployment;
    if (owner === undefined || deployment === undefined)
      return { target: { is: 'absent' }, flink: undefined };
    const unreachable: FoundTarget = { target: { is: 'unreachable' }, flink: undefined };
    const address = restAddressOf(deployment, podOf(namespace, jobManagerPodName(deployment)));
    if (address === undefined) return unreachable;
    const flink = savingTo(ownSavepointFolder(owner.spec), connect(address));
    try {
      const jobId = owner.status?.jobStatus?.jobId;
      const overview = (await flink.listJobs()).find(({ jid }) => jid === jobId);
      const isRunning = observedJob(overview).state === 'RUNNING';
      return { target: { is: 'there', jobId: isRunning ? jobId : undefined }, flink };
    } catch (error) {
      if (error instanceof FlinkRestError && error.status === 0) return unreachable;
      throw error;
    }
  };
}

/** Savepoints that do not say where they go are put into the folder. */
function savingTo(folder: string | undefined, flink: FlinkClient): FlinkClient {
  if (folder === undefined) return flink;
  return {
    ...flink,
    triggerSavepoint: (jobId, triggerId, options) =>
      flink.triggerSavepoint(jobId, triggerId, { ...options, path: options?.path ?? folder }),
  };
}
