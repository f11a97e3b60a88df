import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { changeOf, type Effect, type Look } from '../verdict.ts';
import type { FlinkStateSnapshotSpec } from './spec.ts';
import { type SnapshotDigest, snapshotVerdicts } from './verdicts.ts';

type Spec = Partial<FlinkStateSnapshotSpec>;

const taken: SnapshotDigest = { state: 'COMPLETED', path: 'file:/sp/savepoint-1', held: true, target: true };

function declared(spec: Spec, labels?: Record<string, string>) {
  return {
    metadata: { name: 'before-upgrade', namespace: 'team', ...(labels !== undefined && { labels }) },
    params: { jobReference: { kind: 'FlinkSessionJob', name: 'totals' } as const, ...spec },
  };
}

describe('a change of a snapshot', () => {
  it.each<[string, Spec, Spec, Effect, RegExp]>([
    [
      'that keeps its files',
      { savepoint: {} },
      { savepoint: { disposeOnDelete: false } },
      'in-place',
      /true → false: .*outlives its resource/,
    ],
    [
      'that gives them up',
      { savepoint: { disposeOnDelete: false } },
      { savepoint: {} },
      'in-place',
      /false → true: .*deletes the files/,
    ],
    [
      'that says the same',
      { savepoint: {} },
      { savepoint: { disposeOnDelete: true } },
      'in-place',
      /means the same/,
    ],
    [
      'of attempts, when it is taken',
      { savepoint: {} },
      { savepoint: {}, backoffLimit: 1 },
      'ignored',
      /is COMPLETED/,
    ],
    ['of its folder', { savepoint: {} }, { savepoint: { path: 'file:/x' } }, 'ignored', /taken once/],
    ['of its kind', { savepoint: {} }, { checkpoint: {} }, 'ignored', /taken once/],
  ])('%s', (_, before, after, effect, says) => {
    const [only] = snapshotVerdicts.judge(changeOf(declared(before), declared(after), taken));
    expect(only?.reason).toMatch(says);
    expect(only?.effect).toBe(effect);
  });

  it('of attempts, while they are made', () => {
    const trying: SnapshotDigest = { held: true, state: 'IN_PROGRESS' };
    const change = changeOf(
      declared({ savepoint: {} }),
      declared({ savepoint: {}, backoffLimit: 1 }),
      trying,
    );
    expect(snapshotVerdicts.judge(change)).toMatchObject([{ effect: 'in-place' }]);
  });

  it('of labels leaves it as it is', () => {
    const change = changeOf(declared({ savepoint: {} }), declared({ savepoint: {} }, { a: 'b' }), taken);
    expect(snapshotVerdicts.judge(change)).toMatchObject([{ effect: 'in-place' }]);
  });
});

describe('the deletion of a snapshot', () => {
  it.each<[string, Spec, SnapshotDigest | undefined, Effect, RegExp]>([
    [
      'deletes its savepoint',
      { savepoint: {} },
      taken,
      'state-lost',
      /^Savepoint file:\/sp\/savepoint-1 .*dispose_on_delete is true when absent/,
    ],
    [
      'that nothing is known of does, too',
      { savepoint: {} },
      undefined,
      'state-lost',
      /is deleted with its resource/,
    ],
    [
      'deletes one that existed',
      { savepoint: { alreadyExists: true, path: 'file:/x' } },
      { ...taken, path: 'file:/x' },
      'state-lost',
      /file:\/x/,
    ],
    [
      'leaves one that is to stay',
      { savepoint: { disposeOnDelete: false } },
      taken,
      'stop',
      /stays, and no resource names it/,
    ],
    [
      'leaves one whose job is gone',
      { savepoint: {} },
      { ...taken, target: false },
      'stop',
      /FlinkSessionJob totals is gone/,
    ],
    ['leaves a checkpoint to Flink', { checkpoint: {} }, taken, 'stop', /by its own rules/],
    [
      'of one that failed loses nothing',
      { savepoint: {} },
      { held: true, state: 'FAILED' },
      'stop',
      /\(FAILED\) has no savepoint/,
    ],
    [
      'of one that was refused may hang',
      { savepoint: {} },
      { held: true },
      'refused',
      /fails to delete such a resource.*by hand/,
    ],
  ])('%s', (_, spec, digest, effect, says) => {
    const [only] = snapshotVerdicts.judge(changeOf(declared(spec), undefined, digest));
    expect(only?.reason).toMatch(says);
    expect(only?.effect).toBe(effect);
    expect(only?.guard).toBe(effect === 'state-lost' ? 'allowStateLoss' : undefined);
  });

  it('needs no guard where the declaration says that its files go', () => {
    const [only] = snapshotVerdicts.judge(
      changeOf(declared({ savepoint: { disposeOnDelete: true } }), undefined, taken),
    );
    expect(only?.effect).toBe('state-lost');
    expect(only?.guard).toBeUndefined();
  });

  it('and the taking of another one come with another job', () => {
    const after = declared({ savepoint: {}, jobReference: { kind: 'FlinkSessionJob', name: 'other' } });
    const verdicts = snapshotVerdicts.judge(changeOf(declared({ savepoint: {} }), after, taken, true));
    expect(verdicts.map(({ effect }) => effect)).toEqual(['state-lost', 'create']);
  });
});

describe('what is kept of a live snapshot', () => {
  it('is its state, its path and whether its job is there', async () => {
    const object = {
      metadata: { name: 'a', finalizers: ['flinkstatesnapshots.flink.apache.org/finalizer'] },
      spec: { jobReference: { kind: 'FlinkDeployment', name: 'totals' }, savepoint: {} },
      status: { state: 'COMPLETED', path: 'file:/x', resultTimestamp: '2026-11-22T08:39:36Z' },
    } as unknown as KubernetesObject;
    const look = (...names: string[]): Look => ({
      objects: (async ({ kind }: { kind: string }) =>
        kind === 'FlinkDeployment'
          ? names.map((name) => ({ metadata: { name } }))
          : []) as unknown as Look['objects'],
      ask: async () => undefined,
    });
    const digest = { state: 'COMPLETED', path: 'file:/x', held: true };
    expect(await snapshotVerdicts.digest(object, look('totals'))).toEqual({ ...digest, target: true });
    expect(await snapshotVerdicts.digest(object, look('other'))).toEqual({ ...digest, target: false });
  });
});
