import { looksSecret } from './secret-names.ts';

/** A secret that stands in a text; offsets are those of its value, without quotes. */
export interface SecretLiteral {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** `'password' = 'x'`, `"db.password" = "x"`, `password = "x"`; in YAML `password: x`, too. */
const assignment =
  /(["'`]?)(?<key>[\w.-]*\w)\1[ \t]*[=:]\s*(?:"(?<double>(?:[^"\\\n]|\\.)*)"|'(?<single>(?:[^'\n]|'')*)')/dg;
const plainScalar = /^[ \t-]*(?<key>[\w.-]*\w):[ \t]+(?<plain>[^\s"'#{[&*|>!][^#\n]*)/dgm;
/** In the address of a database. */
const parameter = /[?&;](?<key>password|passwd|pwd|token|secret)=(?<plain>[^&;"'\s]+)/dgi;

/**
 * Values in SQL, HCL or YAML that look like secrets by their keys, in the order of the text. What refers to another place
 * (`${…}`) is none, nor is the name of a Secret. Without a language, it may be any of them.
 */
export function secretLiterals(text: string, language?: 'sql' | 'hcl' | 'yaml'): readonly SecretLiteral[] {
  const found: SecretLiteral[] = [];
  const hasPlain = language === 'yaml' || language === undefined;
  for (const pattern of [assignment, ...(hasPlain ? [plainScalar] : []), parameter]) {
    for (const { 1: quote, groups = {}, indices } of text.matchAll(pattern)) {
      // In SQL, a name without quotes is a column that is compared.
      if (language === 'sql' && pattern === assignment && quote !== "'") continue;
      const { key = '' } = groups;
      const name = ['double', 'single', 'plain'].find((group) => groups[group] !== undefined);
      const [start, end] = indices?.groups?.[name ?? ''] ?? [0, 0];
      const isSecret = pattern === parameter || (looksSecret(key) && key.toLowerCase() !== 'secret');
      if (!isSecret || !isLiteral(text.slice(start, end))) continue;
      if (!found.some((other) => start >= other.start && end <= other.end)) found.push({ key, start, end });
    }
  }
  return found.toSorted((a, b) => a.start - b.start);
}

function isLiteral(value: string): boolean {
  return !/^\s*(?:true|false|null|~)?\s*$/i.test(value) && !value.includes('${');
}

const hidden = '(hidden)';

/** A piece of code to be shown, without the secrets that somebody wrote into it, and where an offset of it has gone. */
export function hideSecretLiterals(
  code: string,
  offset = 0,
): { readonly text: string; readonly offset: number } {
  const literals = secretLiterals(code);
  const text = literals
    .toReversed()
    .reduce((left, { start, end }) => `${left.slice(0, start)}${hidden}${left.slice(end)}`, code);
  const moved = literals.reduce(
    (sum, { start, end }) =>
      sum + (offset >= end ? hidden.length - (end - start) : Math.min(0, start - Math.max(start, offset))),
    offset,
  );
  return { text, offset: moved };
}
