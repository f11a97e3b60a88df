import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../package-file.ts';
import { createProject } from './create-project.ts';
import { type ScaffoldName, scaffoldNames } from './scaffold.ts';

/** The scaffolds' pipelines as gitlab-ci-local reads them, which checks all by GitLab's own schema. */

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-pipelines-'));
  await Promise.all(scaffoldNames.map(createPipeline));
});
afterAll(() => rm(scratch, { recursive: true }));

const program = (command: string, args: readonly string[], cwd: string) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const env = { ...process.env, GCL_IGNORE_PREDEFINED_VARS: 'CI_PIPELINE_SOURCE,CI_COMMIT_TAG' };
    execFile(command, [...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });

/** A project whose components are beside it, as plain includes have them. */
async function createPipeline(scaffold: ScaffoldName): Promise<void> {
  const folder = join(scratch, scaffold);
  const values = {
    project: 'orders',
    modules: '/modules',
    ref: '',
    ci_templates: 'COMPONENTS',
    ci_ref: '1',
    deploy_project: 'orders/terraform',
  };
  await createProject({ layers: [scaffold], folder, values, version: '1.0.0' });
  await cp(packageFile('ci-templates', 'templates'), join(folder, 'templates'), { recursive: true });
  const file = join(folder, '.gitlab-ci.yml');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replaceAll(/component: COMPONENTS\/([\w-]+)@1/g, 'local: /templates/$1/template.yml'),
  );
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['remote', 'add', 'origin', 'https://gitlab.example.com/orders/project.git'],
    ['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main'],
    ['add', '-A'],
    ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-q', '-m', 'first'],
  ]) {
    const { code, output } = await program('git', args, folder);
    if (code !== 0) throw new Error(output);
  }
}

const list = (folder: string, ...variables: readonly string[]) =>
  program(
    packageFile('node_modules', '.bin', 'gitlab-ci-local'),
    ['--list-json', ...variables.flatMap((variable) => ['--variable', variable])],
    join(scratch, folder),
  );

interface Job {
  readonly name: string;
  readonly when: string;
  readonly needs: readonly { job: string }[] | null;
}

async function jobs(folder: string, ...variables: readonly string[]): Promise<readonly Job[]> {
  const { code, output } = await list(folder, ...variables);
  expect(code, output).toBe(0);
  expect(output).toContain('json schema validated');
  return JSON.parse(/^\[\n[\s\S]*^\]$/m.exec(output)?.[0] ?? output) as Job[];
}

const names = (found: readonly Job[]) =>
  found.flatMap(({ name, when }) =>
    when === 'never' ? [] : when === 'on_success' ? [name] : [`${name} (${when})`],
  );

describe('the pipeline of a Terraform project', () => {
  it('plans both environments, applies tst at once, and prod by hand after it', async () => {
    const found = await jobs('terraform-project');
    expect(names(found)).toEqual([
      'validate:tst',
      'plan:tst',
      'apply:tst',
      'rollback:tst (manual)',
      'validate:prod',
      'plan:prod',
      'apply:prod (manual)',
      'rollback:prod (manual)',
    ]);
    expect(found.find(({ name }) => name === 'apply:prod')?.needs?.map(({ job }) => job)).toEqual([
      'plan:prod',
      'apply:tst',
    ]);
  });

  it('comments on a merge request, and applies nothing', async () => {
    expect(names(await jobs('terraform-project', 'CI_PIPELINE_SOURCE=merge_request_event'))).toEqual([
      'validate:tst',
      'plan:tst',
      'comment:tst (always)',
      'validate:prod',
      'plan:prod',
      'comment:prod (always)',
    ]);
  });

  it('looks for drift by a schedule, and does nothing else', async () => {
    expect(names(await jobs('terraform-project', 'CI_PIPELINE_SOURCE=schedule'))).toEqual([
      'drift:tst',
      'drift:prod',
    ]);
  });

  it.each([
    [
      'an environment that is no name',
      'environment: tst',
      'environment: "Tst!"',
      'does not match required regex',
    ],
    [
      'an apply that is unknown',
      'apply: on_success',
      'apply: sometimes',
      'not in the list of allowed options',
    ],
    ['no environment', '      environment: tst\n', '', 'environment'],
  ])('is refused with %s', async (_what, right, wrong, said) => {
    const file = join(scratch, 'terraform-project', '.gitlab-ci.yml');
    const text = await readFile(file, 'utf8');
    try {
      await writeFile(file, text.replace(right, wrong));
      const { code, output } = await list('terraform-project');
      expect(code, output).not.toBe(0);
      expect(output).toContain(said);
    } finally {
      await writeFile(file, text);
    }
  });
});

describe.each([
  ['python-job', ['lint', 'test', 'build']],
  ['java-job', ['build']],
] as const)('the pipeline of a %s', (scaffold, tested) => {
  it('tests a commit, and releases a tag', async () => {
    expect(names(await jobs(scaffold))).toEqual(tested);
    expect(names(await jobs(scaffold, 'CI_COMMIT_TAG=v1.2.0'))).toEqual([...tested, 'publish', 'deploy']);
  });
});
