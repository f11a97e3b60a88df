import { expect, test } from 'vitest';
import { hasFormat } from './string-formats.ts';

test.each<[string, readonly string[], readonly string[]]>([
  ['date-time', ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.123+01:00'], ['2026-02-30T00:00:00Z', 'x']],
  ['date', ['2024-02-29'], ['2026-02-29', '2026-1-1']],
  ['duration', ['1h30m', '5 days', '-2.5s', '0'], ['soon', '1x', '']],
  ['ipv4', ['10.0.0.1'], ['10.0.0', '::1']],
  ['ipv6', ['::1'], ['10.0.0.1']],
  ['cidr', ['10.0.0.0/8', '::/0'], ['10.0.0.0', '10.0.0.0/33', '::/129']],
  ['mac', ['01:23:45:67:89:ab', '01-23-45-67-89-ab'], ['01:23']],
  ['uri', ['https://example.org/x?y', '/path'], ['no link', 'x']],
  ['email', ['a@example.org'], ['nobody', 'a b@c']],
  ['hostname', ['example.org', 'a-b'], ['-a-', 'a..b', 'x'.repeat(256)]],
  ['uuid', ['11111111-2222-3333-4444-555555555555'], ['123']],
  ['uuid4', ['11111111-2222-4333-8444-555555555555'], ['11111111-2222-3333-8444-555555555555']],
  ['byte', ['YQ==', ''], ['*', 'YQ']],
  ['hexcolor', ['#fff', '#a0b1c2'], ['#ggg']],
  ['unheard-of', ['anything'], []],
])('%s', (format, good, bad) => {
  expect(good.filter((text) => !hasFormat(text, format))).toEqual([]);
  expect(bad.filter((text) => hasFormat(text, format))).toEqual([]);
});
