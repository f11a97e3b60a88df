import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../diagnostics/diagnostic.ts';
import { Catalog, type Definition, type Scope } from './catalog.ts';
import type { NameUse } from './names.ts';
import { formatPosition } from './position.ts';
import { errorAt, type ReadStatement, readDdlFile, readSqlFile, type SqlFile } from './sql-file.ts';
import { checkDdl } from './statement-rules.ts';

export interface Closure {
  readonly script: readonly ReadStatement[];
  /** The DDL statements that the script reaches, each after everything that it needs itself. */
  readonly ddl: readonly Definition[];
}

/** What runs, in its order. */
export function statementsOf({ script, ddl }: Closure): readonly ReadStatement[] {
  return [...ddl.map(({ read }) => read), ...script];
}

/** What can be read of a script and its DDL although something is wrong with them. */
export interface ReadClosure extends Closure {
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Follows the script's names through the DDL files. The order of the result depends on the objects' names and
 * needs only, not on where they stand in files, so that moving a statement changes no revision.
 */
export function closeOver(
  script: SqlFile,
  ddlFiles: readonly SqlFile[],
  values: Readonly<Record<string, string>> = {},
): Diagnosed<Closure> {
  const { diagnostics, ...closure } = readClosure(script, ddlFiles, values);
  return hasErrors(diagnostics) ? failed(...diagnostics) : ok(closure, diagnostics);
}

/** All definitions of DDL files, each after everything that it needs itself, in an order that depends on names and needs only. */
export function orderDefinitions(ddlFiles: readonly SqlFile[]): Diagnosed<readonly Definition[]> {
  const { ddl, diagnostics } = readClosure({ path: '', text: '' }, ddlFiles, {}, 'all');
  return hasErrors(diagnostics) ? failed(...diagnostics) : ok(ddl, diagnostics);
}

/**
 * As `closeOver`, with what was found up to the errors. Of files that cannot be split nothing is followed. `of`: `all` takes every
 * definition, whether or not the script reaches it.
 */
export function readClosure(
  script: SqlFile,
  ddlFiles: readonly SqlFile[],
  values: Readonly<Record<string, string>> = {},
  of: 'reached' | 'all' = 'reached',
): ReadClosure {
  const diagnostics: Diagnostic[] = [];
  const collect = (read: Diagnosed<readonly ReadStatement[]>): readonly ReadStatement[] => {
    diagnostics.push(...read.diagnostics);
    return read.value ?? [];
  };
  const ddl = ddlFiles.map((file) => collect(readDdlFile(file, values)));
  const statements = collect(readSqlFile(script, values));
  if (hasErrors(diagnostics)) return { script: statements, ddl: [], diagnostics };

  const { catalog, problems } = catalogOf(ddl);
  diagnostics.push(...problems);

  const walk = new Walk(catalog, diagnostics);
  const reached = reachFromScript(walk, statements);
  const roots = of === 'all' ? new Set(catalog.definitions()) : reached;
  return { script: statements, ddl: walk.order(roots), diagnostics };
}

interface ReadCatalog {
  /** By file. */
  readonly ddl: readonly (readonly ReadStatement[])[];
  readonly catalog: Catalog;
  readonly problems: readonly Diagnostic[];
}

let lastCatalog: ReadCatalog | undefined;

/** That of the last time where all files were read as then: the jobs of a project share their DDL. */
function catalogOf(ddl: ReadCatalog['ddl']): ReadCatalog {
  const last = lastCatalog;
  const isSame = ddl.length === last?.ddl.length && ddl.every((file, index) => file === last.ddl[index]);
  if (last !== undefined && isSame) return last;
  const statements = ddl.flat();
  const catalog = new Catalog(statements);
  const problems = [
    ...statements.flatMap((statement) => checkDdl(statement) ?? []),
    ...catalog.duplicates.map(duplicateError),
  ];
  lastCatalog = { ddl, catalog, problems };
  return lastCatalog;
}

/** Goes through the script in order, since it may create, drop and shadow objects and change the current database. */
function reachFromScript(walk: Walk, statements: readonly ReadStatement[]): ReadonlySet<Definition> {
  const scope = walk.catalog.newScope();
  const reached = new Set<Definition>();
  for (const statement of statements) {
    for (const definition of walk.resolveUses(statement, scope)) reached.add(definition);
    scope.follow(statement.names);
    for (const definition of walk.catalog.containersOf(statement.names, scope)) reached.add(definition);
  }
  return reached;
}

class Walk {
  readonly catalog: Catalog;
  readonly #diagnostics: Diagnostic[];

  constructor(catalog: Catalog, diagnostics: Diagnostic[]) {
    this.catalog = catalog;
    this.#diagnostics = diagnostics;
  }

  /** The definitions that a statement's names mean; tables that nobody defines are reported. */
  resolveUses(statement: ReadStatement, scope: Scope): readonly Definition[] {
    return statement.names.uses.flatMap((use) => {
      const found = scope.resolve(use);
      if (found === 'unknown') this.#diagnostics.push(this.#unknownTable(statement, use));
      return typeof found === 'object' ? found : [];
    });
  }

  /** Depth first, needs before what needs them; roots and needs are taken in the order of kinds and names. */
  order(roots: ReadonlySet<Definition>): readonly Definition[] {
    const done = new Set<Definition>();
    const path: Definition[] = [];
    const visit = (definition: Definition): void => {
      if (done.has(definition)) return;
      const seenAt = path.indexOf(definition);
      if (seenAt >= 0) {
        this.#diagnostics.push(cycleError(path.slice(seenAt)));
        return;
      }
      path.push(definition);
      const scope = this.catalog.newScope();
      const needs = new Set([
        ...this.catalog.containersOf(definition.read.names, scope),
        ...this.resolveUses(definition.read, scope),
      ]);
      for (const need of inNameOrder(needs)) visit(need);
      path.pop();
      done.add(definition);
    };
    for (const root of inNameOrder(roots)) visit(root);
    return [...done];
  }

  #unknownTable(statement: ReadStatement, use: NameUse): Diagnostic {
    const name = use.parts.join('.');
    const similar = this.catalog.similarTable(use.parts);
    const suggestion =
      similar === undefined
        ? 'Define it in a file under sql/ddl, or in the script before this statement.'
        : `Did you mean ${similar.name} (${formatPosition(positionOf(similar))})?`;
    return errorAt(
      statement,
      use.start,
      'SqlTableUnknown',
      `Unknown table ${name}`,
      `No DDL file and no earlier statement of the script defines a table or view ${name}. ${suggestion}`,
    );
  }
}

const kindOrder = ['catalog', 'database', 'function', 'model', 'table', 'view'];

function inNameOrder(definitions: Iterable<Definition>): readonly Definition[] {
  return [...definitions].toSorted(
    (a, b) =>
      kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
}

function positionOf(definition: Definition) {
  const { read } = definition;
  return read.source.positionOf(read.filled.offsetInFile(read.names.creates?.start ?? 0));
}

function duplicateError([first, second]: readonly [Definition, Definition]): Diagnostic {
  return errorAt(
    second.read,
    second.read.names.creates?.start ?? 0,
    'SqlDuplicateDefinition',
    `${second.name} is defined twice`,
    `${second.name} is also defined at ${formatPosition(positionOf(first))}, so a script that uses the name could mean either. Remove or rename one of them.`,
  );
}

function cycleError(cycle: readonly Definition[]): Diagnostic {
  const [first] = cycle;
  const names = [...cycle, ...cycle.slice(0, 1)].map(({ name }) => name).join(' → ');
  const places = cycle.map((definition) => formatPosition(positionOf(definition))).join(', ');
  const detail = `${names} (${places}): each needs the next to exist first. Take one of the references out.`;
  const summary = 'Definitions that need each other';
  return first === undefined
    ? { severity: 'error', reason: 'SqlCyclicDefinitions', summary, detail }
    : errorAt(first.read, first.read.names.creates?.start ?? 0, 'SqlCyclicDefinitions', summary, detail);
}
