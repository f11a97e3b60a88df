import { beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Health } from '../../kinds/kind.ts';
import type { EngineView } from '../../kinds/rollout.ts';
import { revisionAnnotation } from './ownership.ts';
import { createTracker, rules, type Step, type Tracker } from './rollout-tracker.ts';

const settle = 2_000;
const healthy: Health = { state: 'healthy', message: 'it runs' };
const waiting: Health = { state: 'progressing', message: 'it starts' };
const failing: Health = { state: 'progressing', message: 'it restarts', failing: true };
const failed: Health = { state: 'failed', diagnostics: [problem('it broke')] };
let tracker: Tracker;

function problem(detail: string) {
  return { severity: 'error', reason: 'Broken', summary: 'broken', detail } as const;
}

function object(revision = 'r2'): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { name: 'thing', annotations: { [revisionAnnotation]: revision } },
  };
}

function start({ hasEngine = false, hasProbe = false } = {}): void {
  tracker = createTracker({ revision: 'r2', settle: () => settle, hasEngine, hasProbe });
}
const saw = (health: Health, now: number, revision?: string) =>
  tracker.saw(object(revision), () => health, now);
const view = (health: Health, more: Partial<EngineView> = {}): EngineView => ({
  health,
  run: 'a',
  failures: 0,
  ...more,
});
const next = (now: number, connected = true): Step => tracker.next(now, connected);
/** The engine is asked, and answers. */
function look(now: number, said: EngineView | undefined): void {
  expect(next(now).do).toBe('look');
  tracker.looked(said, now, now);
}

beforeEach(() => start());

describe('by the status alone', () => {
  it('has to stay healthy for the settle time', () => {
    saw(waiting, 0);
    expect(next(10)).toEqual({ do: 'wait', until: undefined });
    saw(healthy, 100);
    expect(next(100)).toEqual({ do: 'wait', until: 2_100 });
    saw(waiting, 1_000);
    saw(healthy, 1_500);
    expect(next(2_100)).toEqual({ do: 'wait', until: 3_500 });
    expect(next(3_500).do).toBe('succeed');
  });

  it('one restart that recovers is healthy', () => {
    saw(healthy, 0);
    saw(failing, 500);
    expect(next(500).do).toBe('wait');
    saw(healthy, 2_000);
    expect(next(4_000).do).toBe('succeed');
  });

  it('two failures are a failure', () => {
    saw(failing, 0);
    saw(healthy, 1_000);
    saw(failing, 2_000);
    expect(next(2_000)).toMatchObject({ do: 'fail', cause: { is: 'failing', failures: 2 } });
  });

  it('so is one from which it does not come back', () => {
    saw(failing, 0);
    saw(waiting, 1_000);
    expect(next(1_000)).toEqual({ do: 'wait', until: rules.failing });
    expect(next(rules.failing)).toMatchObject({ do: 'fail', cause: { is: 'failing', failures: 1 } });
  });

  it('but not while the API is silent: it may have come back', () => {
    saw(failing, 0);
    expect(next(rules.failing, false).do).toBe('wait');
  });

  it('what may be left from before is a failure when it lasts', () => {
    const left: Health = { ...failed, mayPass: true };
    saw(left, 0);
    expect(next(0)).toEqual({ do: 'wait', until: rules.lasting });
    saw(waiting, 1_000);
    saw(left, 2_000);
    expect(next(rules.lasting).do).toBe('wait');
    expect(next(2_000 + rules.lasting)).toMatchObject({ do: 'fail', cause: { is: 'failed' } });
  });

  it('an error at which nothing moves any more is the end', () => {
    const stalled: Health = { ...waiting, stalled: problem('the savepoint failed') };
    saw(stalled, 0);
    expect(next(10)).toEqual({ do: 'wait', until: rules.stalled });
    saw(stalled, 50_000);
    expect(next(rules.stalled).do).toBe('wait');
    expect(next(50_000 + rules.stalled, false).do).toBe('wait');
    expect(next(50_000 + rules.stalled)).toMatchObject({ do: 'fail', cause: { is: 'stalled' } });
  });
});

describe('another revision', () => {
  it('is what the feed has late, until the API itself says so', () => {
    saw(healthy, 0, 'r1');
    expect(next(0)).toEqual({ do: 'wait', until: rules.lag });
    expect(next(rules.lag).do).toBe('get');
    tracker.strayed(object('r3'));
    expect(next(rules.lag)).toEqual({ do: 'fail', cause: { is: 'superseded', by: 'r3' } });
  });

  it('after the awaited one is asked about at once', () => {
    saw(waiting, 0);
    saw(waiting, 100, 'r3');
    expect(next(100).do).toBe('get');
    tracker.strayed(object('r3'));
    expect(next(110)).toMatchObject({ do: 'fail', cause: { is: 'superseded', by: 'r3' } });
  });

  it('that the feed brings after the API said better is waited out', () => {
    saw(healthy, 0, 'r1');
    expect(next(rules.lag).do).toBe('get');
    saw(waiting, rules.lag);
    saw(waiting, rules.lag + 10, 'r1');
    expect(next(rules.lag + 10).do).toBe('get');
    expect(next(rules.lag + 20).do).toBe('wait');
    saw(healthy, rules.lag + 30);
    expect(next(rules.lag + 30 + settle).do).toBe('succeed');
  });

  it('is none where the object is not there yet, and a deletion where it was', () => {
    tracker.saw(undefined, () => healthy, 0);
    expect(next(rules.lag)).toEqual({ do: 'wait' });
    saw(healthy, 5_000);
    tracker.saw(undefined, () => healthy, 5_500);
    expect(next(5_500).do).toBe('get');
    tracker.strayed(undefined);
    expect(next(5_500)).toEqual({ do: 'fail', cause: { is: 'gone' } });
  });
});

describe('with an engine to ask', () => {
  beforeEach(() => start({ hasEngine: true }));

  it('has the last word after the settle time', () => {
    saw(healthy, 0);
    look(0, view(healthy));
    expect(next(10)).toEqual({ do: 'wait', until: 1_000 });
    look(1_000, view(healthy));
    look(2_000, view(healthy));
    expect(next(2_010).do).toBe('succeed');
  });

  it('that says nothing the status is believed', () => {
    saw(healthy, 0);
    look(0, undefined);
    look(1_000, undefined);
    look(2_000, undefined);
    expect(next(2_010).do).toBe('succeed');
  });

  it('a status that says healthy, and an engine that does not', () => {
    saw(healthy, 0);
    look(0, view(failed));
    expect(next(10)).toEqual({ do: 'fail', cause: { is: 'failed', diagnostics: [problem('it broke')] } });
  });

  it('a status that says failed, and an engine that has mended it since', () => {
    saw(failed, 0);
    look(0, view(healthy));
    look(1_000, view(healthy));
    look(2_000, view(healthy));
    expect(next(2_010).do).toBe('succeed');
  });

  it('what may be left from before is asked about until it has lasted', () => {
    const left: Health = { ...failed, mayPass: true };
    saw(left, 0);
    look(0, view(left));
    expect(next(10)).toEqual({ do: 'wait', until: rules.look });
    look(1_000, view(healthy));
    look(2_000, view(healthy));
    look(3_000, view(healthy));
    expect(next(3_010).do).toBe('succeed');
  });

  it('a status that says failed, and no answer', () => {
    saw(failed, 0);
    look(0, undefined);
    expect(next(10)).toMatchObject({ do: 'fail', cause: { is: 'failed' } });
  });

  it('what was started again between two looks settles anew, and fails at the second time', () => {
    saw(healthy, 0);
    look(0, view(healthy));
    look(1_000, view(healthy, { run: 'b', failures: 1, cause: 'boom' }));
    expect(next(2_000).do).toBe('look');
    tracker.looked(view(healthy, { run: 'b', failures: 1, cause: 'boom' }), 2_000, 2_000);
    expect(next(2_010).do).toBe('wait');
    look(3_000, view(healthy, { run: 'c', failures: 2, cause: 'boom' }));
    expect(next(3_000)).toEqual({ do: 'fail', cause: { is: 'failing', failures: 2, cause: 'boom' } });
  });

  it('failures that it gives no cause of yet are asked for it, for a while', () => {
    start({ hasEngine: true });
    saw(failing, 0);
    saw(healthy, 100);
    saw(failing, 200);
    look(1_200, view(healthy));
    expect(next(1_200)).toEqual({ do: 'wait', until: 2_200 });
    expect(next(2_200)).toMatchObject({ do: 'look', health: { failing: true } });
    tracker.looked(view(failing, { cause: 'boom' }), 2_200, 2_200);
    expect(next(2_200)).toEqual({ do: 'fail', cause: { is: 'failing', failures: 2, cause: 'boom' } });
  });

  it('failures without a cause fail all the same', () => {
    start({ hasEngine: true });
    saw(failing, 0);
    saw(healthy, 100);
    saw(failing, 200);
    for (let now = 1_200; now < 1_200 + rules.cause; now += rules.look) look(now, view(healthy));
    expect(next(1_200 + rules.cause)).toMatchObject({ do: 'fail', cause: { is: 'failing', failures: 2 } });
  });

  it('failures are counted although the status lags behind', () => {
    saw(waiting, 0);
    look(1_000, view(failing, { run: 'b', failures: 2, cause: 'boom' }));
    expect(next(1_000)).toMatchObject({ do: 'fail', cause: { is: 'failing', cause: 'boom' } });
  });
});

describe('with a proof', () => {
  beforeEach(() => start({ hasProbe: true }));

  it('asks for it at once, and waits for both it and the settle time', () => {
    saw(healthy, 0);
    expect(next(0).do).toBe('probe');
    tracker.probeMade('checkpoint');
    expect(tracker.message()).toBe('it runs, waiting for its first checkpoint');
    expect(next(settle)).toEqual({ do: 'wait', until: undefined });
    tracker.probed(healthy, 5_000);
    expect(next(5_000).do).toBe('succeed');
  });

  it('makes another when it was started again meanwhile', () => {
    saw(healthy, 0);
    tracker.probeMade('checkpoint');
    saw(failing, 500);
    expect(next(500).do).toBe('drop-probe');
    tracker.probeDropped(500);
    saw(healthy, 1_000);
    expect(next(1_000).do).toBe('probe');
  });

  it('makes another when it passed, and the object failed after it', () => {
    saw(healthy, 0);
    tracker.probeMade('checkpoint');
    tracker.probed(healthy, 100);
    saw(failing, 500);
    saw(healthy, 1_000);
    expect(next(1_000).do).toBe('probe');
  });

  it('believes its failure at the third time', () => {
    saw(healthy, 0);
    let now = 0;
    for (let count = 1; count < rules.probes; count += 1) {
      expect(next(now).do).toBe('probe');
      tracker.probeMade('checkpoint');
      tracker.probed(failed, now);
      expect(next(now).do).toBe('drop-probe');
      tracker.probeDropped(now);
      expect(next(now)).toMatchObject({ do: 'wait' });
      now += rules.probePause;
    }
    tracker.probeMade('checkpoint');
    tracker.probed(failed, now);
    expect(next(now)).toEqual({
      do: 'fail',
      cause: { is: 'probe-failed', diagnostics: [problem('it broke')] },
    });
  });

  it('goes without where there is none', () => {
    saw(healthy, 0);
    tracker.probeSkipped(10);
    expect(next(settle).do).toBe('succeed');
  });
});
