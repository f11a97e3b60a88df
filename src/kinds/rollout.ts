import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';
import type { AskService, Health } from './kind.ts';

/** What an engine itself says of an object. The operator's status only relays it, and can be minutes old. */
export interface EngineView {
  /** The status and the engine's word together. */
  readonly health: Health;
  /** Of what runs now: another value means that it was started again in between. */
  readonly run: string;
  /** How often what runs has failed since it was started. */
  readonly failures: number;
  /** Root cause of the last failure. */
  readonly cause?: string | undefined;
}

/** An object that a rollout makes and deletes again: once it is healthy, it proves the one that is waited for. */
export interface Probe {
  /** Kind of the probe, one of the catalog. */
  readonly kind: string;
  readonly spec: object;
  /** As messages name it: `checkpoint`. */
  readonly what: string;
  /** Whether its failure only says that there is nothing to prove this way. */
  isPointless(cause: string): boolean;
}

/** Another object of the namespace; undefined where there is none or it cannot be read. */
export type Related = (type: ResourceType, name: string) => Promise<KubernetesObject | undefined>;

/** What a rollout of a kind looks at besides the object's status. */
export interface RolloutRules {
  /** How long the object has to stay healthy, unless somebody says so. Milliseconds. */
  settle(object: KubernetesObject): number;
  /**
   * What the engine says of an object whose status says `health`, when asked now; undefined without an answer, and as
   * long as the status names nothing to ask about. `before`: what it said last.
   */
  look?(
    object: KubernetesObject,
    health: Health,
    ask: AskService,
    before: EngineView | undefined,
  ): Promise<EngineView | undefined>;
  /** What proves a healthy object; undefined where nothing has to. */
  probe?(object: KubernetesObject, related: Related): Promise<Probe | undefined>;
  /** Absent where going back to an earlier spec is no remedy. */
  readonly goBack?: GoingBack;
}

/** How an object is put back to a spec that was healthy. All functions are pure. */
export interface GoingBack {
  /** Objects of the namespace without which the spec cannot run. */
  needs(
    spec: object,
  ): readonly { readonly type: ResourceType; readonly name: string; readonly what: string }[];
  /** What the present generation was started from, once the operator has acted on it. The status forgets it later. */
  startedFrom(object: KubernetesObject): string | undefined;
  /** Undefined where the object is none that can be put back. */
  decide(object: KubernetesObject, spec: object, startedFrom: string | undefined): WayBack | undefined;
}

export interface WayBack {
  /** What is applied: the healthy spec, and what makes it start from the right state. */
  readonly spec: object;
  /** What it starts from, what is done again and what else has to be known, in sentences. */
  readonly says: readonly string[];
}
