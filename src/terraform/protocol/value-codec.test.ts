import { ExtData, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dynamic, ExactNumber, type Type, unknown, type Value } from '../framework/value.ts';
import { decodeJsonValue, decodeValue, encodeValue, fromDynamicValue } from './value-codec.ts';

const { type: anyType } = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Type>('string', 'number', 'bool', 'dynamic'),
    fc.tuple(fc.constantFrom('list' as const, 'set' as const, 'map' as const), tie('type')),
    fc.tuple(
      fc.constant('object' as const),
      fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), tie('type'), { maxKeys: 4 }),
    ),
    fc.tuple(fc.constant('tuple' as const), fc.array(tie('type'), { maxLength: 3 })),
  ),
}));

function valueOf(type: Type): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 6, arbitrary: knownOf(type) },
    { weight: 1, arbitrary: fc.constantFrom(null, unknown) },
  );
}

function knownOf(type: Type): fc.Arbitrary<Value> {
  if (type === 'string') return fc.string({ unit: 'grapheme' });
  if (type === 'bool') return fc.boolean();
  if (type === 'dynamic') {
    return fc
      .constantFrom<Type>('string', 'number', ['list', 'bool'])
      .chain((inner) => knownOf(inner).map((value) => new Dynamic(inner, value)));
  }
  if (type === 'number') {
    return fc.oneof(
      fc.maxSafeInteger(),
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((number) => (Object.is(number, -0) ? 0 : number)),
      fc.bigInt({ min: 2n ** 54n, max: 2n ** 80n }).map((number) => new ExactNumber(`${number}7`)),
    );
  }
  if (type[0] === 'tuple') return fc.tuple(...type[1].map(valueOf));
  if (type[0] === 'object') {
    return fc.record(
      Object.fromEntries(Object.entries(type[1]).map(([name, item]) => [name, valueOf(item)])),
    );
  }
  if (type[0] === 'map') {
    return fc
      .dictionary(
        fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
        valueOf(type[1]),
        { maxKeys: 4 },
      )
      .map((map) => ({ ...map }));
  }
  return fc.array(valueOf(type[1]), { maxLength: 4 });
}

describe('msgpack values', () => {
  it('come back as they went', () => {
    const typed = anyType.chain((type) => fc.tuple(fc.constant(type), valueOf(type)));
    fc.assert(
      fc.property(typed, ([type, value]) => {
        expect(decodeValue(type, encodeValue(type, value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('write an unknown as cty does', () => {
    expect(Buffer.from(encodeValue('string', unknown)).toString('hex')).toBe('d40000');
  });

  it.each([0, 12, 127])('read extension %i as unknown', (extension) => {
    expect(
      decodeValue(['list', 'string'], encode([new ExtData(extension, Buffer.from([0x81, 1, 0xc2]))])),
    ).toEqual([unknown]);
  });

  it.each([
    ['a small integer', encode(3), 3],
    ['a float', encode(0.5), 0.5],
    ['decimal text', encode('0.1'), 0.1],
    [
      'an integer past 2^53',
      encode(2n ** 63n - 1n, { useBigInt64: true }),
      new ExactNumber('9223372036854775807'),
    ],
    [
      'text past 2^64',
      encode('123456789012345678901234567890'),
      new ExactNumber('123456789012345678901234567890'),
    ],
    [
      'a fraction with more digits than a double',
      encode('0.12345678901234567890123'),
      new ExactNumber('0.12345678901234567890123'),
    ],
  ])('read %s as a number', (_what, bytes, expected) => {
    expect(decodeValue('number', bytes)).toEqual(expected);
  });

  it('write a fraction as text, since a double is not the decimal number of the configuration', () => {
    expect(encodeValue('number', 0.1)).toEqual(encode('0.1'));
  });

  it('fill attributes that are left out', () => {
    const type: Type = ['object', { a: 'string', b: 'number' }];
    expect(decodeValue(type, encodeValue(type, { a: 'x' }))).toEqual({ a: 'x', b: null });
  });

  it('take no bytes for null', () => {
    expect(fromDynamicValue('string', { msgpack: new Uint8Array() })).toBeNull();
  });
});

describe('JSON states', () => {
  it('lose attributes that the schema does not know any more and gain those it knows now', () => {
    const state = Buffer.from(JSON.stringify({ old: 1, kept: { 'a.b': 'x' } }));
    expect(decodeJsonValue(['object', { kept: ['map', 'string'], added: 'bool' }], state)).toEqual({
      kept: { 'a.b': 'x' },
      added: null,
    });
  });

  it.each<[string, unknown, Dynamic]>([
    [
      'with its type',
      { type: ['object', { a: ['tuple', ['number', 'bool']] }], value: { a: [1, true] } },
      new Dynamic(['object', { a: ['tuple', ['number', 'bool']] }], { a: [1, true] }),
    ],
    ['from when it was a map(string)', { 'a.b': 'x' }, new Dynamic(['map', 'string'], { 'a.b': 'x' })],
    [
      'from when it was a nested attribute',
      { type: 'x', other: { n: 1 } },
      new Dynamic(['object', { type: 'string', other: ['object', { n: 'number' }] }], {
        type: 'x',
        other: { n: 1 },
      }),
    ],
  ])('hold a value of any type %s', (_what, raw, expected) => {
    expect(decodeJsonValue('dynamic', Buffer.from(JSON.stringify(raw)))).toEqual(expected);
  });
});
