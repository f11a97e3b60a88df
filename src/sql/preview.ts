import { type Diagnosed, type Diagnostic, failed, ok } from '../diagnostics/diagnostic.ts';
import { type Closure, statementsOf } from './closure.ts';
import { queryStart } from './insert-columns.ts';
import { unknownValue } from './parameters.ts';
import { inWords, type PlannerQuestion } from './planner-checks.ts';
import type { PlannerProblem } from './planner-problem.ts';
import { SourceFile } from './position.ts';
import { createsPythonFunction } from './python-functions.ts';
import { errorAt, type ReadStatement } from './sql-file.ts';
import { readTableDefinition } from './table-definition.ts';

export interface PreviewOptions {
  /** The table whose INSERT is meant, where a script has several. */
  readonly into?: string | undefined;
  /** Rows that come from now on, instead of those that are there. */
  readonly follow: boolean;
}

/** A query with what it needs, to be run without its INSERT. */
export interface Preview {
  readonly question: PlannerQuestion;
  /** The diagnostic of a problem, at its place. */
  place(problem: PlannerProblem): Diagnostic;
}

interface Piece {
  readonly read: ReadStatement;
  readonly text: string;
  /** Where the text begins in the statement. */
  readonly from: number;
}

/**
 * The query of a script and the statements before it. Kafka's tables are read from their beginning to where they end now, or from now
 * on; whatever the query is part of writes nothing.
 */
export function previewOf(closure: Closure, { into, follow }: PreviewOptions): Diagnosed<Preview> {
  const chosen = chooseQuery(closure.script, into);
  if (chosen.value === undefined) return failed(...chosen.diagnostics);
  const before = closure.script.slice(0, closure.script.indexOf(chosen.value.read));
  const needed = statementsOf({ ...closure, script: before.filter((read) => queryOf(read) === undefined) });
  const pieces = [
    ...needed.map((read): Piece => ({ read, text: readKafka(read, follow), from: 0 })),
    chosen.value,
  ];
  const unknown = pieces.find(({ text }) => text.includes(unknownValue));
  if (unknown !== undefined) return failed(unknownError(unknown));
  const python = needed.find(createsPythonFunction);
  if (python !== undefined) return failed(pythonError(python));
  return ok({
    question: { statements: pieces.map(({ text }) => text), options: {} },
    place({ statement, line, column, seen, change }) {
      const { read, text, from } = pieces[statement] ?? chosen.value;
      const { summary, detail } = inWords(seen, change);
      const offset = from + new SourceFile('', text).offsetOf(line, column);
      return errorAt(read, offset, 'SqlPlanError', summary, detail);
    },
  });
}

/** What a statement selects; undefined of one that does not. */
function queryOf(read: ReadStatement): Piece | undefined {
  const [first = ''] = read.words;
  if (['SELECT', 'WITH', 'VALUES'].includes(first)) return { read, text: read.filled.text, from: 0 };
  const from = first === 'INSERT' ? queryStart(read) : undefined;
  return from === undefined ? undefined : { read, text: read.filled.text.slice(from), from };
}

function chooseQuery(script: readonly ReadStatement[], into: string | undefined): Diagnosed<Piece> {
  const queries = script.flatMap((read) => queryOf(read) ?? []);
  const targets = queries.map(({ read }) => sinkOf(read));
  const wanted = queries.filter(
    (_, index) => into === undefined || targets[index]?.split('.').at(-1) === into,
  );
  const [query, another] = wanted;
  if (query !== undefined && another === undefined) return ok(query);
  const names = [...new Set(targets.flatMap((target) => target ?? []))].join(', ');
  const severity = 'error' as const;
  if (queries.length === 0) {
    return failed({
      severity,
      reason: 'SqlQueryMissing',
      summary: 'There is no query',
      detail: 'Neither a SELECT nor an INSERT stands there, and nothing else has rows.',
    });
  }
  if (query === undefined) {
    return failed({
      severity,
      reason: 'SqlQueryMissing',
      summary: `No INSERT into ${into}`,
      detail: `The script inserts into ${names}.`,
    });
  }
  const which = another === undefined ? undefined : sinkOf(another.read);
  return failed(
    errorAt(
      (another ?? query).read,
      0,
      'SqlQueryAmbiguous',
      'There are several queries',
      into === undefined && which !== undefined
        ? `Name the table of the one that is meant: --into ${which.split('.').at(-1)} (${names}).`
        : 'Give one of them as the query: sdp preview "SELECT …".',
    ),
  );
}

function sinkOf(read: ReadStatement): string | undefined {
  return read.words[0] === 'INSERT' ? read.names.uses[0]?.parts.join('.') : undefined;
}

/** The statement, for a table of Kafka with what says from where to where it is read. */
function readKafka(read: ReadStatement, follow: boolean): string {
  const { text } = read.filled;
  const options = readTableDefinition(read)?.options ?? [];
  const connector = options.find(({ key }) => key === 'connector')?.value;
  if (connector !== 'kafka' && connector !== 'upsert-kafka') return text;
  const wanted: Readonly<Record<string, string>> = {
    ...(connector === 'kafka' && { 'scan.startup.mode': follow ? 'latest-offset' : 'earliest-offset' }),
    ...(!follow && { 'scan.bounded.mode': 'latest-offset' }),
  };
  let edited = text;
  for (const { key, offset, end } of options.toReversed()) {
    const value = wanted[key];
    if (value !== undefined) edited = `${edited.slice(0, offset)}'${value}'${edited.slice(end)}`;
  }
  const added = Object.entries(wanted).filter(([key]) => options.every((option) => option.key !== key));
  const [first] = options;
  if (first === undefined || added.length === 0) return edited;
  // Before the key of the first one, since edits have moved what follows.
  const at = edited.lastIndexOf(`'${first.key}'`, first.offset);
  return `${edited.slice(0, at)}${added.map(([key, value]) => `'${key}' = '${value}', `).join('')}${edited.slice(at)}`;
}

function pythonError(read: ReadStatement): Diagnostic {
  const { creates } = read.names;
  return errorAt(
    read,
    creates?.start ?? 0,
    'SqlPreviewPython',
    `The query calls the Python function ${creates?.parts.join('.')}`,
    'A preview runs without Python and without the code of the project. Give a query without the function: sdp preview "SELECT …".',
  );
}

function unknownError({ read, from }: Piece): Diagnostic {
  const offset = read.filled.text.indexOf(unknownValue, from);
  const written =
    /^\$\{[^}]*\}/.exec(read.source.text.slice(read.filled.offsetInFile(offset)))?.[0] ?? 'A value';
  const isSecret = written.startsWith('${secret:');
  return errorAt(
    read,
    offset,
    'SqlParameterUnknown',
    `${written} has no value here`,
    isSecret
      ? 'Secrets are for jobs alone. Preview a table without one.'
      : 'Its argument is known after an apply only, or no job has it. Give it: --arg name=value.',
  );
}
