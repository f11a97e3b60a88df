import { describe, expect, it } from 'vitest';
import type { ArtifactAnswer } from '../platform/registry/api.ts';
import { chooseArtifact, describeArtifact, formatArtifacts } from './artifact-text.ts';
import { formatTokens, parseExpiry } from './artifact-tokens.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const file = (name: string, sha256: string) => ({
  file: name,
  size: 1024,
  sha256: sha256.repeat(64),
  published: '2026-11-27T12:00:00Z',
  publishedBy: 'orders-ci',
});
const totals: ArtifactAnswer = {
  type: 'maven',
  name: 'internal.shop:totals',
  version: '1.1.0',
  files: [
    file('totals-1.1.0.pom', 'a'),
    file('totals-1.1.0-sources.jar', 'b'),
    file('totals-1.1.0.jar', 'c'),
  ],
  usedBy: ['shop/totals'],
};
const readings: ArtifactAnswer = {
  type: 'pypi',
  name: 'my-readings',
  version: '1.0.0',
  files: [{ ...file('my_readings-1.0.0.tar.gz', 'd'), requiresPython: '>=3.9' }],
  usedBy: [],
};
const all = [readings, totals, { ...totals, version: '1.2.0', usedBy: [] }];

it('lists a version in a line, with the hash of what jobs name', () => {
  expect(formatArtifacts([readings, totals], now)).toBe(
    `NAME                   VERSION   TYPE    SIZE     SHA-256        PUBLISHED   USED BY
my-readings              1.0.0   pypi    1.0 KB   dddddddddddd   1d ago      -
internal.shop:totals     1.1.0   maven   3.0 KB   cccccccccccc   1d ago      shop/totals`,
  );
});

it('shows the addresses that modules name', () => {
  const lines = describeArtifact(totals, now).join('\n');
  expect(lines).toContain('http://maven/internal/shop/totals/1.1.0/totals-1.1.0.jar');
  expect(lines).toContain('used by   shop/totals');
  expect(lines).toContain('by the token orders-ci');
  expect(describeArtifact(readings, now).join('\n')).toMatch(
    /http:\/\/pypi\/packages\/my-readings\/1\.0\.0\/my_readings-1\.0\.0\.tar\.gz\n.*Python >=3\.9/,
  );
});

describe('a name', () => {
  it.each([
    ['internal.shop:totals', 2],
    ['totals', 2],
    ['My_Readings', 1],
  ])('%s means %i versions', (name, count) => {
    expect(chooseArtifact(name, all)).toHaveLength(count);
  });

  it('that is none, or of two, is told', () => {
    expect(() => chooseArtifact('totls', all)).toThrow('Did you mean internal.shop:totals?');
    expect(() => chooseArtifact('x', [])).toThrow('Nothing is published');
    const other = { ...totals, name: 'external.shop:totals' };
    expect(() => chooseArtifact('totals', [totals, other])).toThrow('Name one of them in full');
  });
});

it.each([
  ['90d', '2027-02-26T12:00:00.000Z'],
  ['12h', '2026-11-29T00:00:00.000Z'],
  ['2w', '2026-12-12T12:00:00.000Z'],
  ['2026-12-31', '2026-12-31T00:00:00.000Z'],
])('a token of %s holds until %s', (text, expected) => {
  expect(parseExpiry(text, undefined, now).toISOString()).toBe(expected);
});

it.each(['', 'tomorrow', '90', '0d', '2026-01-01', '2026-99-99'])('no token holds for %j', (text) => {
  expect(() => parseExpiry(text, undefined, now)).toThrow(/Write 12h|over already/);
});

it('tells of tokens that have expired', () => {
  const created = '2026-11-01T12:00:00Z';
  const tokens = [
    { name: 'a', created },
    { name: 'b', created, expires: '2026-11-25T12:00:00Z' },
    { name: 'c', created, expires: '2026-12-25T12:00:00Z' },
  ];
  expect(formatTokens(tokens, now)).toBe(`NAME   CREATED   EXPIRES
a      27d ago   never
b      27d ago   expired 3d ago
c      27d ago   2026-12-25`);
});
