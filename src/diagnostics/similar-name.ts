/**
 * How many characters have to be put in, left out, exchanged or swapped with their neighbour to make `b` of `a`
 * (optimal string alignment). Distances above `limit` come as some number above it.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const exchanged = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(exchanged, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

/** The item whose name is closest to one that nothing has, for "Did you mean …?": a third of it may differ, and its case. */
export function findSimilar<T>(
  wanted: string,
  items: Iterable<T>,
  nameOf: (item: T) => string,
): T | undefined {
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly item: T; readonly distance: number } | undefined;
  for (const item of items) {
    const distance = editDistance(wanted.toLowerCase(), nameOf(item).toLowerCase(), limit);
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { item, distance };
  }
  return best?.item;
}
