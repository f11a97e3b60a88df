/** What Flink's planner, or the runner before it, says of a statement. */
export interface PlannerProblem {
  /** Index of the statement. */
  readonly statement: number;
  /** Both in the statement, from 1. */
  readonly line: number;
  readonly column: number;
  /** In Flink's words. */
  readonly seen: string;
  /** What to change. */
  readonly change: string;
}

export const jarUnavailable = 'SqlJarUnavailable';

/** Of a jar at an address that could not be loaded, by the words of the runner's ScriptJars. */
export function isOfJar({ seen }: PlannerProblem): boolean {
  return seen.startsWith('the jar ');
}

/** Of a script that runs, but whose operators get no ids that outlast a change, by the words of the runner's ScriptCheck. */
export function isOfCompilation({ seen }: PlannerProblem): boolean {
  return seen.startsWith('Flink cannot compile the script: ');
}
