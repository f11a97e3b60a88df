import { describe, expect, it } from 'vitest';
import type { FlinkStateSnapshotObject } from '../flink-state-snapshot/decide.ts';
import { restorePoint, restoringOf } from './restore.ts';

const metadata = { name: 'j1', namespace: 'team' };
const stateful = { upgradeMode: 'savepoint' } as const;
const restoring = restoringOf('FlinkSessionJob');

function snapshot(
  name: string,
  taken: string,
  changes: Partial<Omit<FlinkStateSnapshotObject, 'spec'>> & { spec?: object } = {},
): FlinkStateSnapshotObject {
  return {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkStateSnapshot',
    metadata: { name, namespace: 'team', creationTimestamp: taken },
    status: { state: 'COMPLETED', path: `file:/sp/${name}` },
    ...changes,
    spec: { jobReference: { kind: 'FlinkSessionJob', name: 'j1' }, savepoint: {}, ...changes.spec },
  } as FlinkStateSnapshotObject;
}

const find = (...left: readonly FlinkStateSnapshotObject[]) =>
  restoring.find(metadata, { job: stateful, restore: 'latest' }, left);

describe('what a new job starts from', () => {
  it('is the newest savepoint that was completed, and the plan says when', () => {
    const found = find(
      snapshot('a', '2026-11-01T00:00:00Z'),
      snapshot('c', '2026-11-03T00:00:00Z'),
      snapshot('b', '2026-11-02T00:00:00Z'),
    );
    expect(found).toEqual({
      from: 'file:/sp/c',
      words:
        'It starts from file:/sp/c, a savepoint of the job that was here before, taken 2026-11-03T00:00:00Z (FlinkStateSnapshot c). To start it empty set restore = "none".',
    });
  });

  it('is that of the later name, which has the time, of two of one second', () => {
    const at = '2026-11-01T00:00:00Z';
    expect(
      find(snapshot('j1-savepoint-upgrade-1002', at), snapshot('j1-savepoint-upgrade-1001', at))?.from,
    ).toBe('file:/sp/j1-savepoint-upgrade-1002');
  });

  it('may be one that the operator has not looked at, if it is said to exist', () => {
    const kept = { spec: { savepoint: { alreadyExists: true, path: 'file:/sp/kept' } } };
    const { status: _, ...unseen } = snapshot('a', '2026-11-01T00:00:00Z', kept);
    expect(find(unseen as FlinkStateSnapshotObject)?.from).toBe('file:/sp/kept');
  });

  const at = '2026-11-01T00:00:00Z';
  it.each([
    ['another job', snapshot('a', at, { spec: { jobReference: { kind: 'FlinkSessionJob', name: 'j2' } } })],
    [
      'an application',
      snapshot('a', at, { spec: { jobReference: { kind: 'FlinkDeployment', name: 'j1' } } }),
    ],
    ['a checkpoint', snapshot('a', at, { spec: { savepoint: undefined, checkpoint: {} } })],
    ['one that failed', snapshot('a', at, { status: { state: 'FAILED' } })],
    ['one that is on its way', snapshot('a', at, { status: { state: 'IN_PROGRESS' } })],
    ['one that is being deleted', snapshot('a', at, { metadata: { name: 'a', deletionTimestamp: at } })],
  ])('is not %s', (_, left) => {
    expect(find(left)).toBeUndefined();
  });

  it.each([
    [{ job: {} }, undefined],
    [{ job: {}, restore: 'none' }, undefined],
    [{ job: stateful, restore: 'latest' }, 'latest'],
    [{ job: {}, restore: 'latest' }, undefined],
    [{ job: { upgradeMode: 'stateless' as const }, restore: 'latest' }, undefined],
    [{ job: {}, restore: 'file:/sp/a' }, 'file:/sp/a'],
    [{ job: { initialSavepointPath: 'file:/sp/b' }, restore: 'latest' }, 'file:/sp/b'],
    [{ restore: 'latest' }, undefined],
  ])('is said by %j', (params, point) => {
    expect(restorePoint(params)).toBe(point);
    expect(restoring.isLookedFor(params)).toBe(point === 'latest');
  });

  it('goes into the manifest, under what the manifest says', () => {
    const manifest = (job: object) => ({
      apiVersion: 'a',
      kind: 'b',
      metadata,
      spec: { deploymentName: 'c', job },
    });
    expect(restoring.place(manifest({ parallelism: 1 }), 'file:/sp/a')).toEqual(
      manifest({ parallelism: 1, initialSavepointPath: 'file:/sp/a' }),
    );
    const own = manifest({ initialSavepointPath: 'file:/sp/b' });
    expect(restoring.place(own, 'file:/sp/a')).toEqual(own);
  });
});
