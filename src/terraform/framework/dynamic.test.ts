import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readDynamic, toDynamic } from './dynamic.ts';
import { fromParams, toParams } from './params.ts';
import { attributesFromZod } from './schema-from-zod.ts';
import { Dynamic, ExactNumber, type Type, unknown, type Value } from './value.ts';

const template: Type = ['object', { a: 'string', list: ['tuple', ['number', 'bool']] }];

describe('plain JSON', () => {
  it('has the type of the same literal in Terraform', () => {
    expect(toDynamic({ a: 'x', list: [1, true], left: undefined })).toEqual(
      new Dynamic(template, { a: 'x', list: [1, true] }),
    );
    expect(toDynamic([null, unknown])).toEqual(
      new Dynamic(['tuple', ['dynamic', 'dynamic']], [null, unknown]),
    );
  });

  it('comes back as params', () => {
    const attributes = attributesFromZod(z.object({ any: z.unknown() }));
    const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('null'));
    fc.assert(
      fc.property(json, (value) => {
        expect(toParams(attributes, fromParams(attributes, { any: value }))).toEqual({ any: value });
      }),
    );
  });

  it('leaves nulls out, with a type or without', () => {
    const attributes = attributesFromZod(z.object({ any: z.unknown(), other: z.unknown() }));
    const any = new Dynamic(['object', { a: 'string', b: 'number' }], { a: null, b: 1 });
    expect(toParams(attributes, { any, other: new Dynamic('string', null) })).toEqual({ any: { b: 1 } });
  });
});

describe('a live value', () => {
  const list: Type = ['list', 'string'];
  it.each<[string, Type, Value, unknown, Dynamic]>([
    [
      'stays a map',
      ['map', 'string'],
      { a: 'x' },
      { a: 'y', b: 'z' },
      new Dynamic(['map', 'string'], { a: 'y' }),
    ],
    ['stays a list', list, ['x'], ['y'], new Dynamic(list, ['y'])],
    ['stays a longer list', list, ['x'], ['x', 'y'], new Dynamic(list, ['x', 'y'])],
    [
      'stays an object',
      template,
      { a: 'x', list: [1, true] },
      { a: 'x', list: [1, true] },
      toDynamic({ a: 'x', list: [1, true] }),
    ],
    [
      'becomes an object where a map holds it no more',
      ['map', 'string'],
      { a: 'x', b: 'y' },
      { a: 1, b: 'y' },
      toDynamic({ a: 1, b: 'y' }),
    ],
    [
      'loses what was removed',
      template,
      { a: 'x', list: [1, true] },
      { list: [1, true] },
      toDynamic({ list: [1, true] }),
    ],
    ['changes its type', 'string', 'x', { a: 1 }, toDynamic({ a: 1 })],
    [
      'is exact',
      'number',
      new ExactNumber('0.10000000000000000001'),
      0.1,
      new Dynamic('number', new ExactNumber('0.10000000000000000001')),
    ],
    [
      'keeps a null that the user wrote',
      ['object', { a: 'string', b: 'dynamic' }],
      { a: null, b: null },
      { a: 'set by others' },
      new Dynamic(['object', { a: 'string', b: 'dynamic' }], { a: null, b: null }),
    ],
    [
      'is followed inside lists of one length',
      ['list', ['object', { name: 'string' }]],
      [{ name: 'x' }],
      [{ name: 'y', added: 1 }],
      new Dynamic(['list', ['object', { name: 'string' }]], [{ name: 'y' }]),
    ],
  ])('%s', (_what, type, state, live, expected) => {
    expect(readDynamic(new Dynamic(type, state), toDynamic(live))).toEqual(expected);
  });
});
