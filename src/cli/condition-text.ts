import type { StrimziCondition } from '../kinds/strimzi-conditions.ts';
import { formatDuration } from './amounts.ts';
import { formatTable } from './terminal-output.ts';

/** A table of a resource's conditions; none without any. */
export function formatConditions(conditions: readonly StrimziCondition[], now: number): readonly string[] {
  if (conditions.length === 0) return [];
  const rows = conditions.map(({ type, status, reason, message, lastTransitionTime: since }) => [
    type ?? '-',
    status ?? '-',
    since === undefined ? '-' : formatDuration(now - Date.parse(since)),
    reason ?? '',
    (message ?? '').replace(/\s*\n\s*/g, ' '),
  ]);
  return formatTable(['TYPE', 'STATUS', 'SINCE', 'REASON', 'MESSAGE'], rows).split('\n');
}
