import type { ObjectName, SourcePosition } from '../diagnostics/diagnostic.ts';
import { looksSecret } from '../diagnostics/secret-names.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';
import { type Field, fieldsAt, parseFieldPath } from './field-path.ts';
import type { Condition, Placeholder, Rule } from './policy-file.ts';
import { type PolicyObject, stays } from './policy-object.ts';
import { inWords, measure, parseLimit } from './quantity.ts';

export interface PolicyContext {
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  /** As 2026-12-31: whether an exception still holds. */
  readonly today: string;
}

/** A rule that is broken. */
export interface Finding {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  /** Absent where it is about several together. */
  readonly object?: ObjectName;
  readonly address?: string;
  /** The field that it is about. */
  readonly path?: string;
  /** What was seen, and what is allowed: `spec.partitions is 1`, `at least 3`. */
  readonly seen: string;
  readonly allowed: string;
  /** Why there is the rule, and what can be done. */
  readonly detail: string;
  /** In the project's files. */
  readonly source?: SourcePosition;
  readonly ruleSource: SourcePosition;
}

/** One rule, held against one object, or against several together. */
export interface Check {
  readonly rule: string;
  readonly object?: ObjectName;
  /** `unknown`: not before the plan is applied. */
  readonly outcome: 'passed' | 'broken' | 'excepted' | 'unknown';
  readonly findings: readonly Finding[];
  /** Why it may break the rule, or what is not known yet. */
  readonly note?: string;
}

/** Holds all rules of an environment against all objects. Pure: the same checks for the same input. */
export function checkPolicy(
  rules: readonly Rule[],
  objects: readonly PolicyObject[],
  context: PolicyContext,
): readonly Check[] {
  return rules
    .filter(
      ({ environments }) => environments === undefined || environments.includes(context.environment ?? ''),
    )
    .flatMap((rule) => {
      const concerned = objects.filter(
        ({ object }) => rule.kinds === undefined || rule.kinds.includes(object.kind),
      );
      if (rule.forbid !== undefined) return checkChanges(rule, concerned, context);
      const staying = concerned.filter(stays);
      return rule.sum === undefined
        ? staying.flatMap((item) => checkObject(rule, item, context))
        : checkSum(rule, rule.sum, staying, context);
    });
}

/** What of the context rules ask for and it does not have. */
export function missingContext(rules: readonly Rule[], context: PolicyContext): readonly Placeholder[] {
  const texts = rules.flatMap(({ where = [], require = [] }) =>
    [...where, ...require].flatMap(({ matches }) => matches ?? []),
  );
  return (['project', 'environment'] as const).filter((name) => {
    const isNamed =
      texts.some((text) => text.includes(`{${name}}`)) ||
      (name === 'environment' && rules.some(({ environments }) => environments !== undefined));
    return isNamed && context[name] === undefined;
  });
}

function checkObject(rule: Rule, item: PolicyObject, context: PolicyContext): readonly Check[] {
  const { manifest } = item;
  if (manifest === undefined) return [notKnown(rule, item)];
  if (!applies(rule, item, context)) return [];
  const broken = (rule.require ?? []).flatMap((condition) => breaches(condition, item, context));
  return [
    judged(
      rule,
      item,
      broken.map((breach) => findingOf(rule, item, breach)),
      context,
    ),
  ];
}

function checkChanges(
  rule: Rule,
  objects: readonly PolicyObject[],
  context: PolicyContext,
): readonly Check[] {
  const { actions = [], verdicts = [] } = rule.forbid ?? {};
  return objects.flatMap((item): readonly Check[] => {
    const { change } = item;
    if (change === undefined) return [];
    if (rule.where !== undefined && item.manifest === undefined) return [notKnown(rule, item)];
    if (!applies(rule, item, context)) return [];
    const { action, verdict, reason } = change;
    const isAction = (actions as readonly string[]).includes(action);
    const isVerdict = (verdicts as readonly string[]).includes(verdict);
    if (!isAction && !isVerdict) return [judged(rule, item, [], context)];
    const seen = isAction ? `the planned action is ${action}` : `the verdict is ${verdict}`;
    const allowed = `no ${[...actions, ...verdicts].join(', no ')}`;
    const finding = findingOf(rule, item, { seen, allowed });
    const detail = `${finding.detail} ${reason}`.trim();
    return [judged(rule, item, [{ ...finding, detail }], context)];
  });
}

function checkSum(
  rule: Rule,
  { path, max, default: fallback }: NonNullable<Rule['sum']>,
  objects: readonly PolicyObject[],
  context: PolicyContext,
): readonly Check[] {
  const limit = parseLimit(max);
  const parts: { readonly item: PolicyObject; readonly amount: number; readonly value: unknown }[] = [];
  const unclear: Check[] = [];
  for (const item of objects) {
    if (item.manifest === undefined) {
      unclear.push(notKnown(rule, item));
      continue;
    }
    if (!applies(rule, item, context) || exceptionFor(rule, item.object, context).valid !== undefined)
      continue;
    const found = fieldsAt(item.manifest, parseFieldPath(path) ?? []);
    const values =
      found.length === 0 && fallback !== undefined ? [fallback] : found.map(({ value }) => value);
    for (const value of values) {
      const amount = measure(value, limit?.measure ?? 'number');
      if (amount !== undefined) parts.push({ item, amount, value });
      else {
        const seen = `${path} is ${show({ path, value })}, which cannot be added up`;
        unclear.push(
          judged(rule, item, [findingOf(rule, item, { path, seen, allowed: `an amount` })], context),
        );
      }
    }
  }
  const total = parts.reduce((sum, { amount }) => sum + amount, 0);
  if (parts.length === 0) return unclear;
  if (total <= (limit?.amount ?? 0))
    return [...unclear, { rule: rule.name, outcome: 'passed', findings: [] }];
  const ordered = parts.toSorted((a, b) => b.amount - a.amount);
  const listed = ordered
    .slice(0, 10)
    .map(({ item, value }) => `${nameOf(item.object)} ${show({ path, value })}`);
  const more = ordered.length > 10 ? ` and ${ordered.length - 10} more` : '';
  const [largest] = ordered;
  const source = largest === undefined ? undefined : placeOf(largest.item, path);
  const finding: Finding = {
    rule: rule.name,
    severity: rule.severity,
    path,
    seen: `${path} of ${parts.length} objects is ${sumText(total, limit?.measure)} together`,
    allowed: `at most ${max}`,
    detail: [`${rule.description} They are ${listed.join(', ')}${more}.`, rule.advice ?? ''].join(' ').trim(),
    ...(source !== undefined && { source }),
    ruleSource: rule.source,
  };
  return [...unclear, { rule: rule.name, outcome: 'broken', findings: [finding] }];
}

function sumText(total: number, measured: string | undefined): string {
  if (measured === 'memory') return `${Math.round((total / 2 ** 30) * 10) / 10}Gi`;
  if (measured === 'duration') return `${total} ms`;
  return String(Math.round(total * 1000) / 1000);
}

function applies({ where = [] }: Rule, item: PolicyObject, context: PolicyContext): boolean {
  return where.every((condition) => breaches(condition, item, context).length === 0);
}

interface Breach {
  readonly path?: string;
  readonly seen: string;
  readonly allowed: string;
}

/** What of an object is not as a condition says. */
function breaches(condition: Condition, item: PolicyObject, context: PolicyContext): readonly Breach[] {
  const { path, present, default: fallback, optional } = condition;
  const found = fieldsAt(item.manifest, parseFieldPath(path) ?? []);
  if (present === false) {
    return found.map((field) => ({
      path: field.path,
      seen: `${field.path} is ${show(field)}`,
      allowed: 'not set',
    }));
  }
  const fields = found.length > 0 || fallback === undefined ? found : [{ path, value: fallback }];
  if (fields.length === 0)
    return optional === true
      ? []
      : [{ path, seen: `${path} is not set`, allowed: allowedText(condition, item, context) }];
  const isFallback = found.length === 0;
  return fields.flatMap((field) => {
    const problem = problemOf(field, condition, item, context);
    if (problem === undefined) return [];
    const seen = isFallback
      ? `${path} is not set, which is ${show(field)}`
      : `${field.path} is ${show(field)}${problem.aside}`;
    return [{ path: field.path, seen, allowed: problem.allowed }];
  });
}

/** The first thing that a value is not. */
function problemOf(
  { value }: Field,
  { min, max, oneOf, matches }: Condition,
  item: PolicyObject,
  context: PolicyContext,
): { readonly aside: string; readonly allowed: string } | undefined {
  for (const [written, word] of [
    [min, 'at least'],
    [max, 'at most'],
  ] as const) {
    const limit = written === undefined ? undefined : parseLimit(written);
    if (limit === undefined) continue;
    const amount = measure(value, limit.measure);
    const allowed = `${word} ${written}`;
    if (amount === undefined)
      return {
        aside: `, which is no ${limit.measure === 'number' ? 'number' : `amount of ${limit.measure}`}`,
        allowed,
      };
    if (word === 'at least' ? amount < limit.amount : amount > limit.amount)
      return { aside: inWords(value, limit.measure), allowed };
  }
  if (oneOf !== undefined && !oneOf.some((option) => String(option) === String(value))) {
    const similar = findSimilar(String(value), oneOf, String);
    return {
      aside: similar === undefined ? '' : ` (did you mean ${String(similar)}?)`,
      allowed: `one of ${oneOf.join(', ')}`,
    };
  }
  if (matches === undefined) return undefined;
  const isText = ['string', 'number', 'boolean'].includes(typeof value);
  const pattern = new RegExp(`^(?:${fillIn(matches, item, context, escapePattern)})$`);
  if (isText && pattern.test(String(value))) return undefined;
  return { aside: '', allowed: `what matches ${fillIn(matches, item, context)}` };
}

function allowedText(
  { min, max, oneOf, matches }: Condition,
  item: PolicyObject,
  context: PolicyContext,
): string {
  const parts = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(oneOf === undefined ? [] : [`one of ${oneOf.join(', ')}`]),
    ...(matches === undefined ? [] : [`what matches ${fillIn(matches, item, context)}`]),
  ];
  return parts.length === 0 ? 'a value' : parts.join(' and ');
}

function fillIn(
  pattern: string,
  { object }: PolicyObject,
  { project, environment }: PolicyContext,
  write: (text: string) => string = (text) => text,
): string {
  const values: Readonly<Record<Placeholder, string | undefined>> = {
    project,
    environment,
    namespace: object.namespace,
  };
  return pattern.replaceAll(/\{(project|environment|namespace)\}/g, (_, name: Placeholder) =>
    write(values[name] ?? ''),
  );
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Long ones, and what is no scalar, in short. What may be a password goes into no report. */
function show({ path, value }: Field): string {
  const text =
    typeof value === 'object' ? JSON.stringify(value, hideSecret) : String(hideSecret(path, value));
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** References to Secrets are shown. */
function hideSecret(key: string, value: unknown): unknown {
  const isReference = typeof value === 'string' && /^\$\{[^}]+\}$/.test(value);
  return typeof value === 'object' || isReference || !looksSecret(key) ? value : '(hidden)';
}

function judged(rule: Rule, item: PolicyObject, findings: readonly Finding[], context: PolicyContext): Check {
  const check = { rule: rule.name, object: item.object };
  if (findings.length === 0) return { ...check, outcome: 'passed', findings };
  const { valid, ended } = exceptionFor(rule, item.object, context);
  if (valid !== undefined)
    return {
      ...check,
      outcome: 'excepted',
      findings,
      note: `${valid.reason}${valid.until === undefined ? '' : ` (until ${valid.until})`}`,
    };
  const told =
    ended === undefined
      ? findings
      : findings.map((finding) => ({
          ...finding,
          detail: `${finding.detail} The exception for it ended on ${ended.until}.`,
        }));
  return { ...check, outcome: 'broken', findings: told };
}

function notKnown(rule: Rule, item: PolicyObject): Check {
  return { rule: rule.name, object: item.object, outcome: 'unknown', findings: [], note: item.unknown ?? '' };
}

function exceptionFor({ exceptions = [] }: Rule, { kind, name }: ObjectName, context: PolicyContext) {
  const own = exceptions.filter(
    ({ object, project }) =>
      [name, `${kind}/${name}`].includes(object) && (project === undefined || project === context.project),
  );
  const valid = own.find(({ until }) => until === undefined || until >= context.today);
  return { valid, ended: valid === undefined ? own[0] : undefined };
}

function findingOf(rule: Rule, item: PolicyObject, { path, seen, allowed }: Breach): Finding {
  const source = placeOf(item, path);
  return {
    rule: rule.name,
    severity: rule.severity,
    object: item.object,
    ...(item.address !== undefined && { address: item.address }),
    ...(path !== undefined && { path }),
    seen,
    allowed,
    detail: [rule.description, rule.advice ?? ''].join(' ').trim(),
    ...(source !== undefined && { source }),
    ruleSource: rule.source,
  };
}

/** Arguments of modules are called as the fields that they set: of `spec.job.parallelism` the one called `parallelism`. */
function placeOf({ source, inputs }: PolicyObject, path: string | undefined): SourcePosition | undefined {
  const names = (path ?? '')
    .split(/[.[\]]+/)
    .map((step) => step.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .toReversed();
  const input = names.flatMap((name) => inputs?.get(name) ?? [])[0];
  return input ?? source;
}

export function nameOf({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
