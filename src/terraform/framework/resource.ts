import type { AttributePath, Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Schema } from './schema.ts';
import type { ObjectValue } from './value.ts';

/** What a provider keeps beside a resource's state, invisible to users: small JSON. */
export type PrivateState = Readonly<Record<string, unknown>>;

export interface PlanRequest {
  /** Null when the resource is to be created. */
  readonly prior: ObjectValue | null;
  readonly config: ObjectValue;
  readonly private: PrivateState;
}

export interface PlanResult {
  readonly planned: ObjectValue;
  readonly private: PrivateState;
  /** Attributes, in params' fields, whose difference from `prior` asks for another object. */
  readonly replacedBy: readonly AttributePath[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ApplyRequest {
  readonly config: ObjectValue;
  readonly planned: ObjectValue;
  /** As `plan` left it. */
  readonly private: PrivateState;
}

export interface UpdateRequest extends ApplyRequest {
  readonly prior: ObjectValue;
}

/** `state` null: there is no object. With errors, it is what Terraform keeps. */
export interface StateResult {
  readonly state: ObjectValue | null;
  readonly private: PrivateState;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A resource type in terms of values. `plan` is a function of its request alone: Terraform plans again while applying
 * and refuses any difference. Problems of the user or of the world are diagnostics, never exceptions.
 *
 * A `create` that fails returns no state, unless the object is there as planned: Terraform replaces a resource whose
 * creation returned both a state and an error.
 */
export interface ManagedResource {
  readonly typeName: string;
  readonly schema: Schema;
  validate(config: ObjectValue): Promise<readonly Diagnostic[]>;
  plan(request: PlanRequest): Promise<PlanResult>;
  read(state: ObjectValue, privateState: PrivateState): Promise<StateResult>;
  create(request: ApplyRequest): Promise<StateResult>;
  update(request: UpdateRequest): Promise<StateResult>;
  delete(state: ObjectValue, privateState: PrivateState): Promise<readonly Diagnostic[]>;
  /** The state that `read` completes, from an id given to `terraform import`. */
  importState?(id: string): Promise<StateResult>;
}

export interface Provider {
  readonly schema: Schema;
  readonly resources: readonly ManagedResource[];
  validate(config: ObjectValue): Promise<readonly Diagnostic[]>;
  /** May come again in one process, and with unknown values while planning. */
  configure(config: ObjectValue): Promise<readonly Diagnostic[]>;
  /** Ends everything that waits; no new work starts. */
  stop(): void;
  close(): Promise<void>;
}
