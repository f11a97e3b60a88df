import { describe, expect, it } from 'vitest';
import type { ContainerRecord } from './container-record.ts';
import { backOffMs, decidePod } from './decide.ts';
import type { Pod } from './pod.ts';

const now = Date.parse('2026-01-01T00:00:10Z');
const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default', uid: 'u' },
  spec: { containers: [{ name: 'c', image: 'flink:2.2.0' }] },
};
const deleted: Pod = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
const never: Pod = { ...pod, spec: { ...pod.spec, restartPolicy: 'Never' } };
const onFailure: Pod = { ...pod, spec: { ...pod.spec, restartPolicy: 'OnFailure' } };

function record(state: ContainerRecord['state'], failures = 1): ContainerRecord {
  return {
    uid: 'u',
    namespace: 'default',
    name: 'p',
    graceSeconds: 30,
    priority: 0,
    restarts: 0,
    failures,
    state,
  };
}
const since = '2026-01-01T00:00:00Z';
const running = record({ is: 'running', process: { pid: 1, startTime: 't' }, since });
const exited = (code: number | undefined, failures = 1, asked = false, at = '2026-01-01T00:00:09.900Z') =>
  record({ is: 'exited', exit: { code, at, asked } }, failures);

describe('decidePod', () => {
  it.each([
    ['a new pod is started', pod, undefined, false, { do: 'start' }],
    ['a running one is watched', pod, running, true, { do: 'watch' }],
    ['a running one that is gone is noted', pod, running, false, { do: 'note-exit' }],
    ['a deleted one is stopped', deleted, running, true, { do: 'stop' }],
    ['a vanished one is stopped', undefined, running, true, { do: 'stop' }],
    ['a deleted one without process is forgotten', deleted, exited(0), false, { do: 'forget' }],
    ['a deleted one that never started is forgotten', deleted, undefined, false, { do: 'forget' }],
    ['a vanished one without process is forgotten', undefined, exited(1), false, { do: 'forget' }],
    [
      'half a start is looked into first',
      deleted,
      record({ is: 'starting', since }),
      false,
      { do: 'find-started' },
    ],
    ['the first failure restarts at once', pod, exited(1), false, { do: 'start' }],
    ['later ones wait', pod, exited(1, 3), false, { do: 'wait', milliseconds: 900 }],
    ['a stop with the platform is no failure', pod, exited(143, 5, true), false, { do: 'start' }],
    ['Never stays ended', never, exited(1), false, { do: 'nothing' }],
    ['OnFailure stays ended after success', onFailure, exited(0), false, { do: 'nothing' }],
    ['OnFailure restarts after failure', onFailure, exited(1), false, { do: 'start' }],
    ['an unknown exit code is a failure', onFailure, exited(undefined), false, { do: 'start' }],
  ] as const)('%s', (_, observedPod, observedRecord, alive, action) => {
    expect(decidePod({ pod: observedPod, record: observedRecord, alive, now })).toEqual(action);
  });

  it('backs off up to a minute', () => {
    expect([1, 2, 3, 4, 20].map(backOffMs)).toEqual([0, 500, 1000, 2000, 60_000]);
  });
});
