import { type Finding, nameOf } from '../policy/check-policy.ts';
import { findingsOf, type PolicyReport, unknownObjects } from '../policy/policy-report.ts';
import { code, escapeMarkdown } from './markdown.ts';
import { count, policySummaryLine } from './policy-text.ts';

/** The first line, by which it is found again. */
export const policyMarker = '<!-- sdp-policy -->';

const mostRows = 50;

/** A report as the part of a comment on a merge request that stands after the plan. */
export function renderPolicyMarkdown(report: PolicyReport): string {
  const findings = findingsOf(report);
  const excepted = report.checks.filter(({ outcome }) => outcome === 'excepted');
  const unknown = unknownObjects(report);
  return [
    `${policyMarker}\n**Policy**: ${escapeMarkdown(policySummaryLine(report))}`,
    ...(findings.length === 0 ? [] : [renderTable(findings)]),
    ...(excepted.length === 0
      ? []
      : [
          renderList(
            count(excepted.length, 'exception'),
            excepted.flatMap(({ findings: own, note }) =>
              own.map(({ rule, object, seen }) =>
                [rule, object && nameOf(object), seen, note].filter(Boolean).join(': '),
              ),
            ),
          ),
        ]),
    ...(unknown.length === 0 ? [] : [renderList(`${count(unknown.length, 'object')} not checked`, unknown)]),
  ].join('\n\n');
}

function renderTable(findings: readonly Finding[]): string {
  const rows = findings
    .slice(0, mostRows)
    .map(({ severity, rule, object, source, seen, allowed, detail }) => {
      const place = source === undefined ? '' : `<br>${code(`${source.file}:${source.line}`)}`;
      const cells = [
        severity === 'error' ? '**error**' : 'warning',
        code(rule),
        `${escapeMarkdown(object === undefined ? 'all' : nameOf(object))}${place}`,
        escapeMarkdown(`${seen}; allowed: ${allowed}`),
        escapeMarkdown(detail),
      ];
      return `| ${cells.join(' | ')} |`;
    });
  return [
    '| | Rule | Object | Seen | Why |',
    '|---|---|---|---|---|',
    ...rows,
    ...(findings.length > mostRows ? ['', `And ${findings.length - mostRows} more.`] : []),
  ].join('\n');
}

function renderList(title: string, items: readonly string[]): string {
  const lines = items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
  return `<details><summary>${title}</summary>\n\n${lines}\n\n</details>`;
}
