import pc from 'picocolors';
import { expect, it } from 'vitest';
import type { PlanTable, TableRow } from '../terraform/plan-table.ts';
import { renderPlanMarkdown } from './plan-markdown.ts';
import { dependantsText, renderPlanText, shortAddress, summaryText } from './plan-text.ts';

const row = (name: string, more: Partial<TableRow> = {}): TableRow => ({
  address: `module.${name}.sdp_kafka_topic.this[0]`,
  action: 'update',
  object: { kind: 'KafkaTopic', namespace: 'default', name },
  verdict: 'in-place',
  reason: 'It grows.',
  diagnostics: [],
  reaches: [],
  ...more,
});
const summary = {
  changes: 1,
  verdicts: [{ verdict: 'in-place' as const, count: 1 }],
  blocked: 0,
  unchanged: 0,
  rollouts: 0,
  outputs: 0,
  errors: 0,
  warnings: 0,
};
const tableOf = (rows: readonly TableRow[]): PlanTable => ({
  groups: [{ kind: 'KafkaTopic', isChanged: false, dependants: [], rows }],
  diagnostics: [],
  summary: { ...summary, changes: rows.length },
});

it('names a resource by its module where the module is about it', () => {
  expect(shortAddress('module.a.sdp_kafka_topic.this[0]')).toBe('module.a');
  expect(shortAddress('module.a.module.this.sdp_flink_session_job.this[0]')).toBe('module.a');
  expect(shortAddress('module.a["x.y"].module.sink.module.this.sdp_kafka_connector.this')).toBe(
    'module.a["x.y"].module.sink',
  );
  expect(shortAddress('module.a.sdp_kafka_connector.this["source"]')).toBe(
    'module.a.sdp_kafka_connector.this["source"]',
  );
  expect(shortAddress('sdp_kafka_topic.this')).toBe('sdp_kafka_topic.this');
});

it('breaks reasons at the width, and tells no warning twice', () => {
  const diagnostics = [
    { severity: 'warning' as const, summary: 'KafkaTopic default/a: in-place', detail: 'It grows.' },
    { severity: 'warning' as const, summary: 'Another', detail: 'Something else.' },
  ];
  const text = renderPlanText(
    tableOf([row('a', { reason: 'It grows. '.repeat(4).trim(), diagnostics })]),
    pc.createColors(false),
    30,
  );
  expect(text).toBe(`KafkaTopic
  in-place  update  KafkaTopic default/a  module.a
      It grows. It grows. It
      grows. It grows.
      Warning: Another
        Something else.

1 change: 1 in-place; 0 unchanged.`);
});

it('colours for people only', () => {
  const colored = renderPlanText(tableOf([row('a', { verdict: 'data-lost' })]), pc.createColors(true), 80);
  expect(colored).toContain('\u001b[31m');
});

it('names the first of many dependants', () => {
  const dependants = Array.from({ length: 12 }, (_, index) => ({
    object: { kind: 'FlinkSessionJob', name: `j${index}` },
    relation: 'reads' as const,
  }));
  expect(dependantsText(dependants)).toBe(
    'read by FlinkSessionJob j0, j1, j2, j3, j4, j5, j6, j7, j8, j9, 2 more',
  );
});

it('names who notices what a change does, further on', () => {
  const reaches = ['a', 'b'].map((name) => ({ kind: 'FlinkSessionJob', namespace: 'default', name }));
  const text = renderPlanText(tableOf([row('t', { reaches })]), pc.createColors(false), 80);
  expect(text).toContain('      It grows.\n      Seen further on by FlinkSessionJob a, b.\n');
  expect(renderPlanMarkdown(tableOf([row('t', { reaches })]), undefined)).toContain(
    '| It grows.<br>Seen further on by FlinkSessionJob a, b. |',
  );
});

it('says of a plan that only waits what it waits for', () => {
  expect(summaryText({ ...summary, changes: 0, verdicts: [], rollouts: 2, unchanged: 3 })).toBe(
    'No changes; 2 objects to wait for; 3 unchanged',
  );
});

it('writes a comment in which nothing of the plan is markup, and that no service refuses for its length', () => {
  const awkward = row('a', { reason: 'A | <b> `x` @team\n- *y*' });
  expect(renderPlanMarkdown(tableOf([awkward]), undefined)).toContain(
    '| in-place | update | KafkaTopic default/a<br><code>module.a</code> | A \\| &lt;b&gt; \\`x\\` &#64;team<br>- \\*y\\* |',
  );
  const command = { severity: 'error' as const, summary: 'x', detail: 'Such as\n/merge now\n  /close' };
  expect(renderPlanMarkdown({ ...tableOf([]), diagnostics: [command] }, undefined)).toContain(
    'Such as<br>\n&#47;merge now<br>\n  &#47;close',
  );
  const rows = Array.from({ length: 300 }, (_, index) => row(`t${index}`));
  expect(renderPlanMarkdown(tableOf(rows), undefined)).toMatch(/\n\nAnd 250 that are no worse\.$/);
  const many = {
    ...tableOf([]),
    groups: Array.from({ length: 2_000 }, (_, index) => tableOf([row(`t${index}`)]).groups[0]).filter(
      (group) => group !== undefined,
    ),
  };
  const comment = renderPlanMarkdown(many, 'local');
  expect(comment.length).toBeLessThan(65_536);
  expect(comment).toMatch(/^<!-- sdp-plan:local -->\n/);
  expect(comment).toMatch(/The rest is in the output of `sdp plan`: \d+ more parts\.$/);
});
