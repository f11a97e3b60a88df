import { type Diagnostic, hasErrors } from '../../diagnostics/diagnostic.ts';
import type { PlanRequest, PlanResult } from '../framework/resource.ts';
import { type ObjectValue, sameValue, textAt } from '../framework/value.ts';
import { describeObject } from './api-diagnostics.ts';
import { type Declaration, declarationKey, declareOnce } from './declarations.ts';
import { tryApply } from './dry-run.ts';
import { inspectObject } from './inspection.ts';
import { isLocalPlatform } from './local-platform.ts';
import { checkNewObject } from './new-object-checks.ts';
import type { ObjectOffer } from './object-offer.ts';
import { groupOf } from './resource-types.ts';
import { tellRestored } from './restoring.ts';
import type { Session } from './session.ts';

/** What the plan of one resource does not show: what else the run declares, and what there is already. */
export async function checkPlan(
  offer: ObjectOffer,
  session: Session,
  { prior, config }: PlanRequest,
  { planned, diagnostics }: PlanResult,
): Promise<readonly Diagnostic[]> {
  session.surroundings.planning();
  const before = prior === null ? [] : declarationsOf(offer, prior);
  const after = declarationsOf(offer, planned);
  const twice = declareOnce(session.declared, config, before, after);
  const type = offer.typeOf(planned);
  if (twice !== undefined) return [twice];
  if (hasErrors(diagnostics)) return [];
  if (after.length === 0 || !offer.isListed || !('plural' in type)) return [];
  if (prior !== null && sameValue(planned['revision'] ?? null, prior['revision'] ?? null)) return [];
  const reference = offer.locate(planned, type, session.settings.namespace ?? 'default');
  const name = offer.describe(planned);
  const { needs, mentions, inspect, refusedLocally } = offer.relations(planned);
  const { namespace } = reference;
  const checkNew = async () => {
    const restoring = offer.restoring?.(planned);
    return [
      ...(await checkNewObject({ type, name, reference, needs, mentions }, session)),
      ...(restoring ? await tellRestored(restoring, name, namespace, session) : []),
    ];
  };
  const isRefused = refusedLocally !== undefined && (await isLocalPlatform(session));
  const ofNew = [...(isRefused ? [refusedLocally] : []), ...(prior === null ? await checkNew() : [])];
  const inspected =
    inspect === undefined ? [] : await inspectObject({ name, namespace, needs, inspect }, session);
  const tried = ofNew.length > 0 ? [] : await tryApply(offer, session, { planned, type, name });
  return [...ofNew, ...inspected, ...tried];
}

/** Empty while it is not known which object it is. */
export function declarationsOf(offer: ObjectOffer, state: ObjectValue): readonly Declaration[] {
  if (textAt(state, 'id') === undefined) return [];
  const object = asDeclaration(offer, state);
  const { namespace = '' } = offer.describe(state);
  return [
    object,
    ...offer.relations(state).claims.map(({ what, path }) => ({ key: `${namespace}: ${what}`, what, path })),
  ];
}

export function asDeclaration(offer: ObjectOffer, state: ObjectValue): Declaration {
  const type = offer.typeOf(state);
  const object = offer.describe(state);
  const key = declarationKey('plural' in type ? type.group : groupOf(type.apiVersion), object);
  return { key, what: describeObject(object), path: ['name'] };
}
