import { isObjectValue, unknown, type Value } from '../framework/value.ts';
import { EvaluationError } from './evaluation-error.ts';
import { type Expression, splatItem } from './expression.ts';
import { isList, type TerraformFunction, toText } from './functions.ts';

export interface Scope {
  /** The value of `var.name`, `local.name`, `module.name`, `each.key`; unknown where nobody can tell. */
  find(root: string, name: string): Value;
  readonly functions: ReadonlyMap<string, TerraformFunction>;
}

/**
 * The value that Terraform would compute, or unknown where it is not certain: of what exists only once it is applied, and
 * of what is not understood here.
 */
export function evaluate(expression: Expression, scope: Scope, locals: Locals = noLocals): Value {
  const inner = (part: Expression) => evaluate(part, scope, locals);
  switch (expression.is) {
    case 'literal':
      return expression.value;
    case 'opaque':
      return unknown;
    case 'template':
      return joinTemplate(expression.parts.map(inner));
    case 'tuple':
      return expression.items.map(inner);
    case 'object':
      return makeObject(expression.entries.map(({ key, value }) => [inner(key), () => inner(value)]));
    case 'name':
      return locals.has(expression.name) ? (locals.get(expression.name) ?? null) : unknown;
    case 'attribute':
      return evaluateAttribute(expression, scope, locals);
    case 'index':
      return pick(inner(expression.of), inner(expression.key));
    case 'splat':
      return evaluateSplat(expression, scope, locals);
    case 'call':
      return evaluateCall(expression, scope, locals);
    case 'conditional': {
      const condition = inner(expression.condition);
      if (condition === unknown) return unknown;
      return inner(isTrue(condition) ? expression.yes : expression.no);
    }
    case 'unary': {
      const operand = inner(expression.operand);
      if (operand === unknown) return unknown;
      return expression.operator === '!' ? !isTrue(operand) : -Number(operand);
    }
    case 'binary':
      return evaluateBinary(expression, scope, locals);
    case 'for':
      return evaluateFor(expression, scope, locals);
  }
}

/** The names of `for` expressions, and the item of a splat. */
export type Locals = ReadonlyMap<string, Value>;

const noLocals: Locals = new Map();

type Of<Is extends Expression['is']> = Expression & { readonly is: Is };

function evaluateAttribute({ of, name }: Of<'attribute'>, scope: Scope, locals: Locals): Value {
  if (of.is === 'name' && !locals.has(of.name)) return scope.find(of.name, name);
  return pick(evaluate(of, scope, locals), name);
}

/** An entry; unknown for one that an object does not have, since much of an object is computed. */
function pick(of: Value, key: Value): Value {
  if (of === unknown || key === unknown) return unknown;
  if (isList(of)) {
    const index = Number(key);
    if (!Number.isInteger(index) || index < 0 || index >= of.length)
      throw new EvaluationError('no such item');
    return of[index] ?? null;
  }
  if (isObjectValue(of)) return Object.hasOwn(of, toText(key)) ? (of[toText(key)] ?? null) : unknown;
  throw new EvaluationError('nothing that has attributes');
}

function evaluateSplat({ of, each }: Of<'splat'>, scope: Scope, locals: Locals): Value {
  const list = evaluate(of, scope, locals);
  if (list === unknown) return unknown;
  const items = isList(list) ? list : list === null ? [] : [list];
  return items.map((item) => evaluate(each, scope, new Map([...locals, [splatItem, item]])));
}

function evaluateCall({ name, args, spreads }: Of<'call'>, scope: Scope, locals: Locals): Value {
  if (name === 'try' || name === 'can') return evaluateTry(name, args, scope, locals);
  const values = args.map((arg) => evaluate(arg, scope, locals));
  const call = scope.functions.get(name) ?? (() => unknown);
  if (!spreads) return call(values);
  const last = values.at(-1);
  return isList(last) ? call([...values.slice(0, -1), ...last]) : unknown;
}

function evaluateTry(name: string, args: readonly Expression[], scope: Scope, locals: Locals): Value {
  for (const arg of args) {
    try {
      const value = evaluate(arg, scope, locals);
      if (name === 'can') return value === unknown ? unknown : true;
      return value;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
  }
  if (name === 'can') return false;
  throw new EvaluationError('nothing that was tried has a value');
}

function joinTemplate(parts: readonly Value[]): Value {
  if (parts.includes(unknown)) return unknown;
  if (parts.some((part) => part === null || typeof part === 'object')) {
    throw new EvaluationError('no text in a template');
  }
  return parts.map(String).join('');
}

function makeObject(entries: readonly (readonly [Value, () => Value])[]): Value {
  if (entries.some(([key]) => key === unknown)) return unknown;
  return Object.fromEntries(entries.map(([key, value]) => [toText(key), value()]));
}

function evaluateFor(
  { names, over, key, value, condition, groups }: Of<'for'>,
  scope: Scope,
  locals: Locals,
): Value {
  const collection = evaluate(over, scope, locals);
  if (collection === unknown) return unknown;
  const pairs: readonly (readonly [Value, Value])[] = isList(collection)
    ? collection.map((item, index) => [index, item])
    : isObjectValue(collection)
      ? Object.entries(collection)
      : [];
  const [first = '', second] = names;
  const scoped = pairs.map(
    ([itemKey, item]): Locals =>
      new Map([
        ...locals,
        ...(second === undefined
          ? ([[first, item]] as const)
          : ([
              [first, itemKey],
              [second, item],
            ] as const)),
      ]),
  );
  const chosen: Locals[] = [];
  for (const names of scoped) {
    const wanted = condition === undefined ? true : evaluate(condition, scope, names);
    if (wanted === unknown) return unknown;
    if (isTrue(wanted)) chosen.push(names);
  }
  if (key === undefined) return chosen.map((names) => evaluate(value, scope, names));
  const entries = chosen.map(
    (names) => [evaluate(key, scope, names), evaluate(value, scope, names)] as const,
  );
  if (!groups) return makeObject(entries.map(([name, item]) => [name, () => item]));
  return groupEntries(entries);
}

function groupEntries(entries: readonly (readonly [Value, Value])[]): Value {
  const lists: Record<string, Value[]> = {};
  for (const [name, item] of entries) {
    if (name === unknown) return unknown;
    (lists[toText(name)] ??= []).push(item);
  }
  return lists;
}

function evaluateBinary({ operator, left, right }: Of<'binary'>, scope: Scope, locals: Locals): Value {
  const a = evaluate(left, scope, locals);
  // What the left side decides alone.
  if (operator === '&&' && a !== unknown && !isTrue(a)) return false;
  if (operator === '||' && a !== unknown && isTrue(a)) return true;
  const b = evaluate(right, scope, locals);
  if (a === unknown || b === unknown) return unknown;
  switch (operator) {
    case '&&':
    case '||':
      return isTrue(b);
    case '==':
      return JSON.stringify(a) === JSON.stringify(b);
    case '!=':
      return JSON.stringify(a) !== JSON.stringify(b);
    case '<':
      return Number(a) < Number(b);
    case '>':
      return Number(a) > Number(b);
    case '<=':
      return Number(a) <= Number(b);
    case '>=':
      return Number(a) >= Number(b);
    case '+':
      return Number(a) + Number(b);
    case '-':
      return Number(a) - Number(b);
    case '*':
      return Number(a) * Number(b);
    case '/':
      return Number(a) / Number(b);
    case '%':
      return Number(a) % Number(b);
    default:
      return unknown;
  }
}

function isTrue(value: Value): boolean {
  return value === true || value === 'true';
}
