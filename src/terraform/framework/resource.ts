import type { AttributePath, Diagnosed, Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Schema } from './schema.ts';
import type { ObjectValue, Type, Value } from './value.ts';

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

/** The state that another provider left, as it stands in Terraform's state file. */
export interface MovedState {
  readonly providerAddress: string;
  readonly typeName: string;
  readonly state: Readonly<Record<string, unknown>>;
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
  /** What there is to say of a planned deletion; errors keep it from being planned. */
  planDeletion?(prior: ObjectValue, privateState: PrivateState): Promise<readonly Diagnostic[]>;
  read(state: ObjectValue, privateState: PrivateState): Promise<StateResult>;
  create(request: ApplyRequest): Promise<StateResult>;
  update(request: UpdateRequest): Promise<StateResult>;
  delete(state: ObjectValue, privateState: PrivateState): Promise<readonly Diagnostic[]>;
  /** The state that `read` completes, from an id given to `terraform import`. */
  importState?(id: string): Promise<StateResult>;
  /**
   * The same from the state of another provider's resource, for a `moved` block; undefined when that resource is
   * none that this one can stand for.
   */
  moveState?(source: MovedState): Promise<StateResult | undefined>;
}

/** Something that is only read. */
export interface DataSource {
  readonly typeName: string;
  readonly schema: Schema;
  validate(config: ObjectValue): Promise<readonly Diagnostic[]>;
  /** The configuration, completed. */
  read(config: ObjectValue): Promise<Diagnosed<ObjectValue>>;
}

export interface FunctionParameter {
  readonly name: string;
  readonly type: Type;
  readonly description: string;
}

/** A pure function, which is called with known values other than null only. */
export interface ProviderFunction {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly FunctionParameter[];
  /** Any number of further arguments. */
  readonly variadic?: FunctionParameter;
  readonly returns: Type;
  /** The path of a diagnostic is the index of the argument that it is about. */
  call(args: readonly Value[]): Promise<Diagnosed<Value>>;
}

export interface Provider {
  readonly schema: Schema;
  readonly resources: readonly ManagedResource[];
  readonly dataSources: readonly DataSource[];
  readonly functions: readonly ProviderFunction[];
  validate(config: ObjectValue): Promise<readonly Diagnostic[]>;
  /** May come again in one process, and with unknown values while planning. */
  configure(config: ObjectValue): Promise<readonly Diagnostic[]>;
  /** Ends everything that waits; no new work starts. */
  stop(): void;
  close(): Promise<void>;
}
