import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validateParams } from './validate.ts';
import { unknown } from './value.ts';

const schema = z
  .object({
    name: z.string().regex(/^[a-z]+$/, { error: 'is no name' }),
    partitions: z.int().min(1).optional(),
    mode: z.enum(['savepoint', 'stateless']).optional(),
    tmResource: z.object({ cpu: z.number().positive(), memory: z.string() }).optional(),
    args: z.array(z.string().min(2)).optional(),
    config: z.record(z.string(), z.string().max(3)).optional(),
  })
  .refine(({ name, mode }) => !(name === 'x' && mode === undefined), {
    error: 'mode is missing',
    path: ['mode'],
  });

describe('what is wrong', () => {
  it.each<[string, Record<string, unknown>, readonly [string, string][]]>([
    ['nothing', { name: 'a' }, []],
    ['a required value is missing', {}, [['MissingValue', 'name']]],
    [
      'everything at once',
      { name: 'A', partitions: 0, mode: 'x' },
      [
        ['InvalidValue', 'name'],
        ['InvalidValue', 'partitions'],
        ['InvalidValue', 'mode'],
      ],
    ],
    [
      'deep inside',
      { name: 'a', tmResource: { cpu: 0, memory: '1g' } },
      [['InvalidValue', 'tmResource.cpu']],
    ],
    ['in a list', { name: 'a', args: ['ok', 'x'] }, [['InvalidValue', 'args.1']]],
    ['in a map', { name: 'a', config: { 'a.b': 'long' } }, [['InvalidValue', 'config.a.b']]],
    ['a relation', { name: 'x' }, [['InvalidValue', 'mode']]],
    ['unknown values are not wrong', { name: unknown, partitions: unknown }, []],
    ['known ones beside them are', { name: unknown, partitions: 0 }, [['InvalidValue', 'partitions']]],
    ['relations wait for all values', { name: 'x', mode: unknown }, []],
    [
      'unknown inside an object',
      { name: 'a', tmResource: { cpu: 0, memory: unknown } },
      [['InvalidValue', 'tmResource.cpu']],
    ],
    [
      'missing beside unknown inside an object',
      { name: 'a', tmResource: { memory: unknown } },
      [['MissingValue', 'tmResource.cpu']],
    ],
    ['unknown inside a list', { name: 'a', args: [unknown, 'x'] }, [['InvalidValue', 'args.1']]],
    [
      'unknown inside a map',
      { name: 'a', config: { k: unknown, l: 'long' } },
      [['InvalidValue', 'config.l']],
    ],
  ])('%s', (_what, params, expected) => {
    const found = validateParams(schema, params).map(({ reason, path }) => [reason, path?.join('.')]);
    expect(found).toEqual(expected);
  });

  it('says what was seen and what to change', () => {
    const [diagnostic] = validateParams(schema, { name: 'a', mode: 'last' });
    expect(diagnostic).toMatchObject({
      summary: 'Invalid value for mode',
      detail: expect.stringMatching(/^"last": .*Use one of savepoint, stateless\.$/),
    });
  });
});
