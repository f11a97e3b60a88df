import { closeOver } from './closure.ts';
import type { SqlFile } from './sql-file.ts';
import { tableFlows } from './table-flows.ts';

/** Topics by their names in Kafka. */
export interface SqlTopics {
  readonly reads: readonly string[];
  /** Regular expressions of Java's for whole names, from `topic-pattern`. */
  readonly readPatterns: readonly string[];
  readonly writes: readonly string[];
}

/**
 * The topics of the tables that a script reads and writes, from the options of their DDL. Tables are told apart by the
 * last part of their names. Nothing of a script with mistakes, which has no plan either.
 */
export function findTopics(
  script: SqlFile,
  ddl: readonly SqlFile[],
  values: Readonly<Record<string, string>>,
): SqlTopics {
  const closure = closeOver(script, ddl, values).value;
  const flows = closure === undefined ? [] : tableFlows(closure);
  const topicsOf = (wanted: string) => [
    ...new Set(flows.filter(({ direction }) => direction === wanted).flatMap(({ topics }) => topics)),
  ];
  const patterns = flows
    .filter(({ direction }) => direction === 'reads')
    .flatMap(({ pattern }) => pattern ?? []);
  return { reads: topicsOf('reads'), readPatterns: [...new Set(patterns)], writes: topicsOf('writes') };
}
