import type { Diagnostic, ObjectName } from '../../diagnostics/diagnostic.ts';
import type { AskService, Need } from '../../kinds/kind.ts';
import { describeObject } from './api-diagnostics.ts';
import { notChecked } from './new-object-checks.ts';
import type { Session } from './session.ts';

/** An object that is planned to be created or changed. */
export interface ChangedObject {
  readonly name: ObjectName;
  readonly namespace: string | undefined;
  readonly needs: readonly Need[];
  inspect(ask: AskService): Promise<readonly Diagnostic[]>;
}

/**
 * What running services say of an object, as warnings: Terraform makes such a plan before it destroys, too. Nothing is
 * asked unless what the object needs is there, and nothing from the first write on.
 */
export async function inspectObject(
  { name, namespace, needs, inspect }: ChangedObject,
  session: Session,
): Promise<readonly Diagnostic[]> {
  const { surroundings, services, signal } = session;
  if (namespace === undefined || surroundings.expired || signal.aborted) return [];
  for (const need of needs) {
    const sight = await surroundings.find(need.type, { namespace, name: need.name });
    if (!sight.seen) return notChecked(sight.failure, { type: need.type, name }, session);
    if (sight.object === undefined) return [];
  }
  const missed: Diagnostic[] = [];
  const ask = services.asker(namespace, (service, failure) => missed.push(noAnswer(name, service, failure)));
  const found = await inspect(ask);
  if (surroundings.expired) return [];
  return [...found.map((finding) => ({ ...finding, severity: 'warning' as const })), ...missed];
}

function noAnswer(object: ObjectName, service: string, failure: string): Diagnostic {
  return {
    severity: 'warning',
    reason: 'NotChecked',
    summary: `Service ${service} could not be asked`,
    detail:
      `${describeObject(object)}, and whatever else depends on it, is planned without what it knows: ${failure}. ` +
      'What it has against them shows when they are applied.',
    object,
  };
}
