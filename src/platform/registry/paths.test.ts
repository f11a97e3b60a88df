import { expect, it } from 'vitest';
import { locate, normalizeName, normalizeVersion, pathOf, readDistributionName } from './paths.ts';
import { wantsJson } from './python-index.ts';

it.each([
  ['1.0.1', '1.0.1'],
  ['v1.0', '1.0'],
  ['1.0-RC.1', '1.0rc1'],
  ['1.0.alpha', '1.0a0'],
  ['1!2.0', '1!2.0'],
  ['2.0-1', '2.0.post1'],
  ['2.0.post', '2.0.post0'],
  ['2.0_dev3', '2.0.dev3'],
  ['1.0+Ubuntu-1', '1.0+ubuntu.1'],
  ['2026.01.05', '2026.1.5'],
  ['1.0.x', undefined],
  ['latest', undefined],
  ['', undefined],
])('the version %s is spelled %s', (given, expected) => {
  expect(normalizeVersion(given)).toBe(expected);
});

it.each([
  ['My.Cool__Project', 'my-cool-project'],
  ['a', 'a'],
  ['-a', undefined],
  ['a/b', undefined],
])('the project %s is spelled %s', (given, expected) => {
  expect(normalizeName(given)).toBe(expected);
});

it.each([
  ['pyflink-1.0.1.tar.gz', { name: 'pyflink', version: '1.0.1' }],
  ['market-data-1.0rc1.zip', { name: 'market-data', version: '1.0rc1' }],
  ['market_data-1.0-py3-none-any.whl', { name: 'market-data', version: '1.0' }],
  ['market_data-1.0-2-cp311-cp311-manylinux_2_17_x86_64.whl', { name: 'market-data', version: '1.0' }],
  ['market_data-1.0.whl', undefined],
  ['market_data.tar.gz', undefined],
  ['setup.exe', undefined],
])('the file %s is of %j', (file, expected) => {
  expect(readDistributionName(file)).toEqual(expected);
});

const file = {
  type: 'maven',
  name: 'internal.shop:totals',
  version: '1.1.0',
  file: 'totals-1.1.0-all.jar',
} as const;

it.each([
  ['maven/internal/shop/totals/1.1.0/totals-1.1.0-all.jar', { is: 'file', of: file }],
  ['maven/internal/shop/totals/1.1.0/totals-1.1.0-all.jar.sha1', { is: 'file', of: file, checksum: 'sha1' }],
  ['internal/shop/totals/1.1.0/totals-1.1.0-all.jar', { is: 'file', of: file }],
  ['repository/releases/internal/shop/totals/1.1.0/totals-1.1.0-all.jar', { is: 'file', of: file }],
  ['maven/internal/shop/totals/maven-metadata.xml', { is: 'metadata', name: 'internal.shop:totals' }],
  [
    'repository/pypi/packages/A_b/1.0-rc1/a_b-1.0rc1.zip',
    { is: 'file', of: { type: 'pypi', name: 'a-b', version: '1.0rc1', file: 'a_b-1.0rc1.zip' } },
  ],
  [
    'packages/shop/totals/1.1.0/totals-1.1.0.jar',
    { is: 'file', of: { ...file, name: 'packages.shop:totals', file: 'totals-1.1.0.jar' } },
  ],
  ['maven/internal.shop/totals/1.1.0/totals-1.1.0.jar', undefined],
  ['maven/internal/shop/totals/1.1.0/totals.jar', undefined],
  ['repository/releases', undefined],
])('%s is %j', (path, expected) => {
  expect(locate(path.split('/'))).toEqual(expected);
});

it('paths lead back to what they are of', () => {
  for (const path of [
    file,
    { type: 'pypi', name: 'a-b', version: '1!1.0+x', file: 'a_b-1!1.0+x.zip' } as const,
  ]) {
    expect(locate(pathOf(path).slice(1).split('/').map(decodeURIComponent))).toEqual({
      is: 'file',
      of: path,
    });
  }
});

it.each([
  [undefined, false],
  ['*/*', false],
  ['text/html', false],
  ['application/vnd.pypi.simple.v1+json', true],
  [
    'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01',
    true,
  ],
  ['text/html, application/json;q=0.5', false],
])('an index for %s is JSON: %s', (accept, expected) => {
  expect(wantsJson(accept)).toBe(expected);
});
