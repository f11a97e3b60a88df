import { parseMemory } from '../kinds/flink-deployment/memory.ts';

/** What a limit is an amount of: the unit that it is written with tells. */
export type Measure = 'number' | 'memory' | 'duration';

export interface Limit {
  readonly measure: Measure;
  /** A plain number, bytes, or milliseconds. */
  readonly amount: number;
}

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** Other names of units that Flink and Kubernetes have; `m` is a minute where a duration is asked for. */
const unitNames: Readonly<Record<string, string>> = {
  milli: 'ms',
  millis: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'min',
  minute: 'min',
  minutes: 'min',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
};

/**
 * A limit of a policy: `3`, `0.5`, `2Gi`, `7d`. Undefined for what is none, and for `500m`, which is minutes, megabytes and
 * half a CPU.
 */
export function parseLimit(written: number | string): Limit | undefined {
  if (typeof written === 'number') return { measure: 'number', amount: written };
  if (/^\s*[\d.]+\s*m\s*$/i.test(written)) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(written)) return { measure: 'number', amount: Number(written) };
  const duration = parseDuration(written);
  if (duration !== undefined) return { measure: 'duration', amount: duration };
  const memory = parseMemory(written);
  return memory === undefined ? undefined : { measure: 'memory', amount: memory };
}

/**
 * The amount of a field in the measure of a limit. Durations without a unit are milliseconds, as in Kafka and Flink; what is
 * negative has no end (`retention.ms` -1). Undefined where it is no such amount.
 */
export function measure(value: unknown, as: Measure): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = String(value).trim();
  if (as === 'number') {
    // Kubernetes' thousandths of a CPU.
    const [, thousandths] = /^(\d+)m$/.exec(text) ?? [];
    if (thousandths !== undefined) return Number(thousandths) / 1000;
    return text === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
  }
  if (/^-\d+(\.\d+)?$/.test(text)) return Number.POSITIVE_INFINITY;
  return as === 'memory' ? parseMemory(text) : parseDuration(text, 'ms');
}

/** Parts one after another: `7d`, `500 ms`, `1h30m`. `unit`: of a number that has none. */
function parseDuration(text: string, unit = ''): number | undefined {
  const parts = [...text.matchAll(/\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*/gi)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  const amounts = parts.map(([, amount, written = '']) => {
    const name = written === '' ? unit : written.toLowerCase();
    const size = milliseconds[unitNames[name] ?? name];
    return size === undefined ? undefined : Number(amount) * size;
  });
  return amounts.reduce((sum, amount) =>
    sum === undefined || amount === undefined ? undefined : sum + amount,
  );
}

/** Beside a value whose unit does not show: ` (14 d)` after 1209600000. */
export function inWords(value: unknown, as: Measure): string {
  const amount = measure(value, as);
  if (amount === Number.POSITIVE_INFINITY) return ' (without end)';
  if (amount === undefined || as !== 'duration' || !/^\d+$/.test(String(value))) return '';
  const unit = ['d', 'h', 'min', 's'].find((name) => amount % (milliseconds[name] ?? 1) === 0 && amount > 0);
  return unit === undefined ? ' ms' : ` (${amount / (milliseconds[unit] ?? 1)} ${unit})`;
}
