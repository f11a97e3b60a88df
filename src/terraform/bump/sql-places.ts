import { tokenize } from '../../sql/tokens.ts';
import type { Range } from './hcl-places.ts';

/** The address of a jar in SQL, between its quotes. */
export interface SqlPlace extends Range {
  readonly text: string;
  /** Whether the text is what the statement means: no parameters, no doubled quotes. */
  readonly isPlain: boolean;
}

/** The jars of `USING JAR '…'`, of further ones after it, of `ADD JAR '…'` and `REMOVE JAR '…'`. */
export function readSqlPlaces(text: string): readonly SqlPlace[] {
  const { tokens, unclosed } = tokenize(text);
  const read = tokens.flatMap((token, index): SqlPlace[] => {
    const before = tokens[index - 1];
    if (token.kind !== 'literal' || before?.kind !== 'word' || text.charAt(token.start) !== "'") return [];
    if (text.slice(before.start, before.end).toUpperCase() !== 'JAR') return [];
    const range = { start: token.start + 1, end: token.end - 1 };
    const written = text.slice(range.start, range.end);
    return [{ ...range, text: written, isPlain: !/'|\$\{/.test(written) }];
  });
  if (unclosed === undefined) return read;
  // What comes after something that was never closed is a guess: told of, not changed.
  const rest = [...text.slice(unclosed.start).matchAll(/\bjar\s+'([^'\n]*)'/gi)];
  const guessed = rest.map(({ 0: all, 1: written = '', index }): SqlPlace => {
    const end = unclosed.start + index + all.length - 1;
    return { start: end - written.length, end, text: written, isPlain: false };
  });
  return [...read, ...guessed];
}
