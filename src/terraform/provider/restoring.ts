import type { KubernetesObject, Manifest, ResourceType } from '../../apiclient/object.ts';
import type { Diagnostic, ObjectName } from '../../diagnostics/diagnostic.ts';
import type { BuiltManifest, Restored } from '../../kinds/kind.ts';
import { describeObject } from './api-diagnostics.ts';
import type { Session } from './session.ts';

/** How a declared object takes up what an earlier one has left. */
export interface ObjectRestoring {
  readonly type: ResourceType;
  readonly isLookedFor: boolean;
  find(left: readonly KubernetesObject[]): Restored | undefined;
  place(manifest: Manifest, from: string): Manifest;
}

/** What a new object takes up. Fails where that cannot be seen: to start it without would be to lose it. */
export async function findRestored(
  { type, isLookedFor, find }: ObjectRestoring,
  namespace: string | undefined,
  { listings }: Session,
): Promise<Restored | undefined> {
  return find(isLookedFor ? await listings.all(type, namespace) : []);
}

/** What a plan says of what a new object will take up, as far as it can be seen now. */
export async function tellRestored(
  { type, isLookedFor, find }: ObjectRestoring,
  object: ObjectName,
  namespace: string | undefined,
  { surroundings }: Session,
): Promise<readonly Diagnostic[]> {
  if (!isLookedFor) return [];
  const found = find(await surroundings.objects(type, namespace));
  if (found === undefined) return [];
  return [
    {
      severity: 'warning',
      reason: 'Restored',
      summary: `${describeObject(object)} takes up what is kept of it`,
      detail: found.words,
      object,
    },
  ];
}

/** The object as it is written: its revision is that of what is declared. */
export function withRestored(
  built: BuiltManifest,
  restoring: ObjectRestoring | undefined,
  from: string | undefined,
): BuiltManifest {
  if (restoring === undefined || from === undefined) return built;
  return { ...built, manifest: restoring.place(built.manifest, from) };
}
