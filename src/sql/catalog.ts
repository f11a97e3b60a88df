import { findSimilar } from '../diagnostics/similar-name.ts';
import type { Name, NameUse, SqlObjectKind, StatementNames } from './names.ts';
import { unknownValue } from './parameters.ts';
import type { ReadStatement } from './sql-file.ts';

/** A CREATE statement of a DDL file. */
export interface Definition {
  readonly kind: SqlObjectKind;
  /** As written, parts joined by dots. */
  readonly name: string;
  /** Fully qualified; tables and views share one name space, functions ignore case. */
  readonly key: string;
  readonly read: ReadStatement;
}

/** `external`: something of the script, of Flink itself or of another catalog, which no DDL file has to define. */
export type Resolution = readonly Definition[] | 'external' | 'unknown';

const defaultCatalog = 'default_catalog';
const defaultDatabase = 'default_database';

interface Place {
  catalog: string;
  database: string;
}

/** All definitions of a project's DDL files by name. */
export class Catalog {
  readonly duplicates: readonly (readonly [Definition, Definition])[];
  readonly #byKey = new Map<string, Definition>();

  constructor(ddl: readonly ReadStatement[]) {
    const duplicates: [Definition, Definition][] = [];
    for (const read of ddl) {
      const { creates } = read.names;
      if (creates === undefined) continue;
      const key = keyOf(creates.kind, creates.parts, { catalog: defaultCatalog, database: defaultDatabase });
      const definition = { kind: creates.kind, name: creates.parts.join('.'), key, read };
      const earlier = this.#byKey.get(key);
      if (earlier === undefined) this.#byKey.set(key, definition);
      else duplicates.push([earlier, definition]);
    }
    this.duplicates = duplicates;
  }

  newScope(): Scope {
    return new Scope(this);
  }

  /** All of them. */
  definitions(): readonly Definition[] {
    return [...this.#byKey.values()];
  }

  get(key: string): Definition | undefined {
    return this.#byKey.get(key);
  }

  /** The catalogs and databases that have to exist for the names of a statement that defines or chooses something. */
  containersOf(names: StatementNames, scope: Scope): readonly Definition[] {
    const { creates, moves } = names;
    const containers: Definition[] = [];
    if (moves !== undefined) {
      const parts = moves.to === 'catalog' ? [...moves.name.parts, '', ''] : [...moves.name.parts, ''];
      containers.push(...this.#containers(parts, scope));
    }
    if (creates !== undefined && creates.kind !== 'catalog') {
      containers.push(
        ...this.#containers(creates.kind === 'database' ? [...creates.parts, ''] : creates.parts, scope),
      );
    }
    return containers.filter((definition) => definition.read.names !== names);
  }

  /** Those of a name's catalog and database that DDL files define. */
  #containers(parts: readonly string[], scope: Scope): readonly Definition[] {
    const { catalog, database } = placeOf(parts, scope.place);
    return [`catalog ${catalog}`, `database ${catalog}.${database}`].flatMap((key) => this.get(key) ?? []);
  }

  containersOfUse(use: NameUse, scope: Scope): readonly Definition[] {
    return this.#containers(use.parts, scope);
  }

  /** The defined table whose name is closest to an unknown one, if any is close. */
  similarTable(parts: readonly string[]): Definition | undefined {
    const tables = [...this.#byKey.values()].filter(({ kind }) => kind === 'table' || kind === 'view');
    return findSimilar(parts.at(-1) ?? '', tables, ({ read }) => read.names.creates?.parts.at(-1) ?? '');
  }
}

/** Where names are looked up while a script is followed: its own objects and its current catalog and database. */
export class Scope {
  readonly place: Place = { catalog: defaultCatalog, database: defaultDatabase };
  readonly #catalog: Catalog;
  readonly #created = new Set<string>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Takes in what a statement creates, drops or chooses. */
  follow(names: StatementNames): void {
    if (names.creates !== undefined) {
      this.#created.add(keyOf(names.creates.kind, names.creates.parts, this.place));
    }
    if (names.drops !== undefined) {
      for (const kind of ['table', 'function'] as const)
        this.#created.delete(keyOf(kind, names.drops.parts, this.place));
    }
    if (names.moves !== undefined) this.#move(names.moves.to, names.moves.name);
  }

  #move(to: 'catalog' | 'database', name: Name): void {
    const [first = '', second] = name.parts;
    if (to === 'catalog') Object.assign(this.place, { catalog: first, database: '' });
    else if (second === undefined) this.place.database = first;
    else Object.assign(this.place, { catalog: first, database: second });
    if (this.place.catalog === defaultCatalog && this.place.database === '')
      this.place.database = defaultDatabase;
  }

  resolve(use: NameUse): Resolution {
    const key = keyOf(use.kind, use.parts, this.place);
    if (this.#created.has(key)) return 'external';
    const containers = this.#catalog.containersOfUse(use, this);
    const definition = this.#catalog.get(key);
    if (definition !== undefined) return [...containers, definition];
    if (containers.some(({ kind }) => kind === 'catalog')) return containers;
    const outside = placeOf(use.parts, this.place).catalog !== defaultCatalog;
    const notKnowable = use.parts.some((part) => part.includes(unknownValue));
    if (use.kind !== 'table' || outside || notKnowable) return 'external';
    return 'unknown';
  }
}

function placeOf(parts: readonly string[], current: Place): Place {
  const [catalog = '', database = ''] = parts;
  if (parts.length >= 3) return { catalog, database };
  return parts.length === 2 ? { catalog: current.catalog, database: catalog } : current;
}

function keyOf(kind: SqlObjectKind, parts: readonly string[], current: Place): string {
  const last = parts.at(-1) ?? '';
  if (kind === 'catalog') return `catalog ${last}`;
  if (kind === 'database') return `database ${placeOf([...parts, ''], current).catalog}.${last}`;
  const { catalog, database } = placeOf(parts, current);
  const space = kind === 'view' ? 'table' : kind;
  return `${space} ${catalog}.${database}.${space === 'function' ? last.toLowerCase() : last}`;
}
