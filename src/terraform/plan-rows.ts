import type { ObjectName } from '../diagnostics/diagnostic.ts';
import { type Effect, effects, summarize } from '../kinds/verdict.ts';
import { textAt } from './framework/value.ts';
import { type PlanJson, type ResourceChange, unknownNames } from './plan-json.ts';
import { objectOf, type PlannedKinds } from './planned-objects.ts';
import { judgeChange } from './provider/kind-verdict.ts';

/** `blocked`: an error kept it from being planned. `forget`: Terraform leaves it alone from now on. */
export type PlanAction = 'create' | 'update' | 'replace' | 'destroy' | 'forget' | 'import' | 'blocked';

/** `unknown` until the apply; `unjudged`: nothing of sdp's kinds. */
export type RowVerdict = Effect | 'unknown' | 'unjudged';

/** A resource that changes. */
export interface PlanRow {
  readonly address: string;
  readonly action: PlanAction;
  readonly object: ObjectName;
  readonly verdict: RowVerdict;
  readonly reason: string;
}

export interface PlanRows {
  readonly rows: readonly PlanRow[];
  /** Resources that stay as they are, or whose change does nothing to what runs. */
  readonly unchanged: number;
  /** Waits for objects to become healthy. */
  readonly rollouts: number;
}

/**
 * Every change of a plan with its verdict, in the order of addresses. Waiting is no change of its own.
 * `digests`: what Read kept of live objects, by address.
 */
export function planRows(
  plan: PlanJson,
  kinds: PlannedKinds,
  digests: ReadonlyMap<string, unknown>,
): PlanRows {
  const rows: PlanRow[] = [];
  let unchanged = 0;
  let rollouts = 0;
  for (const resource of plan.resource_changes ?? []) {
    const action = actionOf(resource);
    if (action === 'read') continue;
    const isRollout = resource.type === 'sdp_rollout';
    if (isRollout && action !== undefined) rollouts += 1;
    if (isRollout) continue;
    const judged = action === undefined ? undefined : judgeRow(resource, action, kinds, digests);
    if (action === undefined || judged === undefined || judged.verdict === 'no-op') {
      unchanged += 1;
      continue;
    }
    const { type, address, change } = resource;
    const object = objectOf(kinds, type, change.after ?? change.before ?? {});
    rows.push({ address, action, object, ...judged });
  }
  return { rows, unchanged, rollouts };
}

/** How bad it is, larger being worse. What is not judged counts by whether something is destroyed. */
export function rankOf({ verdict, action }: Pick<PlanRow, 'verdict' | 'action'>): number {
  if (action === 'blocked') return effects.length;
  if (verdict !== 'unknown' && verdict !== 'unjudged') return effects.indexOf(verdict);
  const like: Effect =
    action === 'destroy' || action === 'replace' || verdict === 'unknown' ? 'refused' : 'in-place';
  return effects.indexOf(like) - 0.5;
}

function actionOf({ mode, change }: ResourceChange): Exclude<PlanAction, 'blocked'> | 'read' | undefined {
  const { actions } = change;
  if (mode !== 'managed' || actions.includes('read')) return 'read';
  if (actions.includes('forget')) return 'forget';
  if (actions.length > 1) return 'replace';
  if (change.importing !== undefined && change.importing !== null) return 'import';
  if (actions.includes('delete')) return 'destroy';
  if (actions.includes('create')) return 'create';
  return actions.includes('update') ? 'update' : undefined;
}

function judgeRow(
  { address, type, deposed, change }: ResourceChange,
  action: PlanAction,
  kinds: PlannedKinds,
  digests: ReadonlyMap<string, unknown>,
): Pick<PlanRow, 'verdict' | 'reason'> {
  const { before, after } = change;
  const missing = unknownNames(change.after_unknown);
  if (action === 'forget') return unjudged('It stays as it is, and is no longer managed by this project.');
  if (deposed !== undefined) return unjudged('It was left over by an earlier replacement.');
  const kind = kinds.get(type);
  if (kind === undefined) return unjudged('');
  if (after === null || action === 'replace') {
    // The planned verdict is that of the new object; the old one is what there is to lose.
    const wanted = missing.length === 0 ? after : null;
    const digest = digests.get(address);
    const judged = { prior: before, wanted, digest, replaced: wanted !== null };
    const verdicts = judgeChange(kind.schema, kind.declared, judged);
    if (verdicts.length === 0) return unjudged('');
    const { effect, reason } = summarize(verdicts);
    return { verdict: effect, reason };
  }
  if (missing.length > 0) {
    const names = missing.join(', ');
    return {
      verdict: 'unknown',
      reason: `It depends on ${names}, which is known while the plan is applied.`,
    };
  }
  const verdict = effects.find((effect) => effect === after['verdict']);
  return verdict === undefined ? unjudged('') : { verdict, reason: textAt(after, 'verdict_reason') ?? '' };
}

function unjudged(reason: string): Pick<PlanRow, 'verdict' | 'reason'> {
  return { verdict: 'unjudged', reason };
}
