import { describe, expect, test } from 'vitest';
import type { ApiObject } from '../json.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';

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

  test.each(['app=a=b', 'app in web', 'a b', 'app in (a', '=x'])('%s is refused', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow('unable to parse requirement');
  });
});

describe('fields', () => {
  const fields = new Map([
    ['metadata.name', ['metadata', 'name']],
    ['status.phase', ['status', 'phase']],
    ['spec.nodeName', ['spec', 'nodeName']],
  ]);

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
