import type { Colors } from 'picocolors/types.js';
import type { ObjectName } from '../diagnostics/diagnostic.ts';
import type { RowVerdict } from '../terraform/plan-rows.ts';
import type { PlanDiagnostic } from '../terraform/plan-stream.ts';
import type { Dependant, PlanGroup, PlanSummary, PlanTable, TableRow } from '../terraform/plan-table.ts';
import { nameOf } from '../terraform/planned-objects.ts';

const mostNamed = 10;

/** A plan for people at a terminal: groups of changes, the worst first, what belongs to none, and a line that sums it up. */
export function renderPlanText(table: PlanTable, colors: Colors, width: number): string {
  const rows = table.groups.flatMap(({ rows: own }) => own);
  const widths = [
    longest(rows.map(({ verdict }) => verdictText(verdict))),
    longest(rows.map(({ action }) => action)),
    longest(rows.map(({ object }) => nameOf(object))),
  ];
  const renderRow = (row: TableRow): readonly string[] => {
    const [verdict = 0, action = 0, object = 0] = widths;
    const colored = colorOf(row.verdict, colors)(verdictText(row.verdict).padEnd(verdict));
    const cells = [
      colored,
      row.action.padEnd(action),
      nameOf(row.object).padEnd(object),
      shortAddress(row.address),
    ];
    return [
      `  ${cells.join('  ')}`,
      ...[row.reason, reachText(row.reaches)].flatMap((text) => wrap(text, width, 6)).map(colors.dim),
      ...newFindings(row).flatMap((diagnostic) => renderDiagnostic(diagnostic, colors, width, 6)),
    ];
  };
  const blocks = [
    ...table.groups.map((group) => [...renderTitle(group, colors, width), ...group.rows.flatMap(renderRow)]),
    ...table.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, colors, width, 0)),
    [colors.bold(`${summaryText(table.summary)}.`)],
  ];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

/** `3 changes: 1 state-lost, 2 in-place; 12 unchanged` */
export function summaryText(summary: PlanSummary): string {
  const { changes, verdicts, blocked, unchanged, rollouts, outputs, errors } = summary;
  const counted = verdicts
    .map(({ verdict, count }) => `${count} ${verdict === 'unjudged' ? 'not judged' : verdictText(verdict)}`)
    .join(', ');
  return [
    ...(errors > 0 ? [`The plan failed with ${plural(errors, 'error')}`] : []),
    changes === 0 ? 'No changes' : `${plural(changes, 'change')}: ${counted}`,
    ...(blocked > 0 ? [`${blocked} held up`] : []),
    ...(changes === 0 && rollouts > 0 ? [`${plural(rollouts, 'object')} to wait for`] : []),
    ...(outputs > 0 ? [`${plural(outputs, 'output')} of the project changed`] : []),
    `${unchanged} unchanged`,
  ].join('; ');
}

export function verdictText(verdict: RowVerdict): string {
  if (verdict === 'unjudged') return '-';
  return verdict === 'unknown' ? 'known after apply' : verdict;
}

/** `On FlinkDeployment default/flink`, and whom a change of the object concerns. */
export function groupTitle({ object, isChanged, kind }: PlanGroup): string {
  if (object === undefined) return kind;
  return isChanged ? nameOf(object) : `On ${nameOf(object)}`;
}

const relations = { 'runs-on': 'runs', reads: 'read by', writes: 'written by' } as const;

/** `read by FlinkSessionJob totals, KafkaConnector archive; written by FlinkSessionJob enrich` */
export function dependantsText(dependants: readonly Dependant[]): string {
  return Object.entries(relations)
    .flatMap(([relation, words]) => {
      const all = dependants.filter((dependant) => dependant.relation === relation);
      return all.length === 0 ? [] : [`${words} ${namesText(all.map(({ object }) => object))}`];
    })
    .join('; ');
}

/** `Seen further on by FlinkSessionJob report, KafkaConnector archive.`, or nothing where nobody is. */
export function reachText(reaches: readonly ObjectName[]): string {
  return reaches.length === 0 ? '' : `Seen further on by ${namesText(reaches)}.`;
}

function namesText(all: readonly ObjectName[]): string {
  const named = all
    .slice(0, mostNamed)
    .map(({ kind, name }, index, { [index - 1]: last }) => (last?.kind === kind ? name : `${kind} ${name}`));
  const more = all.length > named.length ? [`${all.length - named.length} more`] : [];
  return [...named, ...more].join(', ');
}

/** The module's path where the resource is what the module is about: `module.totals.sdp_flink_session_job.this[0]`. */
export function shortAddress(address: string): string {
  const module = /^(.*?)(?:\.module\.this)*\.[\w-]+\.this(?:\[0\])?$/.exec(address)?.[1];
  return module ?? address;
}

/** Without the warnings that say what the row's reason says. */
export function newFindings({ reason, diagnostics }: TableRow): readonly PlanDiagnostic[] {
  return diagnostics.filter(({ severity, detail }) => severity === 'error' || !reason.includes(detail));
}

function renderTitle(group: PlanGroup, colors: Colors, width: number): readonly string[] {
  return [
    colors.bold(groupTitle(group)),
    ...wrap(dependantsText(group.dependants), width, 2).map(colors.dim),
  ];
}

function renderDiagnostic(
  { severity, summary, detail, address, source, snippet }: PlanDiagnostic,
  colors: Colors,
  width: number,
  indent: number,
): readonly string[] {
  const isError = severity === 'error';
  const mark = isError ? colors.red(colors.bold('Error')) : colors.yellow(colors.bold('Warning'));
  const margin = ' '.repeat(indent);
  const within = snippet?.context === undefined ? '' : `, in ${snippet.context}`;
  const place = source === undefined ? [] : [`${source.file}:${source.line}:${source.column}${within}`];
  const [code] = snippet?.code.split('\n') ?? [];
  return [
    `${margin}${mark}: ${colors.bold(summary)}`,
    ...(indent === 0 && address !== undefined ? [`  ${colors.cyan(address)}`] : []),
    ...place.map((text) => `${margin}  ${colors.cyan(text)}`),
    ...(code === undefined || source === undefined ? [] : [`${margin}    ${source.line}: ${code.trim()}`]),
    ...wrap(detail, width, indent + 2),
  ];
}

function colorOf(verdict: RowVerdict, colors: Colors): (text: string) => string {
  switch (verdict) {
    case 'state-lost':
    case 'data-lost':
      return (text) => colors.red(colors.bold(text));
    case 'refused':
    case 'reprocessed':
      return colors.red;
    case 'unknown':
    case 'stop':
    case 'restart':
    case 'restart-from-checkpoint':
    case 'restart-from-savepoint':
    case 'ignored':
      return colors.yellow;
    case 'create':
    case 'in-place':
      return colors.green;
    case 'no-op':
    case 'unjudged':
      return colors.dim;
  }
}

/** Breaks lines at spaces; what is longer than the width stays whole. */
function wrap(text: string, width: number, indent: number): readonly string[] {
  const margin = ' '.repeat(indent);
  return text
    .split('\n')
    .filter((line, index, all) => line.trim() !== '' || (index > 0 && index < all.length - 1))
    .flatMap((line) => {
      const lines: string[] = [];
      let current = '';
      for (const word of line.trimEnd().split(/(?<=\S) +/)) {
        const longer = current === '' ? word : `${current} ${word}`;
        if (current !== '' && indent + longer.length > width) {
          lines.push(current);
          current = word;
        } else current = longer;
      }
      return [...lines, current];
    })
    .map((line) => (line === '' ? '' : `${margin}${line}`));
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
