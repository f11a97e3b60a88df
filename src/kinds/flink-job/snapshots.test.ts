import { describe, expect, it } from 'vitest';
import type { FlinkStateSnapshotObject } from '../flink-state-snapshot/decide.ts';
import { decideSnapshots } from './snapshots.ts';

const now = Date.parse('2026-03-02T12:00:00Z'); // a Monday
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

function snapshot(
  name: string,
  minutesAgo: number,
  { trigger = 'PERIODIC', state = 'COMPLETED', type = 'savepoint' } = {},
): FlinkStateSnapshotObject {
  return {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkStateSnapshot',
    metadata: {
      name,
      creationTimestamp: ago(minutesAgo),
      ...(trigger !== 'MANUAL' && { labels: { 'snapshot.trigger-type': trigger } }),
    },
    spec: {
      jobReference: { kind: 'FlinkSessionJob', name: 'j' },
      ...(type === 'savepoint' ? { savepoint: {} } : { checkpoint: {} }),
    } as FlinkStateSnapshotObject['spec'],
    status: { state } as FlinkStateSnapshotObject['status'] & object,
  };
}

function decide(
  configuration: Record<string, string>,
  snapshots: readonly FlinkStateSnapshotObject[] = [],
  madeMinutesAgo = 60,
) {
  return decideSnapshots({ configuration, snapshots, createdAt: now - madeMinutesAgo * 60_000, now });
}

describe('periodic snapshots', () => {
  const savepoints = 'kubernetes.operator.periodic.savepoint.interval';
  const checkpoints = 'kubernetes.operator.periodic.checkpoint.interval';

  it.each<[string, Record<string, string>, readonly FlinkStateSnapshotObject[], string[]]>([
    ['none without a schedule', {}, [], []],
    ['none by a schedule of zero', { [savepoints]: '0' }, [], []],
    ['the first, an interval after the job was made', { [savepoints]: '30 min' }, [], ['savepoint']],
    ['none before that', { [savepoints]: '2 h' }, [], []],
    ['the next, an interval after the last', { [savepoints]: '10 min' }, [snapshot('a', 11)], ['savepoint']],
    ['none meanwhile', { [savepoints]: '10 min' }, [snapshot('a', 9)], []],
    [
      'one by hand does not count',
      { [savepoints]: '10 min' },
      [snapshot('a', 1, { trigger: 'MANUAL' })],
      ['savepoint'],
    ],
    [
      'a checkpoint is none',
      { [savepoints]: '10 min' },
      [snapshot('a', 1, { type: 'checkpoint' })],
      ['savepoint'],
    ],
    ['one that failed counts', { [savepoints]: '10 min' }, [snapshot('a', 1, { state: 'FAILED' })], []],
    ['both', { [savepoints]: '10 min', [checkpoints]: '1 min' }, [], ['savepoint', 'checkpoint']],
    ['by cron: at noon', { [savepoints]: '0 0 12 * * ?' }, [], ['savepoint']],
    ['by cron: not at one', { [savepoints]: '0 0 13 * * ?' }, [], []],
    ['by cron: on Mondays, which are 2', { [savepoints]: '0 30 11 ? * 2' }, [], ['savepoint']],
    ['by cron: on Sundays', { [savepoints]: '0 30 11 ? * 1' }, [], []],
    ['by cron: once', { [savepoints]: '0 30 11 * * ?' }, [snapshot('a', 20)], []],
  ])('%s', (_what, configuration, snapshots, take) => {
    expect(decide(configuration, snapshots)).toMatchObject({ take, illegible: [] });
  });

  it('names a schedule that is none', () => {
    expect(decide({ [savepoints]: 'daily' })).toMatchObject({ take: [], illegible: [savepoints] });
  });
});

describe('retention', () => {
  const many = (count: number, more = {}) =>
    Array.from({ length: count }, (_, index) => snapshot(`s${index + 1}`, (count - index) * 10, more));
  const count = 'kubernetes.operator.savepoint.history.max.count';
  const age = 'kubernetes.operator.savepoint.history.max.age';

  it.each<[string, Record<string, string>, readonly FlinkStateSnapshotObject[], string[]]>([
    ['ten by default', {}, many(12), ['s1', 's2']],
    ['as many as asked for', { [count]: '2' }, many(4), ['s1', 's2']],
    ['those of upgrades too', { [count]: '1' }, many(3, { trigger: 'UPGRADE' }), ['s1', 's2']],
    ['never those by hand', { [count]: '1' }, many(3, { trigger: 'MANUAL' }), []],
    ['not those that are too old', { [age]: '25 min' }, many(4), ['s1', 's2']],
    [
      'always the last that was completed',
      { [age]: '1 min' },
      [snapshot('a', 30), snapshot('b', 20, { state: 'FAILED' })],
      ['b'],
    ],
    ['always one', { [age]: '1 min' }, [snapshot('a', 30)], []],
    [
      'all, when nothing is to be cleaned up',
      { [count]: '1', 'kubernetes.operator.savepoint.cleanup.enabled': 'false' },
      many(3),
      [],
    ],
    ['checkpoints as Flink retains', {}, many(3, { type: 'checkpoint' }), ['s1', 's2']],
    [
      'more checkpoints',
      { 'execution.checkpointing.num-retained': '2' },
      many(3, { type: 'checkpoint' }),
      ['s1'],
    ],
  ])('keeps %s', (_what, configuration, snapshots, remove) => {
    expect(decide(configuration, snapshots)).toMatchObject({ remove });
  });
});
