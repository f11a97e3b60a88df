import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseBodyText } from './read-body.ts';

const parse = (text: string): unknown => parseBodyText(Buffer.from(text), 'yaml');

describe('a body of YAML', () => {
  test('may be JSON, which means the same', () => {
    const object = fc.dictionary(
      fc.string({ unit: 'binary' }),
      fc.jsonValue({ noUnicodeString: false, maxDepth: 3 }),
    );
    fc.assert(
      fc.property(object, (value) => {
        // Which no body may have.
        fc.pre(!JSON.stringify(value).includes('"__proto__"'));
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(parse(JSON.stringify(value))).toEqual(plain);
        expect(parse(JSON.stringify(value, undefined, 2))).toEqual(plain);
      }),
    );
  });

  test('as YAML', () => {
    expect(parse(stringify({ a: { b: ['c', 1] } }))).toEqual({ a: { b: ['c', 1] } });
    expect(parse('{a: 1, "b": yes}')).toEqual({ a: 1, b: 'yes' });
  });

  test.each(['{"a":1,"a":2}', '{"a":{"b":[{"c":1,"c":1}]}}', '{"a":1,"\\u0061":2}', 'a: 1\na: 2\n'])(
    'names no field twice: %s',
    (text) => {
      expect(() => parse(text)).toThrow('Map keys must be unique');
    },
  );

  test('may hold colons and quotes wherever it likes', () => {
    const value = { 'a":': '":', b: ['x": "y', '\\"', ':'], '': { ':': null } };
    expect(parse(JSON.stringify(value))).toEqual(value);
  });
});
