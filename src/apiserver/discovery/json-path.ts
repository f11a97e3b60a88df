import { isJsonObject } from '../json.ts';

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | {
      readonly kind: 'filter';
      readonly path: readonly string[];
      readonly equal: boolean;
      readonly value: string;
    };

const STEP =
  /\.((?:\\.|[^.[\]\\])+)|\[\s*'((?:\\.|[^'\\])*)'\s*\]|\[\s*(-?\d+)\s*\]|\[\*\]|\.\*|\[\?\(\s*@\.([^=!<>\s)]+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\s*\)\]/uy;

/**
 * The subset of kubectl's JSONPath that printer columns use: fields with escaped dots, indexes, `[*]` and filters on
 * equality. `undefined` when the path is outside of it.
 */
export function compileJsonPath(path: string): ((value: unknown) => unknown[]) | undefined {
  const source = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < source.length) {
    const match = STEP.exec(source);
    if (match === null) return undefined;
    steps.push(toStep(match));
  }
  return (value) =>
    steps.reduce<unknown[]>((found, step) => found.flatMap((item) => follow(item, step)), [value]);
}

function toStep(match: RegExpExecArray): Step {
  const [whole, field, quoted, index, filter, operator, double, single, bare] = match;
  const name = field ?? quoted;
  if (name !== undefined) return { kind: 'field', name: name.replaceAll(/\\(.)/gu, '$1') };
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  if (filter !== undefined) {
    return {
      kind: 'filter',
      path: filter.split('.'),
      equal: operator === '==',
      value: double ?? single ?? bare ?? '',
    };
  }
  return whole === '.*' || whole === '[*]' ? { kind: 'all' } : { kind: 'field', name: whole };
}

function follow(value: unknown, step: Step): unknown[] {
  switch (step.kind) {
    case 'field':
      return isJsonObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'index': {
      const item: unknown = Array.isArray(value) ? value.at(step.index) : undefined;
      return item === undefined ? [] : [item];
    }
    case 'all':
      if (Array.isArray(value)) return value;
      return isJsonObject(value) ? Object.values(value) : [];
    case 'filter':
      return Array.isArray(value) ? value.filter((item) => matchesFilter(item, step)) : [];
  }
}

function matchesFilter(item: unknown, step: Extract<Step, { kind: 'filter' }>): boolean {
  let current = item;
  for (const name of step.path) current = isJsonObject(current) ? current[name] : undefined;
  if (current === undefined) return false;
  const text = typeof current === 'string' ? current : JSON.stringify(current);
  return (text === step.value) === step.equal;
}
