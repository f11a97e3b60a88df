import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Closure, statementsOf } from './closure.ts';
import { faultyLines, isFaulty } from './inspection.ts';
import { unknownValue } from './parameters.ts';
import { isOfCompilation, isOfJar, jarUnavailable, type PlannerProblem } from './planner-problem.ts';
import { SourceFile } from './position.ts';
import { inOrder, type JobClosure } from './project-checks.ts';
import { createsPythonFunction } from './python-functions.ts';
import { errorAt, type ReadStatement, warningAt } from './sql-file.ts';

/** What Flink's planner is asked about one job. */
export interface PlannerQuestion {
  /** A script after the definitions that it reaches, with its parameters filled in. */
  readonly statements: readonly string[];
  /** The job's options that begin with `table.`. */
  readonly options: Readonly<Record<string, string>>;
}

export type AskPlanner = (question: PlannerQuestion) => Promise<readonly PlannerProblem[]>;

export interface PlannerChecks {
  readonly diagnostics: readonly Diagnostic[];
  readonly planned: number;
  /** Jobs that only a cluster with Python could plan. */
  readonly unplanned: number;
}

/**
 * What Flink's planner finds beyond `found`: where a statement has an error already, nothing is added to it. `onAnswer` is
 * called for each job.
 */
export async function checkByPlanner(
  closures: readonly JobClosure[],
  found: readonly Diagnostic[],
  ask: AskPlanner,
  onAnswer: (done: number, all: number) => void = () => undefined,
): Promise<PlannerChecks> {
  const read = closures.filter(({ closure }) => closure.script.length > 0);
  const planned = read.filter(({ closure }) => !callsPython(closure));
  const faulty = faultyLines(found);
  let done = 0;
  const answers = await Promise.all(
    planned.map(async (item) => {
      const problems = await ask(questionOf(item));
      done += 1;
      onAnswer(done, planned.length);
      return problems.flatMap((problem) => place(item, problem, faulty) ?? []);
    }),
  );
  return {
    diagnostics: inOrder(answers.flat()),
    planned: planned.length,
    unplanned: read.length - planned.length,
  };
}

/** With what the job runs. */
export function questionOf({ job, closure }: JobClosure): PlannerQuestion {
  const options = Object.entries(job.options).filter(([key]) => key.startsWith('table.'));
  return {
    statements: statementsOf(closure).map(({ filled }) => filled.text),
    options: Object.fromEntries(options),
  };
}

/** Only a cluster with Python could plan it. */
export function callsPython(closure: Closure): boolean {
  return statementsOf(closure).some(createsPythonFunction);
}

function place(
  { job, closure }: JobClosure,
  problem: PlannerProblem,
  faulty: ReadonlySet<string>,
): Diagnostic | undefined {
  const { statement: index, line, column, seen, change } = problem;
  const statements = statementsOf(closure);
  const read = statements[index];
  // What an unknown value makes of a statement, nobody knows.
  if (read === undefined || seen.includes(unknownValue) || isFaulty(read, faulty)) return undefined;
  const { summary, detail } = inWords(seen, change);
  const offset = new SourceFile('', read.filled.text).offsetOf(line, column);
  if (isOfJar(problem)) {
    const unseen = `${detail} What the job calls of it was not checked: the cluster may reach what this machine does not.`;
    return warningAt(read, offset, jarUnavailable, summary, unseen);
  }
  if (isOfCompilation(problem)) return warningAt(read, offset, 'SqlNotCompiled', summary, detail);
  const jars = missingJar.exec(seen);
  if (jars === null) return errorAt(read, offset, 'SqlPlanError', summary, detail);
  const at = offsetOfName(read, statements, jars[1] ?? '');
  if (job.knownImage) return errorAt(at.read, at.offset, 'SqlConnectorMissing', summary, detail);
  const own = `${detail} The cluster has an image of its own or is not of this project: its image may bring it.`;
  return warningAt(at.read, at.offset, 'SqlConnectorMissing', summary, own);
}

const missingJar = /(?:^Nothing on the classpath offers|^no file system of the cluster knows) '([^']*)'/;

/** Flink tells the statement that uses a table; the option stands in its definition. */
function offsetOfName(read: ReadStatement, statements: readonly ReadStatement[], name: string) {
  const owner = [read, ...statements].find(({ filled }) => filled.text.includes(`'${name}'`));
  return owner === undefined
    ? { read, offset: 0 }
    : { read: owner, offset: owner.filled.text.indexOf(`'${name}'`) };
}

/** The first sentence is the summary. The advice is for those who have applied the job already. */
export function inWords(seen: string, change: string): Pick<Diagnostic, 'summary' | 'detail'> {
  const plain = seen.replaceAll('default_catalog.default_database.', '');
  const [, first = plain, rest = ''] = /^(.+?)[.:] (.*)$/s.exec(plain) ?? [];
  const advice = change.replace('Correct the SQL and apply the job again.', '');
  const detail = [inSentence(rest.replace(/([^.!?…])$/, '$1.')), advice]
    .filter((part) => part !== '')
    .join(' ');
  return {
    summary: inSentence(first.replace(/\.$/, '')),
    detail: detail === '' ? "Flink's planner refuses the statement: the job would not start." : detail,
  };
}

/** The runner's own words go on after a place, Flink's start with a name in quotes or a capital. */
function inSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
