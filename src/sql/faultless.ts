import { createHash } from 'node:crypto';

/*
 * Statements in which the grammar found nothing, by their hashes: jobs share their DDL, each is planned and then applied, and
 * most are as they were the last time.
 */
const hashes = new Set<string>();
const most = 10_000;

export function isFaultless(text: string): boolean {
  return hashes.has(hashOf(text));
}

export function addFaultless(text: string): void {
  if (hashes.size >= most) hashes.clear();
  hashes.add(hashOf(text));
}

/** To be recalled by a later process. */
export function keepFaultless(): readonly string[] {
  return [...hashes];
}

/** What `keepFaultless` answered in a process of the same program. */
export function recallFaultless(kept: readonly string[]): void {
  for (const hash of kept.slice(0, most)) hashes.add(hash);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64').slice(0, 22);
}
