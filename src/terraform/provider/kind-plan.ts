import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import type { BuiltManifest, DeclaredKind } from '../../kinds/kind.ts';
import { effects, summarize, type Verdict } from '../../kinds/verdict.ts';
import { toParams } from '../framework/params.ts';
import type { PlanRequest, PlanResult, PrivateState } from '../framework/resource.ts';
import { validateParams } from '../framework/validate.ts';
import { hasUnknown, type ObjectValue, sameValue, unknown, type Value } from '../framework/value.ts';
import { describeObject } from './api-diagnostics.ts';
import { observationOf } from './kind-read.ts';
import { type KindSchema, metadataOf, metadataParams, objectNameOf } from './kind-schema.ts';
import { compareVerdicts, judgeChange, reportVerdicts } from './kind-verdict.ts';
import type { PlannedChange, PlanSettings } from './object-offer.ts';
import type { Rejection } from './put-back.ts';
import { revisionOf } from './revision.ts';

/** Problems of a configuration, as far as its values are known. */
export function validateConfig(
  { params, metadata, operation, operationParams }: KindSchema,
  declared: DeclaredKind,
  config: ObjectValue,
): readonly Diagnostic[] {
  return [
    ...validateParams(metadataParams, toParams(metadata, config)),
    ...validateParams(declared.params, toParams(params, config)),
    ...validateParams(operationParams, toParams(operation, config)),
  ];
}

/**
 * The plan of a change: what the configuration says, with the computed attributes. A pure function. The manifest is
 * built only when something changed, since building a SQL job loads a parser.
 */
export async function planChange(
  schema: KindSchema,
  declared: DeclaredKind,
  { prior, config, private: privateState }: PlanRequest,
  settings: PlanSettings,
): Promise<PlanResult> {
  const namespace: Value = config['namespace'] ?? settings.namespace ?? unknown;
  const wanted: ObjectValue = { ...config, namespace, id: idOf(config['name'] ?? null, namespace) };
  const replacedBy = prior === null ? [] : replacements(schema, declared, prior, wanted);
  const plan = (computed: Computed, diagnostics: readonly Diagnostic[] = []): PlanResult => ({
    planned: { ...wanted, ...computed },
    private: { ...privateState, version: settings.version },
    replacedBy,
    diagnostics,
  });

  if (hasUnknown({ ...wanted, ...noneComputed })) return plan(unknownComputed);
  const before: Computed = {
    revision: prior?.['revision'] ?? null,
    verdict: prior?.['verdict'] ?? null,
    verdict_reason: prior?.['verdict_reason'] ?? null,
  };
  const isSame = prior !== null && before.revision !== null && sameValue({ ...wanted, ...before }, prior);
  if (isSame && privateState['version'] === settings.version) return plan(before);
  const built = await buildObject(schema, declared, wanted);
  if (built.value === undefined) return plan(unknownComputed, built.diagnostics);
  const revision = revisionOf(built.value);
  // Another version of the provider that makes the same of it.
  if (isSame && revision === before.revision) return plan(before, built.diagnostics);
  const { digest, rejected } = observationOf(privateState);
  const replaced = replacedBy.length > 0;
  const verdicts =
    prior !== null && revision === before.revision && !replaced
      ? [unchanged]
      : judgeChange(schema, declared, { prior, wanted, digest, replaced });
  const { effect, reason } = declared.verdicts === undefined ? noVerdict : summarize(verdicts);
  // A deletion is decided by what was applied before it.
  const guards = replaced ? (prior ?? wanted) : wanted;
  const found = reportVerdicts(verdicts, schema, { wanted, guards, replaced });
  const refused =
    prior !== null && rejected?.revision === revision && wanted['retry'] !== true
      ? [rolledBack(schema, wanted, rejected)]
      : [];
  return plan({ revision, verdict: effect, verdict_reason: reason }, [
    ...built.diagnostics,
    ...found,
    ...refused,
  ]);
}

function rolledBack(schema: KindSchema, wanted: ObjectValue, { revision, because }: Rejection): Diagnostic {
  const object = objectNameOf(schema, wanted);
  return {
    severity: 'error',
    reason: 'RevisionRejected',
    summary: `Revision ${revision} of ${describeObject(object)} was rolled back`,
    detail: `It was rolled back because of this: ${because}\nThe same would be made again. Change what is declared, or set retry = true to try it once more as it is. ("sdp destroy" destroys it as it is; terraform destroy plans it first.)`,
    object,
    path: ['retry'],
  };
}

/** What the plan of a deletion has to say. */
export function planDeletion(
  schema: KindSchema,
  declared: DeclaredKind,
  prior: ObjectValue,
  privateState: PrivateState,
): readonly Diagnostic[] {
  const { digest } = observationOf(privateState);
  const verdicts = judgeChange(schema, declared, { prior, wanted: null, digest, replaced: false });
  return reportVerdicts(verdicts, schema, { wanted: prior, guards: prior, replaced: true });
}

/** What is against carrying out a change, or a deletion (`planned` null), of an object as it is now. */
export function recheckChange(
  schema: KindSchema,
  declared: DeclaredKind,
  { prior, planned }: PlannedChange,
  digest: unknown,
): readonly Diagnostic[] {
  // What is written is what was written before, as it was planned.
  const revision = prior['revision'] ?? null;
  if (revision !== null && planned?.['revision'] === revision) return [];
  const verdicts = judgeChange(schema, declared, { prior, wanted: planned, digest, replaced: false });
  const effect = effects.find((item) => item === planned?.['verdict']);
  const object = planned ?? prior;
  return compareVerdicts(effect, verdicts, schema, {
    wanted: object,
    guards: object,
    replaced: planned === null,
  });
}

type Computed = Readonly<Record<'revision' | 'verdict' | 'verdict_reason', Value>>;

const noneComputed: Computed = { revision: null, verdict: null, verdict_reason: null };
const unknownComputed: Computed = { revision: unknown, verdict: unknown, verdict_reason: unknown };

const noVerdict = { effect: null, reason: null };

const unchanged: Verdict = { effect: 'no-op', reason: 'Nothing of the object changes.' };

/** The manifest and companions that wholly known attributes stand for. */
export async function buildObject(
  schema: KindSchema,
  declared: DeclaredKind,
  attributes: ObjectValue,
): Promise<Diagnosed<BuiltManifest>> {
  const invalid = validateConfig(schema, declared, attributes);
  if (hasErrors(invalid)) return failed(...invalid);
  const params = declared.params.parse(toParams(schema.params, attributes));
  const built = await declared.buildManifest(metadataOf(schema, attributes), params);
  if (built.value === undefined || hasErrors(built.diagnostics)) return failed(...built.diagnostics);
  return ok(built.value, built.diagnostics);
}

function idOf(name: Value, namespace: Value): Value {
  return typeof name === 'string' && typeof namespace === 'string' ? `${namespace}/${name}` : unknown;
}

function replacements(schema: KindSchema, declared: DeclaredKind, prior: ObjectValue, wanted: ObjectValue) {
  const before = toParams(schema.schema.attributes, prior);
  const after = toParams(schema.schema.attributes, wanted);
  return [['name'], ['namespace'], ...declared.replacedBy].filter(
    (path) => !sameValue(valueAt(before, path) as Value, valueAt(after, path) as Value),
  );
}

function valueAt(params: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (at === unknown ? at : (at as Record<string | number, unknown> | undefined)?.[step]),
    params,
  );
}
