import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { kinds } from '../../kinds/catalog.ts';
import { toSnakeCase } from '../framework/names.ts';
import { fromParams } from '../framework/params.ts';
import type { Value } from '../framework/value.ts';
import { absent, isError } from '../testing/terraform-core.ts';
import { createTestProvider } from '../testing/test-provider.ts';

describe('any configuration of any kind', () => {
  const samples: Readonly<Record<string, Value>> = {
    cpu: 0.5,
    memory: '2g',
    jarURI: 'https://example.com/a.jar',
  };

  /** Params that zod takes, with every optional part now there, now not. */
  function valueFor(field: string, schema: z.core.$ZodType): fc.Arbitrary<unknown> {
    const def = schema._zod.def as {
      type: string;
      innerType?: z.core.$ZodType;
      element?: z.core.$ZodType;
      valueType?: z.core.$ZodType;
      shape?: Record<string, z.core.$ZodType>;
      entries?: Record<string, string>;
    };
    if (def.type === 'optional' && def.innerType !== undefined)
      return fc.option(valueFor(field, def.innerType), { nil: undefined });
    if (def.innerType !== undefined) return valueFor(field, def.innerType);
    if (def.type === 'object')
      return fc.record(
        Object.fromEntries(
          Object.entries(def.shape ?? {}).map(([name, part]) => [name, valueFor(name, part)]),
        ),
      );
    if (def.type === 'array' && def.element !== undefined)
      return fc.array(valueFor(field, def.element), { maxLength: 3 });
    if (def.type === 'record' && def.valueType !== undefined)
      return fc
        .dictionary(fc.stringMatching(/^[a-z][a-z.]{0,6}$/), valueFor(field, def.valueType), { maxKeys: 3 })
        .map((map) => ({ ...map }));
    if (field in samples) return fc.constant(samples[field]);
    if (def.type === 'enum') return fc.constantFrom(...Object.values(def.entries ?? {}));
    if (def.type === 'boolean') return fc.boolean();
    if (def.type === 'number') return fc.integer({ min: 1, max: 30_000 });
    return fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  }

  const declaredKinds = kinds.flatMap(({ type, declared }) =>
    declared === undefined ? [] : [[`sdp_${toSnakeCase(type.kind)}`, declared] as const],
  );

  it.each(declaredKinds)('%s: a second plan is empty, changed or not', async (typeName, declared) => {
    const params = valueFor('', z.object(omitSql(declared.params.shape))).filter(
      (value) => declared.params.safeParse(value).success,
    );
    const resource = createTestProvider().provider.resources.find((item) => item.typeName === typeName);
    await fc.assert(
      fc.asyncProperty(params, params, async (first, second) => {
        const { coreFor } = createTestProvider();
        const core = await coreFor(typeName);
        let instance = absent;
        for (const wanted of [first, second]) {
          const config = {
            ...fromParams(resource?.schema.attributes ?? [], wanted as Record<string, unknown>),
            name: 'x',
          };
          const run = await core.apply(instance, config);
          expect(run.diagnostics.filter(isError)).toEqual([]);
          const again = await core.apply(run.instance, config);
          expect(again.action).toBe('no-op');
          ({ instance } = again);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** SQL has to be a real script: the SQL jobs above. */
function omitSql({ sql: _sql, ...shape }: z.ZodRawShape): z.ZodRawShape {
  return shape;
}
