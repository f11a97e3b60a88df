import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { kubeconfigPath } from './connect.ts';

const folder = mkdtempSync(join(tmpdir(), 'sdp-kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true }));
const there = join(folder, 'config');
writeFileSync(there, '');

it.each([
  ['the argument', '/a', { KUBECONFIG: '/b' }, '/a'],
  ['the argument below home', '~/a', {}, '/home/me/a'],
  ['the environment', undefined, { KUBECONFIG: '/b' }, '/b'],
  [
    'the first of the environment that exists',
    undefined,
    { KUBECONFIG: ['/b', there].join(delimiter) },
    there,
  ],
  ['the usual place', undefined, {}, '/home/me/.kube/config'],
  ['the usual place when the environment is empty', undefined, { KUBECONFIG: '' }, '/home/me/.kube/config'],
])('%s', (_what, argument, environment, expected) => {
  expect(kubeconfigPath(argument, environment, '/home/me')).toBe(expected);
});
