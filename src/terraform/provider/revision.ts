import { createHash } from 'node:crypto';
import type { BuiltManifest } from '../../kinds/kind.ts';
import { canonicalJson } from './ownership.ts';

/** A hash of everything that a resource writes: its manifest and its companions. 12 hex digits. */
export function revisionOf({ manifest, companions }: BuiltManifest): string {
  return shortHash(canonicalJson([manifest, companions.map((companion) => companion.manifest)]));
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
