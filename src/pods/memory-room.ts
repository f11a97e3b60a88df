import { totalmem } from 'node:os';
import type { Pod } from './pod.ts';

export interface MemoryRoom {
  /** Bytes that no pod but those left out asks for. */
  readonly free: number;
  /** Bytes of this machine, or of the container that it is. */
  readonly total: number;
}

/** How much memory pods may still ask for. The requests count, not what processes use so far. */
export function memoryRoom(
  pods: readonly Pod[],
  leftOut: readonly Pod[],
  total: number = machineMemory(),
): MemoryRoom {
  const others = pods.filter(({ metadata }) => !leftOut.some((pod) => pod.metadata.uid === metadata.uid));
  const asked = others.reduce((sum, pod) => sum + requestOf(pod), 0);
  return { free: Math.max(0, total - asked), total };
}

/** Bytes: pods here write plain numbers. */
function requestOf({ spec }: Pod): number {
  return Number(spec.containers[0]?.resources?.requests?.memory ?? 0) || 0;
}

function machineMemory(): number {
  const limit = process.constrainedMemory();
  const machine = totalmem();
  return limit > 0 && limit < machine ? limit : machine;
}
