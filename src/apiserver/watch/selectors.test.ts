import { describe, expect, test } from 'vitest';
import type { ApiObject } from '../json.ts';
import { parseLabelSelector } from './label-selector.ts';
import { parseFieldSelector } from './selectors.ts';

const object: ApiObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { app: 'web', 'example.org/tier': 'gold', empty: '' } },
  status: { phase: 'Running' },
};

describe('labels', () => {
  test.each([
    ['app=web', true],
    ['app==web,example.org/tier=gold', true],
    ['app!=web', false],
    ['none!=x', true],
    ['app', true],
    ['!app', false],
    ['!none', true],
    ['app in (api, web)', true],
    ['app notin (api,web)', false],
    ['none notin (a)', true],
    ['none in (a)', false],
    ['empty=', true],
    ['', true],
  ])('%s', (selector, expected) => {
    expect(parseLabelSelector(selector)?.(object) ?? true).toBe(expected);
  });

  test.each([
    ['app=a=b', "found '=', expected: ',' or 'end of string'"],
    ['app in web', "unable to parse requirement: found 'web' expected: '('"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['app in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['=x', "found '=', expected: !, identifier, or 'end of string'"],
    ['a=b,', "found '', expected: identifier after ','"],
    ['n>x', "values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"],
  ])('%s is refused', (selector, why) => {
    expect(() => parseLabelSelector(selector)).toThrow(why);
  });

  test.each([
    ['n>4', true],
    ['n<5', false],
    ['app>1', false],
  ])('%s compares numbers', (selector, expected) => {
    const numbered: ApiObject = { ...object, metadata: { name: 'p', labels: { n: '5', app: 'web' } } };
    expect(parseLabelSelector(selector)?.(numbered)).toBe(expected);
  });
});

describe('fields', () => {
  const selectableFields = new Map([
    ['metadata.name', ['metadata', 'name']],
    ['status.phase', ['status', 'phase']],
    ['spec.nodeName', ['spec', 'nodeName']],
  ]);
  const fields = { selectableFields, isStructural: false };

  test.each([
    ['metadata.name=p', true],
    ['metadata.name!=p', false],
    ['status.phase==Running,metadata.name=p', true],
    ['spec.nodeName=', true],
    ['spec.nodeName!=', false],
  ])('%s', (selector, expected) => {
    expect(parseFieldSelector(selector, fields)?.(object)).toBe(expected);
  });

  test('a field that is not selectable is refused', () => {
    expect(() => parseFieldSelector('spec.image=x', fields)).toThrow('field label not supported: spec.image');
  });
});
