import { expect, it } from 'vitest';
import { formatHostAliases, resolveHost } from './host-aliases.ts';

const aliases = { pypi: '127.0.0.1:29817', 'nexus.example.com': '127.0.0.1:29817' };

it.each([
  ['http://pypi/packages/a/1/a-1.zip?x=y#sha256=a', 'http://127.0.0.1:29817/packages/a/1/a-1.zip?x=y'],
  ['https://user:secret@Nexus.example.com:8443/a', 'http://127.0.0.1:29817/a'],
  ['http://pypi.example.com/a', 'http://pypi.example.com/a'],
  ['http://constructor/a', 'http://constructor/a'],
  ['s3://pypi/a', 's3://pypi/a'],
])('%s is fetched from %s', (written, expected) => {
  expect(resolveHost(new URL(written), aliases).href).toBe(expected);
});

it('is told to processes in one line', () => {
  expect(formatHostAliases(aliases)).toBe('pypi=127.0.0.1:29817,nexus.example.com=127.0.0.1:29817');
});
