import { createFlinkClient, type FlinkClient, FlinkRestError } from '../../engines/flink/client.ts';
import type { Pod } from '../../pods/pod.ts';
import { type FlinkDeploymentObject, jobManagerPodName } from '../flink-deployment/desired.ts';
import { restAddressOf } from '../flink-deployment/observe.ts';
import type { Cluster } from '../flink-job/job-steps.ts';
import { observedJob } from '../flink-job/observed-job.ts';
import type { FlinkSessionJobObject, ObservedSessionJob } from './decide.ts';

export interface ObserveOptions {
  deploymentOf(namespace: string, name: string): FlinkDeploymentObject | undefined;
  podOf(namespace: string, name: string): Pod | undefined;
  /** A client of the cluster whose REST API answers at the address. */
  readonly connect?: (address: string) => FlinkClient;
}

export interface Observation {
  readonly observed: Pick<ObservedSessionJob, 'cluster' | 'job'>;
  readonly cluster: Cluster;
}

/** Looks for a session job's cluster, and there for the job that the status names. */
export async function observe(
  { metadata: { namespace = 'default' }, spec, status }: FlinkSessionJobObject,
  { deploymentOf, podOf, connect = createFlinkClient }: ObserveOptions,
): Promise<Observation> {
  const deployment = deploymentOf(namespace, spec.deploymentName);
  if (deployment === undefined) return without('absent');
  if (deployment.spec.job !== undefined) return without('application');
  const address = restAddressOf(deployment, podOf(namespace, jobManagerPodName(deployment)));
  if (address === undefined) return without('starting');
  const flink = connect(address);
  const jobId = status?.jobStatus?.jobId;
  try {
    const overview = (await flink.listJobs()).find((job) => job.jid === jobId);
    const job = jobId === undefined ? undefined : observedJob(overview);
    return { observed: { cluster: 'ready', job }, cluster: { flink, overview } };
  } catch (error) {
    if (error instanceof FlinkRestError && error.status === 0) return without('starting');
    throw error;
  }
}

function without(cluster: ObservedSessionJob['cluster']): Observation {
  return { observed: { cluster, job: undefined }, cluster: { flink: undefined, overview: undefined } };
}
