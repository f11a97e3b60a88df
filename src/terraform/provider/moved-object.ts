import type { MovedState } from '../framework/resource.ts';

/** The object that another provider's resource stands for. */
export interface MovedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** As whom that provider applied it, where its state says so. */
  readonly manager: string | undefined;
}

/**
 * Reads the state of kubectl_manifest (gavinbunney/kubectl, alekc/kubectl) and kubernetes_manifest
 * (hashicorp/kubernetes). Undefined for any other resource, and for a state that names no object.
 */
export async function readMovedObject({ typeName, state }: MovedState): Promise<MovedObject | undefined> {
  if (typeName === 'kubernetes_manifest') return fromManifest(state);
  if (typeName === 'kubectl_manifest') return fromKubectl(state);
  return undefined;
}

function fromManifest(state: Readonly<Record<string, unknown>>): MovedObject | undefined {
  // `manifest` is the user's part, `object` the live one, which has the namespace in any case.
  const identity = identityOf(untyped(state['object'])) ?? identityOf(untyped(state['manifest']));
  const [fieldManager] = Array.isArray(state['field_manager']) ? (state['field_manager'] as unknown[]) : [];
  return identity === undefined
    ? undefined
    : { ...identity, manager: text((fieldManager as Record<string, unknown> | undefined)?.['name']) };
}

async function fromKubectl(state: Readonly<Record<string, unknown>>): Promise<MovedObject | undefined> {
  const manager = text(state['field_manager']);
  const { api_version: apiVersion, kind, name, namespace } = state;
  const identity = identityOf({ apiVersion, kind, metadata: { name, namespace } });
  if (identity !== undefined) return { ...identity, manager };
  const body = text(state['yaml_body_parsed']) ?? text(state['yaml_body']);
  if (body === undefined) return undefined;
  const { parse } = await import('yaml');
  const parsed = identityOf(parse(body));
  const overridden = text(state['override_namespace']);
  return parsed === undefined ? undefined : { ...parsed, namespace: overridden ?? parsed.namespace, manager };
}

/** A value of any type stands in a state beside its type. */
function untyped(value: unknown): unknown {
  return isRecord(value) && 'type' in value && 'value' in value ? value['value'] : value;
}

function identityOf(object: unknown): Omit<MovedObject, 'manager'> | undefined {
  if (!isRecord(object) || !isRecord(object['metadata'])) return undefined;
  const [apiVersion, kind] = [text(object['apiVersion']), text(object['kind'])];
  const name = text(object['metadata']['name']);
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  return { apiVersion, kind, name, namespace: text(object['metadata']['namespace']) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
