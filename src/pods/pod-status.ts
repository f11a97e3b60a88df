import { constants } from 'node:os';
import type { ContainerRecord, ProcessExit } from './container-record.ts';
import type { ContainerState, Pod, PodStatus } from './pod.ts';

export interface Waiting {
  readonly reason: string;
  readonly message?: string | undefined;
}

/** The status of a pod as kubelet would write it. `waiting` says why there is no process. */
export function buildPodStatus(
  pod: Pod,
  record: ContainerRecord | undefined,
  ready: boolean,
  waiting: Waiting | undefined,
): PodStatus {
  const container = pod.spec.containers[0];
  const state = containerState(record, waiting);
  const phase = podPhase(pod, record, state);
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? ('True' as const) : ('False' as const),
  });
  const isReady = ready && state.running !== undefined;
  return {
    phase,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
    hostIP: '127.0.0.1',
    podIP: '127.0.0.1',
    startTime: pod.status?.startTime ?? pod.metadata.creationTimestamp ?? new Date().toISOString(),
    containerStatuses:
      container === undefined
        ? []
        : [
            {
              name: container.name,
              image: container.image,
              imageID: '',
              ready: isReady,
              started: state.running !== undefined,
              restartCount: record?.restarts ?? 0,
              state,
              lastState: lastState(record, state),
            },
          ],
  };
}

function containerState(record: ContainerRecord | undefined, waiting: Waiting | undefined): ContainerState {
  if (record?.state.is === 'running') return { running: { startedAt: record.state.since } };
  if (waiting !== undefined) {
    return {
      waiting: { reason: waiting.reason, ...(waiting.message !== undefined && { message: waiting.message }) },
    };
  }
  if (record?.state.is === 'exited') return terminated(record.state.exit, record.state.since);
  return { waiting: { reason: 'ContainerCreating' } };
}

/** While a container waits to be started again, its end is the last state. */
function lastState(record: ContainerRecord | undefined, state: ContainerState): ContainerState {
  if (record?.state.is === 'exited' && state.waiting !== undefined) {
    return terminated(record.state.exit, record.state.since);
  }
  if (record?.lastExit === undefined) return {};
  return terminated(record.lastExit, record.lastExit.since);
}

function terminated(exit: ProcessExit, since: string | undefined): ContainerState {
  const seen =
    exit.signal !== undefined
      ? `ended by ${exit.signal}`
      : exit.code === undefined
        ? 'ended while nobody was watching: the exit code is not known'
        : undefined;
  return {
    terminated: {
      exitCode: exit.code ?? (exit.signal === undefined ? 255 : exitCodeOf(exit.signal)),
      reason: exit.code === 0 ? 'Completed' : 'Error',
      ...(seen !== undefined && { message: seen }),
      ...(since !== undefined && { startedAt: since }),
      finishedAt: exit.at,
    },
  };
}

function podPhase(
  pod: Pod,
  record: ContainerRecord | undefined,
  state: ContainerState,
): NonNullable<PodStatus['phase']> {
  if (state.running !== undefined) return 'Running';
  if (state.terminated !== undefined && (pod.spec.restartPolicy ?? 'Always') !== 'Always') {
    return state.terminated.exitCode === 0 ? 'Succeeded' : 'Failed';
  }
  return (record?.restarts ?? 0) > 0 ? 'Running' : 'Pending';
}

/** As shells tell of a signal: 137 for SIGKILL. */
function exitCodeOf(signal: string): number {
  const number = (constants.signals as Readonly<Record<string, number>>)[signal];
  return number === undefined ? 255 : 128 + number;
}
