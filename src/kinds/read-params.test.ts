import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAtPaths } from './read-params.ts';

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const params = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  object: fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 4 }),
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(leaf, { maxLength: 3 }), tie('object')),
})).object;

describe('readAtPaths', () => {
  it('answers what is set when the live value is the same', () => {
    fc.assert(
      fc.property(params, (value) => {
        expect(readAtPaths(structuredClone(value), value)).toEqual(value);
      }),
    );
  });

  it('shows nothing of paths that are not set', () => {
    fc.assert(
      fc.property(params, params, (set, others) => {
        expect(readAtPaths({ ...others, ...structuredClone(set) }, set)).toEqual(set);
      }),
    );
  });

  it('has the same keys as what is set, whatever is live', () => {
    fc.assert(
      fc.property(params, params, (set, live) => {
        const read = readAtPaths(live, set) as object;
        expect(Object.keys(read)).toEqual(Object.keys(set));
      }),
    );
  });

  it('reads the same a second time', () => {
    fc.assert(
      fc.property(params, params, (set, live) => {
        const once = readAtPaths(live, set);
        expect(readAtPaths(live, once)).toEqual(once);
      }),
    );
  });

  it.each<[string, unknown, unknown, unknown]>([
    ['another number', { partitions: 5 }, { partitions: 3 }, { partitions: 5 }],
    ['a value that is gone', {}, { partitions: 3 }, { partitions: undefined }],
    ['text where the server has a number', { ms: 1 }, { ms: '1' }, { ms: '1' }],
    ['another number, as text', { ms: 2 }, { ms: '1' }, { ms: '2' }],
    ['a list whose length changed', { args: ['a'] }, { args: ['a', 'b'] }, { args: ['a'] }],
    ['a list of another form', { args: [1, 2] }, { args: ['1', '2'] }, { args: ['1', '2'] }],
    ['a key beside those that are set', { c: { a: 'x', b: 'y' } }, { c: { a: 'x' } }, { c: { a: 'x' } }],
    ['null, which sets nothing', { a: 1 }, { a: null }, { a: null }],
    ['a record that is gone', {}, { config: { a: 'x' } }, { config: { a: undefined } }],
    ['an object where any value is asked for', { a: { b: 1 } }, { a: '' }, { a: { b: 1 } }],
    ['a list of objects', { l: [{ a: 1, b: 2 }] }, { l: [{ a: 1 }] }, { l: [{ a: 1, b: 2 }] }],
  ])('%s', (_, live, prior, read) => {
    expect(readAtPaths(live, prior)).toEqual(read);
  });
});
