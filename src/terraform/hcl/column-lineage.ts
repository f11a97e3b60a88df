import type { InsertColumns, SinkColumn } from '../../sql/column-origins.ts';
import type { Flow, Lineage } from './lineage.ts';

/** A column that a job writes. */
export interface FlowColumn {
  readonly name: string;
  /** It is made of its origins; else it is the value of one of them as it is, and without any a constant. */
  readonly computed: boolean;
  /** Null: not known. `table`: as the flow that reads it names it. */
  readonly origins: readonly { readonly table: string; readonly column: string }[] | null;
}

/** The lineage with the columns that jobs write, by their INSERTs. */
export function withColumns(
  lineage: Lineage,
  written: ReadonlyMap<string, readonly InsertColumns[]>,
): Lineage {
  return {
    ...lineage,
    flows: lineage.flows.map((flow) => {
      if (flow.direction === 'reads') return flow;
      const inserts = written.get(flow.mover)?.filter(({ table }) => isTable(flow, table)) ?? [];
      if (inserts.length === 0) return flow;
      const reads = lineage.flows.filter(
        ({ mover, direction }) => mover === flow.mover && direction === 'reads',
      );
      return { ...flow, columns: ofAll(inserts, reads) };
    }),
  };
}

/** Of all INSERTs into one table. */
function ofAll(inserts: readonly InsertColumns[], reads: readonly Flow[]): readonly FlowColumn[] {
  const [first] = inserts;
  return (first?.columns ?? []).map(({ name }) => {
    const own = inserts.flatMap(({ columns }) => columns.filter((column) => column.name === name));
    const origins = own.flatMap((column) => column.origins ?? []);
    const named = origins.map(({ table, column }) => ({ table: nameOf(table, reads), column }));
    return {
      name,
      // Of a column and a constant neither word alone would be true.
      computed: own.some(({ computed }) => computed) || (origins.length > 0 && own.some(isConstant)),
      origins: own.some((column) => column.origins === null) ? null : distinct(named),
    };
  });
}

function isConstant({ computed, origins }: SinkColumn): boolean {
  return !computed && origins?.length === 0;
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function nameOf(path: readonly string[], reads: readonly Flow[]): string {
  const read = reads.find((flow) => isTable(flow, path));
  return read?.table ?? path.join('.').replace(/^default_catalog\.default_database\./, '');
}

/** Whether a flow is that of a table: its definition may leave catalog and database out. */
function isTable({ table }: Flow, path: readonly string[]): boolean {
  return table !== undefined && `.${path.join('.')}`.endsWith(`.${table}`);
}
