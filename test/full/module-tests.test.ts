import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../src/package-file.ts';
import { createTerraformProject } from '../../src/terraform/testing/terraform-project.ts';

const modules = packageFile('terraform-modules');
const names = readdirSync(modules).flatMap((group) =>
  readdirSync(join(modules, group)).map((name) => `${group}/${name}`),
);

describe.each(names)('module %s', (name) => {
  it('passes its own tests', { timeout: 120_000 }, async () => {
    const project = await createTerraformProject({}, modules, name);
    try {
      await project.succeed('init');
      const result = await project.succeed('test');
      expect(result).toMatch(/Success! [1-9]\d* passed, 0 failed/);
      expect(await project.succeed('fmt', '-check', '-recursive')).toBe('');
    } finally {
      await project.remove();
    }
  });
});
