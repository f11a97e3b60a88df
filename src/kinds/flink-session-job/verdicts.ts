import type { KubernetesObject } from '../../apiclient/object.ts';
import type { FlinkDeploymentObject } from '../flink-deployment/desired.ts';
import { flinkDeploymentType } from '../flink-deployment/resource-type.ts';
import { type Configuration, pickTelling } from '../flink-job/configuration.ts';
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
import type { Change, Judging, Look, Verdict } from '../verdict.ts';
import type { FlinkSessionJobObject } from './decide.ts';
import type { FlinkSessionJobParams } from './params.ts';
import { validateSessionJob } from './validate.ts';

export interface SessionJobDigest {
  readonly job: JobDigest;
  /** Absent: there is none of the name, or nobody may look. */
  readonly cluster?: ClusterDigest | undefined;
}

interface ClusterDigest {
  /** Whether it has a job of its own, and takes no others. */
  readonly application: boolean;
  /** What of its configuration verdicts go by. */
  readonly configuration: Configuration;
}

export const sessionJobRules = {
  deploymentName: 'replace',
  job: jobFieldRules,
  restartNonce: 'restart-nonce',
  flinkConfiguration: configurationRule,
  sql: 'upgrade',
  python: 'upgrade',
  restore: 'creation',
} satisfies Record<keyof FlinkSessionJobParams, FieldRules[string]>;

export const sessionJobVerdicts: Judging<FlinkSessionJobParams, SessionJobDigest> = {
  guards: ['allowStateLoss'],
  digest,
  judge,
};

async function digest(object: KubernetesObject, look: Look): Promise<SessionJobDigest> {
  const resource = object as FlinkSessionJobObject;
  const { deploymentName, job: spec } = resource.spec;
  const clusters = await look.objects<FlinkDeploymentObject>(flinkDeploymentType);
  const cluster = clusters?.find(({ metadata }) => metadata.name === deploymentName);
  const job = digestJob(resource);
  const checkpoint = needsCheckpoint(job, spec)
    ? await readCheckpoint(look.ask, deploymentName, resource.status?.jobStatus?.jobId)
    : undefined;
  return withoutAbsent({
    job: withoutAbsent({ ...job, checkpoint }),
    cluster: cluster && {
      application: cluster.spec.job !== undefined,
      configuration: pickTelling(cluster.spec.flinkConfiguration ?? {}),
    },
  });
}

function judge(change: Change<FlinkSessionJobParams, SessionJobDigest>): readonly Verdict[] {
  const { before, after, replaced, changes, digest: known } = change;
  const configurationOf = ({ flinkConfiguration }: FlinkSessionJobParams): Configuration => ({
    ...known?.cluster?.configuration,
    ...flinkConfiguration,
  });
  if (before === undefined) {
    if (after === undefined) return [{ effect: 'no-op', reason: 'There is no job.' }];
    const refusal = refusalOf(after.params, undefined);
    if (refusal !== undefined) return [refuse(after.metadata.name, refusal, 'is not started')];
    return [judgeCreation(after.metadata.name, after.params)];
  }
  const { name } = before.metadata;
  const ending = {
    name,
    before: before.params.job,
    running: configurationOf(before.params),
    digest: known?.job,
  };
  if (after === undefined) return [judgeDeletion(ending)];
  const { deploymentName } = after.params;
  const moved = before.params.deploymentName !== deploymentName;
  if (replaced || moved) {
    const why = moved
      ? `deployment_name (${before.params.deploymentName} to ${deploymentName}) changed, and a job cannot change its cluster.`
      : 'A job cannot change its name or namespace.';
    return judgeReplacement(ending, { ...after.params, ...placeOf(before.metadata, after.metadata) }, why);
  }
  const refusal = refusalOf(after.params, known?.cluster);
  if (refusal !== undefined) return [refuse(name, refusal, 'goes on as it is')];
  return judgeJob({
    name,
    kind: 'session',
    before: before.params.job,
    after: after.params.job,
    running: configurationOf(before.params),
    planned: configurationOf(after.params),
    newVersion: undefined,
    reactive: false,
    rules: sessionJobRules,
    changes,
    digest: known?.job,
  });
}

function refusalOf(spec: FlinkSessionJobParams, cluster: ClusterDigest | undefined) {
  return validateSessionJob(spec, {
    cluster: cluster && {
      flinkConfiguration: cluster.configuration,
      ...(cluster.application && { job: {} }),
    },
  });
}

function refuse(name: string, refusal: string, fate: string): Verdict {
  return {
    effect: 'refused',
    reason: `The operator refuses it ("${refusal}"), and job ${name} ${fate}. Put that right.`,
  };
}
