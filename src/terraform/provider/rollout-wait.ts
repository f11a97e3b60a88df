import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../../apiclient/client.ts';
import type { KubernetesObject, ObjectReference } from '../../apiclient/object.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AskService, KindDefinition } from '../../kinds/kind.ts';
import type { Related } from '../../kinds/rollout.ts';
import type { ObjectFeed } from './object-feed.ts';
import { describeCause, unfinished } from './rollout-failure.ts';
import { makeProbe, type ProbeMaking } from './rollout-probe.ts';
import { createTracker, type FailureCause, type Step, type Tracker } from './rollout-tracker.ts';

export interface Awaited {
  readonly kind: KindDefinition;
  readonly reference: ObjectReference;
  readonly revision: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds for which the object has to stay healthy; the kind's own when undefined. */
  readonly settle: number | undefined;
}

/** What a wait works with. */
export interface Surroundings extends Pick<ProbeMaking, 'feed' | 'connect' | 'kindOf'> {
  readonly feed: ObjectFeed;
  readonly ask: AskService;
  readonly related: Related;
  readonly signal: AbortSignal;
  /** Where the object stood whenever that changed. */
  progress(message: string): void;
}

export type Outcome =
  | { readonly outcome: 'healthy'; readonly object: KubernetesObject }
  | {
      readonly outcome: 'failed';
      /** `timeout` and `cancelled`: nothing else was certain until then. */
      readonly why: FailureCause['is'] | 'timeout' | 'cancelled';
      readonly diagnostics: readonly Diagnostic[];
      /** What the failed revision was started from, as it stood in the status then. */
      readonly startedFrom: string | undefined;
    };

/**
 * Waits until the object is at the revision and healthy: for its settle time, by the engine's own word where it can be
 * had, and proved where its kind has a proof. Or until it has failed, or time or `signal` end the wait.
 */
export async function waitForRollout(awaited: Awaited, around: Surroundings): Promise<Outcome> {
  const { kind, reference, revision, timeout, settle } = awaited;
  const { feed, signal, progress } = around;
  const over = new AbortController();
  const readTrouble = () => feed.trouble(kind.type, reference.namespace);
  let troubleAtEnd: string | undefined;
  const timer = setTimeout(() => {
    troubleAtEnd = readTrouble();
    over.abort();
  }, timeout);
  const ended = AbortSignal.any([signal, over.signal]);
  const tracker = createTracker({
    revision,
    settle: (object) => settle ?? kind.rollout?.settle(object) ?? 0,
    hasEngine: kind.rollout?.look !== undefined,
    hasProbe: kind.rollout?.probe !== undefined,
  });
  const bell = createBell();
  const work = createWork(awaited, around, tracker, ended, bell.ring);
  let told = '';

  work.follow();
  try {
    while (!ended.aborted) {
      work.throwFailure();
      const step = tracker.next(Date.now(), readTrouble() === undefined);
      const message = tracker.message();
      if (message !== told) progress(message);
      told = message;
      if (step.do === 'succeed') return { outcome: 'healthy', object: step.object };
      if (step.do === 'fail') {
        const diagnostics = describeCause(step.cause, awaited);
        return { outcome: 'failed', why: step.cause.is, diagnostics, startedFrom: work.startedFrom() };
      }
      if (step.do === 'wait') await bell.wait(step.until, ended);
      else work.start(step);
    }
    const diagnostic = unfinished(awaited, {
      cancelled: signal.aborted,
      message: tracker.message(),
      trouble: troubleAtEnd,
      untouched: tracker.isAtRevision() && !tracker.hasMoved(),
    });
    const why = signal.aborted ? 'cancelled' : 'timeout';
    return { outcome: 'failed', why, diagnostics: [diagnostic], startedFrom: work.startedFrom() };
  } finally {
    clearTimeout(timer);
    over.abort();
    await work.end();
  }
}

/** What goes on while a rollout waits: each part tells the tracker what it saw, and rings. */
function createWork(
  { kind, reference }: Awaited,
  { feed, ask, connect, kindOf, related, progress }: Surroundings,
  tracker: Tracker,
  ended: AbortSignal,
  ring: () => void,
) {
  let failure: { readonly error: unknown } | undefined;
  let probe: ReturnType<typeof makeProbe> | undefined;
  const made = new Set<ReturnType<typeof makeProbe>>();
  const inBackground = (task: () => Promise<void>) => {
    void task()
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(ring);
  };
  let startedFrom: string | undefined;
  const saw = (object: KubernetesObject | undefined) => {
    if (object !== undefined && tracker.isAwaited(object)) {
      startedFrom ??= kind.rollout?.goBack?.startedFrom(object);
    }
    tracker.saw(object, (version) => kind.assessHealth(version), Date.now());
  };

  const steps: {
    readonly [Do in 'look' | 'get' | 'probe' | 'drop-probe']: (step: Step & { do: Do }) => void;
  } = {
    look: ({ object, health }) =>
      inBackground(async () => {
        const askedAt = Date.now();
        const view = await kind.rollout?.look?.(object, health, ask, tracker.view());
        tracker.looked(view, askedAt, Date.now());
      }),
    get: () =>
      inBackground(async () => {
        const object = await getLive();
        if (object === 'unknown') return;
        if (tracker.isAwaited(object)) saw(object);
        else tracker.strayed(object);
      }),
    probe: ({ object }) => {
      tracker.probeMade();
      inBackground(async () => {
        const wanted = await kind.rollout?.probe?.(object, related);
        if (wanted === undefined || ended.aborted) return tracker.probeSkipped(Date.now());
        tracker.probeMade(wanted.what);
        probe = makeProbe(object, wanted, { feed, connect, kindOf, progress, ended });
        made.add(probe);
        await probe.follow((health) => {
          if (health === 'impossible') tracker.probeSkipped(Date.now());
          else tracker.probed(health, Date.now());
          ring();
        });
      });
    },
    'drop-probe': () => {
      const dropped = probe;
      probe = undefined;
      tracker.probeDropped(Date.now());
      if (dropped !== undefined) inBackground(() => dropped.remove());
    },
  };

  async function getLive(): Promise<KubernetesObject | undefined | 'unknown'> {
    try {
      return await (await connect()).get<KubernetesObject>(kind.type, reference);
    } catch (error) {
      if (error instanceof ApiError) return 'unknown';
      throw error;
    }
  }

  return {
    follow() {
      inBackground(async () => {
        for await (const object of feed.follow<KubernetesObject>(kind.type, reference, ended)) {
          saw(object);
          ring();
        }
      });
    },
    start(step: Exclude<Step, { do: 'wait' | 'succeed' | 'fail' }>) {
      (steps[step.do] as (step: Step) => void)(step);
    },
    throwFailure() {
      if (failure !== undefined) throw failure.error;
    },
    startedFrom: () => startedFrom,
    /** What was asked is not waited for, what was made is taken away. */
    async end() {
      await Promise.all([...made].map((item) => item.remove()));
    },
  };
}

/** Waits for a ring, or a time. A ring while nobody waits is kept. */
function createBell() {
  let rung = false;
  let wake = () => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async wait(until: number | undefined, signal: AbortSignal): Promise<void> {
      if (!rung) {
        const over = new AbortController();
        const rings = new Promise<void>((resolve) => (wake = resolve));
        const late = delay(until === undefined ? 2 ** 30 : Math.max(0, until - Date.now()), undefined, {
          signal: AbortSignal.any([signal, over.signal]),
        }).catch(() => undefined);
        await Promise.race([rings, late]);
        over.abort();
      }
      rung = false;
    },
  };
}
