import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** These documents say which test holds which rule: each has to be there under the name that it gives. */
const documents: readonly [file: string, leastRules: number][] = [
  ['flink-operator.md', 80],
  ['strimzi-topic-operator.md', 45],
  ['strimzi-connect-operator.md', 25],
  ['verdicts.md', 120],
];

const root = join(import.meta.dirname, '..', '..');

describe.each(documents)('the table of rules in docs/%s', (document, leastRules) => {
  const text = readFileSync(join(root, 'docs', document), 'utf8');
  const named = [...text.matchAll(/`([\w/-]+) › ([^`]+)`/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }));

  it('names a test in each line of a rule', () => {
    const rules = text.split('## Where it differs')[0]?.match(/^\| (?!Rule|Change|---).*$/gm) ?? [];
    expect(rules.length).toBeGreaterThan(leastRules);
    expect(rules.filter((rule) => !rule.includes(' › '))).toEqual([]);
  });

  it.each([...new Set(named.map(({ file }) => file))])('names tests of %s that are there', (file) => {
    const path = [`src/${file}.test.ts`, `src/${file}.ts`, `${file}.test.ts`]
      .map((name) => join(root, name))
      .find((candidate) => existsSync(candidate));
    const source = path === undefined ? '' : readFileSync(path, 'utf8');
    const titles = named.filter((test) => test.file === file).map(({ title }) => title);
    const isThere = (title: string) => [`'${title}'`, `"${title}"`].some((quoted) => source.includes(quoted));
    expect(titles.filter((title) => !isThere(title))).toEqual([]);
  });
});
