import type { Colors } from 'picocolors/types.js';
import { headline, type PolicyReport, summaryOf, unknownObjects } from '../policy/policy-report.ts';
import type { PolicyTestResult } from '../policy/policy-tests.ts';

/** What is no finding and is worth knowing: what was let pass, and what could not be checked. */
export function policyNotes(report: PolicyReport): readonly string[] {
  return [
    ...report.checks.flatMap(({ outcome, rule, findings, note }) =>
      outcome === 'excepted'
        ? findings.map((finding) => `Exception to ${rule}: ${headline(finding)}. ${note ?? ''}`)
        : [],
    ),
    ...unknownObjects(report).map((text) => `Not checked: ${text}.`),
  ];
}

/** `7 rules, 12 objects (shop, prod): 1 error, 0 warnings, 1 exception.` */
export function policySummaryLine(report: PolicyReport): string {
  const { rules, objects, errors, warnings, exceptions, unknown } = summaryOf(report);
  const of = [report.project, report.environment].filter((part) => part !== undefined).join(', ');
  const counts = [
    count(errors, 'error'),
    count(warnings, 'warning'),
    ...(exceptions > 0 ? [count(exceptions, 'exception')] : []),
    ...(unknown > 0 ? [`${count(unknown, 'object')} not checked`] : []),
  ];
  return `${count(rules, 'rule')}, ${count(objects, 'object')}${of === '' ? '' : ` (${of})`}: ${counts.join(', ')}.`;
}

/** What came out otherwise than a case expects, and a line that sums it up. */
export function renderPolicyTests({ cases, untested }: PolicyTestResult, colors: Colors): readonly string[] {
  const failed = cases.filter(({ unexpected, missing }) => unexpected.length + missing.length > 0);
  return [
    ...failed.flatMap(({ name, unexpected, missing, source }) => [
      `${colors.red('Failed')}: ${colors.bold(name)} ${colors.dim(`(${source.file}:${source.line})`)}`,
      ...unexpected.map((text) => `  broken, not expected: ${text}`),
      ...missing.map((text) => `  expected, not broken: ${text}`),
      '',
    ]),
    ...(untested.length > 0 ? [`No case expects these rules to be broken: ${untested.join(', ')}.`] : []),
    `${count(cases.length - failed.length, 'case')} passed, ${failed.length} failed.`,
  ];
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
