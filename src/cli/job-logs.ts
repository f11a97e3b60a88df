import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../apiclient/client.ts';
import { podType } from '../apiclient/core-types.ts';
import { toApiError } from '../apiclient/http-client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { createJobLineFilter } from '../engines/flink/job-log.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import type { Pod } from '../pods/pod.ts';
import { askFlink, isKnown } from './ask-flink.ts';
import { createLogMerge, readLines } from './merge-logs.ts';
import { outputColors, printLine } from './terminal-output.ts';

export interface JobLogRequest {
  readonly client: ApiClient;
  readonly job: FlinkJob;
  readonly follow: boolean;
  /** Only as many lines, the last ones. */
  readonly tail: number | undefined;
  /** The runs before the last restarts of the processes. */
  readonly previous: boolean;
  readonly signal: AbortSignal;
}

/** How long a process that says nothing holds up lines of the others, while logs are followed. */
const patienceMs = 300;
const podCheckMs = 2_000;

/** Prints the lines of the JobManager's and the TaskManagers' logs that are about one job, in the order of time. */
export async function printJobLog(request: JobLogRequest): Promise<void> {
  const { client, job, follow, tail, signal } = request;
  const pods = await listPods(client, job);
  if (pods.length === 0) throw noProcess(job);
  const isOfJob = await chooseLines(client, job);
  const colors = outputColors();
  const width = Math.max(...pods.map(({ metadata }) => metadata.name.length));
  const prefixed = follow || pods.length > 1;
  const print = (source: string, text: string) =>
    printLine(prefixed ? `${colors.dim(`${source.padEnd(width)} |`)} ${text}` : text);

  /** The last lines, until all that there was has been read. */
  let held: (readonly [string, string])[] | undefined = tail === undefined ? undefined : [];
  const release = () => {
    held?.forEach(([source, text]) => print(source, text));
    held = undefined;
  };
  const merge = createLogMerge({
    signal,
    goOn: follow,
    ...(follow && { patience: patienceMs }),
    onIdle: release,
  });
  await addLogs(request, merge, pods, new Set());
  for await (const { source, text } of merge.read()) {
    if (!isOfJob(source, text)) continue;
    if (held === undefined) print(source, text);
    else if (held.push([source, text]) > (tail ?? 0)) held.shift();
  }
  release();
}

/** Opens the logs; while they are followed, also those of processes that start later. */
async function addLogs(
  request: JobLogRequest,
  merge: ReturnType<typeof createLogMerge>,
  pods: readonly Pod[],
  known: Set<string>,
): Promise<void> {
  const { client, job, follow, previous, signal } = request;
  const opened = await Promise.all(
    pods.map(async (pod) => {
      const restarts = pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
      const run = `${pod.metadata.uid} ${restarts}`;
      if (known.has(run)) return true;
      if (previous && restarts === 0) return false;
      const body = await openLog(request, pod);
      if (body === undefined) return false;
      known.add(run);
      merge.add(pod.metadata.name, readLines(body));
      return true;
    }),
  );
  if (previous && !opened.includes(true)) throw noPreviousRun(job);
  if (!follow) return;
  void sleep(podCheckMs, undefined, { signal })
    // The API may be away for a while; logs that are open go on.
    .then(() => listPods(client, job).catch(() => []))
    .then((later) => addLogs(request, merge, later, known))
    .catch(() => undefined);
}

/** Absent when the process has not written any yet, or has had no run before. */
async function openLog(
  { client, follow, previous, signal }: JobLogRequest,
  { metadata, spec }: Pod,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const query = new URLSearchParams({
    ...(spec.containers.length > 1 && { container: mainContainer }),
    ...(follow && { follow: 'true' }),
    ...(previous && { previous: 'true' }),
  });
  const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/log?${query.toString()}`;
  const response = await client.request('GET', path, { signal });
  if (response.status < 400) return response.body;
  const error = toApiError(response.status, await response.text(), `read the log of ${metadata.name}`);
  if (error.reason === 'BadRequest' || error.reason === 'NotFound') return undefined;
  throw error;
}

/** What Flink and its operator call the container with Flink beside others of a pod template. */
const mainContainer = 'flink-main-container';

async function listPods(client: ApiClient, { object, cluster }: FlinkJob): Promise<readonly Pod[]> {
  const { items } = await client.list<Pod>(podType, {
    namespace: object.metadata.namespace,
    labelSelector: `app=${cluster},component in (jobmanager,taskmanager)`,
  });
  return items.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** An application cluster runs nothing else: all of its lines are the job's. */
async function chooseLines(
  client: ApiClient,
  job: FlinkJob,
): Promise<(source: string, line: string) => boolean> {
  if (job.application) return () => true;
  const [{ jobIdOf }, { readTaskNames }] = await Promise.all([
    import('../kinds/flink-job/flink-jobs.ts'),
    import('../engines/flink/job-details.ts'),
  ]);
  const tasks = await askFlink(client, job, readTaskNames);
  return createJobLineFilter({
    name: job.object.status?.jobStatus?.jobName ?? job.object.metadata.name,
    id: jobIdOf(job),
    ...(isKnown(tasks) && { tasks }),
  });
}

function noProcess({ object: { metadata }, cluster }: FlinkJob): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'ClusterNotRunning',
    summary: `Cluster ${cluster} of Flink job ${metadata.name} has no process`,
    detail: `No pod of namespace ${metadata.namespace} has the label app=${cluster}, so there is no log. "sdp status" tells what the cluster is waiting for.`,
  });
}

function noPreviousRun({ cluster }: FlinkJob): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'NoPreviousRun',
    summary: `No process of cluster ${cluster} was started again`,
    detail: 'There is no log of a run before. Without --previous, the log of the current one is printed.',
  });
}
