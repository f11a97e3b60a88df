import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from './position.ts';
import { checkSecret, secretReference } from './secrets.ts';
import type { Statement } from './statements.ts';
import { type Token, tokenize } from './tokens.ts';

/**
 * Names that the platform gives a value on every cluster, as environment variables of the JobManager
 * (`SDP_BOOTSTRAP_SERVERS` …), so a script may use them without an argument.
 */
export const platformParameters: readonly string[] = ['bootstrap_servers', 'schema_registry_url'];

/** A `${name}`, `${name:default}` or `${secret:name/key}`; `start` and `end` are offsets into the statement's text. */
export interface ParameterUse {
  readonly name: string;
  readonly default?: string;
  readonly quoting: 'literal' | 'escaped-literal' | 'identifier' | 'bare';
  readonly start: number;
  readonly end: number;
}

/** A statement with its parameters replaced, and the way back to the file for what is found in it. */
export interface FilledStatement {
  readonly text: string;
  /** Offset in the file of an offset in `text`; inside a value, that of its `${`. */
  readonly offsetInFile: (offset: number) => number;
  readonly used: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What stands in a statement for a value that is known at run time only, or missing. */
export const unknownValue = 'sdp_unknown_value';

const wholeUse = /^\$\{([A-Za-z_][A-Za-z0-9_.-]*)(?::([^{}\r\n]*))?\}$/;
const useInQuotes = /\$\{[^}\r\n]*\}?/g;
const bareValue = /^[A-Za-z0-9_.+-]+$/;

/**
 * Replaces the parameters of one statement, by the rules that the runner follows when it starts the job: quotes are
 * doubled inside literals and identifiers; outside of them only plain words and numbers pass. Secrets are for the runner
 * alone: here they are checked, and stand as unknown.
 */
export function fillParameters(
  source: SourceFile,
  statement: Statement,
  values: Readonly<Record<string, string>>,
): FilledStatement {
  const diagnostics: Diagnostic[] = [];
  const used = new Set<string>();
  const pieces: { readonly at: number; readonly from: number; readonly copied: boolean }[] = [];
  let text = '';
  let copiedTo = 0;
  const copy = (to: number): void => {
    pieces.push({ at: text.length, from: copiedTo, copied: true });
    text += statement.text.slice(copiedTo, to);
    copiedTo = to;
  };
  for (const found of findUses(statement.text)) {
    const position = source.positionOf(statement.offset + found.start);
    const report = (problem: Problem): void => {
      diagnostics.push({ severity: 'error', ...problem, source: position });
    };
    copy(found.start);
    pieces.push({ at: text.length, from: found.start, copied: false });
    copiedTo = found.end;
    const use = parseUse(found);
    if (use === undefined) {
      report(malformed(statement.text.slice(found.start, found.end)));
      text += unknownValue;
      continue;
    }
    const reference = secretReference(use);
    if (reference !== undefined) {
      const seen = checkSecret(reference, use, statement.text);
      if (seen !== undefined) diagnostics.push({ ...seen, source: position });
      text += unknownValue;
      continue;
    }
    used.add(use.name);
    const value = valueOf(use, values);
    if ('reason' in value) report(value);
    const known = 'reason' in value ? { text: unknownValue, asWritten: true } : value;
    const quoted = quote(use, known, text.at(-1), statement.text.charAt(use.end));
    if (typeof quoted === 'object') report(quoted);
    text += typeof quoted === 'string' ? quoted : unknownValue;
  }
  copy(statement.text.length);
  const offsetInFile = (offset: number): number => {
    const piece = pieces.findLast((candidate) => candidate.at <= offset) ?? { at: 0, from: 0, copied: true };
    return statement.offset + piece.from + (piece.copied ? offset - piece.at : 0);
  };
  return { text, offsetInFile, used, diagnostics };
}

type Problem = Pick<Diagnostic, 'reason' | 'summary' | 'detail'>;
type FoundUse = Pick<ParameterUse, 'quoting' | 'start' | 'end'> & { readonly text: string };

/** Everything in a statement that starts as a parameter does, well-formed or not; comments are left alone. */
function findUses(text: string): readonly FoundUse[] {
  return tokenize(text).tokens.flatMap((token) => usesInToken(text, token));
}

function usesInToken(text: string, token: Token): readonly FoundUse[] {
  const tokenText = text.slice(token.start, token.end);
  if (token.kind === 'parameter') {
    return [{ quoting: 'bare', start: token.start, end: token.end, text: tokenText }];
  }
  if (token.kind !== 'literal' && token.kind !== 'identifier') return [];
  const quoting =
    token.kind === 'identifier' ? 'identifier' : tokenText.startsWith("'") ? 'literal' : 'escaped-literal';
  return [...tokenText.slice(0, -1).matchAll(useInQuotes)].map((match) => {
    const start = token.start + match.index;
    return { quoting, start, end: start + match[0].length, text: match[0] };
  });
}

function parseUse(found: FoundUse): ParameterUse | undefined {
  const match = wholeUse.exec(found.text);
  if (match?.[1] === undefined) return undefined;
  const { quoting, start, end } = found;
  return { name: match[1], ...(match[2] === undefined ? {} : { default: match[2] }), quoting, start, end };
}

/** `asWritten`: a default, which its author has quoted already. */
interface Value {
  readonly text: string;
  readonly asWritten: boolean;
}

function valueOf(use: ParameterUse, values: Readonly<Record<string, string>>): Value | Problem {
  const value = Object.hasOwn(values, use.name) ? values[use.name] : undefined;
  if (value !== undefined) return { text: value, asWritten: false };
  if (platformParameters.includes(use.name)) return { text: unknownValue, asWritten: true };
  if (use.default !== undefined) return { text: use.default, asWritten: true };
  return {
    reason: 'SqlParameterMissing',
    summary: `Parameter ${use.name} has no value`,
    detail: `\${${use.name}} stands in the SQL, but the job has no argument of this name and the parameter no default. Add ${use.name} to the job's args, or write \${${use.name}:default}.`,
  };
}

function quote(
  use: ParameterUse,
  { text: value, asWritten }: Value,
  before: string | undefined,
  after: string,
): string | Problem {
  if (value.includes('\0')) return unfit(use, 'its value holds a NUL character', 'Remove it from the value.');
  switch (use.quoting) {
    case 'literal':
      return asWritten ? value : value.replaceAll("'", "''");
    case 'escaped-literal':
      return asWritten ? value : value.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
    case 'identifier':
      if (value === '') return unfit(use, 'its value is empty', 'A name needs at least one character.');
      return asWritten ? value : value.replaceAll('`', '``');
    case 'bare':
      if (!bareValue.test(value) || value.includes('--') || value.endsWith('-')) {
        return unfit(
          use,
          'its value is no plain word or number',
          `Outside quotes a value may hold letters, digits and _ . + - only. For a text write '\${${use.name}}', for a name \`\${${use.name}}\`.`,
        );
      }
      if (/['"`]/.test(after) || /['"`]/.test(before ?? '') || (before === '-' && value.startsWith('-'))) {
        return unfit(
          use,
          'it touches a quote or a minus sign',
          'Put a space between them, or move the parameter into the quotes.',
        );
      }
      return value;
  }
}

function unfit(use: ParameterUse, seen: string, change: string): Problem {
  return {
    reason: 'SqlParameterInvalid',
    summary: `Parameter ${use.name} does not fit where it stands`,
    detail: `\${${use.name}} cannot be filled in here: ${seen}. ${change}`,
  };
}

function malformed(text: string): Problem {
  return {
    reason: 'SqlParameterInvalid',
    summary: 'This is no parameter',
    detail: `${text} starts as a parameter does but is none. Write \${name} or \${name:default}; a name has letters, digits and _ . - and starts with a letter.`,
  };
}

/** One error for each argument that no statement uses: a misspelt name would otherwise go unnoticed. */
export function unusedArguments(
  script: SourceFile,
  values: Readonly<Record<string, string>>,
  used: ReadonlySet<string>,
): readonly Diagnostic[] {
  return Object.keys(values)
    .filter((name) => !used.has(name))
    .toSorted()
    .map((name) => ({
      severity: 'error',
      reason: 'SqlParameterUnused',
      summary: `Argument ${name} is not used`,
      detail: `Neither the script nor any DDL that it reaches has \${${name}}${used.size === 0 ? '' : ` (they use ${[...used].toSorted().join(', ')})`}. Remove the argument or correct its name.`,
      path: ['args', name],
      source: { file: script.path },
    }));
}
