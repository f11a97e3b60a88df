import type { Colors } from 'picocolors/types.js';
import type { FlowColumn } from '../terraform/hcl/column-lineage.ts';
import type { Flow, Lineage, Mover, Place } from '../terraform/hcl/lineage.ts';

/** Each job and connector with what it reads and writes, and the topics that none of them does. */
export function renderLineage({ movers, flows, places }: Lineage, colors: Colors): readonly string[] {
  const width = Math.max(0, ...flows.map(({ place }) => place.length));
  const byId = new Map(places.map((place) => [place.id, place]));
  const lines = movers.flatMap((mover) => {
    const own = flows.filter((flow) => flow.mover === mover.id);
    return [
      `${colors.bold(mover.id)}${colors.dim(titleOf(mover))}`,
      ...own.flatMap((flow) => [
        `  ${flowLine(flow, width, byId.get(flow.place), colors)}`,
        ...columnLines(flow.columns ?? [], colors),
      ]),
      ...(own.length === 0 ? [`  ${colors.dim('what it reads and writes is in its program')}`] : []),
      '',
    ];
  });
  const moved = new Set(flows.map(({ place }) => place));
  const idle = places.filter(({ id, isDeclared }) => isDeclared && !moved.has(id));
  if (idle.length > 0) {
    lines.push(`No job or connector here reads or writes: ${idle.map(({ name }) => name).join(', ')}`);
  }
  return lines;
}

function titleOf({ script, class: name }: Mover): string {
  const what = script ?? name?.split('.').at(-1);
  return what === undefined ? '' : `  ${what}`;
}

function flowLine(flow: Flow, width: number, place: Place | undefined, colors: Colors): string {
  const arrow = flow.direction === 'reads' ? 'reads ' : 'writes';
  const table = flow.table === undefined ? '' : `table ${flow.table}`;
  const foreign = place?.kind === 'topic' && !place.isDeclared ? 'not declared here' : '';
  const notes = [table, foreign].filter((note) => note !== '').join(', ');
  return `${arrow}  ${flow.place.padEnd(width)}  ${colors.dim(notes)}`.trimEnd();
}

function columnLines(columns: readonly FlowColumn[], colors: Colors): readonly string[] {
  const width = Math.max(0, ...columns.map(({ name }) => name.length));
  return columns.map(
    (column) => `            ${column.name.padEnd(width)}  ${colors.dim(originsOf(column))}`,
  );
}

function originsOf({ origins, computed }: FlowColumn): string {
  if (origins === null) return 'unknown';
  if (origins.length === 0) return computed ? 'computed' : 'constant';
  const names = origins.map(({ table, column }) => `${table}.${column}`).join(', ');
  return computed ? `from ${names}` : names;
}

/** A flowchart that GitLab and GitHub draw. */
export function toMermaid({ places, movers, flows }: Lineage): string {
  const ids = new Map([...places, ...movers].map(({ id }, index) => [id, `n${index}`]));
  const label = (text: string) => `"${text.replaceAll('"', '#quot;')}"`;
  const node = (id: string) => ids.get(id) ?? '';
  const used = new Set(flows.map(({ place }) => place));
  return [
    'flowchart LR',
    ...places
      .filter(({ id, isDeclared }) => isDeclared || used.has(id))
      .map(({ id, kind, name }) =>
        kind === 'external' ? `  ${node(id)}[(${label(name)})]` : `  ${node(id)}([${label(name)}])`,
      ),
    ...movers.map(({ id, object }) => `  ${node(id)}[${label(`${object.kind} ${object.name}`)}]`),
    ...new Set(
      flows.map(({ mover, direction, place }) =>
        direction === 'reads' ? `  ${node(place)} --> ${node(mover)}` : `  ${node(mover)} --> ${node(place)}`,
      ),
    ),
  ].join('\n');
}

/** What a change of something reaches: one step of data each level. */
export interface Reached {
  readonly id: string;
  /** Told before, further up. */
  readonly isRepeated: boolean;
  readonly reaches: readonly Reached[];
}

/** Of a place or a mover. */
export function impactOf({ flows }: Lineage, start: string): Reached {
  const seen = new Set<string>();
  const visit = (id: string): Reached => {
    if (seen.has(id)) return { id, isRepeated: true, reaches: [] };
    seen.add(id);
    const readers = flows.filter(({ direction, place }) => direction === 'reads' && place === id);
    const written = flows.filter(({ direction, mover }) => direction === 'writes' && mover === id);
    const next = new Set([...readers.map(({ mover }) => mover), ...written.map(({ place }) => place)]);
    return { id, isRepeated: false, reaches: [...next].map(visit) };
  };
  return visit(start);
}

export function renderImpact(root: Reached): readonly string[] {
  const lines = [root.id];
  const draw = (reaches: readonly Reached[], indent: string) => {
    for (const [index, item] of reaches.entries()) {
      const isLast = index === reaches.length - 1;
      lines.push(`${indent}${isLast ? '└─' : '├─'} ${item.id}${item.isRepeated ? ' (see above)' : ''}`);
      draw(item.reaches, `${indent}${isLast ? '   ' : '│  '}`);
    }
  };
  draw(root.reaches, '');
  return lines;
}

/** What a user may call something: a topic, a table, a job or connector by its name, or as it is printed. */
export function findNamed({ places, movers, flows }: Lineage, name: string): readonly string[] {
  const exact = [...places, ...movers].filter(({ id }) => id === name).map(({ id }) => id);
  if (exact.length > 0) return exact;
  const named = [
    ...places.filter((place) => place.name === name).map(({ id }) => id),
    ...movers.filter(({ object }) => object.name === name).map(({ id }) => id),
    ...flows.filter(({ table }) => table === name).map(({ place }) => place),
  ];
  return [...new Set(named)];
}
