import { describe, expect, it } from 'vitest';
import type { ContainerRecord } from './container-record.ts';
import type { Pod } from './pod.ts';
import { buildPodStatus } from './pod-status.ts';

const pod = (restartPolicy?: 'Always' | 'OnFailure' | 'Never'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { containers: [{ name: 'c', image: 'flink:2.2.0' }], ...(restartPolicy && { restartPolicy }) },
});
const since = '2026-01-01T00:00:01.000Z';
const at = '2026-01-01T00:00:05.000Z';
const record = (state: ContainerRecord['state'], more: Partial<ContainerRecord> = {}): ContainerRecord => ({
  uid: 'u',
  namespace: 'default',
  name: 'p',
  graceSeconds: 30,
  priority: 0,
  restarts: 0,
  failures: 0,
  state,
  ...more,
});
const running = { is: 'running', process: { pid: 1, startTime: 't' }, since } as const;
const exited = (end: { code?: number; signal?: string }) =>
  ({ is: 'exited', exit: { at, asked: false, ...end }, since }) as const;
const ended = { at, asked: false, code: 1, since };

describe('buildPodStatus', () => {
  it.each([
    ['not seen yet', pod(), undefined, 'Pending', { waiting: { reason: 'ContainerCreating' } }],
    [
      'starting',
      pod(),
      record({ is: 'starting', since }),
      'Pending',
      { waiting: { reason: 'ContainerCreating' } },
    ],
    ['running', pod(), record(running), 'Running', { running: { startedAt: since } }],
    [
      'ended for good',
      pod('Never'),
      record(exited({ code: 0 })),
      'Succeeded',
      { terminated: { exitCode: 0, reason: 'Completed' } },
    ],
    [
      'failed for good',
      pod('Never'),
      record(exited({ code: 2 })),
      'Failed',
      { terminated: { exitCode: 2, reason: 'Error', startedAt: since, finishedAt: at } },
    ],
    [
      'ended, to be started again',
      pod(),
      record(exited({ code: 0 })),
      'Pending',
      { terminated: { exitCode: 0 } },
    ],
    [
      'ended again',
      pod(),
      record(exited({ code: 1 }), { restarts: 2 }),
      'Running',
      { terminated: { exitCode: 1 } },
    ],
    [
      'killed',
      pod('Never'),
      record(exited({ signal: 'SIGKILL' })),
      'Failed',
      { terminated: { exitCode: 137, message: 'ended by SIGKILL' } },
    ],
    [
      'asked to end',
      pod('Never'),
      record(exited({ signal: 'SIGTERM' })),
      'Failed',
      { terminated: { exitCode: 143 } },
    ],
    [
      'aborted',
      pod('Never'),
      record(exited({ signal: 'SIGABRT' })),
      'Failed',
      { terminated: { exitCode: 134 } },
    ],
    [
      'ended unseen',
      pod('OnFailure'),
      record(exited({})),
      'Failed',
      { terminated: { exitCode: 255, message: expect.stringContaining('not known') } },
    ],
  ] as const)('%s', (_, of, observed, phase, state) => {
    const status = buildPodStatus(of, observed, false, undefined);
    expect(status).toMatchObject({ phase, containerStatuses: [{ state, ready: false }] });
  });

  it('is ready only with a process that is', () => {
    const ready = (observed: ContainerRecord | undefined, answers: boolean) =>
      buildPodStatus(pod(), observed, answers, undefined).conditions?.find(({ type }) => type === 'Ready')
        ?.status;
    expect([
      ready(record(running), true),
      ready(record(running), false),
      ready(record(exited({})), true),
    ]).toEqual(['True', 'False', 'False']);
  });

  it('tells of the end before while it waits, and of the one before that while it runs', () => {
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off' };
    const back = buildPodStatus(
      pod(),
      record(exited({ code: 3 }), { restarts: 1, lastExit: ended }),
      false,
      waiting,
    );
    expect(back.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      state: { waiting },
      lastState: { terminated: { exitCode: 3, finishedAt: at } },
    });
    const again = buildPodStatus(pod(), record(running, { restarts: 2, lastExit: ended }), true, undefined);
    expect(again.containerStatuses?.[0]).toMatchObject({
      state: { running: {} },
      lastState: { terminated: { exitCode: 1 } },
    });
    expect(buildPodStatus(pod(), record(running), true, undefined).containerStatuses?.[0]?.lastState).toEqual(
      {},
    );
  });

  it('keeps the time of its start', () => {
    const startTime = '2025-01-01T00:00:00Z';
    expect(buildPodStatus({ ...pod(), status: { startTime } }, undefined, false, undefined).startTime).toBe(
      startTime,
    );
    expect(buildPodStatus(pod(), undefined, false, undefined).startTime).toBe('2026-01-01T00:00:00Z');
  });
});
