/** Units of Flink's `TimeUtils` (2.2); those that are words have a plural too. */
const units: readonly (readonly [RegExp, number])[] = [
  [/^(d|days?)$/, 86_400_000],
  [/^(h|hours?)$/, 3_600_000],
  [/^(m|min|minutes?)$/, 60_000],
  [/^(s|sec|secs|seconds?)$/, 1_000],
  [/^(|ms|milli|millis|milliseconds?)$/, 1],
];

/** Milliseconds of a duration as Flink's configuration has it: `30 s`, `1min`, `500`. `undefined` when it is none. */
export function parseFlinkDuration(text: string): number | undefined {
  const match = /^\s*(\d+)\s*([a-z]*)\s*$/.exec(text.toLowerCase());
  const factor = units.find(([pattern]) => pattern.test(match?.[2] ?? ' '))?.[1];
  return match?.[1] === undefined || factor === undefined ? undefined : Number(match[1]) * factor;
}
