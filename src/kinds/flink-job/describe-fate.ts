import type { Verdict } from '../verdict.ts';
import type { Fate } from './fate.ts';
import { isCheckpoint } from './job-digest.ts';
import { lastStatePath } from './status.ts';

/** What becomes of a job that is stopped and started, as the end of a sentence. */
export function describeUpgrade(name: string, fate: Fate): string {
  const job = `job ${name}`;
  switch (fate.from) {
    case 'savepoint':
      return `${job} stops with a savepoint and starts from it.`;
    case 'checkpoint': {
      const stop = fate.kept ? 'it is stopped' : 'it is cancelled';
      const point = `starts from its last checkpoint${fate.unknown ? ', or EMPTY if it has none: its cluster did not say' : ''}.`;
      if (fate.why !== undefined) return `${job} ${fate.why}: ${stop} and ${point}`;
      return `${job} is ${fate.kept ? 'stopped' : 'cancelled'} and ${point}`;
    }
    case 'path':
      return `${job} ${fate.why}, and starts from ${describePoint(fate.path)}.`;
    case 'nothing':
      return `${job} ${fate.why}. It has no state to lose.`;
    case 'empty':
      return `${job} starts EMPTY and its state is lost: ${fate.why}.`;
    case 'refused':
      return `the operator does not get ${job} to run with it: ${fate.why}`;
  }
}

export function describePoint(path: string): string {
  if (path === lastStatePath) return 'the last checkpoint that high availability keeps';
  return `${isCheckpoint(path) ? 'checkpoint' : 'savepoint'} ${path}`;
}

export function effectOf(fate: Fate): Pick<Verdict, 'effect' | 'guard'> {
  switch (fate.from) {
    case 'savepoint':
      return { effect: 'restart-from-savepoint' };
    case 'checkpoint':
      return { effect: 'restart-from-checkpoint' };
    case 'path':
      if (fate.again) return { effect: 'reprocessed' };
      return { effect: isCheckpoint(fate.path) ? 'restart-from-checkpoint' : 'restart-from-savepoint' };
    case 'nothing':
      return { effect: 'restart' };
    case 'empty':
      return { effect: 'state-lost', ...(!fate.declared && { guard: 'allowStateLoss' }) };
    case 'refused':
      return { effect: 'refused' };
  }
}
