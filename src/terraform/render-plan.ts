import type { Manifest } from '../apiclient/object.ts';
import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../diagnostics/diagnostic.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import { type PlanJson, resourcesOf, unknownNames } from './plan-json.ts';
import { plannedKinds } from './planned-objects.ts';
import { buildObject } from './provider/kind-plan.ts';

/** The Kubernetes objects of a plan, each after what it needs, by the addresses of their resources. */
export async function renderPlan(
  plan: PlanJson,
  kinds: readonly KindDefinition[],
): Promise<Diagnosed<readonly Manifest[]>> {
  const kindByType = plannedKinds(kinds);
  const unknownAt = new Map(
    plan.resource_changes?.map(({ address, change }) => [address, unknownNames(change.after_unknown)]),
  );
  const manifests: Manifest[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { address, mode, type, values } of resourcesOf(plan.planned_values?.root_module)) {
    const kind = kindByType.get(type);
    if (mode !== 'managed' || (kind === undefined && type !== 'sdp_manifest')) continue;
    const missing = unknownAt.get(address) ?? [];
    if (missing.length > 0) {
      diagnostics.push(notKnown(address, missing));
      continue;
    }
    if (kind === undefined) {
      manifests.push(values['manifest'] as unknown as Manifest);
      continue;
    }
    const built = await buildObject(kind.schema, kind.declared, values);
    diagnostics.push(...built.diagnostics);
    if (built.value === undefined) continue;
    manifests.push(...built.value.companions.map(({ manifest }) => manifest), built.value.manifest);
  }
  return hasErrors(diagnostics) ? failed(...diagnostics) : ok(manifests, diagnostics);
}

function notKnown(address: string, attributes: readonly string[]): Diagnostic {
  return {
    severity: 'error',
    reason: 'NotKnownYet',
    summary: `${address} cannot be rendered yet`,
    detail: `${attributes.join(', ')} is only known while the plan is applied, since it depends on something that does not exist. Give it a fixed value.`,
  };
}
