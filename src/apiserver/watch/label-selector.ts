import { validateLabelKey, validateLabelValue } from '../registry/validate-metadata.ts';
import { badRequest } from '../status.ts';
import type { ObjectFilter } from './selectors.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

interface Token {
  readonly kind: 'identifier' | 'end' | 'symbol';
  readonly text: string;
}

const SYMBOLS = ['==', '!=', '=', '!', '(', ')', ',', '>', '<'];
const OPERATORS = ['in', 'notin', '=', '==', '!=', '>', '<'];

/**
 * `undefined` when the selector selects everything. Throws `BadRequest` in the words of apimachinery's
 * `labels.Parser`, whose grammar this is.
 */
export function parseLabelSelector(selector: string | undefined): ObjectFilter | undefined {
  const requirements = parseRequirements(splitTokens(selector ?? ''));
  if (requirements.length === 0) return undefined;
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return requirements.every((matches) => matches(labels));
  };
}

function splitTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const symbol = SYMBOLS.find((known) => rest.startsWith(known));
    const found = symbol ?? /^[^\s=!(),><]+/u.exec(rest)?.[0] ?? '';
    tokens.push({ kind: symbol === undefined ? 'identifier' : 'symbol', text: found });
    rest = rest.slice(found.length).trimStart();
  }
  return tokens;
}

interface Reader {
  peek(): Token;
  take(): Token;
}

function readTokens(tokens: readonly Token[]): Reader {
  let position = 0;
  const peek = (): Token => tokens[position] ?? { kind: 'end', text: '' };
  return {
    peek,
    take() {
      const token = peek();
      position += 1;
      return token;
    },
  };
}

const isSymbol = (token: Token, text: string): boolean => token.kind === 'symbol' && token.text === text;

function parseRequirements(tokens: readonly Token[]): Requirement[] {
  const reader = readTokens(tokens);
  const requirements: Requirement[] = [];
  for (;;) {
    const first = reader.peek();
    if (first.kind === 'end') return requirements;
    if (first.kind !== 'identifier' && !isSymbol(first, '!')) {
      throw badRequest(`found '${first.text}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(parseRequirement(reader));
    const separator = reader.take();
    if (separator.kind === 'end') return requirements;
    if (!isSymbol(separator, ',')) {
      throw badRequest(`found '${separator.text}', expected: ',' or 'end of string'`);
    }
    const next = reader.peek();
    if (next.kind !== 'identifier' && !isSymbol(next, '!')) {
      throw badRequest(`found '${next.text}', expected: identifier after ','`);
    }
  }
}

function fail(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}

function parseRequirement(reader: Reader): Requirement {
  const isNegated = isSymbol(reader.peek(), '!');
  if (isNegated) reader.take();
  const { kind, text: key } = reader.take();
  if (kind !== 'identifier') throw fail(`found '${key}', expected: identifier`);
  const [problem] = validateLabelKey('<nil>', key);
  if (problem !== undefined) throw fail(`${problem.field}: ${problem.message}`);
  if (isNegated) return (labels) => labels[key] === undefined;
  const next = reader.peek();
  if (next.kind === 'end' || isSymbol(next, ',')) return (labels) => labels[key] !== undefined;

  const operator = reader.take().text;
  if (!OPERATORS.includes(operator)) {
    throw fail(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }
  const values = operator === 'in' || operator === 'notin' ? parseSet(reader) : [parseValue(reader)];
  checkValues(key, operator, values);
  return requirementOf(key, operator, values);
}

function requirementOf(key: string, operator: string, values: readonly string[]): Requirement {
  const [value = ''] = values;
  switch (operator) {
    case '>':
      return (labels) => labels[key] !== undefined && Number(labels[key]) > Number(value);
    case '<':
      return (labels) => labels[key] !== undefined && Number(labels[key]) < Number(value);
    case 'notin':
    case '!=':
      return (labels) => labels[key] === undefined || !values.includes(labels[key]);
    default:
      return (labels) => labels[key] !== undefined && values.includes(labels[key]);
  }
}

function checkValues(key: string, operator: string, values: readonly string[]): void {
  if (values.length === 0) {
    throw fail(`values: Invalid value: []string{}: for 'in', 'notin' operators, values set can't be empty`);
  }
  values.forEach((value, index) => {
    if ((operator === '>' || operator === '<') && !/^[+-]?\d+$/u.test(value)) {
      throw fail(
        `values[${index}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
    const [problem] = validateLabelValue(`values[${index}][${key}]`, value);
    if (problem !== undefined) throw fail(`${problem.field}: ${problem.message}`);
  });
}

function parseValue(reader: Reader): string {
  const next = reader.peek();
  if (next.kind === 'end' || isSymbol(next, ',')) return '';
  const { kind, text } = reader.take();
  if (kind !== 'identifier') throw fail(`found '${text}', expected: identifier`);
  return text;
}

function parseSet(reader: Reader): string[] {
  const open = reader.take();
  if (!isSymbol(open, '(')) throw fail(`found '${open.text}' expected: '('`);
  const first = reader.peek();
  if (isSymbol(first, ')')) {
    reader.take();
    return [];
  }
  if (first.kind !== 'identifier' && !isSymbol(first, ',')) {
    throw fail(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  const values: string[] = [];
  for (;;) {
    // An empty value stands before a comma or the end.
    values.push(reader.peek().kind === 'identifier' ? reader.take().text : '');
    const separator = reader.take();
    if (isSymbol(separator, ')')) return [...new Set(values)].toSorted();
    if (!isSymbol(separator, ',')) throw fail(`found '${separator.text}', expected: ',' or ')'`);
  }
}
