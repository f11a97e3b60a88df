import { z } from 'zod';

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as Terraform users write it: `90s`, `5m`, `1h30m`. `undefined` when it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (unitMilliseconds[unit ?? ''] ?? 0),
    0,
  );
}

export const durationParam = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'is no duration: write 90s, 5m or 1h30m' });
