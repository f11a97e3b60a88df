import type { AttributePath } from '../diagnostics/diagnostic.ts';
import type { SpecChange } from './reconciled-spec.ts';
import type { Change, Effect, Guard, Verdict } from './verdict.ts';

/** A field that changes, as rules see it. */
export interface FieldChange extends SpecChange {
  /** As modules write it, records by their keys: `tasks_max`, `config.retention.ms`. */
  readonly name: string;
  /** What stands where the rule's pattern has its first `*`: the key of a record. */
  readonly key: string;
}

/** What a change of one field does. */
export interface FieldVerdict {
  readonly effect: Effect;
  /** A sentence that goes on after the field and a colon. Fields of which the same is said are named together. */
  readonly what: string;
  /** The field and its values: `partitions 6 → 3`. Its name when absent, since values may be secrets. */
  readonly subject?: string;
  readonly guard?: Guard;
}

export type FieldRule<Params, Digest> = (
  field: FieldChange,
  change: Change<Params, Digest>,
) => FieldVerdict | readonly FieldVerdict[];

/**
 * Rules by the paths of fields, in which `*` stands for the keys of a record or the index of a list: `config.*`,
 * `authorization.acls.*.host`. The longest pattern that fits counts.
 */
export type FieldRules<Params, Digest> = Readonly<Record<string, FieldRule<Params, Digest>>>;

/** Verdicts of all fields that change, by their rules. `instead`: what counts where something else decides over a field. */
export function judgeFields<Params, Digest>(
  change: Change<Params, Digest>,
  rules: FieldRules<Params, Digest>,
  instead?: (verdict: FieldVerdict, field: FieldChange) => FieldVerdict,
): readonly Verdict[] {
  const groups = new Map<string, { verdict: FieldVerdict; subjects: Set<string>; path: AttributePath }>();
  for (const { path, before, after } of fieldChanges(change)) {
    const pattern = findPattern(Object.keys(rules), path);
    // An empty record or list is as none.
    if (pattern?.startsWith(`${path}.*`)) continue;
    const named = nameField(pattern ?? path, path);
    const field = { path, before, after, name: named.name, key: named.key };
    for (const ruled of [rules[pattern ?? '']?.(field, change) ?? written].flat()) {
      const verdict = instead?.(ruled, field) ?? ruled;
      const key = JSON.stringify([verdict.effect, verdict.what, verdict.guard]);
      const group = groups.get(key) ?? { verdict, subjects: new Set(), path: named.attribute };
      group.subjects.add(verdict.subject ?? named.name);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ verdict: { effect, what, guard }, subjects, path }) => ({
    effect,
    reason: `${listNames([...subjects])}: ${what}`,
    path,
    ...(guard !== undefined && { guard }),
  }));
}

const written: FieldVerdict = { effect: 'in-place', what: 'it is written to the resource.' };

/** `partitions 3 → 6`. `absent` stands for a value that is not set. */
export function arrow({ name, before, after }: Omit<FieldChange, 'key' | 'path'>, absent = 'none'): string {
  return `${name} ${showValue(before, absent)} → ${showValue(after, absent)}`;
}

export function showValue(value: unknown, absent = 'none'): string {
  if (value === undefined || value === null) return absent;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether a field is one of params, not of labels, annotations or the name. */
export function isParam({ path }: SpecChange): boolean {
  return !path.startsWith('metadata.');
}

/** The pattern whose rule is for a path: of those that fit the longest, else the first one below it. */
export function findPattern(patterns: readonly string[], path: string): string | undefined {
  const fitting = patterns.filter((pattern) => formOf(pattern).test(path));
  const longest = fitting.toSorted((a, b) => b.split('.').length - a.split('.').length)[0];
  return longest ?? patterns.find((pattern) => formOf(`${path}.*`).test(pattern));
}

function formOf(pattern: string): RegExp {
  const parts = pattern.split('.').map((part) => (part === '*' ? '.+' : part.replace(/\W/g, '\\$&')));
  return new RegExp(`^${parts.join('\\.')}$`, 's');
}

function nameField(pattern: string, path: string): { name: string; key: string; attribute: AttributePath } {
  const star = pattern.split('.').indexOf('*');
  const steps = path.split('.');
  const plain = star === -1 ? steps : steps.slice(0, star);
  const key = star === -1 ? '' : steps.slice(star).join('.');
  // Labels and annotations are attributes like any other.
  const attribute = plain[0] === 'metadata' ? plain.slice(1) : plain;
  const names = attribute.map((step) => step.replace(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`));
  return { name: [...names, ...(key === '' ? [] : [key])].join('.'), key, attribute };
}

/** `a, b, c, d, e and 3 others` */
export function listNames(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  if (rest <= 1) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${rest} others`;
}

/** Changes of the declaration, with objects and lists that come or go empty: they are no leaves and can mean a lot (`tls = {}`). */
function fieldChanges<Params, Digest>({
  before,
  after,
  changes,
}: Change<Params, Digest>): readonly SpecChange[] {
  return [...changes, ...compareEmpty(before?.params, after?.params, '')];
}

function compareEmpty(before: unknown, after: unknown, path: string): readonly SpecChange[] {
  if (!isContainer(before) && !isContainer(after)) return [];
  if (isContainer(before) !== isContainer(after)) {
    const keys = Object.keys(isContainer(before) ? before : (after ?? {}));
    if (keys.length === 0) return path === '' ? [] : [{ path, before, after }];
  }
  const [left, right] = [before, after].map((value) => (isContainer(value) ? value : {}));
  const keys = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
  return [...keys].flatMap((key) =>
    compareEmpty(left?.[key], right?.[key], path === '' ? key : `${path}.${key}`),
  );
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
