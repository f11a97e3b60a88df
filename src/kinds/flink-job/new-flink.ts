import type { SpecChange } from '../reconciled-spec.ts';

/** Another Flink version for a job that keeps its state. */
export type NewFlink = 'older' | 'newer' | 'next-major';

export function newFlinkOf(changes: readonly SpecChange[]): NewFlink | undefined {
  const change = changes.find(({ path }) => path === 'flinkVersion');
  const [from, to] = [change?.before, change?.after].map(parseVersion);
  if (from === undefined || to === undefined) return undefined;
  if (to.major < from.major || (to.major === from.major && to.minor < from.minor)) return 'older';
  return to.major > from.major ? 'next-major' : 'newer';
}

/** Flink 1.20 knows version 4 of a savepoint's metadata, 2.2 writes version 6. */
export const olderReadsNothing =
  'an older Flink does not read the state that a newer one has written. To start empty set upgrade_mode = "stateless" with the change.';

/** What Flink promises of state that another version has written (release notes of 2.0, "Upgrading Applications and Flink Versions"). */
export function describeNewFlink(move: NewFlink | undefined): string {
  if (move === 'next-major')
    return (
      ' Flink guarantees no state compatibility between 1.x and 2.x, for SQL as for programs: the start may fail at it. ' +
      'What the job starts from stays, for the version before too: put flink_version back, or set upgrade_mode = "stateless" to start empty.'
    );
  if (move === 'newer')
    return ' A newer Flink reads the state of programs; SQL it may plan with other operators, which do not take it, and the start fails.';
  return '';
}

function parseVersion(text: unknown): { major: number; minor: number } | undefined {
  const [, major, minor] = /^v(\d+)_(\d+)$/.exec(typeof text === 'string' ? text : '') ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return { major: Number(major), minor: Number(minor) };
}
