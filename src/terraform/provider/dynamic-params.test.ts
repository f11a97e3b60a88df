import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Manifest } from '../../apiclient/object.ts';
import { ok } from '../../diagnostics/diagnostic.ts';
import { defineKind } from '../../kinds/kind.ts';
import { readAtPaths } from '../../kinds/read-params.ts';
import { toDynamic } from '../framework/dynamic.ts';
import { Dynamic, type ObjectValue, unknown, type Value } from '../framework/value.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { absent } from '../testing/terraform-core.ts';
import { createTestProvider } from '../testing/test-provider.ts';

const type = { group: 'test.sdp', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };
const params = z.object({
  settings: z.record(z.string(), z.unknown()).optional(),
  nested: z.object({ podTemplate: z.record(z.string(), z.unknown()) }).optional(),
});
const widget = defineKind({
  type,
  singular: 'widget',
  shortNames: [],
  description: 'A widget.',
  spec: params,
  status: z.object({}),
  printerColumns: [],
  assessHealth: () => ({ state: 'healthy', message: '' }),
  declared: {
    params,
    replacedBy: [],
    async buildManifest(metadata, spec) {
      return ok({
        manifest: { apiVersion: 'test.sdp/v1', kind: 'Widget', metadata: { ...metadata }, spec },
        companions: [],
      });
    },
    readParams: (object, prior) => readAtPaths((object as Manifest).spec, prior) as typeof prior,
  },
});
const path = '/apis/test.sdp/v1/namespaces/default/widgets/w';
const settings = {
  number: 3,
  fraction: 0.1,
  big: 1e21,
  on: true,
  text: 'x',
  list: [1, [true, 'a'], { deep: [] }],
  empty: {},
};

describe('params of any type', () => {
  const test = createTestProvider('0.1.0', createFakeApi(), [widget]);

  it('go through plan, apply and read with no difference', async () => {
    const core = await test.coreFor('sdp_widget');
    const config = {
      name: 'w',
      settings: toDynamic(settings),
      nested: { pod_template: new Dynamic(['map', ['list', 'number']], { a: [1, 2] }) },
    };
    const created = await core.apply(absent, config);
    expect(created).toMatchObject({ action: 'create', diagnostics: [] });
    expect(test.api.objects.get(path)?.spec).toEqual({
      settings,
      nested: { podTemplate: { a: [1, 2] } },
    });
    const again = await test.coreFor('sdp_widget');
    expect((await again.apply(created.instance, config)).action).toBe('no-op');

    test.api.edit(type, 'default', 'w', (object) => {
      object.spec = {
        settings: { ...settings, number: 4, others: 1 },
        nested: { podTemplate: { a: [1, 2] } },
      };
    });
    const edited = await (await test.coreFor('sdp_widget')).refresh(created.instance);
    expect(edited.instance.state?.['settings']).toEqual(toDynamic({ ...settings, number: 4 }));
    const put = await (await test.coreFor('sdp_widget')).apply(created.instance, config);
    expect(put).toMatchObject({ action: 'update', diagnostics: [] });
    expect(test.api.objects.get(path)?.spec).toMatchObject({ settings: { number: 3, others: 1 } });
  });

  it('may be unknown wholly or in part', async () => {
    const resource = test.provider.resources.find(({ typeName }) => typeName === 'sdp_widget');
    const values: Value[] = [unknown, toDynamic({ a: unknown }), new Dynamic(['map', 'string'], unknown)];
    for (const value of values) {
      const config: ObjectValue = { name: 'w', namespace: 'default', settings: value };
      expect(await resource?.validate(config)).toEqual([]);
      const plan = await resource?.plan({ prior: null, config, private: {} });
      expect(plan?.planned).toMatchObject({ settings: value, revision: unknown });
    }
  });

  it('are checked', async () => {
    const resource = test.provider.resources.find(({ typeName }) => typeName === 'sdp_widget');
    const config = { name: 'w', settings: toDynamic('text') };
    expect(await resource?.validate(config)).toMatchObject([{ path: ['settings'] }]);
  });
});
