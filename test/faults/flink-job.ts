import type { ApiClient } from '../../src/apiclient/client.ts';
import { podType } from '../../src/apiclient/core-types.ts';
import { createFlinkClient } from '../../src/engines/flink/client.ts';
import { observedJob } from '../../src/kinds/flink-job/observed-job.ts';
import type { FlinkSessionJobObject } from '../../src/kinds/flink-session-job/decide.ts';
import { flinkSessionJobType } from '../../src/kinds/flink-session-job/resource-type.ts';
import { type Pod, readPorts } from '../../src/pods/pod.ts';
import { enginePods } from './processes.ts';

export interface JobSeen {
  readonly jobId: string;
  /** Of all its tasks, by Flink itself: RUNNING only when every one runs. */
  readonly state: string;
  /** When its JobManager last took it up, milliseconds since the epoch: a restart of its tasks leaves this alone. */
  readonly takenUp: number;
  /** How often Flink has restarted its tasks since. */
  readonly restarts: number;
  /** Whether it went on from a checkpoint or savepoint, and which. */
  readonly restored: number | undefined;
}

/** The job of the resource as its JobManager tells it; `undefined` while either does not answer. */
export async function seeJob(client: ApiClient): Promise<JobSeen | undefined> {
  const reference = { namespace: 'default', name: 'numbers' };
  try {
    const [resource, pod] = await Promise.all([
      client.get<FlinkSessionJobObject>(flinkSessionJobType, reference),
      client.get<Pod>(podType, { namespace: 'default', name: enginePods.JobManager }),
    ]);
    const jobId = resource?.status?.jobStatus?.jobId;
    if (jobId === undefined || pod === undefined) return undefined;
    return await seeJobAt(`http://127.0.0.1:${readPorts(pod).rest}`, jobId);
  } catch {
    return undefined;
  }
}

/** The same without the Kubernetes API. Fails while the JobManager does not answer. */
export async function seeJobAt(address: string, jobId: string): Promise<JobSeen> {
  const overview = (await createFlinkClient(address).listJobs()).find(({ jid }) => jid === jobId);
  const { state } = observedJob(overview);
  if (overview === undefined) return { jobId, state, takenUp: 0, restarts: 0, restored: undefined };
  const get = async (path: string) =>
    (await fetch(`${address}/v1/jobs/${jobId}/${path}`)).json() as Promise<unknown>;
  const [metrics, checkpoints] = await Promise.all([get('metrics?get=numRestarts'), get('checkpoints')]);
  const { latest } = checkpoints as { latest?: { restored?: { id: number } | null } };
  const [restarts] = metrics as { value: string }[];
  return {
    jobId,
    state,
    takenUp: overview['start-time'],
    restarts: Number(restarts?.value ?? 0),
    restored: latest?.restored?.id,
  };
}
