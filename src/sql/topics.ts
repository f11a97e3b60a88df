import { closeOver } from './closure.ts';
import type { ReadStatement, SqlFile } from './sql-file.ts';
import { tokenize } from './tokens.ts';

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
  if (closure === undefined) return { reads: [], readPatterns: [], writes: [] };
  const statements = [...closure.ddl.map(({ read }) => read), ...closure.script];
  const options = optionsByTable(statements);
  const read = new Set(statements.flatMap(readTables));
  const written = new Set(statements.flatMap((statement) => writtenTable(statement) ?? []));
  const valuesOf = (tables: ReadonlySet<string>, option: string) => [
    ...new Set(
      [...tables].map((table) => options.get(table)?.get(option)).filter((value) => value !== undefined),
    ),
  ];
  const topicsOf = (tables: ReadonlySet<string>) => [
    ...new Set(valuesOf(tables, 'topic').flatMap((list) => list.split(';').map((topic) => topic.trim()))),
  ];
  return { reads: topicsOf(read), readPatterns: valuesOf(read, 'topic-pattern'), writes: topicsOf(written) };
}

type Options = ReadonlyMap<string, string>;

/** What stands in WITH, and for CREATE TABLE … LIKE what the other table has. */
function optionsByTable(statements: readonly ReadStatement[]): ReadonlyMap<string, Options> {
  const options = new Map<string, Options>();
  for (const { names, filled } of statements) {
    if (names.creates?.kind !== 'table') continue;
    const [base] = names.creates.fromQuery ? [] : names.uses;
    const inherited = options.get(base?.parts.at(-1) ?? '') ?? new Map<string, string>();
    options.set(names.creates.parts.at(-1) ?? '', new Map([...inherited, ...readOptions(filled.text)]));
  }
  return options;
}

function readOptions(text: string): readonly (readonly [string, string])[] {
  const { tokens } = tokenize(text);
  const literal = (at: number) => {
    const token = tokens[at];
    return token?.kind === 'literal'
      ? text.slice(token.start + 1, token.end - 1).replaceAll("''", "'")
      : undefined;
  };
  return tokens.flatMap((token, at) => {
    const [key, value] = [literal(at - 1), literal(at + 1)];
    const isOption = text.slice(token.start, token.end) === '=' && key !== undefined && value !== undefined;
    return isOption ? [[key, value] as const] : [];
  });
}

function writtenTable({ names, words }: ReadStatement): string | undefined {
  const isInsert = words[0] === 'INSERT' || (words[0] === 'EXECUTE' && words[1] === 'INSERT');
  return isInsert ? names.uses[0]?.parts.at(-1) : undefined;
}

function readTables(statement: ReadStatement): readonly string[] {
  const { names } = statement;
  if (names.creates?.kind === 'table' && !names.creates.fromQuery) return [];
  const used = writtenTable(statement) === undefined ? names.uses : names.uses.slice(1);
  return used.flatMap(({ kind, parts }) => (kind === 'table' ? [parts.at(-1) ?? ''] : []));
}
