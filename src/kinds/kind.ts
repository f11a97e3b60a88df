import type { z } from 'zod';
import type { KubernetesObject, Manifest, ResourceType } from '../apiclient/object.ts';
import type { AttributePath, Diagnosed, Diagnostic } from '../diagnostics/diagnostic.ts';
import type { RolloutRules } from './rollout.ts';
import type { Judging } from './verdict.ts';

/** A column of `kubectl get`, as in CustomResourceDefinition `additionalPrinterColumns`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly jsonPath: string;
  readonly description?: string;
  /** Columns above 0 show only with `-o wide`. */
  readonly priority?: number;
}

/** The part of metadata that a module sets. */
export interface DeclaredMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** An object that has to exist before the custom resource, made from the same params: a SQL revision. */
export interface Companion {
  readonly type: ResourceType;
  readonly manifest: Manifest;
}

export interface BuiltManifest {
  readonly manifest: Manifest;
  readonly companions: readonly Companion[];
}

/** An object that a param names. */
export interface Need {
  readonly type: ResourceType;
  readonly name: string;
  readonly path: AttributePath;
}

/** Something outside of Kubernetes that objects of a kind stand for, by a name of its own: a topic of Kafka. */
export interface Mention {
  readonly type: ResourceType;
  readonly name: string;
  readonly path: AttributePath;
  /** The name that an object stands for. */
  nameOf(object: KubernetesObject): string;
  /** Whether a claim of a declared object is this. */
  isClaim(what: string): boolean;
}

/** Topics by their names in Kafka, as far as params say which. */
export interface Topics {
  readonly reads: readonly string[];
  /** Regular expressions of Java's for whole names. */
  readonly readPatterns?: readonly string[];
  readonly writes: readonly string[];
  /** What names of topics begin with, where there is one for each thing of a source. */
  readonly writePrefixes?: readonly string[];
}

/** A request to a Service in the object's namespace, through the API server's proxy. */
export interface ServiceRequest {
  /** Name and port, by name or number: `di-connect-api:rest-api`. */
  readonly service: string;
  /** With its query. */
  readonly path: string;
  /** Makes it a PUT: only for what changes nothing. */
  readonly body?: unknown;
}

/** The answer of the service itself; undefined where there is none, or no right to ask. The caller's user is told of that once. */
export type AskService = (
  request: ServiceRequest,
) => Promise<{ readonly status: number; readonly body: unknown } | undefined>;

export interface Claim {
  /** As messages name it: `topic orders of Kafka cluster kafka`. */
  readonly what: string;
  /** The param that says so. */
  readonly path: AttributePath;
}

/** How a new object takes up what an earlier one has left. */
export interface Restoring<Params> {
  /** The type of what is left. */
  readonly type: ResourceType;
  /** Whether the params have what is left looked for. */
  isLookedFor(params: Params): boolean;
  /** What is taken up; `left` are the objects of the type in the namespace. Undefined: nothing. */
  find(metadata: DeclaredMetadata, params: Params, left: readonly KubernetesObject[]): Restored | undefined;
  /** The manifest with it. What the manifest says itself goes over it. */
  place(manifest: Manifest, from: string): Manifest;
}

export interface Restored {
  readonly from: string;
  /** What a plan says of it. */
  readonly words: string;
}

export type Health =
  | { readonly state: 'healthy'; readonly message: string }
  | {
      readonly state: 'progressing';
      /** What is being waited for. */
      readonly message: string;
      /** It has run and failed, and is being started again. */
      readonly failing?: true;
      /** What is wrong once it is certain that nothing moves any more. */
      readonly stalled?: Diagnostic;
    }
  | {
      readonly state: 'failed';
      readonly diagnostics: readonly Diagnostic[];
      /** It may be left from before the change, and is certain only once it has lasted. */
      readonly mayPass?: true;
    };

/**
 * A custom resource kind wholly: its schemas are the source of the types, the CRD, the Terraform schema and the docs.
 * `Params` is what a module sets (camelCase as in the CRD; Terraform names are derived), `Spec` the CRD's spec.
 */
export interface KindDefinition<
  Params extends z.ZodObject = z.ZodObject,
  Spec extends z.ZodType = z.ZodType,
> {
  readonly type: ResourceType;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  readonly spec: Spec;
  readonly status: z.ZodType;
  readonly printerColumns: readonly PrinterColumn[];
  /** Absent for kinds that no Terraform resource offers. */
  readonly declared?: DeclaredKind<Params>;
  /** How far the operator has come with the object's current generation. */
  assessHealth(object: KubernetesObject): Health;
  /** What else a rollout looks at. Absent: health is all. */
  readonly rollout?: RolloutRules;
}

/** What makes a kind usable from Terraform. All functions are pure; building is a promise because SQL's parser loads late. */
export interface DeclaredKind<Params extends z.ZodObject = z.ZodObject> {
  readonly params: Params;
  /** Params whose change means another object: Terraform replaces the resource. */
  readonly replacedBy: readonly AttributePath[];
  buildManifest(metadata: DeclaredMetadata, params: z.output<Params>): Promise<Diagnosed<BuiltManifest>>;
  /** Other objects of the namespace without which this one can do nothing. */
  needs?(params: z.output<Params>): readonly Need[];
  /** What the object is useless without, and what objects that somebody else declares may well stand for. */
  mentions?(params: z.output<Params>): readonly Mention[];
  /**
   * What running services say of a new or changed object whose needs are there. Only the words of a plan may come from
   * there, so all of it is warnings; without an answer there is nothing to say.
   */
  inspect?(
    metadata: DeclaredMetadata,
    params: z.output<Params>,
    ask: AskService,
  ): Promise<readonly Diagnostic[]>;
  /** Why the local platform does not run it; a plan there tells it as a warning. */
  refusedLocally?(params: z.output<Params>): Diagnostic | undefined;
  /** What only one object may claim: two that claim the same undo each other's work, and no operator says so in time. */
  claims?(metadata: DeclaredMetadata, params: z.output<Params>): readonly Claim[];
  /** Topics that it reads and writes: who is concerned when one of them changes. */
  topics?(params: z.output<Params>): Topics;
  /** The name in Kafka of the topic that it stands for. */
  topicName?(metadata: DeclaredMetadata, params: z.output<Params>): string;
  /**
   * What a new object goes by besides its params. It is found when the object is made, for the values of a plan may not come
   * from the API, and stays in its manifest from then on; it is no part of the revision.
   */
  readonly restoring?: Restoring<z.output<Params>>;
  /** What changes do to what runs. */
  readonly verdicts?: Judging<z.output<Params>, unknown>;
  /**
   * The live object as params, only at the paths that `prior` sets, and equal to `prior` where the live value means
   * the same: what Terraform keeps in its state, so that drift shows and nothing else does.
   */
  readParams(object: KubernetesObject, prior: z.output<Params>): z.output<Params>;
}

export function defineKind<Params extends z.ZodObject, Spec extends z.ZodType>(
  definition: KindDefinition<Params, Spec>,
): KindDefinition<Params, Spec> {
  return definition;
}
