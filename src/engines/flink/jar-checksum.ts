/**
 * The SHA-256 that an address of a jar ends with (`…/totals-1.1.0.jar#sha256=<64 hex>`), in small letters; undefined without one, and
 * not in the answer where what follows `#sha256=` is none. Whoever knows nothing of it ignores the fragment of an address.
 */
export function readJarChecksum(jarURI: string): { readonly sha256?: string } | undefined {
  const given = /#sha256=(.*)$/s.exec(jarURI)?.[1];
  if (given === undefined) return undefined;
  return /^[0-9a-f]{64}$/i.test(given) ? { sha256: given.toLowerCase() } : {};
}

export const malformedChecksum = 'what follows #sha256= is no SHA-256. Write its 64 hexadecimal digits.';
