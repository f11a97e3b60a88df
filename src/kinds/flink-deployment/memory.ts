const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  bytes: 1,
  k: 2 ** 10,
  kb: 2 ** 10,
  ki: 2 ** 10,
  kib: 2 ** 10,
  m: 2 ** 20,
  mb: 2 ** 20,
  mi: 2 ** 20,
  mib: 2 ** 20,
  g: 2 ** 30,
  gb: 2 ** 30,
  gi: 2 ** 30,
  gib: 2 ** 30,
  t: 2 ** 40,
  tb: 2 ** 40,
  ti: 2 ** 40,
  tib: 2 ** 40,
};

/**
 * Bytes of an amount of memory as Flink's `MemorySize` and the operator take it: `1600m`, `2 gb`, `2Gi`; Flink
 * reads every unit as a power of two. `undefined` when it is not one.
 */
export function parseMemory(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = match?.[2] === undefined ? undefined : units[match[2].toLowerCase()];
  const bytes = unit === undefined ? undefined : Math.floor(Number(match?.[1]) * unit);
  return bytes !== undefined && bytes > 0 ? bytes : undefined;
}
