import type { ObjectValue } from './framework/value.ts';

/** The part of `terraform show -json <plan>` that is read (format 1.2). */
export interface PlanJson {
  readonly planned_values?: { readonly root_module?: PlannedModule };
  readonly prior_state?: { readonly values?: { readonly root_module?: PlannedModule } };
  /** Unchanged ones too, as `no-op`. */
  readonly resource_changes?: readonly ResourceChange[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
  readonly configuration?: { readonly provider_config?: Readonly<Record<string, ProviderConfig>> };
  /** Planning failed on the way; what was planned until then is there. */
  readonly errored?: boolean;
}

export interface ResourceChange {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  /** Key of an object that an earlier replacement left over. */
  readonly deposed?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: ObjectValue | null;
    /** Values that are not known yet are left out. */
    readonly after: ObjectValue | null;
    /** `true` where a value is not known yet. */
    readonly after_unknown?: unknown;
    readonly importing?: unknown;
  };
}

interface ProviderConfig {
  readonly full_name: string;
  readonly expressions?: Readonly<Record<string, { readonly constant_value?: unknown }>>;
}

interface PlannedModule {
  readonly resources?: readonly PlannedResource[];
  readonly child_modules?: readonly PlannedModule[];
}

export interface PlannedResource {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly values: ObjectValue;
}

/** All resources of a module and of those that it calls, by their addresses. */
export function resourcesOf(module: PlannedModule | undefined): readonly PlannedResource[] {
  const all = [...(module?.resources ?? []), ...(module?.child_modules ?? []).flatMap(resourcesOf)];
  return all.toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

/** Attributes that the provider fills in. */
const computed: readonly string[] = ['id', 'revision', 'verdict', 'verdict_reason'];

/** The attributes of a configuration in which something is not known yet; `after_unknown` has `true` where it is so. */
export function unknownNames(afterUnknown: unknown): readonly string[] {
  return Object.entries((afterUnknown ?? {}) as Record<string, unknown>)
    .filter(([name, value]) => !computed.includes(name) && hasTrue(value))
    .map(([name]) => name);
}

function hasTrue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === true;
  return Object.values(value).some(hasTrue);
}
