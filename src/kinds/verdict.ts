import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';
import type { AttributePath } from '../diagnostics/diagnostic.ts';
import type { AskService, DeclaredMetadata } from './kind.ts';
import { compareSpecs, type SpecChange } from './reconciled-spec.ts';

/** What a planned change does to what runs and to what it keeps, by how much it costs: later ones are worse. */
export const effects = [
  'no-op',
  'create',
  'in-place',
  'ignored',
  'stop',
  'restart-from-savepoint',
  'restart-from-checkpoint',
  'restart',
  'reprocessed',
  'refused',
  'state-lost',
  'data-lost',
] as const;

export type Effect = (typeof effects)[number];

export const effectMeanings: Readonly<Record<Effect, string>> = {
  'no-op': 'nothing is written',
  create: 'nothing of that name ran',
  'in-place': 'what runs goes on',
  ignored: 'the operator takes note and does nothing',
  stop: 'it ends, and state or data stay',
  'restart-from-savepoint': 'it ends and starts again, from a savepoint that is taken for it',
  'restart-from-checkpoint': 'it ends and starts again, from its last checkpoint',
  restart: 'it ends and starts again, with nothing to lose',
  reprocessed: 'what was done since is done again',
  refused: 'the operator does not do it, though it may do a part',
  'state-lost': 'state is lost for good',
  'data-lost': 'data is lost for good',
};

/** An attribute that has to be true before the worst is done. */
export type Guard = 'allowStateLoss' | 'forceDestroy';

export interface Verdict {
  readonly effect: Effect;
  /** One or two sentences for whoever reads the plan: what happens to what, and why. */
  readonly reason: string;
  /** The param that asks for it; absent where it is no single one. */
  readonly path?: AttributePath;
  /** The guard without which it is an error. Absent where the declaration itself has accepted it. */
  readonly guard?: Guard;
}

/** One object as it is declared. */
export interface Declared<Params> {
  readonly metadata: DeclaredMetadata;
  readonly params: Params;
}

/** A planned change of an object. */
export interface Change<Params, Digest> {
  /** What Terraform's state has; undefined for a creation. */
  readonly before: Declared<Params> | undefined;
  /** Undefined for a deletion. */
  readonly after: Declared<Params> | undefined;
  /** Both are given, and stand for two objects: the one is deleted, then the other made. */
  readonly replaced: boolean;
  /** Leaf differences of params, and of metadata below `metadata`: `job.parallelism`, `metadata.labels.team`. */
  readonly changes: readonly SpecChange[];
  /** What Read kept. Undefined for a creation, and where nothing was read since the last write. */
  readonly digest: Digest | undefined;
}

/** What a kind may look at besides the object, on behalf of Read. All answers are shared by the whole run. */
export interface Look {
  /**
   * All objects of the type in the object's namespace; undefined where they cannot be read. The same array for all who ask
   * of one list, so that what is made of all of them can be kept by it.
   */
  objects<T extends KubernetesObject>(type: ResourceType): Promise<readonly T[] | undefined>;
  /** Asks a service in the object's namespace; undefined without an answer. */
  readonly ask: AskService;
}

/** How a kind judges changes. */
export interface Judging<Params, Digest> {
  /** Guards that the kind's resource offers as attributes. */
  readonly guards: readonly Guard[];
  /**
   * What has to be known of the live object, and of what depends on it, to judge a change. It is kept in Terraform's state:
   * small JSON without times, the same for as long as nothing of it changes.
   */
  digest(object: KubernetesObject, look: Look): Promise<Digest>;
  /**
   * Total, pure and deterministic: it is computed again while applying, and has to come out the same. Not asked where
   * nothing changes. Never empty.
   */
  judge(change: Change<Params, Digest>): readonly Verdict[];
}

/** The change from one declaration to another. */
export function changeOf<Params, Digest>(
  before: Declared<Params> | undefined,
  after: Declared<Params> | undefined,
  digest: Digest | undefined,
  replaced = false,
): Change<Params, Digest> {
  const changes = [
    ...compareSpecs(before?.params, after?.params),
    ...compareSpecs(before?.metadata, after?.metadata, 'metadata'),
  ];
  return { before, after, replaced, changes, digest };
}

/** The worst first; of equals the first. */
export function byWorst(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.toSorted((a, b) => effects.indexOf(b.effect) - effects.indexOf(a.effect));
}

/** Several verdicts as one: the worst effect, and all reasons. */
export function summarize(verdicts: readonly Verdict[]): {
  readonly effect: Effect;
  readonly reason: string;
} {
  const [worst = { effect: 'no-op', reason: 'Nothing changes.' } as const, ...rest] = byWorst(verdicts);
  const reasons = new Set([worst, ...rest].map(({ reason }) => reason));
  return { effect: worst.effect, reason: [...reasons].join(' ') };
}

/** What stands for how bad it is: going from one to a higher one between plan and apply is a reason to stop. */
export function harmOf(effect: Effect): number {
  return levels[effect];
}

const levels: Readonly<Record<Effect, number>> = {
  'no-op': 0,
  create: 0,
  'in-place': 0,
  ignored: 0,
  stop: 1,
  'restart-from-savepoint': 1,
  'restart-from-checkpoint': 1,
  restart: 1,
  reprocessed: 2,
  refused: 3,
  'state-lost': 4,
  'data-lost': 5,
};
