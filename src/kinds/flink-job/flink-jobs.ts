import type { ApiClient } from '../../apiclient/client.ts';
import { flinkDeployment } from '../flink-deployment/kind.ts';
import { flinkSessionJob } from '../flink-session-job/kind.ts';
import type { KindDefinition } from '../kind.ts';
import type { FlinkJobObject } from './resource.ts';
import type { JobSpec } from './spec.ts';

/** A job of a session cluster, or the one of an application cluster. */
export interface FlinkJob {
  readonly kind: KindDefinition;
  readonly object: FlinkJobObject;
  /** Name of the FlinkDeployment that runs it. */
  readonly cluster: string;
  /** Whether the cluster runs nothing else. */
  readonly application: boolean;
}

/** All Flink jobs, of a namespace or of all, by namespace and name. */
export async function listFlinkJobs(client: ApiClient, namespace?: string): Promise<readonly FlinkJob[]> {
  const [session, applications] = await Promise.all([
    client.list<FlinkJobObject & { spec: { deploymentName: string } }>(flinkSessionJob.type, { namespace }),
    client.list<FlinkJobObject & { spec: { job?: JobSpec } }>(flinkDeployment.type, { namespace }),
  ]);
  const jobs: readonly FlinkJob[] = [
    ...session.items.map((object) => ({
      kind: flinkSessionJob,
      object,
      cluster: object.spec.deploymentName,
      application: false,
    })),
    ...applications.items
      .filter(({ spec }) => spec.job !== undefined)
      .map((object) => ({
        kind: flinkDeployment,
        object,
        cluster: object.metadata.name,
        application: true,
      })),
  ];
  return jobs.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** `namespace/name`, as it is shown and may be asked for. */
export function nameOf({ object: { metadata } }: Pick<FlinkJob, 'object'>): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

/** Flink's id of the job: absent before it was submitted, and between two runs. */
export function jobIdOf({ object: { status } }: Pick<FlinkJob, 'object'>): string | undefined {
  const id = status?.jobStatus?.jobId;
  return id === '' ? undefined : id;
}
