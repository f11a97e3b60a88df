import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toCodeQuality } from '../diagnostics/code-quality.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { packageFile } from '../package-file.ts';
import * as projectChecks from '../sql/project-checks.ts';
import { type ProjectPlanner, validateProject } from './validate-project.ts';
import { renderProblems, summaryLine } from './validation-text.ts';

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

const validate = (environment: Readonly<Record<string, string>> = {}, planner?: ProjectPlanner) =>
  validateProject({
    folder,
    variableFiles: [],
    environment,
    cache: join(root, 'cache'),
    ...(planner && { planner }),
  });

describe('sdp validate', () => {
  it('finds everything at once, each with its place, as the documentation shows', async () => {
    const validation = await validate();
    const lines = await renderProblems(validation.diagnostics, folder, pc.createColors(false));
    const text = `${lines.join('\n')}\n${summaryLine(validation)}`;
    const file = packageFile('docs', 'sql.md');
    const page = await readFile(file, 'utf8');
    const block = /(?<=```\n\$ sdp validate --static\n)[\s\S]*?(?=\n```)/;
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

  it('warns of secrets that stand in the files, and shows none', async () => {
    const secret = 'planted-93ab';
    await writeFile(
      join(folder, 'secrets.tf'),
      `locals {\n  db = { password = "${secret}" }\n  good = { password = "$\${secrets:team/db:password}" }\n}\n`,
    );
    await mkdir(join(folder, 'environments'));
    await writeFile(
      join(folder, 'environments', 'tst.yaml'),
      `db:\n  secret: db\n  url: jdbc:x://h?password=${secret}\n`,
    );
    await writeFile(
      join(folder, 'sql', 'ddl', 'secrets.sql'),
      `CREATE TABLE s (n INT) WITH ('connector' = 'kafka', 'topic' = 's',\n 'properties.sasl.jaas.config' = 'Login required password="${secret}";', 'properties.ssl.key.password' = '\${secret:kafka/key}');\n`,
    );
    const { diagnostics } = await validate();
    const found = diagnostics.filter(({ reason }) => reason === 'LiteralSecret');
    expect(
      found.map(({ summary, source }) => `${source?.file}:${source?.line}:${source?.column} ${summary}`),
    ).toEqual([
      'secrets.tf:2:22 password looks like a secret in plain text',
      'environments/tst.yaml:3:28 password looks like a secret in plain text',
      'sql/ddl/secrets.sql:2:35 properties.sasl.jaas.config looks like a secret in plain text',
    ]);
    const shown = await renderProblems(diagnostics, folder, pc.createColors(false));
    expect(shown.join('\n')).toContain('(hidden)');
    expect(JSON.stringify([shown, diagnostics, toCodeQuality(diagnostics)])).not.toContain(secret);
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

  it('asks the planner only for jobs that changed, and says what was found before it works', async () => {
    const asked: string[] = [];
    const begun: (readonly Diagnostic[])[] = [];
    const planner: ProjectPlanner = {
      async ask({ statements }) {
        asked.push(statements.at(-1) ?? '');
        return [{ statement: 0, line: 1, column: 1, seen: 'Not so', change: '' }];
      },
      onStart: (found) => begun.push(found),
      onAnswer: () => undefined,
    };
    await rm(join(folder, 'sql', 'jobs', 'refunds.sql'));
    const totals = join(folder, 'sql', 'jobs', 'totals.sql');
    await writeFile(totals, 'INSERT INTO totals SELECT customer, price FROM orders');
    const alone = await validate();
    const planned = await validate({}, planner);
    expect(begun).toEqual([alone.diagnostics]);
    expect(planned.summary).toMatchObject({ planned: 1, unplanned: 0, errors: alone.summary.errors + 1 });
    expect(planned.diagnostics.slice(0, -1)).toEqual(alone.diagnostics);
    expect(await validate({}, planner)).toEqual(planned);
    // What it said is kept, though the project was checked without it meanwhile, and changed.
    expect(await validate()).toEqual(alone);
    await writeFile(join(folder, 'sql', 'ddl', 'other.sql'), '-- Nothing yet.');
    expect((await validate({}, planner)).summary.planned).toBe(1);
    expect(asked).toHaveLength(1);
    await writeFile(totals, 'INSERT INTO totals SELECT customer, price + 1 FROM orders');
    await validate({}, planner);
    expect(asked).toHaveLength(2);
  });

  it('asks again for a jar that could not be loaded', async () => {
    let seen = 'the jar https://host/a.jar cannot be loaded: nothing answers at host:443';
    let asked = 0;
    const planner: ProjectPlanner = {
      ask: async () => {
        asked += 1;
        return seen === '' ? [] : [{ statement: 0, line: 1, column: 1, seen, change: '' }];
      },
      onStart: () => undefined,
      onAnswer: () => undefined,
    };
    const reasons = async () => (await validate({}, planner)).diagnostics.map(({ reason }) => reason);
    expect(await reasons()).toContain('SqlJarUnavailable');
    const before = asked;
    expect(await reasons()).toContain('SqlJarUnavailable');
    expect(asked).toBeGreaterThan(before);
    seen = '';
    expect(await reasons()).not.toContain('SqlJarUnavailable');
    const after = asked;
    await reasons();
    expect(asked).toBe(after);
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
