import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toCodeQuality } from '../diagnostics/code-quality.ts';
import { packageFile } from '../package-file.ts';
import * as projectChecks from '../sql/project-checks.ts';
import { validateProject } from './validate-project.ts';
import { renderValidation, summaryLine } from './validation-text.ts';

const testdata = packageFile('src', 'cli', 'testdata', 'validate');
let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sdp-validate-'));
  folder = join(root, 'project');
  await cp(testdata, folder, { recursive: true });
  await cp(packageFile('terraform-modules'), join(folder, 'modules'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const validate = (environment: Readonly<Record<string, string>> = {}) =>
  validateProject({ folder, variableFiles: [], environment, cache: join(root, 'cache') });

describe('sdp validate', () => {
  it('finds everything at once, each with its place, as the documentation shows', async () => {
    const validation = await validate();
    const lines = await renderValidation(validation, folder, pc.createColors(false));
    const text = `${lines.join('\n')}\n${summaryLine(validation)}`;
    const file = packageFile('docs', 'sql.md');
    const page = await readFile(file, 'utf8');
    const block = /(?<=```\n\$ sdp validate\n)[\s\S]*?(?=\n```)/;
    if (process.env['UPDATE_GOLDEN'] !== undefined)
      await writeFile(
        file,
        page.replace(block, () => text),
      );
    expect(block.exec(await readFile(file, 'utf8'))?.[0]).toBe(text);
  });

  it('reports to GitLab, with fingerprints that stay while lines move', async () => {
    const report = toCodeQuality((await validate()).diagnostics, 'team/');
    const totals = join(folder, 'sql', 'jobs', 'totals.sql');
    await writeFile(totals, `-- moved\n${await readFile(totals, 'utf8')}`);
    const moved = toCodeQuality((await validate()).diagnostics, 'team/');
    expect(new Set(report.map(({ fingerprint }) => fingerprint)).size).toBe(report.length);
    expect(moved.map(({ fingerprint }) => fingerprint).toSorted()).toEqual(
      report.map(({ fingerprint }) => fingerprint).toSorted(),
    );
    expect(report).toContainEqual({
      description: expect.stringContaining('3 columns for 2 columns of totals. The query gives'),
      check_name: 'SqlColumnCount',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      severity: 'major',
      location: { path: 'team/sql/jobs/totals.sql', lines: { begin: 2 } },
    });
  });

  it('checks again only what changed: SQL, Terraform, variables, and files that come and go', async () => {
    const check = vi.spyOn(projectChecks, 'checkProject');
    const first = await validate();
    expect(await validate()).toEqual(first);
    expect(check).toHaveBeenCalledTimes(1);

    await writeFile(join(folder, 'sql', 'jobs', 'new.sql'), 'INSERT INTO totals SELECT 1');
    expect((await validate()).summary).toMatchObject({ scripts: 3, warnings: first.summary.warnings + 1 });
    await rm(join(folder, 'sql', 'jobs', 'new.sql'));
    expect(await validate()).toEqual(first);
    await writeFile(join(folder, 'prod.auto.tfvars'), 'environment = "prod"');
    await validate();
    await validate({ TF_VAR_other: 'x' });
    expect(check).toHaveBeenCalledTimes(5);
    await validate();
    expect(check).toHaveBeenCalledTimes(5);
    check.mockRestore();
  });

  it('says where a Terraform file cannot be read, and what folder is not there', async () => {
    await writeFile(join(folder, 'main.tf'), 'module "a" {\n  source = = "x"\n}\n');
    expect((await validate()).diagnostics).toContainEqual(
      expect.objectContaining({ reason: 'HclSyntaxError', source: { file: 'main.tf', line: 2, column: 12 } }),
    );
    await rm(folder, { recursive: true });
    await expect(validate()).rejects.toThrow(`There is no folder ${folder}`);
  });
});
