import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic, ObjectName } from '../../diagnostics/diagnostic.ts';
import type { DeclaredKind } from '../../kinds/kind.ts';
import {
  byWorst,
  changeOf,
  type Declared,
  type Effect,
  harmOf,
  summarize,
  type Verdict,
} from '../../kinds/verdict.ts';
import { toSnakeCase } from '../framework/names.ts';
import { toParams } from '../framework/params.ts';
import type { ObjectValue } from '../framework/value.ts';
import { describeObject } from './api-diagnostics.ts';
import { type KindSchema, metadataOf, objectNameOf } from './kind-schema.ts';

export interface JudgedChange {
  readonly prior: ObjectValue | null;
  /** Wholly known; null for a deletion. */
  readonly wanted: ObjectValue | null;
  readonly digest: unknown;
  readonly replaced: boolean;
}

/** What a change does to what runs. A pure function. */
export function judgeChange(
  schema: KindSchema,
  declared: DeclaredKind,
  { prior, wanted, digest, replaced }: JudgedChange,
): readonly Verdict[] {
  if (declared.verdicts === undefined) return [];
  const [before, after] = [prior, wanted].map((state) => state && declaredOf(schema, declared, state));
  const change = changeOf(before ?? undefined, after ?? undefined, digest, replaced);
  // `tls = {}` is no leaf, and is a change.
  const isSame = change.changes.length === 0 && isDeepStrictEqual(before?.params, after?.params);
  if (before && after && !replaced && isSame) return [putBack];
  return declared.verdicts.judge(change);
}

const putBack: Verdict = {
  effect: 'in-place',
  reason: 'What was changed on the object or beside it is put back.',
};

function declaredOf(schema: KindSchema, { params }: DeclaredKind, state: ObjectValue): Declared<never> {
  const raw = toParams(schema.params, state);
  // The state of an object that was read may have values that could not be declared.
  const read = (params.safeParse(raw).data ?? raw) as never;
  return { params: read, metadata: metadataOf(schema, state) };
}

interface Reported {
  /** Attributes that say which object it is. */
  readonly wanted: ObjectValue;
  /** Where the guards are read from. */
  readonly guards: ObjectValue;
  /** The object goes: guards have to be applied before. */
  readonly replaced: boolean;
}

const warned: readonly Effect[] = ['ignored', 'reprocessed', 'refused', 'state-lost', 'data-lost'];

/** Verdicts as a plan tells them: an error where a guard is missing, a warning where somebody may be surprised. */
export function reportVerdicts(
  verdicts: readonly Verdict[],
  schema: KindSchema,
  { wanted, guards, replaced }: Reported,
): readonly Diagnostic[] {
  const object = objectNameOf(schema, wanted);
  return byWorst(verdicts).flatMap((verdict): Diagnostic[] => {
    const { effect, guard, reason, path } = verdict;
    const name = guard === undefined ? '' : toSnakeCase(guard);
    if (guard !== undefined && guards[name] !== true) {
      const how = replaced
        ? `If that is what you want, set ${name} = true and apply it first: a deletion goes by what was applied before.`
        : `If that is what you want, set ${name} = true.`;
      return [{ ...verdictDiagnostic(verdict, object), severity: 'error', detail: `${reason} ${how}` }];
    }
    // A declaration that accepts the loss of state tells nobody anything new.
    if (!warned.includes(effect) || (effect === 'state-lost' && guard === undefined)) return [];
    return [{ ...verdictDiagnostic(verdict, object), ...(path !== undefined && { path }) }];
  });
}

function verdictDiagnostic({ effect, reason }: Verdict, object: ObjectName): Diagnostic {
  return {
    severity: 'warning',
    reason: reasons[effect],
    summary: `${describeObject(object)}: ${effect}`,
    detail: reason,
    object,
  };
}

const reasons: Readonly<Record<Effect, string>> = {
  'no-op': 'NoOp',
  create: 'Create',
  'in-place': 'InPlace',
  ignored: 'Ignored',
  stop: 'Stop',
  'restart-from-savepoint': 'RestartFromSavepoint',
  'restart-from-checkpoint': 'RestartFromCheckpoint',
  restart: 'Restart',
  reprocessed: 'Reprocessed',
  refused: 'Refused',
  'state-lost': 'StateLost',
  'data-lost': 'DataLost',
};

/**
 * What is against carrying a change out that was planned with `planned`, now that the object was looked at again: it got
 * worse, or a guard is missing.
 */
export function compareVerdicts(
  planned: Effect | undefined,
  verdicts: readonly Verdict[],
  schema: KindSchema,
  reported: Reported,
): readonly Diagnostic[] {
  const missing = reportVerdicts(verdicts, schema, reported).filter(({ severity }) => severity === 'error');
  if (planned === undefined) return missing;
  const now = summarize(verdicts);
  if (harmOf(now.effect) <= harmOf(planned)) return missing;
  const object = objectNameOf(schema, reported.wanted);
  return [
    {
      severity: 'error',
      reason: 'GotWorse',
      summary: `${describeObject(object)}: planned ${planned}, now ${now.effect}`,
      detail: `Since the change was planned, what it does got worse: ${now.reason} Nothing was written. Plan again to see it; a plan that says so can be applied.`,
      object,
    },
  ];
}
