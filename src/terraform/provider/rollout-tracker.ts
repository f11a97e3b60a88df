import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Health } from '../../kinds/kind.ts';
import type { EngineView } from '../../kinds/rollout.ts';
import { revisionAnnotation } from './ownership.ts';

/** Rules by which a rollout ends before its time. Milliseconds. */
export const rules = {
  /** An object that fails and is started again fails for good after so many failures, */
  failures: 2,
  /** or when it has not come back for so long. */
  failing: 5_000,
  /** For so long its engine is asked why it failed: Flink's REST API says what it said up to 3 s before. */
  cause: 4_000,
  /** What may be left from before the change is believed when it has lasted for so long. */
  lasting: 5_000,
  /** An error at which nothing moves for so long stays. */
  stalled: 60_000,
  /** What the feed has may be older than what was applied before the rollout began, but not for long. */
  lag: 3_000,
  /** Between two looks at an engine. */
  look: 1_000,
  /** So often a probe is made before its failure is believed, */
  probes: 3,
  /** with this between. */
  probePause: 1_000,
};

export interface Tracked {
  readonly revision: string;
  /** Milliseconds for which the object has to stay healthy. */
  settle(object: KubernetesObject): number;
  readonly hasEngine: boolean;
  readonly hasProbe: boolean;
}

export type Step =
  /** Until something is seen, or at the latest the time. */
  | { readonly do: 'wait'; readonly until?: number | undefined }
  | { readonly do: 'look'; readonly object: KubernetesObject; readonly health: Health }
  /** Gets the object itself, since the feed is late or the object was changed before the rollout began. */
  | { readonly do: 'get' }
  | { readonly do: 'probe'; readonly object: KubernetesObject }
  /** What it proves is no more. */
  | { readonly do: 'drop-probe' }
  | { readonly do: 'succeed'; readonly object: KubernetesObject }
  | { readonly do: 'fail'; readonly cause: FailureCause };

export type FailureCause =
  | { readonly is: 'failed' | 'stalled'; readonly diagnostics: readonly Diagnostic[] }
  /** It runs and fails, again and again. `cause` is the engine's. */
  | { readonly is: 'failing'; readonly failures: number; readonly cause: string | undefined }
  | { readonly is: 'probe-failed'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly is: 'superseded'; readonly by: string | undefined }
  | { readonly is: 'gone' };

type ProbeState =
  | { readonly is: 'none'; readonly notBefore: number }
  | { readonly is: 'made'; readonly message?: string | undefined }
  | { readonly is: 'dropped' }
  | { readonly is: 'passed'; readonly at: number };

export type Tracker = ReturnType<typeof createTracker>;

/** What is known of an object that is waited for, and the next step by it. No IO; times are the local clock's. */
export function createTracker({ revision, settle, hasEngine, hasProbe }: Tracked) {
  let object: KubernetesObject | undefined;
  /** When the version was seen, and how many there were at the revision. */
  let seenAt: number | undefined;
  let versions = 0;
  let strayedAt: number | undefined;
  let hasGot = false;
  let status: Health = { state: 'progressing', message: 'waiting for an answer of the API' };
  /** `view` undefined: asked, and nothing was said. */
  let look: { readonly askedAt: number; readonly view: EngineView | undefined } | undefined;
  let lastView: EngineView | undefined;
  let isLooking = false;
  let healthySince: number | undefined;
  let failedSince: number | undefined;
  let failingSince: number | undefined;
  let failures = 0;
  let failedForGoodSince: number | undefined;
  let probe: ProbeState = hasProbe ? { is: 'none', notBefore: 0 } : { is: 'passed', at: 0 };
  let probesFailed = 0;
  let verdict: FailureCause | undefined;

  const isFresh = () => look !== undefined && seenAt !== undefined && look.askedAt >= seenAt;
  /** The status, and what the engine says of it since. */
  const health = (): Health => (isFresh() && look?.view !== undefined ? look.view.health : status);

  function conclude(now: number): void {
    const current = health();
    failedSince = current.state === 'failed' ? (failedSince ?? now) : undefined;
    if (current.state === 'healthy') {
      healthySince ??= now;
      failingSince = undefined;
      return;
    }
    healthySince = undefined;
    if (probe.is === 'made') probe = { is: 'dropped' };
    else if (probe.is === 'passed' && hasProbe) probe = { is: 'none', notBefore: 0 };
    if (current.state === 'progressing' && current.failing) failingSince ??= now;
  }

  return {
    /** A version of the object, as it is or as the feed has it. */
    saw(version: KubernetesObject | undefined, assess: (object: KubernetesObject) => Health, now: number) {
      const live = version?.metadata.annotations?.[revisionAnnotation];
      if (version === undefined || live !== revision) {
        if (version !== undefined || versions > 0) strayedAt = now;
        healthySince = undefined;
        object = version;
        const message =
          version === undefined
            ? 'waiting for the object to exist'
            : `waiting for revision ${revision}; the object carries ${live ?? 'none'}`;
        status = { state: 'progressing', message };
        return;
      }
      const before = status;
      object = version;
      seenAt = now;
      versions += 1;
      strayedAt = undefined;
      hasGot = false;
      status = assess(version);
      if (isFailingHealth(status) && !isFailingHealth(before)) failures += 1;
      conclude(now);
    },

    /** The API itself says that the object carries another revision, or is not there. */
    strayed(version: KubernetesObject | undefined) {
      if (version !== undefined) {
        verdict = { is: 'superseded', by: version.metadata.annotations?.[revisionAnnotation] };
      } else if (versions > 0) verdict = { is: 'gone' };
    },

    /** The engine was asked at `askedAt`. */
    looked(view: EngineView | undefined, askedAt: number, now: number) {
      isLooking = false;
      if (view !== undefined && lastView !== undefined && view.run !== lastView.run) {
        // It was started again in between, or a part of it has ended.
        healthySince = undefined;
        if (probe.is === 'made') probe = { is: 'dropped' };
      }
      look = { askedAt, view };
      if (view !== undefined) lastView = view;
      if (seenAt !== undefined && strayedAt === undefined) conclude(now);
    },

    probed(result: Health, now: number) {
      if (probe.is !== 'made') return;
      if (result.state === 'healthy') probe = { is: 'passed', at: now };
      else if (result.state === 'progressing') probe = { is: 'made', message: result.message };
      else {
        probesFailed += 1;
        if (probesFailed >= rules.probes) {
          verdict = { is: 'probe-failed', diagnostics: result.diagnostics };
        } else {
          probe = { is: 'dropped' };
        }
      }
    },

    /** `what` is not known before it is asked for. */
    probeMade(what?: string) {
      probe = { is: 'made', message: what && `waiting for its first ${what}` };
    },

    probeDropped(now: number) {
      probe = { is: 'none', notBefore: probesFailed === 0 ? now : now + rules.probePause };
    },

    /** There is nothing to prove, or no way. */
    probeSkipped(now: number) {
      probe = { is: 'passed', at: now };
    },

    /** `connected`: what was seen is up to date. */
    next(now: number, connected: boolean): Step {
      if (verdict !== undefined) return { do: 'fail', cause: verdict };
      if (probe.is === 'dropped') return { do: 'drop-probe' };
      if (strayedAt !== undefined) {
        // The feed may be late: behind what was applied before this began, or behind what was got since.
        const until = versions > 0 && !hasGot ? 0 : strayedAt + rules.lag;
        if (until > now) return { do: 'wait', until };
        strayedAt = now;
        hasGot = true;
        return { do: 'get' };
      }
      if (object === undefined) return { do: 'wait' };
      if (seenAt === undefined) return { do: 'wait' };
      const current = health();
      const due: number[] = [];
      const asks = hasEngine && !isLooking;
      const lookNow = (): Step => {
        isLooking = true;
        const health: Health =
          failedForGoodSince === undefined
            ? status
            : { state: 'progressing', message: describeHealth(status).message, failing: true };
        return { do: 'look', object: object as KubernetesObject, health };
      };

      const lookWithin = (until: number): Step => {
        const at = (look?.askedAt ?? 0) + rules.look;
        return at <= now ? lookNow() : { do: 'wait', until: Math.min(at, until) };
      };

      // Nothing that the engine may know better is believed before it was asked.
      if (asks && !isFresh() && status.state !== 'progressing') return lookNow();
      if (current.state === 'failed') {
        if (hasEngine && !isFresh()) return { do: 'wait' };
        const certainAt = (failedSince ?? now) + (current.mayPass ? rules.lasting : 0);
        if (certainAt > now) return asks ? lookWithin(certainAt) : { do: 'wait', until: certainAt };
        return { do: 'fail', cause: { is: 'failed', diagnostics: current.diagnostics } };
      }

      const failed = Math.max(failures, look?.view?.failures ?? 0);
      const failing: Step = {
        do: 'fail',
        cause: { is: 'failing', failures: failed, cause: lastView?.cause },
      };
      if (connected && failed >= rules.failures) {
        failedForGoodSince ??= now;
        const until = failedForGoodSince + rules.cause;
        if (!hasEngine || lastView?.cause !== undefined || until <= now) return failing;
        return asks ? lookWithin(until) : { do: 'wait', until };
      }
      if (failingSince !== undefined) {
        const at = failingSince + rules.failing;
        if (connected && at <= now) return failing;
        if (at > now) due.push(at);
      }
      if (current.state === 'progressing' && current.stalled !== undefined && connected) {
        const at = seenAt + rules.stalled;
        if (at <= now) return { do: 'fail', cause: { is: 'stalled', diagnostics: [current.stalled] } };
        due.push(at);
      }

      if (healthySince !== undefined) {
        if (probe.is === 'none') {
          if (probe.notBefore <= now) return { do: 'probe', object };
          due.push(probe.notBefore);
        }
        const settledAt = healthySince + settle(object);
        const readyAt = probe.is === 'passed' ? Math.max(settledAt, probe.at) : undefined;
        if (readyAt !== undefined && readyAt > now) due.push(readyAt);
        if (readyAt !== undefined && readyAt <= now) {
          // The last word is the engine's.
          if (!hasEngine || (look?.askedAt ?? 0) >= readyAt) return { do: 'succeed', object };
          if (asks) return lookNow();
        }
      }
      if (asks) {
        const at = (look?.askedAt ?? 0) + rules.look;
        if (at <= now) return lookNow();
        due.push(at);
      }
      return { do: 'wait', until: due.length === 0 ? undefined : Math.min(...due) };
    },

    /** What is being waited for. */
    message(): string {
      const { message } = describeHealth(health());
      if (probe.is !== 'made' || probe.message === undefined || healthySince === undefined) return message;
      return `${message}, ${probe.message}`;
    },

    isAwaited: (version: KubernetesObject | undefined) =>
      version?.metadata.annotations?.[revisionAnnotation] === revision,
    /** Whether anything was written to the object since it is at the revision. */
    hasMoved: () => versions > 1,
    isAtRevision: () => versions > 0,
    view: () => lastView,
  };
}

function isFailingHealth(health: Health): boolean {
  return health.state === 'progressing' && health.failing === true;
}

function describeHealth(health: Health): { readonly message: string } {
  return health.state === 'failed' ? { message: health.diagnostics[0]?.detail ?? 'it failed' } : health;
}
