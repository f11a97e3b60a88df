import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Attribute } from './schema.ts';
import { attributesFromZod } from './schema-from-zod.ts';

describe('attributes', () => {
  it.each<[string, z.ZodType, string]>([
    ['name', z.string().describe('A name.'), 'name required "string" A name.'],
    ['jarURI', z.string().describe('A jar.').optional(), 'jar_uri optional "string" A jar.'],
    ['withDefault', z.int().default(1), 'with_default optional "number"'],
    ['ratio', z.number().positive(), 'ratio required "number"'],
    ['mode', z.enum(['a', 'b']).optional(), 'mode optional "string"'],
    ['either', z.union([z.string(), z.number()]), 'either required "string"'],
    ['on', z.boolean().optional(), 'on optional "bool"'],
    ['args', z.array(z.string()).readonly(), 'args required ["list","string"]'],
    ['config', z.record(z.string(), z.string()).optional(), 'config optional ["map","string"]'],
    ['podTemplate', z.record(z.string(), z.unknown()).optional(), 'pod_template optional "dynamic"'],
    ['anything', z.unknown(), 'anything required "dynamic"'],
    ['rules', z.array(z.record(z.string(), z.unknown())), 'rules required "dynamic"'],
    ['items', z.array(z.object({ a: z.record(z.string(), z.any()) })), 'items required "dynamic"'],
    [
      'outer',
      z.object({ podTemplate: z.record(z.string(), z.unknown()) }),
      'outer required single(pod_template required "dynamic")',
    ],
    ['matrix', z.array(z.array(z.int())), 'matrix required ["list",["list","number"]]'],
    [
      'tmResource',
      z.object({ cpuCores: z.number() }).optional(),
      'tm_resource optional single(cpu_cores required "number")',
    ],
    ['ddl', z.array(z.object({ path: z.string() })), 'ddl required list(path required "string")'],
    ['named', z.record(z.string(), z.object({ a: z.boolean() })), 'named required map(a required "bool")'],
    ['trimmed', z.string().transform((text) => text.length), 'trimmed required "string"'],
  ])('%s', (field, schema, expected) => {
    expect(attributesFromZod(z.object({ [field]: schema })).map(show)).toEqual([expected]);
  });

  it('cannot have one name twice', () => {
    expect(() => attributesFromZod(z.object({ jarURI: z.string(), jarUri: z.string() }))).toThrow(
      'one Terraform name',
    );
  });

  it('cannot offer everything', () => {
    expect(() => attributesFromZod(z.object({ when: z.date() }))).toThrow('cannot offer when');
  });
});

function show({ name, presence, shape, description }: Attribute): string {
  const type =
    shape.nesting === 'none'
      ? JSON.stringify(shape.type)
      : `${shape.nesting}(${shape.attributes.map(show).join(', ')})`;
  return `${name} ${presence} ${type} ${description}`.trim();
}
