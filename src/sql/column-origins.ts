import { hasErrors } from '../diagnostics/diagnostic.ts';
import { inspectSql } from './inspection.ts';
import { unknownValue } from './parameters.ts';
import { callsPython, type PlannerQuestion, questionOf } from './planner-checks.ts';
import { isOfCompilation, type PlannerProblem } from './planner-problem.ts';
import type { SqlJob } from './project-checks.ts';

/** A column of a table that a job reads. */
export interface ColumnOrigin {
  /** Catalog, database and name. */
  readonly table: readonly string[];
  readonly column: string;
}

/** A column that an INSERT writes. */
export interface SinkColumn {
  readonly name: string;
  /** It is made of its origins; else it is the value of one of them as it is, and without any a constant. */
  readonly computed: boolean;
  /** Null: not known. Filters, join conditions and keys of groups choose rows, and are none. */
  readonly origins: readonly ColumnOrigin[] | null;
}

/** What an INSERT writes, as Flink's planner has it. */
export interface InsertColumns {
  /** Index of the statement. */
  readonly statement: number;
  /** Catalog, database and name. */
  readonly table: readonly string[];
  /** All that the table takes, in its order; those that the INSERT does not name are NULL, a constant. */
  readonly columns: readonly SinkColumn[];
}

export interface ColumnsAnswer {
  readonly problems: readonly PlannerProblem[];
  /** Of those INSERTs that the planner understands. */
  readonly inserts: readonly InsertColumns[];
}

export type AskColumns = (question: PlannerQuestion) => Promise<ColumnsAnswer>;

export interface ProjectColumns {
  /** The INSERTs of jobs, by their keys. */
  readonly inserts: ReadonlyMap<string, readonly InsertColumns[]>;
  /** Keys of jobs in which something is wrong, and of those that only a cluster with Python could plan. */
  readonly unknown: readonly string[];
}

/** What jobs write. `onAnswer` is called for each that is planned. */
export async function readColumns(
  jobs: ReadonlyMap<string, SqlJob>,
  ask: AskColumns,
  onAnswer: (done: number, all: number) => void = () => undefined,
): Promise<ProjectColumns> {
  const read = [...jobs].map(([key, job]) => ({ key, job, ...inspectSql(job) }));
  const asked = read.filter(({ closure, diagnostics }) => !hasErrors(diagnostics) && !callsPython(closure));
  let done = 0;
  const answers = await Promise.all(
    asked.map(async ({ key, ...job }) => {
      const { problems, inserts } = await ask(questionOf(job));
      done += 1;
      onAnswer(done, asked.length);
      return problems.every((problem) => isOfUnknownValue(problem) || isOfCompilation(problem))
        ? [[key, inserts] as const]
        : [];
    }),
  );
  const inserts = new Map(answers.flat());
  return { inserts, unknown: [...jobs.keys()].filter((key) => !inserts.has(key)) };
}

/** Of what is known only once it is applied: what it makes of a statement, nobody knows. */
function isOfUnknownValue({ seen }: PlannerProblem): boolean {
  return seen.includes(unknownValue);
}
