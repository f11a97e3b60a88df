/**
 * The live value at the paths that `prior` sets, in `prior`'s shape: records and objects are followed key by key,
 * anything else is taken whole, also a record where `prior` has text. Where the live value only differs in form (a number where the user wrote text, a list
 * joined with commas), `prior` stays, so that a plan shows no difference that means nothing.
 */
export function readAtPaths(live: unknown, prior: unknown): unknown {
  if (prior === undefined || prior === null) return prior;
  if (isRecord(prior)) {
    const source = isRecord(live) ? live : {};
    return Object.fromEntries(
      Object.entries(prior).map(([key, value]) => [key, readAtPaths(source[key], value)]),
    );
  }
  if (sameMeaning(live, prior)) return prior;
  if (typeof prior === 'string' && isScalar(live)) return toText(live);
  return live;
}

function sameMeaning(live: unknown, prior: unknown): boolean {
  if (Array.isArray(prior) && Array.isArray(live)) {
    return prior.length === live.length && prior.every((item, index) => sameMeaning(live[index], item));
  }
  if (isRecord(prior) && isRecord(live)) {
    const keys = new Set([...Object.keys(prior), ...Object.keys(live)]);
    return [...keys].every((key) => sameMeaning(live[key], prior[key]));
  }
  if (live === undefined || live === null || prior === undefined || prior === null) return live === prior;
  return toText(live) === toText(prior);
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
