import type { ResourceType } from '../../apiclient/object.ts';
import { type Diagnosed, type Diagnostic, failed, ok } from '../../diagnostics/diagnostic.ts';
import { sqlRunnerEntryClass } from '../../sql/revision.ts';
import { compareSpecs, readReconciledSpec, type SpecChange } from '../reconciled-spec.ts';
import type { FlinkJob } from './flink-jobs.ts';
import type { FlinkJobSpec } from './resource.ts';

/** What runs: not where it starts from, how it is upgraded, or whether it is suspended. */
const jobFields = ['jarURI', 'entryClass', 'args'] as const;

export interface Rollback {
  /** From the spec as it is to what it becomes. */
  readonly changes: readonly SpecChange[];
  /** Merge patch (RFC 7386) of the object. */
  readonly patch: Readonly<Record<string, unknown>>;
  /** The ConfigMap that a SQL job then names. */
  readonly revision: string | undefined;
}

/**
 * Back to the last spec that the operator saw the job run with. It is written anew whenever the job runs, so it is
 * another one than the current only while the current one has never run.
 */
export function decideRollback({ kind, object, application }: FlinkJob): Diagnosed<Rollback> {
  const stable = readReconciledSpec<FlinkJobSpec>(object.status?.reconciliationStatus?.lastStableSpec)?.spec;
  const problem = (reason: string, summary: string, detail: string) =>
    failed<Rollback>(refusal(kind.type, object.metadata, reason, summary, detail));
  const { name } = object.metadata;
  if (stable?.job === undefined) {
    return problem(
      'NeverRan',
      `Flink job ${name} has not run yet`,
      'The operator has recorded no spec that ran, so there is nothing to go back to. Correct the job and apply.',
    );
  }
  const [before, after] = [programOf(object.spec, application), programOf(stable, application)];
  const changes = compareSpecs(before, after);
  if (changes.length === 0) {
    return problem(
      'NothingToRollBack',
      `Flink job ${name} has run as it is declared now`,
      'Its current spec is the last one that ran, and the operator keeps no older one.',
    );
  }
  return ok({
    changes,
    patch: { spec: mergePatch(before, after) },
    revision: revisionOf(stable),
  });
}

/** The part of a spec that says what runs. */
function programOf(spec: FlinkJobSpec, application: boolean) {
  const { parallelism } = spec.job;
  return {
    job: {
      ...Object.fromEntries(jobFields.map((field) => [field, spec.job[field]])),
      // The operator's record has a number where the spec has none.
      parallelism: parallelism === 0 ? undefined : parallelism,
    },
    flinkConfiguration: spec.flinkConfiguration,
    ...(application && { image: spec.image }),
  };
}

/** The ConfigMap that holds the SQL of a job of the runner. */
export function revisionOf({ job: { entryClass, args = [] } }: FlinkJobSpec): string | undefined {
  const index = entryClass === sqlRunnerEntryClass ? args.indexOf('--revision') : -1;
  return index === -1 ? undefined : args[index + 1];
}

/** A JSON merge patch that makes `after` of `before`: null where a field goes, lists whole. */
export function mergePatch(before: object, after: object): Record<string, unknown> {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const entries = keys.flatMap((key): [string, unknown][] => {
    const [old, next] = [Reflect.get(before, key) as unknown, Reflect.get(after, key) as unknown];
    if (compareSpecs(old, next).length === 0) return [];
    if (next === undefined || next === null) return [[key, null]];
    return [[key, isRecord(old) && isRecord(next) ? mergePatch(old, next) : next]];
  });
  return Object.fromEntries(entries);
}

/** What a merge patch makes of a value. */
export function withPatch(target: object, patch: object): object {
  const result: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const before = result[key];
    if (value === null) delete result[key];
    else result[key] = isRecord(value) ? withPatch(isRecord(before) ? before : {}, value) : value;
  }
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(
  { kind }: ResourceType,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
  reason: string,
  summary: string,
  detail: string,
): Diagnostic {
  return {
    severity: 'error',
    reason,
    summary,
    detail,
    object: { kind, name, ...(namespace !== undefined && { namespace }) },
  };
}
