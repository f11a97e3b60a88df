import { describe, expect, it } from 'vitest';
import { assessSnapshotHealth } from './health.ts';
import type { FlinkStateSnapshotStatus } from './spec.ts';

/** Statuses as recorded from operator 1.15.0. */

function assess(status: FlinkStateSnapshotStatus | undefined) {
  const object = {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkStateSnapshot',
    metadata: { name: 'snap', namespace: 'team', generation: 1 },
    spec: { jobReference: { kind: 'FlinkSessionJob', name: 'j1' }, savepoint: {} },
    status,
  };
  return assessSnapshotHealth(object);
}
const error = JSON.stringify({ type: 'a.b.ReconciliationException', message: 'why' });

describe('assessSnapshotHealth', () => {
  it.each<[string, FlinkStateSnapshotStatus | undefined, string, string]>([
    ['taken', { state: 'COMPLETED', path: 'file:/sp/1' }, 'healthy', 'the savepoint is file:/sp/1'],
    ['not looked at', undefined, 'progressing', 'waiting for the operator to find FlinkSessionJob j1'],
    ['to be triggered', { state: 'TRIGGER_PENDING' }, 'progressing', 'to be triggered'],
    ['being taken', { state: 'IN_PROGRESS', failures: 0 }, 'progressing', 'to be written'],
    ['tried again', { state: 'TRIGGER_PENDING', failures: 1, error }, 'progressing', 'the last: why'],
    ['failed', { state: 'FAILED', failures: 2, error }, 'failed', 'why'],
    ['failed without a word', { state: 'FAILED' }, 'failed', 'gave no reason'],
    ['given up', { state: 'ABANDONED', error: 'is not running' }, 'failed', 'is not running'],
  ])('a snapshot that is %s', (_, status, state, text) => {
    const health = assess(status);
    expect(health.state).toBe(state);
    expect(health.state === 'failed' ? health.diagnostics[0]?.detail : health.message).toContain(text);
  });

  it('names the job and the reason in its diagnostic', () => {
    expect(assess({ state: 'ABANDONED', error: 'not running' })).toMatchObject({
      diagnostics: [
        { reason: 'SnapshotAbandoned', summary: 'The savepoint of FlinkSessionJob j1 was given up' },
      ],
    });
    expect(assess({ state: 'FAILED', error })).toMatchObject({
      diagnostics: [
        {
          reason: 'ReconciliationException',
          summary: 'The savepoint of FlinkSessionJob j1 failed',
          object: { kind: 'FlinkStateSnapshot', name: 'snap', namespace: 'team' },
        },
      ],
    });
  });
});
