import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packageFile } from '../package-file.ts';
import { connectorTemplates } from './catalog.ts';
import { documentConnectKeys, documentConnector } from './document.ts';

/** `npx vitest run -u` writes the pages anew. */
const page = (name: string) => packageFile('docs', 'connectors', `${name}.md`);

it.each(connectorTemplates.map((template) => [template.name, template] as const))(
  '%s is documented',
  async (name, template) => {
    await expect(documentConnector(template)).toMatchFileSnapshot(page(name));
    expect(readFileSync(packageFile('docs', 'connectors.md'), 'utf8')).toContain(`(connectors/${name}.md)`);
  },
);

it('the keys of every connector are documented', async () => {
  await expect(documentConnectKeys()).toMatchFileSnapshot(page('every-connector'));
});
