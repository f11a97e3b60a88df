import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { kinds } from '../../kinds/catalog.ts';
import type { Attribute } from '../framework/schema.ts';
import { unknown } from '../framework/value.ts';
import { createTerraformCore } from '../testing/terraform-core.ts';
import { platformProvider } from './platform-provider.ts';

const provider = () =>
  platformProvider({
    kinds,
    version: '0.1.0',
    connect: async () => {
      throw new DiagnosticError({
        severity: 'error',
        reason: 'X',
        summary: 'No kubeconfig',
        detail: 'Write one.',
      });
    },
    log: () => undefined,
  });

describe('the schema', () => {
  it('is that of the golden file', async () => {
    const { schema, resources, dataSources } = provider();
    const text = [
      `provider\n${show(schema.attributes)}`,
      ...resources.map((resource) => `${resource.typeName}\n${show(resource.schema.attributes)}`),
      ...dataSources.map((source) => `data ${source.typeName}\n${show(source.schema.attributes)}`),
    ].join('\n');
    await expect(text).toMatchFileSnapshot('testdata/provider-schema.golden.txt');
  });
});

describe('the configuration', () => {
  it('needs a project', async () => {
    const { configure } = createTerraformCore(provider(), 'sdp_rollout');
    expect((await configure({})).diagnostics).toMatchObject([{ summary: 'Missing value for project' }]);
    expect((await configure({ project: 'Team A' })).diagnostics).toMatchObject([{ severity: 'ERROR' }]);
  });

  it('may be unknown while planning, and says what cannot be done without it', async () => {
    const core = createTerraformCore(provider(), 'sdp_kafka_topic');
    expect(
      (await core.configure({ project: unknown, kubeconfig: unknown, namespace: unknown })).diagnostics,
    ).toEqual([]);
    const run = await core.apply(
      { state: null, private: new Uint8Array(), tainted: false },
      { name: 'a', cluster: 'k' },
    );
    expect(run.planned).toMatchObject({ namespace: unknown, id: unknown, revision: unknown });
    expect(run.diagnostics).toMatchObject([{ summary: expect.stringContaining('not known yet') }]);
  });

  it('is not needed to reach an API before something is read or written', async () => {
    const core = createTerraformCore(provider(), 'sdp_kafka_topic');
    await core.configure({ project: 'demo' });
    const run = await core.apply(
      { state: null, private: new Uint8Array(), tainted: false },
      { name: 'a', cluster: 'k' },
    );
    expect(run.diagnostics).toMatchObject([{ summary: 'No kubeconfig', detail: 'Write one.' }]);
  });
});

function show(attributes: readonly Attribute[], indent = '  '): string {
  return attributes
    .map(({ name, presence, shape, description }) => {
      const type = shape.nesting === 'none' ? JSON.stringify(shape.type) : shape.nesting;
      const line = `${indent}${name}: ${presence} ${type}. ${description}\n`;
      return shape.nesting === 'none' ? line : `${line}${show(shape.attributes, `${indent}  `)}`;
    })
    .join('');
}
