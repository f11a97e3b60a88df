import { z } from 'zod';
import type { FlinkStateSnapshotObject } from '../flink-state-snapshot/decide.ts';
import { flinkStateSnapshotType } from '../flink-state-snapshot/resource-type.ts';
import type { Restoring } from '../kind.ts';
import type { JobSpec } from './spec.ts';

export const restoreParam = z
  .string()
  .optional()
  .describe(
    'What a new job starts from: `latest`, the newest savepoint that is kept of a job of its name, unless upgrade_mode is stateless; `none`, empty; or the path of a savepoint. Only its creation goes by it, and initial_savepoint_path goes over it. none when absent.',
  );

export interface RestorableJob {
  readonly job?: JobSpec | undefined;
  readonly restore?: string | undefined;
}

/** The savepoint that is named; `latest` where the newest is to be looked for. Undefined: the job starts empty. */
export function restorePoint({ job, restore = '' }: RestorableJob): string | undefined {
  const named = (job?.initialSavepointPath ?? '').trim() || restore.trim();
  if (job === undefined || named === '' || named === 'none') return undefined;
  const isStateless = (job.upgradeMode ?? 'stateless') === 'stateless';
  return named === 'latest' && isStateless ? undefined : named;
}

/** How a new job takes up the savepoint that an earlier one of its kind and name has left. */
export function restoringOf(kind: 'FlinkSessionJob' | 'FlinkDeployment'): Restoring<RestorableJob> {
  return {
    type: flinkStateSnapshotType,
    isLookedFor: (params) => restorePoint(params) === 'latest',
    find({ name }, params, left) {
      const point = restorePoint(params);
      if (point === undefined) return undefined;
      if (point !== 'latest') return { from: point, words: `It starts from ${point}.` };
      const newest = newestSavepoint(left as readonly FlinkStateSnapshotObject[], kind, name);
      return (
        newest && {
          from: newest.path,
          words: `It starts from ${newest.path}, a savepoint of the job that was here before, taken ${newest.taken} (FlinkStateSnapshot ${newest.name}). To start it empty set restore = "none".`,
        }
      );
    },
    place(manifest, from) {
      const { job = {}, ...spec } = manifest['spec'] as { readonly job?: JobSpec };
      return { ...manifest, spec: { ...spec, job: { initialSavepointPath: from, ...job } } };
    },
  };
}

interface KeptSavepoint {
  readonly name: string;
  readonly path: string;
  readonly taken: string;
}

/** The newest that was completed; one that is said to exist was, even before the operator has looked at it. */
function newestSavepoint(
  snapshots: readonly FlinkStateSnapshotObject[],
  kind: string,
  name: string,
): KeptSavepoint | undefined {
  return snapshots
    .flatMap(({ metadata, spec, status }): KeptSavepoint[] => {
      const { jobReference, savepoint } = spec;
      const isOf = jobReference?.kind === kind && jobReference.name === name;
      const exists = savepoint?.alreadyExists === true;
      const path = status?.path ?? (exists ? savepoint.path : undefined);
      const isCompleted = exists || status?.state === 'COMPLETED';
      const isGoing = metadata.deletionTimestamp !== undefined;
      if (!isOf || savepoint === undefined || isGoing || !isCompleted || path === undefined) return [];
      return [{ name: metadata.name, path, taken: metadata.creationTimestamp ?? '' }];
    })
    .toSorted((left, right) => compare(right.taken, left.taken) || compare(right.name, left.name))[0];
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
