import { expect, it } from 'vitest';
import { kinds } from '../../kinds/catalog.ts';
import { packageFile } from '../../package-file.ts';
import { documentFunction, documentSchema } from '../framework/document.ts';
import { platformProvider } from './platform-provider.ts';

/** `npx vitest run -u` writes the pages anew. */
const page = (...path: readonly string[]) => packageFile('docs', 'provider', ...path);
const provider = platformProvider({
  kinds,
  version: '0.0.0',
  connect: () => Promise.reject(new Error('documentation needs no API')),
  log: () => undefined,
});

it('the provider block is documented', async () => {
  await expect(documentSchema('provider "sdp"', provider.schema)).toMatchFileSnapshot(page('provider.md'));
});

it.each(provider.resources.map((resource) => [resource.typeName, resource] as const))(
  'resource %s is documented',
  async (name, { schema }) => {
    await expect(documentSchema(name, schema)).toMatchFileSnapshot(page('resources', `${name}.md`));
  },
);

it.each(provider.dataSources.map((source) => [source.typeName, source] as const))(
  'data source %s is documented',
  async (name, { schema }) => {
    await expect(documentSchema(name, schema)).toMatchFileSnapshot(page('data-sources', `${name}.md`));
  },
);

it.each(provider.functions.map((item) => [item.name, item] as const))(
  'function %s is documented',
  async (name, item) => {
    await expect(documentFunction(item)).toMatchFileSnapshot(page('functions', `${name}.md`));
  },
);
