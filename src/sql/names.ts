import { type Token, tokenize } from './tokens.ts';

export type SqlObjectKind = 'table' | 'view' | 'function' | 'model' | 'catalog' | 'database';

/** A name as written, its parts without backticks: `cat`.db.t is ['cat', 'db', 't']. Offsets are those of the statement's text. */
export interface Name {
  readonly parts: readonly string[];
  readonly start: number;
  readonly end: number;
}

export interface NameUse extends Name {
  /** `table` is a table or a view: a query cannot tell. */
  readonly kind: 'table' | 'function' | 'model';
}

export interface Creation extends Name {
  readonly kind: SqlObjectKind;
  readonly temporary: boolean;
  /** CREATE TABLE … AS SELECT, which starts a job of its own. */
  readonly fromQuery: boolean;
}

/** What one statement says about names: read from its tokens, so that it works for syntax newer than any grammar here. */
export interface StatementNames {
  readonly creates?: Creation;
  readonly drops?: Name;
  /** USE CATALOG c, USE db, USE c.db. */
  readonly moves?: { readonly to: 'catalog' | 'database'; readonly name: Name };
  readonly uses: readonly NameUse[];
}

interface Frame {
  /** The frame has a SELECT of its own, so FROM in it opens a from clause and is no part of EXTRACT(… FROM …). */
  query: boolean;
  inFrom: boolean;
  expectTable: boolean;
  inWith: boolean;
  readonly ctes: Set<string>;
}

const endsFrom = new Set(
  'WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET FETCH UNION INTERSECT EXCEPT MINUS SELECT'.split(' '),
);
const objectKinds: Readonly<Record<string, SqlObjectKind>> = {
  TABLE: 'table',
  VIEW: 'view',
  FUNCTION: 'function',
  MODEL: 'model',
  CATALOG: 'catalog',
  DATABASE: 'database',
};

export function readNames(text: string): StatementNames {
  return new NameReader(text).read();
}

class NameReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #uses: NameUse[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text).tokens;
  }

  read(): StatementNames {
    if (this.#accept('CREATE') || this.#is('REPLACE')) return this.#readCreate();
    if (this.#accept('DROP')) return this.#readDrop();
    if (this.#accept('USE')) return this.#readUse();
    if (this.#accept('ALTER', 'TRUNCATE', 'ANALYZE')) {
      if (this.#accept('TABLE', 'VIEW')) {
        this.#skipWords('IF', 'EXISTS');
        this.#addUse('table', this.#readName());
      }
      return { uses: this.#uses };
    }
    if (this.#accept('SHOW', 'DESCRIBE', 'DESC', 'SET', 'RESET', 'ADD', 'REMOVE', 'LOAD', 'UNLOAD')) {
      return { uses: [] };
    }
    this.#accept('EXECUTE');
    if (this.#accept('INSERT')) {
      this.#skipWords('INTO', 'OVERWRITE', 'TABLE');
      this.#addUse('table', this.#readName());
    } else if (this.#accept('UPDATE') || (this.#accept('DELETE') && this.#accept('FROM'))) {
      this.#addUse('table', this.#readName());
    }
    this.#readQuery(false);
    return { uses: this.#uses };
  }

  #readCreate(): StatementNames {
    let temporary = false;
    while (this.#is('OR', 'REPLACE', 'TEMPORARY', 'SYSTEM', 'MATERIALIZED')) {
      temporary ||= this.#is('TEMPORARY');
      this.#at += 1;
    }
    const kind = objectKinds[this.#word() ?? ''];
    if (kind === undefined) return { uses: [] };
    this.#at += 1;
    this.#skipWords('IF', 'NOT', 'EXISTS');
    const name = this.#readName();
    if (name === undefined) return { uses: [] };
    const fromQuery = this.#readQuery(kind === 'table');
    return {
      creates: { ...name, kind, temporary, fromQuery: fromQuery && kind === 'table' },
      uses: this.#uses,
    };
  }

  #readDrop(): StatementNames {
    this.#skipWords('TEMPORARY', 'SYSTEM');
    const kind = objectKinds[this.#word() ?? ''];
    this.#at += 1;
    this.#skipWords('IF', 'EXISTS');
    const name = this.#readName();
    return kind === undefined || name === undefined ? { uses: [] } : { drops: name, uses: [] };
  }

  #readUse(): StatementNames {
    const to = this.#accept('CATALOG') ? 'catalog' : 'database';
    const name = this.#is('MODULES') ? undefined : this.#readName();
    return name === undefined ? { uses: [] } : { moves: { to, name }, uses: [] };
  }

  /**
   * Follows parentheses and keywords through the rest of the statement and notes every table, function and model.
   * Answers whether there was an AS outside of all parentheses, which for CREATE TABLE opens its query.
   */
  #readQuery(createTable: boolean): boolean {
    const frames: Frame[] = [newFrame()];
    let topLevelAs = false;
    while (this.#at < this.#tokens.length) {
      const frame = frames.at(-1) ?? newFrame();
      const symbol = this.#symbol();
      if (symbol === '(') {
        const nested = newFrame();
        const joined = frame.expectTable && !this.#startsQuery(this.#at + 1);
        if (joined) Object.assign(nested, { query: true, inFrom: true, expectTable: true });
        frame.expectTable = false;
        frames.push(nested);
        this.#at += 1;
      } else if (symbol === ')') {
        if (frames.length > 1) frames.pop();
        this.#at += 1;
      } else if (symbol === ',') {
        frame.expectTable = frame.inFrom;
        this.#at += 1;
        if (frame.inWith) this.#readCteName(frame);
      } else if (symbol !== undefined) {
        this.#at += 1;
      } else if (!this.#readKeyword(frame, frames.length === 1 && createTable)) {
        topLevelAs ||= frames.length === 1 && this.#is('AS');
        this.#readNameInQuery(frames, frame);
      }
    }
    return topLevelAs;
  }

  /** Handles a keyword that says where tables stand, answers false for everything else. */
  #readKeyword(frame: Frame, createTable: boolean): boolean {
    const word = this.#word();
    if (word === undefined) return false;
    const next = this.#at + 1;
    if (endsFrom.has(word)) {
      frame.inFrom = false;
      frame.expectTable = false;
      if (word === 'SELECT') {
        frame.query = true;
        frame.inWith = false;
      }
    } else if (word === 'FROM') {
      const opensClause = frame.query && this.#wordAt(this.#at - 1) !== 'DISTINCT';
      frame.inFrom ||= opensClause;
      frame.expectTable = opensClause;
    } else if (word === 'JOIN') {
      frame.expectTable = frame.inFrom;
    } else if (word === 'VALUES' || word === 'UNNEST') {
      frame.expectTable = false;
    } else if (word === 'LATERAL' || (frame.expectTable && word === 'TABLE')) {
      if (word === 'TABLE' && this.#symbolAt(next) === '(') frame.expectTable = false;
    } else if (word === 'WITH') {
      frame.inWith = this.#startsCte(next);
      this.#at += 1;
      this.#accept('RECURSIVE');
      if (frame.inWith) this.#readCteName(frame);
      return true;
    } else if (word === 'LIKE' && createTable && !frame.query) {
      this.#at += 1;
      this.#addUse('table', this.#readName());
      return true;
    } else if (word === 'TABLE' && this.#isName(next) && this.#isOperand()) {
      this.#at += 1;
      this.#addUse('table', this.#readName());
      return true;
    } else {
      return word === 'MODEL' && this.#isOperand() && this.#readModel();
    }
    this.#at += 1;
    return true;
  }

  #readNameInQuery(frames: readonly Frame[], frame: Frame): void {
    const name = this.#readName();
    if (name === undefined) {
      this.#at += 1;
      return;
    }
    const isCall = this.#symbol() === '(';
    if (isCall) this.#addUse('function', name);
    else if (frame.expectTable) {
      const [only, second] = name.parts;
      const isCte = second === undefined && frames.some(({ ctes }) => ctes.has(only ?? ''));
      if (!isCte) this.#addUse('table', name);
    }
    frame.expectTable = false;
  }

  #readCteName(frame: Frame): void {
    const name = this.#readName();
    if (name !== undefined) frame.ctes.add(name.parts.join('.'));
  }

  /** MODEL is no reserved word: only `MODEL m` as a whole argument names one. */
  #readModel(): boolean {
    const before = this.#at;
    this.#at += 1;
    const name = this.#readName();
    const after = this.#symbol();
    if (name === undefined || (after !== ',' && after !== ')')) {
      this.#at = before;
      return false;
    }
    this.#addUse('model', name);
    return true;
  }

  /** Whether the current word stands where an argument starts: after `(`, `,` or `=>`. */
  #isOperand(): boolean {
    const before = this.#tokens[this.#at - 1];
    if (before === undefined || before.kind !== 'symbol') return false;
    return ['(', ',', '>'].includes(this.#text.slice(before.start, before.end));
  }

  #startsCte(at: number): boolean {
    const nameAt = this.#wordAt(at) === 'RECURSIVE' ? at + 1 : at;
    if (!this.#isName(nameAt) || this.#wordAt(nameAt) === 'ORDINALITY') return false;
    return this.#symbolAt(nameAt + 1) === '(' || this.#wordAt(nameAt + 1) === 'AS';
  }

  #startsQuery(at: number): boolean {
    return ['SELECT', 'WITH', 'VALUES'].includes(this.#wordAt(at) ?? '');
  }

  #addUse(kind: NameUse['kind'], name: Name | undefined): void {
    if (name !== undefined) this.#uses.push({ kind, ...name });
  }

  #readName(): Name | undefined {
    const first = this.#tokens[this.#at];
    if (first === undefined || !this.#isName(this.#at)) return undefined;
    const parts = [this.#part(first)];
    let end = first.end;
    this.#at += 1;
    while (this.#symbol() === '.' && this.#isName(this.#at + 1)) {
      const part = this.#tokens[this.#at + 1];
      if (part === undefined) break;
      parts.push(this.#part(part));
      end = part.end;
      this.#at += 2;
    }
    return { parts, start: first.start, end };
  }

  #part(token: Token): string {
    const text = this.#text.slice(token.start, token.end);
    return token.kind === 'identifier' ? text.slice(1, -1).replaceAll('``', '`') : text;
  }

  #isName(at: number): boolean {
    const kind = this.#tokens[at]?.kind;
    return kind === 'word' || kind === 'identifier';
  }

  #wordAt(at: number): string | undefined {
    const token = this.#tokens[at];
    return token?.kind === 'word' ? this.#text.slice(token.start, token.end).toUpperCase() : undefined;
  }

  #word(): string | undefined {
    return this.#wordAt(this.#at);
  }

  #symbolAt(at: number): string | undefined {
    const token = this.#tokens[at];
    return token?.kind === 'symbol' ? this.#text.slice(token.start, token.end) : undefined;
  }

  #symbol(): string | undefined {
    return this.#symbolAt(this.#at);
  }

  #is(...words: readonly string[]): boolean {
    return words.includes(this.#word() ?? '');
  }

  #accept(...words: readonly string[]): boolean {
    if (!this.#is(...words)) return false;
    this.#at += 1;
    return true;
  }

  #skipWords(...words: readonly string[]): void {
    while (this.#accept(...words));
  }
}

function newFrame(): Frame {
  return { query: false, inFrom: false, expectTable: false, inWith: false, ctes: new Set() };
}
