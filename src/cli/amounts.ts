const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** How long something takes or is ago, in the largest unit that fits: `340 ms`, `12s`, `5m`, `3h`, `2d`. */
export function formatDuration(milliseconds: number): string {
  const [unit, size] = units.find(([, amount]) => milliseconds >= amount) ?? [undefined, 1];
  return unit === undefined
    ? `${Math.max(0, Math.round(milliseconds))} ms`
    : `${Math.floor(milliseconds / size)}${unit}`;
}

/** `12s ago`; of what is less than a second ago, `just now`. */
export function formatAgo(time: number, now: number): string {
  return now - time < 1_000 ? 'just now' : `${formatDuration(now - time)} ago`;
}

/** `640 B`, `20.6 KB`, `3.1 MB`: of 1024. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const exponent = Math.min(4, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** exponent).toFixed(1)} ${['B', 'KB', 'MB', 'GB', 'TB'][exponent]}`;
}

/** Milliseconds of `90s`, `5m`, `1h30m`, or of a number of seconds. `undefined` when it is none. */
export function parseTimeout(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) > 0 ? Number(text) * 1_000 : undefined;
  if (!/^(\d+(\.\d+)?[smh])+$/.test(text)) return undefined;
  const sum = [...text.matchAll(/(\d+(?:\.\d+)?)([smh])/g)].reduce(
    (total, [, amount, unit]) => total + Number(amount) * (units.find(([name]) => name === unit)?.[1] ?? 0),
    0,
  );
  return sum > 0 ? sum : undefined;
}
