import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Check, type Finding, nameOf } from './check-policy.ts';

/** What the rules of an environment say of a plan. */
export interface PolicyReport {
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  /** Of all environments. */
  readonly rules: number;
  readonly objects: number;
  readonly checks: readonly Check[];
}

export interface PolicySummary {
  readonly rules: number;
  readonly objects: number;
  readonly errors: number;
  readonly warnings: number;
  /** Broken, and accepted. */
  readonly exceptions: number;
  /** Objects of which something is not known before the apply. */
  readonly unknown: number;
}

/** All broken rules, errors first. */
export function findingsOf({ checks }: PolicyReport): readonly Finding[] {
  const findings = checks.flatMap((check) => (check.outcome === 'broken' ? check.findings : []));
  return findings.toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}

export function summaryOf(report: PolicyReport): PolicySummary {
  const findings = findingsOf(report);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    rules: report.rules,
    objects: report.objects,
    errors,
    warnings: findings.length - errors,
    exceptions: report.checks.filter(({ outcome }) => outcome === 'excepted').length,
    unknown: unknownObjects(report).length,
  };
}

/** `KafkaTopic shop/orders (partitions: known while the plan is applied)`, each once. */
export function unknownObjects({ checks }: PolicyReport): readonly string[] {
  const unknown = checks.flatMap(({ outcome, object, note }) =>
    outcome === 'unknown' && object !== undefined ? [`${nameOf(object)} (${note ?? ''})`] : [],
  );
  return [...new Set(unknown)];
}

/** In one sentence: what was seen of which object, and what is allowed. */
export function headline({ object, seen, allowed }: Finding): string {
  return `${object === undefined ? '' : `${nameOf(object)}: `}${seen}; allowed: ${allowed}`;
}

export function toDiagnostic(finding: Finding): Diagnostic {
  const { rule, severity, object, detail, source } = finding;
  return {
    severity,
    reason: rule,
    summary: headline(finding),
    detail,
    ...(object !== undefined && { object }),
    ...(source !== undefined && { source }),
  };
}

/** With a place for each: that of the rule, where the project's files do not declare the object any more. */
export function toPlacedDiagnostic(finding: Finding): Diagnostic {
  return { ...toDiagnostic(finding), source: finding.source ?? finding.ruleSource };
}
