import { expect } from 'vitest';
import { sameType } from '../framework/dynamic.ts';
import type { ManagedResource, PrivateState, Provider } from '../framework/resource.ts';
import { objectType, type Schema } from '../framework/schema.ts';
import {
  Dynamic,
  hasUnknown,
  isObjectValue,
  type ObjectValue,
  sameValue,
  type Value,
} from '../framework/value.ts';
import type { DiagnosticMessage } from '../protocol/messages.ts';
import { provideService } from '../protocol/provider-service.ts';
import { fromDynamicValue, toDynamicValue } from '../protocol/value-codec.ts';

export type TerraformCore = ReturnType<typeof createTerraformCore>;

/** One resource of a configuration as Terraform keeps it. */
export interface Instance {
  readonly state: ObjectValue | null;
  readonly private: Uint8Array;
  readonly tainted: boolean;
}

export const absent: Instance = { state: null, private: new Uint8Array(), tainted: false };

export interface Run {
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'no-op' | 'failed';
  readonly planned: ObjectValue | null;
  readonly instance: Instance;
  readonly diagnostics: readonly DiagnosticMessage[];
  /** Those of the plan. */
  readonly warnings: readonly DiagnosticMessage[];
}

/**
 * Terraform's side of the protocol for one resource: refresh, validate, plan, plan again, apply, with the checks that
 * Terraform makes ("inconsistent final plan", "inconsistent result after apply") as expectations.
 */
export function createTerraformCore(provider: Provider, typeName: string) {
  const service = provideService(provider);
  const resource = provider.resources.find((item) => item.typeName === typeName) as ManagedResource;
  const type = objectType(resource.schema.attributes);
  const write = (value: ObjectValue | null) => toDynamicValue(type, value);
  const read = (message: Parameters<typeof fromDynamicValue>[1]) =>
    fromDynamicValue(type, message) as ObjectValue | null;

  const configure = (config: ObjectValue) =>
    service.ConfigureProvider({
      terraform_version: '1.11.4',
      config: toDynamicValue(objectType(provider.schema.attributes), config),
    });

  const refresh = async (
    instance: Instance,
  ): Promise<{ instance: Instance; diagnostics: readonly DiagnosticMessage[] }> => {
    if (instance.state === null) return { instance, diagnostics: [] };
    const response = await service.ReadResource({
      type_name: typeName,
      current_state: write(instance.state),
      private: instance.private,
    });
    const state = read(response.new_state);
    return {
      instance: { ...instance, state, private: response.private ?? new Uint8Array() },
      diagnostics: response.diagnostics,
    };
  };

  const plan = async (prior: ObjectValue | null, config: ObjectValue | null, priorPrivate: Uint8Array) => {
    const request = {
      type_name: typeName,
      prior_state: write(prior),
      proposed_new_state: write(config),
      config: write(config),
      prior_private: priorPrivate,
    };
    const [first, second] = [
      await service.PlanResourceChange(request),
      await service.PlanResourceChange(request),
    ];
    // What the cluster lacks is told once.
    expect({ ...second, diagnostics: [] }).toEqual({ ...first, diagnostics: [] });
    expect(first.diagnostics).toEqual(expect.arrayContaining([...second.diagnostics]));
    const planned = read(first.planned_state);
    if (config !== null && planned !== null) expectPlanFollowsConfig(resource.schema, config, planned);
    return { ...first, planned };
  };

  return {
    configure,
    refresh,
    service,

    async validate(config: ObjectValue): Promise<readonly DiagnosticMessage[]> {
      return (await service.ValidateResourceConfig({ type_name: typeName, config: write(complete(config)) }))
        .diagnostics;
    },

    /** `terraform apply` with this configuration; null for a destroy. `meanwhile` comes between plan and apply. */
    async apply(before: Instance, partial: ObjectValue | null, meanwhile?: () => void): Promise<Run> {
      const config = partial === null ? null : complete(partial);
      const refreshed = await refresh(before);
      const { instance } = refreshed;
      const fail = (diagnostics: readonly DiagnosticMessage[]): Run => ({
        action: 'failed',
        planned: null,
        instance,
        diagnostics,
        warnings: [],
      });
      if (refreshed.diagnostics.some(isError)) return fail(refreshed.diagnostics);
      if (config !== null) {
        const invalid = await service.ValidateResourceConfig({ type_name: typeName, config: write(config) });
        if (invalid.diagnostics.some(isError)) return fail(invalid.diagnostics);
      }
      let prior = instance.tainted ? null : instance.state;
      let response = await plan(prior, config, instance.private);
      if (response.diagnostics.some(isError)) return fail(response.diagnostics);
      const warnings = [...response.diagnostics];
      let action: Run['action'] = actionOf(prior, response.planned);
      if (instance.tainted || (response.requires_replace ?? []).length > 0) {
        const gone = await apply(instance.state, null, null, instance.private);
        if (gone.diagnostics.some(isError)) return fail(gone.diagnostics);
        prior = null;
        response = await plan(null, config, new Uint8Array());
        action = 'replace';
      }
      if (action === 'no-op') {
        return { action, planned: response.planned, instance, diagnostics: response.diagnostics, warnings };
      }
      meanwhile?.();
      const applied = await apply(
        prior,
        response.planned,
        config,
        response.planned_private ?? new Uint8Array(),
      );
      const failed = applied.diagnostics.some(isError);
      if (!failed && response.planned !== null) expectResultFollowsPlan(response.planned, applied.state);
      return {
        action: failed ? 'failed' : action,
        planned: response.planned,
        instance: {
          state: applied.state,
          private: applied.private,
          tainted: failed && prior === null && applied.state !== null,
        },
        diagnostics: applied.diagnostics,
        warnings,
      };
    },

    async import(id: string): Promise<Instance> {
      const { imported_resources, diagnostics } = await service.ImportResourceState({
        type_name: typeName,
        id,
      });
      expect(diagnostics).toEqual([]);
      const [imported] = imported_resources;
      return { state: read(imported?.state), private: imported?.private ?? new Uint8Array(), tainted: false };
    },
  };

  async function apply(
    prior: ObjectValue | null,
    planned: ObjectValue | null,
    config: ObjectValue | null,
    plannedPrivate: Uint8Array,
  ) {
    const response = await service.ApplyResourceChange({
      type_name: typeName,
      prior_state: write(prior),
      planned_state: write(planned),
      config: write(config),
      planned_private: plannedPrivate,
    });
    return {
      state: read(response.new_state),
      private: response.private ?? new Uint8Array(),
      diagnostics: response.diagnostics,
    };
  }

  function complete(config: ObjectValue): ObjectValue {
    return read(write(config)) ?? {};
  }
}

export function privateOf(instance: Instance): PrivateState {
  return instance.private.length === 0
    ? {}
    : (JSON.parse(Buffer.from(instance.private).toString()) as PrivateState);
}

export function isError({ severity }: DiagnosticMessage): boolean {
  return severity === 'ERROR';
}

function actionOf(prior: ObjectValue | null, planned: ObjectValue | null): Run['action'] {
  if (prior === null) return planned === null ? 'no-op' : 'create';
  if (planned === null) return 'delete';
  return sameValue(prior, planned) && sameTypes(prior, planned) ? 'no-op' : 'update';
}

/** Terraform takes another type of an attribute of any type for a change. */
function sameTypes(prior: Value, planned: Value): boolean {
  if (prior instanceof Dynamic && planned instanceof Dynamic) return sameType(prior.type, planned.type);
  if (Array.isArray(prior) && Array.isArray(planned)) {
    return prior.every((item, index) => sameTypes(item, planned[index] ?? null));
  }
  if (!isObjectValue(prior) || !isObjectValue(planned)) return true;
  return Object.keys(prior).every((key) => sameTypes(prior[key] ?? null, planned[key] ?? null));
}

/** "Provider produced invalid plan": what the user set is planned as it is; only computed attributes are the provider's. */
function expectPlanFollowsConfig({ attributes }: Schema, config: ObjectValue, planned: ObjectValue): void {
  for (const { name, presence } of attributes) {
    const set = config[name] ?? null;
    if (set !== null || presence === 'optional' || presence === 'required')
      expect([name, planned[name]]).toEqual([name, set]);
  }
}

/** "Inconsistent result after apply": what the plan knew is what the state holds, and nothing in it is unknown. */
function expectResultFollowsPlan(planned: ObjectValue, state: ObjectValue | null): void {
  expect(hasUnknown(state as Value)).toBe(false);
  for (const [name, value] of Object.entries(planned)) {
    if (!hasUnknown(value)) expect([name, state?.[name]]).toEqual([name, value]);
  }
}
