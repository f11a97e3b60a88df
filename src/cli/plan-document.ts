import { z } from 'zod';
import { effects } from '../kinds/verdict.ts';
import { type PlanTable, rowsOf, type TableRow } from '../terraform/plan-table.ts';

const verdict = z.enum([...effects, 'unknown', 'unjudged']);

const object = {
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
};

const diagnostic = z.object({
  severity: z.enum(['error', 'warning']),
  summary: z.string(),
  detail: z.string(),
  address: z.string().optional(),
  source: z.object({ file: z.string(), line: z.number(), column: z.number() }).optional(),
  snippet: z.object({ code: z.string(), startLine: z.number(), context: z.string().optional() }).optional(),
});

/** What `sdp plan --json` prints. Fields may be added; none changes its meaning within a version. */
export const planDocument = z.object({
  version: z.literal(1),
  project: z.string().optional(),
  /** `failed`: what was planned before the errors is here all the same. */
  outcome: z.enum(['changes', 'no-changes', 'failed']),
  summary: z.object({
    changes: z.number(),
    verdicts: z.partialRecord(verdict, z.number()),
    blocked: z.number(),
    unchanged: z.number(),
    rollouts: z.number(),
    outputs: z.number(),
    errors: z.number(),
    warnings: z.number(),
  }),
  groups: z.array(
    z.object({
      ...object,
      name: z.string().optional(),
      /** Whether the object itself changes, and not only what runs on it. */
      changed: z.boolean(),
      verdict,
      dependants: z.array(z.object({ ...object, relation: z.enum(['runs-on', 'reads', 'writes']) })),
      /** Addresses, the worst first. */
      rows: z.array(z.string()),
    }),
  ),
  /** The worst of all groups first. */
  rows: z.array(
    z.object({
      address: z.string(),
      action: z.enum(['create', 'update', 'replace', 'destroy', 'forget', 'import', 'blocked']),
      ...object,
      verdict,
      reason: z.string(),
      /** Who notices what is lost or done again: readers of what it writes, and theirs, without those among the group's dependants. */
      reaches: z.array(z.object(object)),
      diagnostics: z.array(diagnostic),
    }),
  ),
  /** What belongs to no row. */
  diagnostics: z.array(diagnostic),
});

export type PlanDocument = z.input<typeof planDocument>;

export function toPlanDocument(table: PlanTable, outcome: PlanDocument['outcome']): PlanDocument {
  return {
    version: 1,
    ...(table.project !== undefined && { project: table.project }),
    outcome,
    summary: {
      ...table.summary,
      verdicts: Object.fromEntries(table.summary.verdicts.map((item) => [item.verdict, item.count])),
    },
    groups: table.groups.map((group) => ({
      kind: group.kind,
      ...group.object,
      changed: group.isChanged,
      verdict: group.rows[0]?.verdict ?? 'no-op',
      dependants: group.dependants.map((item) => ({ ...item.object, relation: item.relation })),
      rows: group.rows.map(({ address }) => address),
    })),
    rows: rowsOf(table).map(toDocumentRow),
    diagnostics: [...table.diagnostics],
  };
}

function toDocumentRow({ address, action, object: { kind, namespace, name }, ...row }: TableRow) {
  return {
    address,
    action,
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
    verdict: row.verdict,
    reason: row.reason,
    reaches: [...row.reaches],
    diagnostics: [...row.diagnostics],
  };
}
