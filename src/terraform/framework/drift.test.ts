import { describe, expect, it } from 'vitest';
import { readDrift } from './drift.ts';
import { attribute } from './schema.ts';
import type { ObjectValue } from './value.ts';

const attributes = [
  attribute('size', 'number', 'optional', ''),
  attribute('config', ['map', 'string'], 'optional', ''),
  attribute('args', ['list', 'string'], 'optional', ''),
  {
    ...attribute('job', 'string', 'optional', ''),
    shape: {
      nesting: 'single' as const,
      attributes: [attribute('a', 'string', 'optional', ''), attribute('b', 'string', 'optional', '')],
    },
  },
  {
    ...attribute('files', 'string', 'optional', ''),
    shape: {
      nesting: 'list' as const,
      attributes: [attribute('a', 'string', 'optional', ''), attribute('b', 'string', 'optional', '')],
    },
  },
];

describe('drift', () => {
  it.each<[string, ObjectValue, ObjectValue, ObjectValue]>([
    ['shows at what the user set', { size: 1 }, { size: 2 }, { size: 2 }],
    ['not at what others set', {}, { size: 2, config: { a: '1' }, args: ['x'], job: { a: 'x' } }, {}],
    ['shows removal', { size: 1, args: ['a'] }, {}, {}],
    [
      'of a map only at its keys',
      { config: { a: '1', b: '2' } },
      { config: { a: '9', c: '3' } },
      { config: { a: '9' } },
    ],
    ['of a list as a whole', { args: ['a'] }, { args: ['a', 'b'] }, { args: ['a', 'b'] }],
    [
      'of an object by attribute',
      { job: { a: 'x', b: null } },
      { job: { a: 'y', b: 'z' } },
      { job: { a: 'y', b: null } },
    ],
    [
      'of objects in a list',
      { files: [{ a: 'x', b: null }] },
      { files: [{ a: 'y', b: 'z' }] },
      { files: [{ a: 'y', b: null }] },
    ],
    [
      'takes empty for absent',
      { config: {}, args: [], job: { a: null, b: null } },
      {},
      { config: {}, args: [], job: { a: null, b: null } },
    ],
  ])('%s', (_what, state, live, expected) => {
    const nothing = { size: null, config: null, args: null, job: null, files: null };
    expect(readDrift(attributes, { ...nothing, ...state }, { ...nothing, ...live })).toEqual({
      ...nothing,
      ...expected,
    });
  });
});
