import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ParameterUse } from './parameters.ts';
import { leadingWords } from './statements.ts';
import { type Token, tokenize } from './tokens.ts';

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const secretName = new RegExp(`^${label}(?:\\.${label})*$`);
const secretKey = /^[-._A-Za-z0-9]+$/;
const maxLength = 253;

/** What stands after `secret:` in a `${secret:name/key}`; undefined for every other parameter, `${secret}` too. */
export function secretReference(use: ParameterUse): string | undefined {
  return use.name === 'secret' ? use.default : undefined;
}

/**
 * Checks what can be known of a `${secret:name/key}` without its value, which only the runner reads: its shape, by
 * Kubernetes' rules for names and keys, and where it stands. The errors are the runner's too (Parameters.java).
 */
export function checkSecret(
  reference: string,
  use: ParameterUse,
  statement: string,
): Omit<Diagnostic, 'source'> | undefined {
  const written = `\${secret:${reference}}`;
  const wrongShape = shapeProblem(reference);
  if (wrongShape !== undefined) {
    return {
      severity: 'error',
      reason: 'SqlSecretInvalid',
      summary: 'This names no Secret and key',
      detail: `In ${written} ${wrongShape}. Write \${secret:name/key}: the name of a Secret in the job's namespace and one of its keys, as in \${secret:db/password}.`,
    };
  }
  if (use.quoting === 'bare') {
    return misplaced(
      `${written} stands outside quotes, where Flink would take it apart and repeat it in errors`,
      `Write '${written}'.`,
    );
  }
  if (['SET', 'RESET'].includes(leadingWords({ text: statement }, 1)[0] ?? '')) {
    return misplaced(
      `${written} would become an option of the job, and those can be read by everyone who sees the job: its name, for one, stands in the job's status`,
      'Put the secret into an option of a table or catalog: WITH (…).',
    );
  }
  if (isOptionOfDefinition(statement, use.start)) return undefined;
  return {
    severity: 'warning',
    reason: 'SqlSecretShown',
    summary: "Flink will show this secret's value",
    detail: `${written} is no option in the WITH (…) of a definition. What queries, names and OPTIONS hints hold is part of the plan, which Flink shows in its web interface and REST API. Move it into WITH (…) if you can.`,
  };
}

function shapeProblem(reference: string): string | undefined {
  const slash = reference.indexOf('/');
  if (slash < 0) return `no / divides the Secret's name from the key`;
  const name = reference.slice(0, slash);
  const key = reference.slice(slash + 1);
  if (name.length > maxLength || !secretName.test(name)) {
    return `"${name}" is no name of a Secret, which has up to ${maxLength} lower-case letters, digits, - and . and starts and ends with a letter or digit`;
  }
  if (key.length > maxLength || !secretKey.test(key) || key === '.' || key.startsWith('..')) {
    return `"${key}" is no key of a Secret, which has up to ${maxLength} letters, digits, - _ and .`;
  }
  return undefined;
}

function misplaced(seen: string, change: string): Omit<Diagnostic, 'source'> {
  return {
    severity: 'error',
    reason: 'SqlSecretMisplaced',
    summary: 'A secret cannot stand here',
    detail: `${seen}. ${change}`,
  };
}

/** Whether a literal is the value in `'key' = 'value'` within `WITH (…)`, or the `SET (…)` of an ALTER. */
function isOptionOfDefinition(statement: string, offset: number): boolean {
  const { tokens } = tokenize(statement);
  const textOf = (token: Token | undefined): string =>
    token === undefined ? '' : statement.slice(token.start, token.end).toUpperCase();
  const value = tokens.findIndex(({ start, end }) => start <= offset && offset < end);
  if (tokens[value]?.kind !== 'literal' || textOf(tokens[value - 1]) !== '=') return false;
  let depth = 0;
  for (let at = value - 1; at > 0; at -= 1) {
    const text = tokens[at]?.kind === 'symbol' ? textOf(tokens[at]) : '';
    if (text === ')') depth += 1;
    else if (text === '(' && depth > 0) depth -= 1;
    else if (text === '(') return ['WITH', 'SET'].includes(textOf(tokens[at - 1]));
  }
  return false;
}
