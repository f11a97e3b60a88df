import type { PlanDiagnostic } from '../terraform/plan-stream.ts';
import type { PlanGroup, PlanTable } from '../terraform/plan-table.ts';
import { nameOf } from '../terraform/planned-objects.ts';
import { code, escapeMarkdown } from './markdown.ts';
import {
  dependantsText,
  groupTitle,
  newFindings,
  reachText,
  shortAddress,
  summaryText,
  verdictText,
} from './plan-text.ts';

/** Below what GitHub takes for a comment (65,536); GitLab takes more. */
const longestComment = 60_000;
/** Of one group. */
const mostRows = 50;

/**
 * A plan as a comment on a merge request. Its first line is the same for the same project and environment, so that a bot
 * finds the comment which it wrote for the plan before.
 */
export function renderPlanMarkdown(table: PlanTable, environment: string | undefined): string {
  const name = [table.project, environment].filter((part) => part !== undefined).join('/');
  const head = [
    `<!-- sdp-plan${name === '' ? '' : `:${name}`} -->`,
    `**Plan${name === '' ? '' : ` of ${escapeMarkdown(name)}`}**: ${summaryText(table.summary)}`,
  ].join('\n');
  const findings = [...table.groups.flatMap(({ rows }) => rows.flatMap(newFindings)), ...table.diagnostics];
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const blocks = [...errors.map(renderFinding), ...table.groups.map(renderGroup), ...foldFindings(warnings)];
  const kept: string[] = [];
  let length = head.length;
  for (const block of blocks) {
    length += block.length + 2;
    if (length > longestComment) break;
    kept.push(block);
  }
  const left = blocks.length - kept.length;
  return [
    head,
    ...kept,
    ...(left > 0 ? [`The rest is in the output of \`sdp plan\`: ${left} more parts.`] : []),
  ].join('\n\n');
}

function renderGroup(group: PlanGroup): string {
  const dependants = dependantsText(group.dependants);
  const title = `**${escapeMarkdown(groupTitle(group))}**${dependants === '' ? '' : `, ${escapeMarkdown(dependants)}`}`;
  const rows = group.rows
    .slice(0, mostRows)
    .map(({ verdict, action, object, address, reason, reaches }) =>
      [
        escapeMarkdown(verdictText(verdict)),
        action,
        `${escapeMarkdown(nameOf(object))}<br>${code(shortAddress(address))}`,
        escapeMarkdown(`${reason}\n${reachText(reaches)}`),
      ].join(' | '),
    );
  return [
    title,
    '',
    '| Verdict | Action | Object | Reason |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    ...(group.rows.length > mostRows ? ['', `And ${group.rows.length - mostRows} that are no worse.`] : []),
  ].join('\n');
}

function renderFinding({ severity, summary, detail, address, source, snippet }: PlanDiagnostic): string {
  const word = severity === 'error' ? 'Error' : 'Warning';
  const where = [
    ...(source === undefined ? [] : [code(`${source.file}:${source.line}`)]),
    ...(address === undefined ? [] : [code(address)]),
  ].join(', ');
  return [
    `<details><summary><b>${word}</b>: ${escapeMarkdown(summary)}</summary>`,
    ...(where === '' ? [] : ['', where]),
    ...(snippet === undefined ? [] : ['', ...fence(snippet.code)]),
    ...(detail.trim() === '' ? [] : ['', escapeMarkdown(detail, '<br>\n')]),
    '',
    '</details>',
  ].join('\n');
}

function foldFindings(findings: readonly PlanDiagnostic[]): readonly string[] {
  if (findings.length === 0) return [];
  const title = `${findings.length} warning${findings.length === 1 ? '' : 's'}`;
  return [
    `<details><summary>${title}</summary>\n\n${findings.map(renderFinding).join('\n\n')}\n\n</details>`,
  ];
}

function fence(text: string): readonly string[] {
  const ticks = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([found]) => found.length + 1)));
  return [`${ticks}hcl`, text, ticks];
}
