import { adviseOnWords } from '../../apiclient/api-advice.ts';
import { ApiError } from '../../apiclient/client.ts';
import type { ResourceType } from '../../apiclient/object.ts';
import type { Diagnostic, ObjectName } from '../../diagnostics/diagnostic.ts';
import { type ObjectValue, textAt } from '../framework/value.ts';
import { reportFailure } from './failure-report.ts';
import type { ObjectOffer } from './object-offer.ts';
import { fieldManagerOf, withOwner } from './ownership.ts';
import type { Session } from './session.ts';

/** Objects of a run that are tried: a first plan of thousands takes no longer for it, and what refuses one refuses more. */
const mostTries = 100;

/** How many were tried, and what of them need not be tried or told again. */
export interface DryRuns {
  count: number;
  /** Kinds that whoever plans may not write. */
  readonly unwritable: Set<string>;
  readonly told: Set<string>;
}

export function createDryRuns(): DryRuns {
  return { count: 0, unwritable: new Set(), told: new Set() };
}

/**
 * What the cluster has against an object that is planned to be created or changed, by a dry run of its apply: webhooks,
 * policies, quotas, sizes and what the CRD's own rules refuse. As warnings: Terraform makes such a plan before it destroys
 * too, and what refuses it may be gone by the apply. Who only plans may not try, which is no warning.
 */
export async function tryApply(
  offer: ObjectOffer,
  session: Session,
  { planned, type, name }: { planned: ObjectValue; type: ResourceType; name: ObjectName },
): Promise<readonly Diagnostic[]> {
  const { surroundings, settings, dryRuns, signal } = session;
  const { project } = settings;
  const revision = textAt(planned, 'revision');
  const kind = `${type.plural}.${type.group}`;
  if (project === undefined || revision === undefined || signal.aborted) return [];
  if (dryRuns.unwritable.has(kind) || dryRuns.count >= mostTries) return [];
  dryRuns.count += 1;
  const built = await offer.build(planned);
  if (built.value === undefined) return [];
  const manifest = withOwner(project, built.value.manifest, revision);
  const failure = await surroundings.attempt(type, async () => {
    const client = await session.connect();
    await client.apply(type, manifest, { fieldManager: fieldManagerOf(project), force: true, dryRun: true });
  });
  if (!(failure instanceof ApiError)) return [];
  const advice = adviseOnWords(failure.message);
  if (failure.reason === 'Forbidden' && advice === undefined) dryRuns.unwritable.add(kind);
  if (!isRefusal(failure, advice)) return [];
  // One refusal of a webhook or a quota is told for all that it concerns.
  const said = advice ?? failure.message;
  if (dryRuns.told.has(said)) return [];
  dryRuns.told.add(said);
  const found = await reportFailure(failure, 'try to write', name, type, session);
  return found.map(({ path: _path, ...problem }) => ({
    ...problem,
    severity: 'warning',
    summary: `The cluster would refuse ${name.kind} ${name.name}`,
    detail: `The apply would fail as things are now. ${problem.detail}`,
  }));
}

function isRefusal({ reason, message }: ApiError, advice: string | undefined): boolean {
  if (/does not support dry run/.test(message)) return false;
  return advice !== undefined || reason === 'Invalid';
}
