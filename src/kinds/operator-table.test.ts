import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** docs/flink-operator.md says which test holds which rule: each has to be there under the name that it gives. */

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'flink-operator.md'), 'utf8');
const named = [...text.matchAll(/`([\w/-]+) › ([^`]+)`/g)].map(([, file = '', title = '']) => ({
  file,
  title,
}));

describe('the table of rules of the Flink operator', () => {
  it('names a test in each line of a rule', () => {
    const rules = text.split('## Where it differs')[0]?.match(/^\| (?!Rule|---).*$/gm) ?? [];
    expect(rules.length).toBeGreaterThan(80);
    expect(rules.filter((rule) => !rule.includes(' › '))).toEqual([]);
  });

  it.each([...new Set(named.map(({ file }) => file))])('names tests of %s that are there', (file) => {
    const path = join(root, 'src', `${file}.test.ts`);
    const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const titles = named.filter((test) => test.file === file).map(({ title }) => title);
    const isThere = (title: string) => [`'${title}'`, `"${title}"`].some((quoted) => source.includes(quoted));
    expect(titles.filter((title) => !isThere(title))).toEqual([]);
  });
});
