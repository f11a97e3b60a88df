import type { Manifest } from '../apiclient/object.ts';
import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../diagnostics/diagnostic.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import type { ObjectValue } from './framework/value.ts';
import { buildObject } from './provider/kind-plan.ts';
import { kindSchema } from './provider/kind-schema.ts';

/** The part of `terraform show -json <plan>` that is read (format 1.2). */
export interface PlanJson {
  readonly planned_values?: { readonly root_module?: PlannedModule };
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly after_unknown?: unknown };
  }[];
}

interface PlannedModule {
  readonly resources?: readonly PlannedResource[];
  readonly child_modules?: readonly PlannedModule[];
}

interface PlannedResource {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly values: ObjectValue;
}

/** Attributes that an apply fills in, of which no manifest is made. */
const computed: readonly string[] = ['id', 'revision', 'verdict', 'verdict_reason'];

/** The Kubernetes objects of a plan, each after what it needs, by the addresses of their resources. */
export async function renderPlan(
  plan: PlanJson,
  kinds: readonly KindDefinition[],
): Promise<Diagnosed<readonly Manifest[]>> {
  const kindByType = new Map(
    kinds.flatMap((kind) => {
      if (kind.declared === undefined) return [];
      const schema = kindSchema(kind, kind.declared);
      return [[schema.typeName, { schema, declared: kind.declared }] as const];
    }),
  );
  const unknownAt = new Map(
    plan.resource_changes?.map(({ address, change }) => [address, findUnknown(change.after_unknown)]),
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

function resourcesOf(module: PlannedModule | undefined): readonly PlannedResource[] {
  const all = [...(module?.resources ?? []), ...(module?.child_modules ?? []).flatMap(resourcesOf)];
  return all.toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

/** The top attributes in which something is not known; `after_unknown` has `true` where it is so. */
function findUnknown(afterUnknown: unknown): readonly string[] {
  return Object.entries((afterUnknown ?? {}) as Record<string, unknown>)
    .filter(([name, value]) => !computed.includes(name) && hasTrue(value))
    .map(([name]) => name);
}

function hasTrue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === true;
  return Object.values(value).some(hasTrue);
}

function notKnown(address: string, attributes: readonly string[]): Diagnostic {
  return {
    severity: 'error',
    reason: 'NotKnownYet',
    summary: `${address} cannot be rendered yet`,
    detail: `${attributes.join(', ')} is only known while the plan is applied, since it depends on something that does not exist. Give it a fixed value.`,
  };
}
