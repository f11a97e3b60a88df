import type { ObjectName } from '../diagnostics/diagnostic.ts';
import type { KindDefinition, Topics } from '../kinds/kind.ts';
import { effects, summarize } from '../kinds/verdict.ts';
import type { PlanJson } from './plan-json.ts';
import { type PlanRow, planRows, type RowVerdict, rankOf } from './plan-rows.ts';
import type { PlanDiagnostic } from './plan-stream.ts';
import { nameOf, type PlannedObject, plannedKinds, plannedObjects } from './planned-objects.ts';

/** An object of the project that a change of another one concerns. */
export interface Dependant {
  readonly object: ObjectName;
  readonly relation: 'runs-on' | 'reads' | 'writes';
}

export interface TableRow extends PlanRow {
  readonly diagnostics: readonly PlanDiagnostic[];
  /**
   * Where what is lost or done again is noticed: those that read what the object writes, through topics and other jobs, the nearest
   * first; without the readers that the group names.
   */
  readonly reaches: readonly ObjectName[];
}

/** Changes that concern the same: a cluster with what runs on it, a topic, or all others of a kind. */
export interface PlanGroup {
  /** What is changed, or stays while its jobs or connectors change; absent for changes that have nothing in common. */
  readonly object?: ObjectName;
  readonly isChanged: boolean;
  readonly kind: string;
  /** Whom the change of the object concerns, whether or not they change too. */
  readonly dependants: readonly Dependant[];
  /** The worst first. */
  readonly rows: readonly TableRow[];
}

export interface PlanTable {
  /** The project of sdp's provider, where the configuration has it as a constant. */
  readonly project?: string;
  /** The worst first. */
  readonly groups: readonly PlanGroup[];
  /** What belongs to no row. */
  readonly diagnostics: readonly PlanDiagnostic[];
  readonly summary: PlanSummary;
}

export interface PlanSummary {
  readonly changes: number;
  /** The worst first. */
  readonly verdicts: readonly { readonly verdict: RowVerdict; readonly count: number }[];
  /** Changes that an error kept from being planned. */
  readonly blocked: number;
  readonly unchanged: number;
  readonly rollouts: number;
  /** Outputs of the project that change. */
  readonly outputs: number;
  readonly errors: number;
  readonly warnings: number;
}

/**
 * A plan as one table. `diagnostics` are those of the run that made it; a failed plan gives a row for each object that
 * an error is about, beside the changes that were planned until then. No plan: it failed before it had one. `digests`: what
 * Read kept of live objects, by address.
 */
export function planTable(
  plan: PlanJson | undefined,
  diagnostics: readonly PlanDiagnostic[],
  kinds: readonly KindDefinition[],
  digests: ReadonlyMap<string, unknown> = new Map(),
): PlanTable {
  const known = plannedKinds(kinds);
  const { rows, unchanged, rollouts } = planRows(plan ?? {}, known, digests);
  const objects = plannedObjects(plan ?? {}, known);
  const listed = new Set(rows.map(({ address }) => address));
  // Terraform tells them in the order in which it happened upon them.
  const found = diagnostics.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const addressed = found.map((diagnostic) => ({
    diagnostic,
    address: addressOf(diagnostic, listed, objects),
  }));
  const failed = new Set(
    addressed.flatMap(({ diagnostic, address }) => (diagnostic.severity === 'error' ? address : [])),
  );
  const blocked = objects
    .filter(({ address }) => failed.has(address) && !listed.has(address))
    .map(
      ({ address, object }): PlanRow => ({
        address,
        object,
        action: 'blocked',
        verdict: 'unknown',
        reason: '',
      }),
    );
  const all = [...rows, ...blocked].map((row): TableRow => {
    const own = addressed.flatMap(({ diagnostic, address }) => (address === row.address ? diagnostic : []));
    return { ...row, ...toldVerdict(row, own), diagnostics: own, reaches: [] };
  });
  const shown = new Set(all.flatMap((row) => row.diagnostics));
  const project = projectOf(plan);
  return {
    ...(project !== undefined && { project }),
    groups: groupRows(all, objects),
    diagnostics: found.filter((diagnostic) => !shown.has(diagnostic)),
    summary: {
      changes: rows.length,
      verdicts: countVerdicts(all.filter(({ action }) => action !== 'blocked')),
      blocked: blocked.length,
      unchanged: unchanged - unchangedOf(plan, blocked),
      rollouts,
      outputs: Object.values(plan?.output_changes ?? {}).filter(({ actions }) => !actions.includes('no-op'))
        .length,
      errors: diagnostics.filter(({ severity }) => severity === 'error').length,
      warnings: diagnostics.filter(({ severity }) => severity === 'warning').length,
    },
  };
}

/** All rows, the worst of all groups first. */
export function rowsOf({ groups }: PlanTable): readonly TableRow[] {
  return groups.flatMap(({ rows }) => rows).toSorted((a, b) => rankOf(b) - rankOf(a));
}

/** A destruction has no planned verdict, and a change that was held up has none at all: the provider's words have it. */
function toldVerdict(
  { action, object }: PlanRow,
  diagnostics: readonly PlanDiagnostic[],
): Partial<Pick<PlanRow, 'verdict' | 'reason'>> {
  if (!['destroy', 'replace', 'blocked'].includes(action)) return {};
  const told = diagnostics.flatMap(({ severity, summary, detail }) => {
    const effect = effects.find((name) => summary === `${nameOf(object)}: ${name}`);
    return effect === undefined ? [] : [{ effect, reason: severity === 'warning' ? detail : '' }];
  });
  if (told.length === 0) return {};
  const { effect, reason } = summarize(told);
  return { verdict: effect, reason };
}

function orderOf({ severity, address, summary }: PlanDiagnostic): string {
  return [severity, address, summary].join(' ');
}

/** Terraform names no address for what it says of resources without a configuration: their names are in the text. */
function addressOf(
  { address, summary, detail }: PlanDiagnostic,
  addresses: ReadonlySet<string>,
  objects: readonly PlannedObject[],
): string | undefined {
  if (address !== undefined) return address;
  const named = detail.split(/\s+/).find((word) => addresses.has(word));
  if (named !== undefined) return named;
  const names = new Set(`${summary} ${detail}`.match(/[A-Z]\w+ [\w.-]+\/[\w.-]*\w/g));
  return objects.find(({ object }) => names.has(nameOf(object)))?.address;
}

function unchangedOf(plan: PlanJson | undefined, blocked: readonly PlanRow[]): number {
  const addresses = new Set(plan?.resource_changes?.map(({ address }) => address));
  return blocked.filter(({ address }) => addresses.has(address)).length;
}

function countVerdicts(rows: readonly PlanRow[]): PlanSummary['verdicts'] {
  const ranks = new Map<RowVerdict, number>();
  const counts = new Map<RowVerdict, number>();
  for (const row of rows) {
    counts.set(row.verdict, (counts.get(row.verdict) ?? 0) + 1);
    ranks.set(row.verdict, Math.max(ranks.get(row.verdict) ?? 0, rankOf(row)));
  }
  return [...counts]
    .map(([verdict, count]) => ({ verdict, count }))
    .toSorted((a, b) => (ranks.get(b.verdict) ?? 0) - (ranks.get(a.verdict) ?? 0));
}

function groupRows(rows: readonly TableRow[], objects: readonly PlannedObject[]): readonly PlanGroup[] {
  const byName = new Map(objects.map((item) => [nameOf(item.object), item]));
  const hostOf = (item: PlannedObject): ObjectName | undefined => {
    if (item.host === undefined) return undefined;
    const host = byName.get(nameOf(item.host));
    return (host === undefined ? undefined : hostOf(host)) ?? item.host;
  };
  const guests = new Map<string, PlannedObject[]>();
  for (const item of objects) {
    const host = hostOf(item);
    if (host === undefined) continue;
    const found = guests.get(nameOf(host));
    if (found === undefined) guests.set(nameOf(host), [item]);
    else found.push(item);
  }
  const byAddress = new Map(objects.map((item) => [item.address, item]));
  const groups = new Map<string, { readonly group: Omit<PlanGroup, 'rows'>; readonly rows: TableRow[] }>();
  for (const row of rows) {
    const group = groupOf(row, byAddress.get(row.address));
    const key = group.object === undefined ? group.kind : nameOf(group.object);
    const found = groups.get(key);
    if (found === undefined) groups.set(key, { group, rows: [row] });
    else found.rows.push(row);
  }
  const changed = new Set(rows.map(({ object }) => nameOf(object)));
  const listed = [...groups.values()].map(({ group, rows: own }): PlanGroup => {
    const isChanged = group.object !== undefined && changed.has(nameOf(group.object));
    return {
      ...group,
      isChanged,
      dependants: isChanged ? group.dependants : [],
      rows: own.map((row) => withReach(row, group)).toSorted((a, b) => rankOf(b) - rankOf(a)),
    };
  });
  const worst = ({ rows: [first] }: PlanGroup) => (first === undefined ? 0 : rankOf(first));
  return listed.toSorted((a, b) => worst(b) - worst(a));

  function withReach(row: TableRow, group: Omit<PlanGroup, 'rows'>): TableRow {
    const item = byAddress.get(row.address);
    if (item === undefined || !spreading.includes(row.verdict)) return row;
    const readers = group.dependants.filter(({ relation }) => relation === 'reads');
    const named = new Set(readers.map(({ object }) => nameOf(object)));
    return { ...row, reaches: reachOf(item, objects).filter((object) => !named.has(nameOf(object))) };
  }

  function groupOf(row: TableRow, item: PlannedObject | undefined): Omit<PlanGroup, 'rows'> {
    const { object } = row;
    const host = item === undefined ? undefined : hostOf(item);
    const cluster = host ?? (guests.has(nameOf(object)) ? object : undefined);
    if (cluster !== undefined) {
      const dependants = (guests.get(nameOf(cluster)) ?? []).map(
        (guest): Dependant => ({ object: guest.object, relation: 'runs-on' }),
      );
      return { object: cluster, isChanged: false, kind: cluster.kind, dependants };
    }
    const names = item?.topicNames ?? [];
    const dependants = names.length === 0 ? [] : objects.flatMap((other) => relationsTo(names, other));
    if (dependants.length > 0) return { object, isChanged: true, kind: object.kind, dependants };
    return { isChanged: false, kind: object.kind, dependants: [] };
  }
}

/** Verdicts of changes that show in what comes after. */
const spreading: readonly RowVerdict[] = ['reprocessed', 'state-lost', 'data-lost'];

/** All that the data of an object gets to, the nearest first. */
function reachOf(start: PlannedObject, objects: readonly PlannedObject[]): readonly ObjectName[] {
  const reached = new Set([start]);
  let writers: readonly PlannedObject[] = [start];
  while (writers.length > 0) {
    const names = writers.flatMap(({ topicNames, topics }) => [...topicNames, ...(topics()?.writes ?? [])]);
    const prefixes = writers.flatMap(({ topics }) => topics()?.writePrefixes ?? []);
    writers = objects.filter((other) => {
      const topics = reached.has(other) ? undefined : other.topics();
      if (topics === undefined) return false;
      const begins = (name: string) => prefixes.some((prefix) => name.startsWith(prefix));
      return readsOneOf(topics, names) || topics.reads.some(begins);
    });
    for (const writer of writers) reached.add(writer);
  }
  return [...reached].slice(1).map(({ object }) => object);
}

function readsOneOf({ reads, readPatterns = [] }: Topics, names: readonly string[]): boolean {
  return names.some((name) => reads.includes(name) || readPatterns.some((form) => matches(form, name)));
}

function relationsTo(
  names: readonly string[],
  { object, topics: find }: PlannedObject,
): readonly Dependant[] {
  const topics = find();
  if (topics === undefined) return [];
  const { writes, writePrefixes = [] } = topics;
  const isRead = readsOneOf(topics, names);
  const isWritten = names.some(
    (name) => writes.includes(name) || writePrefixes.some((prefix) => name.startsWith(prefix)),
  );
  return [
    ...(isRead ? [{ object, relation: 'reads' } as const] : []),
    ...(isWritten ? [{ object, relation: 'writes' } as const] : []),
  ];
}

/** Java's expressions that JavaScript does not have match nothing. */
function matches(pattern: string, topic: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(topic);
  } catch {
    return false;
  }
}

function projectOf(plan: PlanJson | undefined): string | undefined {
  // Modules that require the provider have an entry each, and no configuration of their own.
  const named = Object.values(plan?.configuration?.provider_config ?? {}).flatMap((provider) =>
    provider.full_name.endsWith('/platform/sdp')
      ? (provider.expressions?.['project']?.constant_value ?? [])
      : [],
  );
  return named.find((project) => typeof project === 'string');
}
