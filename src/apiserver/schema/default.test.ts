import { expect, test } from 'vitest';
import { applyDefaults, pruneNulls } from './default.ts';
import type { StructuralSchema } from './structural-schema.ts';

const schema: StructuralSchema = {
  type: 'object',
  properties: {
    colour: { type: 'string', default: 'red' },
    note: { type: 'string' },
    maybe: { type: 'string', nullable: true, default: 'x' },
    nested: { type: 'object', default: {}, properties: { depth: { type: 'integer', default: 1 } } },
    items: {
      type: 'array',
      items: { type: 'object', properties: { on: { type: 'boolean', default: true } } },
    },
    map: { type: 'object', additionalProperties: { type: 'object', properties: { n: { default: 0 } } } },
  },
};

const NESTED = { nested: { depth: 1 } };

test.each<[string, object, object]>([
  ['absent fields, also of defaulted objects', {}, { colour: 'red', maybe: 'x', ...NESTED }],
  ['set fields stay', { colour: 'blue', maybe: 'y', ...NESTED }, { colour: 'blue', maybe: 'y', ...NESTED }],
  ['null gives way to a default', { colour: null }, { colour: 'red', maybe: 'x', ...NESTED }],
  [
    'null stays where there is no default',
    { note: null },
    { note: null, colour: 'red', maybe: 'x', ...NESTED },
  ],
  ['null stays where it is allowed', { maybe: null }, { colour: 'red', maybe: null, ...NESTED }],
  [
    'items of lists and maps',
    { items: [{}, { on: false }], map: { a: {} } },
    { colour: 'red', maybe: 'x', ...NESTED, items: [{ on: true }, { on: false }], map: { a: { n: 0 } } },
  ],
])('%s', (_what, value, expected) => {
  applyDefaults(value, schema);
  expect(value).toEqual(expected);
});

test('a decoder drops nulls that are not allowed and have no default, at any depth', () => {
  const value = { note: null, colour: null, maybe: null, items: [{ on: null }], nested: { depth: null } };
  pruneNulls(value, schema);
  expect(value).toEqual({ colour: null, maybe: null, items: [{ on: null }], nested: { depth: null } });
});
