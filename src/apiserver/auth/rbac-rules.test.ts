import { describe, expect, it } from 'vitest';
import { allows, type PolicyRule, uncoveredRules } from './rbac-rules.ts';

const core = (verbs: string[], resources: string[], more: Partial<PolicyRule> = {}): PolicyRule => ({
  verbs,
  apiGroups: [''],
  resources,
  ...more,
});
const asked = (verb: string, plural: string, more: object = {}) => ({
  verb,
  group: '',
  plural,
  subresource: undefined,
  name: 'a',
  ...more,
});

describe('a rule', () => {
  it.each<[string, boolean, PolicyRule, ReturnType<typeof asked>]>([
    ['its verb and resource', true, core(['get'], ['pods']), asked('get', 'pods')],
    ['another verb', false, core(['get'], ['pods']), asked('list', 'pods')],
    ['another resource', false, core(['get'], ['pods']), asked('get', 'secrets')],
    ['another group', false, core(['get'], ['pods']), asked('get', 'pods', { group: 'apps' })],
    ['everything', true, core(['*'], ['*'], { apiGroups: ['*'] }), asked('x', 'y', { group: 'z' })],
    [
      'no subresource by the resource',
      false,
      core(['get'], ['pods']),
      asked('get', 'pods', { subresource: 'log' }),
    ],
    [
      'a subresource by its name',
      true,
      core(['get'], ['pods/log']),
      asked('get', 'pods', { subresource: 'log' }),
    ],
    ['a subresource of any', true, core(['get'], ['*/log']), asked('get', 'pods', { subresource: 'log' })],
    ['a name', true, core(['get'], ['pods'], { resourceNames: ['a'] }), asked('get', 'pods')],
    ['another name', false, core(['get'], ['pods'], { resourceNames: ['b'] }), asked('get', 'pods')],
    [
      'no list by a name',
      false,
      core(['list'], ['pods'], { resourceNames: ['a'] }),
      asked('list', 'pods', { name: undefined }),
    ],
    ['no resource by a URL', false, { verbs: ['*'], nonResourceURLs: ['*'] }, asked('get', 'pods')],
  ])('lets through or refuses %s', (_what, expected, rule, request) => {
    expect(allows(rule, request)).toBe(expected);
  });
});

describe('what is given away', () => {
  it.each<[string, PolicyRule[], PolicyRule[], number]>([
    ['what is owned', [core(['get', 'list'], ['pods'])], [core(['get'], ['pods'])], 0],
    [
      'what several rules own together',
      [core(['get'], ['pods']), core(['list'], ['pods'])],
      [core(['get', 'list'], ['pods'])],
      0,
    ],
    ['one verb too many', [core(['get'], ['pods'])], [core(['get', 'watch'], ['pods'])], 1],
    ['all verbs for some', [core(['get'], ['pods'])], [core(['*'], ['pods'])], 1],
    ['one name of all', [core(['get'], ['pods'])], [core(['get'], ['pods'], { resourceNames: ['a'] })], 0],
    ['all of one name', [core(['get'], ['pods'], { resourceNames: ['a'] })], [core(['get'], ['pods'])], 1],
    ['a subresource', [core(['get'], ['*/log'])], [core(['get'], ['pods/log'])], 0],
    [
      'a URL below an owned one',
      [{ verbs: ['get'], nonResourceURLs: ['/api/*'] }],
      [{ verbs: ['get'], nonResourceURLs: ['/api/v1'] }],
      0,
    ],
    ['a URL', [], [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }], 1],
  ])('%s', (_what, owned, wanted, missing) => {
    expect(uncoveredRules(owned, wanted)).toHaveLength(missing);
  });
});
