const units: Readonly<Record<string, number>> = {
  ...named(86_400_000, 'd', 'day', 'days'),
  ...named(3_600_000, 'h', 'hour', 'hours'),
  ...named(60_000, 'm', 'min', 'minute', 'minutes'),
  ...named(1_000, 's', 'sec', 'secs', 'second', 'seconds'),
  ...named(1, 'ms', 'milli', 'millis', 'millisecond', 'milliseconds'),
  ...named(1e-3, 'us', 'µs', 'micro', 'micros', 'microsecond', 'microseconds'),
  ...named(1e-6, 'ns', 'nano', 'nanos', 'nanosecond', 'nanoseconds'),
};

function named(size: number, ...names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, size]));
}

const iso = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;
const isoUnits = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

/**
 * Milliseconds of a duration as Flink (`2 min`, `1 h 30 min`; `TimeUtils`), Go (`1h30m`) or ISO 8601 (`PT1H30M`) write
 * it. A number alone is none: Flink takes it for milliseconds, and most who write it mean seconds.
 */
export function parseAnyDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  const parts = iso.exec(trimmed)?.slice(1);
  if (parts !== undefined) {
    if (parts.every((part) => part === undefined) || trimmed.endsWith('t')) return undefined;
    return exact(parts.map((part, index) => [Number(part ?? 0), isoUnits[index] ?? 0]));
  }
  if (!/^(\d+(\.\d+)?\s*[a-zµ]+\s*)+$/.test(trimmed)) return undefined;
  const amounts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]+)/g)].map(
    ([, amount, unit]): readonly [number, number | undefined] => [Number(amount), units[unit ?? '']],
  );
  if (amounts.some(([, size]) => size === undefined)) return undefined;
  return exact(amounts.map(([amount, size]) => [amount, size ?? 0]));
}

/** Summed in nanoseconds, so that 0.3 s is 300 ms. */
function exact(amounts: readonly (readonly [number, number])[]): number {
  const nanoseconds = amounts.reduce((sum, [amount, size]) => sum + Math.round(amount * size * 1e6), 0);
  return nanoseconds / 1e6;
}
