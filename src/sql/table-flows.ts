import type { SourcePosition } from '../diagnostics/diagnostic.ts';
import { type Closure, statementsOf } from './closure.ts';
import type { ReadStatement } from './sql-file.ts';
import { readTableDefinition, type TableDefinition } from './table-definition.ts';

/** A table that a job reads or writes, with what stands behind it. */
export interface TableFlow {
  readonly direction: 'reads' | 'writes';
  /** As its definition names it. */
  readonly table: string;
  readonly at: SourcePosition;
  /** Its `connector` option: `kafka`, `filesystem`. */
  readonly connector: string | undefined;
  /** Names in Kafka; a pattern is a regular expression of Java's. */
  readonly topics: readonly string[];
  readonly pattern: string | undefined;
  /** What the connector reads or writes where it is not Kafka: a path, a table of a database. */
  readonly location: string | undefined;
}

/** The tables at both ends of a job; views between them are no ends. */
export function tableFlows(closure: Closure): readonly TableFlow[] {
  const statements = statementsOf(closure);
  const tables = new Map<string, { read: ReadStatement; definition: TableDefinition }>();
  for (const read of statements) {
    const definition = readTableDefinition(read);
    if (definition !== undefined) tables.set(lastPart(read.names.creates), { read, definition });
  }
  const written = new Set(statements.flatMap((read) => writtenTable(read) ?? []));
  const used = new Set(statements.flatMap(usedTables));
  const flows = (direction: TableFlow['direction'], names: ReadonlySet<string>) =>
    [...names].flatMap((name): readonly TableFlow[] => {
      const table = tables.get(name);
      return table === undefined ? [] : [toFlow(direction, table.read, optionsOf(name, tables))];
    });
  return [...flows('reads', used), ...flows('writes', written)];
}

type Tables = ReadonlyMap<string, { readonly definition: TableDefinition }>;

/** With those of the tables that it is LIKE. */
function optionsOf(name: string, tables: Tables, above: readonly string[] = []): ReadonlyMap<string, string> {
  const definition = tables.get(name)?.definition;
  const like = definition?.like?.parts.at(-1);
  const inherited =
    like === undefined || above.includes(like) ? [] : [...optionsOf(like, tables, [...above, name])];
  return new Map([
    ...inherited,
    ...(definition?.options ?? []).map(({ key, value }) => [key, value] as const),
  ]);
}

const locationOptions = ['path', 'table-name', 'index', 'url'];

function toFlow(
  direction: TableFlow['direction'],
  read: ReadStatement,
  options: ReadonlyMap<string, string>,
): TableFlow {
  const { creates } = read.names;
  const topics = (options.get('topic') ?? '').split(';').map((topic) => topic.trim());
  return {
    direction,
    table: creates?.parts.join('.') ?? '',
    at: read.source.positionOf(read.filled.offsetInFile(creates?.start ?? 0)),
    connector: options.get('connector'),
    topics: topics.filter((topic) => topic !== ''),
    pattern: options.get('topic-pattern'),
    location: locationOptions.map((key) => options.get(key)).find((value) => value !== undefined),
  };
}

function lastPart(name: { readonly parts: readonly string[] } | undefined): string {
  return name?.parts.at(-1) ?? '';
}

function writtenTable({ names, words }: ReadStatement): string | undefined {
  const isInsert = words[0] === 'INSERT' || (words[0] === 'EXECUTE' && words[1] === 'INSERT');
  return isInsert ? lastPart(names.uses[0]) : undefined;
}

function usedTables(read: ReadStatement): readonly string[] {
  const { names } = read;
  // A table that is LIKE another reads nothing of it.
  if (names.creates?.kind === 'table' && !names.creates.fromQuery) return [];
  const used = writtenTable(read) === undefined ? names.uses : names.uses.slice(1);
  return used.flatMap((use) => (use.kind === 'table' ? [lastPart(use)] : []));
}
