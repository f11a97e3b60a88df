import type { Manifest } from '../apiclient/object.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import { isObjectValue, type ObjectValue } from '../terraform/framework/value.ts';
import type { DeclaredResource } from '../terraform/hcl/configuration.ts';
import { type PlanJson, unknownNames } from '../terraform/plan-json.ts';
import { type PlanTable, rowsOf } from '../terraform/plan-table.ts';
import { objectOf, type PlannedKinds, plannedKinds } from '../terraform/planned-objects.ts';
import { buildObject } from '../terraform/provider/kind-plan.ts';
import type { PolicyObject } from './policy-object.ts';

/**
 * The Kubernetes objects of a plan, changed or not, with their manifests and verdicts, in the order of addresses.
 * `declared`: what the project's files declare, for the places.
 */
export async function plannedPolicyObjects(
  plan: PlanJson,
  table: PlanTable,
  kinds: readonly KindDefinition[],
  declared: readonly DeclaredResource[],
): Promise<readonly PolicyObject[]> {
  const known = plannedKinds(kinds);
  const rows = new Map(rowsOf(table).map((row) => [row.address, row]));
  const places = new Map(declared.map((resource) => [resource.address, resource]));
  const objects: PolicyObject[] = [];
  for (const { address, mode, type, deposed, change } of plan.resource_changes ?? []) {
    const isObject = known.has(type) || type === 'sdp_manifest';
    const values = change.after ?? change.before;
    if (mode !== 'managed' || !isObject || values === null || deposed !== undefined) continue;
    const row = rows.get(address);
    const missing = change.after === null ? [] : unknownNames(change.after_unknown);
    const manifest = missing.length > 0 ? undefined : await manifestOf(known, type, values);
    const place = places.get(address) ?? places.get(address.replaceAll(/\[[^\]]*\]/g, '[*]'));
    objects.push({
      object: objectOf(known, type, values),
      address,
      ...(manifest !== undefined && { manifest }),
      ...(manifest === undefined && {
        unknown:
          missing.length > 0
            ? `${missing.join(', ')}: known while the plan is applied`
            : 'its manifest cannot be made',
      }),
      ...(row !== undefined && {
        change: { action: row.action, verdict: row.verdict, reason: row.reason },
      }),
      ...(place !== undefined && { source: place.at, inputs: place.inputs }),
    });
  }
  return objects;
}

async function manifestOf(
  kinds: PlannedKinds,
  type: string,
  values: ObjectValue,
): Promise<Manifest | undefined> {
  const kind = kinds.get(type);
  if (kind === undefined) {
    const manifest = values['manifest'];
    return isObjectValue(manifest) ? (manifest as unknown as Manifest) : undefined;
  }
  const { value, diagnostics } = await buildObject(kind.schema, kind.declared, values);
  return hasErrors(diagnostics) ? undefined : value?.manifest;
}
