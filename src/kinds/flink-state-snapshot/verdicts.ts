import type { KubernetesObject } from '../../apiclient/object.ts';
import { flinkDeploymentType } from '../flink-deployment/resource-type.ts';
import { flinkSessionJobType } from '../flink-session-job/resource-type.ts';
import { arrow, type FieldChange, type FieldRules, type FieldVerdict, judgeFields } from '../judge-fields.ts';
import type { Change, Judging, Look, Verdict } from '../verdict.ts';
import { type FlinkStateSnapshotObject, snapshotFinalizer } from './decide.ts';
import type { FlinkStateSnapshotSpec, FlinkStateSnapshotStatus } from './spec.ts';

/** What has to be known of a live FlinkStateSnapshot. */
export interface SnapshotDigest {
  readonly state?: NonNullable<FlinkStateSnapshotStatus['state']>;
  readonly path?: string;
  /** Whether the operator holds the resource. */
  readonly held: boolean;
  /** Whether the job's resource is there; absent where it cannot be read. */
  readonly target?: boolean;
}

type SnapshotChange = Change<FlinkStateSnapshotSpec, SnapshotDigest>;

export const snapshotVerdicts: Judging<FlinkStateSnapshotSpec, SnapshotDigest> = {
  guards: ['allowStateLoss'],
  digest: readDigest,
  judge(change) {
    if (change.after === undefined) return [judgeDeletion(change)];
    if (change.before === undefined) return [judgeCreation(change)];
    if (change.replaced) return [judgeDeletion(change), judgeCreation(change)];
    const verdicts = judgeFields(change, snapshotRules);
    return verdicts.length > 0
      ? verdicts
      : [
          {
            effect: 'ignored',
            reason: 'A snapshot is taken once: what is declared later changes nothing of it.',
          },
        ];
  },
};

async function readDigest(object: KubernetesObject, look: Look): Promise<SnapshotDigest> {
  const { metadata, spec, status } = object as FlinkStateSnapshotObject;
  const { kind, name } = spec.jobReference;
  const jobs = await look.objects(kind === 'FlinkDeployment' ? flinkDeploymentType : flinkSessionJobType);
  return {
    ...(status?.state !== undefined && { state: status.state }),
    ...(status?.path !== undefined && { path: status.path }),
    held: metadata.finalizers?.includes(snapshotFinalizer) ?? false,
    ...(jobs !== undefined && { target: jobs.some((job) => job.metadata.name === name) }),
  };
}

function judgeCreation({ after }: SnapshotChange): Verdict {
  const { jobReference, savepoint, checkpoint } = after?.params ?? {};
  const job = `${jobReference?.kind} ${jobReference?.name}`;
  if (savepoint?.alreadyExists === true) {
    const goes = isDisposed(savepoint) ? ' Deleting the resource deletes it.' : '';
    return {
      effect: 'create',
      reason: `Savepoint ${savepoint.path} is taken over without a look at it.${goes}`,
    };
  }
  return {
    effect: 'create',
    reason: `A ${checkpoint === undefined ? 'savepoint' : 'checkpoint'} of ${job} is taken; the job goes on.`,
  };
}

/** What a change of each field does to a snapshot that is not replaced. */
export const snapshotRules: FieldRules<FlinkStateSnapshotSpec, SnapshotDigest> = {
  'jobReference.kind': taken,
  'jobReference.name': taken,
  'savepoint.path': taken,
  'savepoint.alreadyExists': taken,
  'savepoint.formatType': taken,
  checkpoint: taken,
  'savepoint.disposeOnDelete': judgeDisposal,
  backoffLimit: judgeBackoff,
  'metadata.name': unheeded,
  'metadata.namespace': unheeded,
  'metadata.labels.*': unheeded,
  'metadata.annotations.*': unheeded,
};

function unheeded(): FieldVerdict {
  return { effect: 'in-place', what: 'the snapshot stays as it is.' };
}

function taken(): FieldVerdict {
  return { effect: 'ignored', what: 'a snapshot is taken once; make another resource for another one.' };
}

function judgeDisposal(field: FieldChange): FieldVerdict {
  const [was, is] = [field.before ?? true, field.after ?? true];
  const subject = arrow(field, 'true');
  if (was === is) return { effect: 'in-place', what: 'it means the same.', subject };
  return is === true
    ? {
        effect: 'in-place',
        what: 'from then on deleting the resource deletes the files of the savepoint.',
        subject,
      }
    : { effect: 'in-place', what: 'from then on the savepoint outlives its resource.', subject };
}

function judgeBackoff(field: FieldChange, { digest }: SnapshotChange): FieldVerdict {
  const subject = arrow(field, '-1');
  const { state } = digest ?? {};
  if (state === 'COMPLETED' || state === 'FAILED' || state === 'ABANDONED') {
    return { effect: 'ignored', what: `the snapshot is ${state}, and nothing more is tried.`, subject };
  }
  return { effect: 'in-place', what: 'a try that fails is repeated that often; -1 is without end.', subject };
}

function isDisposed(savepoint: FlinkStateSnapshotSpec['savepoint']): boolean {
  return savepoint !== undefined && savepoint.disposeOnDelete !== false;
}

/** Recorded from operator 1.15.0: a savepoint goes with its resource unless it says otherwise. */
function judgeDeletion({ before, digest }: SnapshotChange): Verdict {
  const { savepoint, jobReference } = before?.params ?? {};
  const name = before?.metadata.name;
  const job = `${jobReference?.kind} ${jobReference?.name}`;
  if (digest?.held === true && digest.state === undefined) {
    return {
      effect: 'refused',
      reason: `Snapshot ${name} has no status: the operator has refused it, or not found ${job}. Flink's operator 1.15.0 fails to delete such a resource; if it stays, remove its finalizer ${snapshotFinalizer} by hand.`,
    };
  }
  const path = digest?.path ?? savepoint?.path;
  const where = path === undefined ? '' : ` ${path}`;
  if (savepoint === undefined) {
    return {
      effect: 'stop',
      reason: `Snapshot ${name} is forgotten. Flink keeps or deletes checkpoint${where} by its own rules.`,
    };
  }
  if (digest?.state !== undefined && digest.state !== 'COMPLETED') {
    return {
      effect: 'stop',
      reason: `Snapshot ${name} (${digest.state}) has no savepoint that would be deleted with it.`,
    };
  }
  if (!isDisposed(savepoint)) {
    return {
      effect: 'stop',
      reason: `Savepoint${where} stays, and no resource names it any more: delete its files when nobody needs them.`,
    };
  }
  if (digest?.target === false) {
    return {
      effect: 'stop',
      reason: `Savepoint${where} stays: ${job} is gone, and without it the operator cannot delete the files.`,
    };
  }
  return {
    effect: 'state-lost',
    reason: `Savepoint${where} of ${job} is deleted with its resource${savepoint.disposeOnDelete === true ? '' : ', since dispose_on_delete is true when absent'}. What starts from it can start no more.`,
    // Who writes it down has decided.
    ...(savepoint.disposeOnDelete !== true && { guard: 'allowStateLoss' }),
  };
}
