import { findLoggedTrace } from '../logged-trace.ts';
import { explainFailure } from './explain-failure.ts';

/** Why a process of Flink ended, by the lines of its log. */
export function findCauseInLog(lines: readonly string[]): string | undefined {
  const trace = findLoggedTrace(lines);
  return trace === undefined ? undefined : explainFailure(trace);
}
