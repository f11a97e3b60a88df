import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { z } from 'zod';
import type { Manifest } from '../apiclient/object.ts';
import {
  type Diagnosed,
  type Diagnostic,
  failed,
  ok,
  type SourcePosition,
} from '../diagnostics/diagnostic.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import { effects } from '../kinds/verdict.ts';
import { checkPolicy, missingContext } from './check-policy.ts';
import { type Rule, readPolicy } from './policy-file.ts';
import type { PolicyObject } from './policy-object.ts';
import { findingsOf } from './policy-report.ts';
import { readYaml } from './yaml-file.ts';

/** A manifest, with what a plan does to it beside its fields. */
const testObject = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  /** What the plan does; create when only a verdict is given. Absent: nothing changes. */
  action: z.enum(['create', 'update', 'replace', 'destroy', 'forget', 'import']).optional(),
  verdict: z.enum([...effects, 'unknown', 'unjudged']).optional(),
});

const testFile = z.strictObject({
  /** Files with the rules, from this one's folder. */
  policy: z.union([z.string(), z.array(z.string())]).default('policy.yaml'),
  cases: z
    .array(
      z.strictObject({
        name: z.string(),
        project: z.string().optional(),
        environment: z.string().optional(),
        /** The day of the check, for exceptions; today when absent. */
        today: z.iso.date().optional(),
        objects: z.array(testObject).min(1),
        /** Rules that are broken, each by the object of this name; of a sum, which has none, the rule alone. */
        expect: z.array(z.strictObject({ rule: z.string(), object: z.string().optional() })).default([]),
      }),
    )
    .min(1),
});

type TestCase = z.output<typeof testFile>['cases'][number];

export interface CaseResult {
  readonly name: string;
  /** Broken and not expected, with what was seen; expected and not broken. */
  readonly unexpected: readonly string[];
  readonly missing: readonly string[];
  readonly source: SourcePosition;
}

export interface PolicyTestResult {
  readonly cases: readonly CaseResult[];
  /** Rules that no case expects to be broken: nobody knows whether they can be. */
  readonly untested: readonly string[];
}

/** Runs the cases of a file. What is wrong with it, or with the policy, comes as diagnostics. */
export async function runPolicyTests(
  file: string,
  folder: string,
  kinds: readonly KindDefinition[],
  today: string,
): Promise<Diagnosed<PolicyTestResult>> {
  const absolute = resolve(folder, file);
  const shown = relative(folder, absolute);
  const text = await readFile(absolute, 'utf8').catch((error: Error) => error);
  if (typeof text !== 'string') return failed(noTests(shown, text));
  const { value, diagnostics } = readYaml(shown, text, testFile);
  if (value === undefined) return failed(...diagnostics);
  const { policy, cases } = value.content;
  const files = (typeof policy === 'string' ? [policy] : policy).map((item) =>
    resolve(dirname(absolute), item),
  );
  const read = await readPolicy(files, folder, kinds);
  if (read.value === undefined) return failed(...read.diagnostics);
  const rules = read.value;
  const strange = cases.flatMap((item, index) =>
    caseProblems(item, rules).map((problem) => ({ ...problem, source: value.place(['cases', index]) })),
  );
  if (strange.length > 0) return failed(...strange);
  const expected = new Set(cases.flatMap((item) => item.expect.map(({ rule }) => rule)));
  return ok({
    cases: cases.map((item, index) => runCase(item, rules, today, value.place(['cases', index]))),
    untested: rules.flatMap(({ name }) => (expected.has(name) ? [] : name)),
  });
}

function runCase(
  { name, project, environment, today: day, objects, expect }: TestCase,
  rules: readonly Rule[],
  today: string,
  source: SourcePosition,
): CaseResult {
  const context = { project, environment, today: day ?? today };
  const checks = checkPolicy(rules, objects.map(toObject), context);
  const findings = findingsOf({ rules: rules.length, objects: objects.length, checks });
  const isMet = (finding: (typeof findings)[number], item: TestCase['expect'][number]) =>
    finding.rule === item.rule && finding.object?.name === item.object;
  return {
    name,
    source,
    unexpected: findings
      .filter((finding) => !expect.some((item) => isMet(finding, item)))
      .map(({ rule, object, seen }) => `${[rule, object?.name].filter(Boolean).join(' by ')}: ${seen}`),
    missing: expect
      .filter((item) => !findings.some((finding) => isMet(finding, item)))
      .map(({ rule, object }) => [rule, object].filter(Boolean).join(' by ')),
  };
}

function toObject({ action, verdict, ...manifest }: TestCase['objects'][number]): PolicyObject {
  const { name, namespace } = manifest.metadata;
  const isChange = action !== undefined || verdict !== undefined;
  return {
    object: { kind: manifest.kind, name, ...(namespace !== undefined && { namespace }) },
    manifest: manifest as unknown as Manifest,
    ...(isChange && {
      change: {
        action: action ?? (verdict === 'create' ? 'create' : 'update'),
        verdict: verdict ?? 'unjudged',
        reason: '',
      },
    }),
  };
}

function caseProblems({ name, project, environment, expect }: TestCase, rules: readonly Rule[]) {
  const known = new Set(rules.map((rule) => rule.name));
  const strange = expect.flatMap(({ rule }) =>
    known.has(rule) ? [] : [testProblem(`There is no rule ${rule}`, `Case "${name}" expects it.`)],
  );
  const missing = missingContext(rules, { project, environment, today: '' }).map((item) =>
    testProblem(`Case "${name}" names no ${item}`, 'Rules of the policy ask for it. Give the case one.'),
  );
  return [...strange, ...missing];
}

function testProblem(summary: string, detail: string): Diagnostic {
  return { severity: 'error', reason: 'PolicyTestInvalid', summary, detail };
}

function noTests(file: string, { message }: Error): Diagnostic {
  return {
    severity: 'error',
    reason: 'PolicyTestUnreadable',
    summary: `${file} cannot be read`,
    detail: `${message}. Name the file with the cases, or write it: docs/policy.md has an example.`,
  };
}
