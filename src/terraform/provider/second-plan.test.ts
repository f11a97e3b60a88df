import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../kinds/catalog.ts';
import { arbitraryParams } from '../../kinds/testing/arbitrary-params.ts';
import { toSnakeCase } from '../framework/names.ts';
import { fromParams } from '../framework/params.ts';
import { absent, isError } from '../testing/terraform-core.ts';
import { createTestProvider } from '../testing/test-provider.ts';

describe('any configuration of any kind', () => {
  const declaredKinds = kinds
    .filter(({ declared }) => declared !== undefined)
    .map((kind) => [`sdp_${toSnakeCase(kind.type.kind)}`, kind] as const);

  it.each(declaredKinds)('%s: a second plan is empty, changed or not', async (typeName, kind) => {
    const params = arbitraryParams(kind);
    const resource = createTestProvider().provider.resources.find((item) => item.typeName === typeName);
    await fc.assert(
      fc.asyncProperty(params, params, async (first, second) => {
        const { coreFor } = createTestProvider();
        const core = await coreFor(typeName);
        let instance = absent;
        for (const wanted of [first, second]) {
          const config = {
            ...fromParams(resource?.schema.attributes ?? [], wanted),
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
