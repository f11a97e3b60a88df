import type { KubernetesObject, ObjectReference, ResourceType } from '../../apiclient/object.ts';
import type { Diagnosed, Diagnostic, ObjectName } from '../../diagnostics/diagnostic.ts';
import type { AskService, BuiltManifest, Claim, Mention, Need } from '../../kinds/kind.ts';
import type { Look } from '../../kinds/verdict.ts';
import type { PlanRequest, PlanResult, PrivateState, StateResult } from '../framework/resource.ts';
import type { Schema } from '../framework/schema.ts';
import type { ObjectValue } from '../framework/value.ts';
import type { MovedObject } from './moved-object.ts';
import type { KindName } from './resource-types.ts';
import type { ObjectRestoring } from './restoring.ts';

/** What a plan depends on besides its request. */
export interface PlanSettings {
  /** Namespace of resources that name none; undefined while it is unknown. */
  readonly namespace: string | undefined;
  /** The provider's own: another one may build another manifest from the same configuration. */
  readonly version: string;
}

/** A change that is about to be carried out; `planned` null for a deletion. */
export interface PlannedChange {
  readonly prior: ObjectValue;
  readonly planned: ObjectValue | null;
}

/** How the attributes of a resource type stand for one Kubernetes object and what is written beside it. */
export interface ObjectOffer {
  readonly typeName: string;
  readonly schema: Schema;
  /** What can be said without a plan. */
  validate(config: ObjectValue): readonly Diagnostic[] | Promise<readonly Diagnostic[]>;
  /** A pure function. */
  plan(request: PlanRequest, settings: PlanSettings): Promise<PlanResult>;
  build(planned: ObjectValue): Promise<Diagnosed<BuiltManifest>>;
  /** The type, or where only the API knows its plural and scope, the kind's name. */
  typeOf(state: ObjectValue): ResourceType | KindName;
  /** The object as messages name it. */
  describe(state: ObjectValue): ObjectName;
  /** `namespace` is the provider's. */
  locate(state: ObjectValue, type: ResourceType, namespace: string): ObjectReference;
  idOf(type: ResourceType, reference: ObjectReference): string;
  /** The state from the live object. `complete`: everything beside it is there. */
  read(
    project: string,
    state: ObjectValue,
    privateState: PrivateState,
    object: KubernetesObject,
    complete: boolean,
    digest: unknown,
  ): { readonly state: ObjectValue; readonly private: PrivateState };
  /** What is to be known of the live object to judge changes; undefined where none are judged. */
  digest(object: KubernetesObject, look: Look): Promise<unknown>;
  /** A pure function. */
  planDeletion(prior: ObjectValue, privateState: PrivateState): readonly Diagnostic[];
  /** What is against a change of an object that is now as `digest` says. A pure function. */
  recheck(change: PlannedChange, digest: unknown): readonly Diagnostic[];
  importState(id: string): StateResult;
  /** The same from the object of another provider's resource; a diagnostic where it is of another kind. */
  moveState(object: MovedObject): StateResult;
  /** How a new object takes up what an earlier one has left. Undefined where none does, or not everything is known. */
  restoring?(state: ObjectValue): ObjectRestoring | undefined;
  /** What the kind says that the object needs and claims, as far as it is known. */
  relations(state: ObjectValue): Relations;
  /** Whether all objects of the kind are read by one LIST, as those of a kind that sdp knows: they are small. */
  readonly isListed: boolean;
  /** Whether the attributes show all labels and annotations, so that an adoption may take them over. */
  readonly showsMetadata: boolean;
}

export interface Relations {
  readonly needs: readonly Need[];
  readonly claims: readonly Claim[];
  readonly mentions: readonly Mention[];
  /** What the local platform has against it. */
  readonly refusedLocally?: Diagnostic | undefined;
  /** Absent where there is nobody to ask, or not everything is known. */
  readonly inspect?: ((ask: AskService) => Promise<readonly Diagnostic[]>) | undefined;
}
