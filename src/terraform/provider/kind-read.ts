import type { KubernetesObject, Manifest, ResourceType } from '../../apiclient/object.ts';
import type { DeclaredKind } from '../../kinds/kind.ts';
import { readDrift } from '../framework/drift.ts';
import { fromParams, toParams } from '../framework/params.ts';
import type { PrivateState } from '../framework/resource.ts';
import { type ObjectValue, sameValue } from '../framework/value.ts';
import { withDeclaredFields } from './declared-fields.ts';
import type { KindSchema } from './kind-schema.ts';
import { appliedFields, ownershipOf } from './ownership.ts';
import { type Rejection, readRejection } from './put-back.ts';
import { shortHash } from './revision.ts';
import { managersToReplace } from './take-over.ts';

/** What Read learned about an object and Plan and Apply go by: kept in the resource's private state. */
export interface Observation {
  /** Hash of the fields that the project owns on the object: another one means that somebody took some over. */
  readonly fields?: string | undefined;
  /** Managers whose edits the plan shows, and which applying it puts back. */
  readonly seen?: readonly string[] | undefined;
  /** What was written beside the object. */
  readonly companions?: readonly CompanionName[] | undefined;
  /** Set by import: the next update takes fields over from whoever has them. */
  readonly adopt?: boolean | undefined;
  /** Managers that a moved resource names as its own. */
  readonly named?: readonly string[] | undefined;
  /** Managers whose fields the adoption takes over. */
  readonly managers?: readonly string[] | undefined;
  /** The revision that was rolled back, which is not planned again unasked. */
  readonly rejected?: Rejection | undefined;
  /** What it took up when it was made. */
  readonly restored?: string | undefined;
  /** What the kind's verdicts go by. */
  readonly digest?: unknown;
  /** Where the API has the object: known since it was written, where the kind is not well known. */
  readonly type?: ResourceType | undefined;
}

export interface CompanionName {
  readonly type: ResourceType;
  readonly name: string;
}

export function observationOf(privateState: PrivateState): Observation {
  return (privateState['observed'] ?? {}) as Observation;
}

export function withObservation(privateState: PrivateState, observed: Observation): PrivateState {
  return { ...privateState, observed };
}

export function fieldsHash(project: string, object: KubernetesObject): string {
  return shortHash(appliedFields(project, object) ?? '');
}

/** State from the live object: the live values of what the user set. */
export function readState(
  schema: KindSchema,
  declared: DeclaredKind,
  project: string,
  state: ObjectValue,
  privateState: PrivateState,
  object: KubernetesObject,
  complete: boolean,
  digest: unknown,
): { readonly state: ObjectValue; readonly private: PrivateState } {
  const before = { ...observationOf(privateState), digest };
  // An import knows nothing yet.
  const known = before.adopt === true ? { ...state, ...readWhole(schema, declared, object) } : state;
  const raw = toParams(schema.params, known);
  const prior = declared.params.safeParse(raw).data ?? (raw as never);
  const params = fromParams(schema.params, declared.readParams(object, prior));
  const metadata = fromParams(schema.metadata, { ...object.metadata });
  const live: ObjectValue = {
    ...state,
    ...readDrift(schema.params, known, params),
    ...readDrift(schema.metadata, state, metadata),
  };
  return concludeRead(project, state, live, before, object, complete, privateState);
}

/**
 * When something was changed from outside, or a companion is missing (not `complete`), the revision is gone, so that
 * the next plan is an update even where no attribute shows the change.
 */
export function concludeRead(
  project: string,
  state: ObjectValue,
  live: ObjectValue,
  before: Observation,
  object: KubernetesObject,
  complete: boolean,
  privateState: PrivateState,
): { readonly state: ObjectValue; readonly private: PrivateState } {
  const fields = fieldsHash(project, object);
  const intact =
    complete &&
    before.adopt !== true &&
    before.fields === fields &&
    ownershipOf(project, object).owned === 'here' &&
    sameValue({ ...live, revision: null }, { ...state, revision: null });
  return {
    state: { ...live, revision: intact ? (state['revision'] ?? null) : null },
    private: withObservation(privateState, {
      ...before,
      seen: intact ? undefined : editorsOf(object),
      rejected: readRejection(object),
      ...(before.adopt === true && { managers: managersToReplace(object, before.named) }),
    }),
  };
}

/**
 * Everything that somebody declared of the attributes on the live object: applying the configuration changes or removes
 * it. What a controller wrote stays as it is, and is no part of it.
 */
export function readWhole(schema: KindSchema, declared: DeclaredKind, object: KubernetesObject): ObjectValue {
  const { spec = {} } = withDeclaredFields(object) as { spec?: Readonly<Record<string, unknown>> };
  const fields = [...declared.replacedBy.map(([field]) => String(field)), ...Object.keys(spec)];
  // Where prior params have text, the live value is taken whole.
  const anything = Object.fromEntries(fields.map((field) => [field, '']));
  const params = Object.entries(declared.readParams({ ...object, spec } as Manifest, anything as never));
  const read = fromParams(schema.params, Object.fromEntries(params.filter(([, value]) => value !== '')));
  return Object.fromEntries(schema.params.map(({ name }) => [name, read[name] ?? null]));
}

/** Who edited the object by hand (`kubectl edit`, `kubectl patch`), as opposed to applying it from a declaration. */
function editorsOf({ metadata }: KubernetesObject): readonly string[] {
  const edits = (metadata.managedFields ?? []).filter(
    ({ operation, subresource }) => operation === 'Update' && subresource === undefined,
  );
  return [...new Set(edits.map(({ manager }) => manager))].sort();
}
