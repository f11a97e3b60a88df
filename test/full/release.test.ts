import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DockerfileParser } from 'dockerfile-ast';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { packageFile, packageVersion } from '../../src/package-file.ts';
import { type Result, run, tryRun } from '../e2e/commands.ts';

const version = packageVersion();
const data = inject('dataFolder');
let scratch: string;
let release: string;
let installed: string;
let project: string;

/** What a pipeline's image has: sdp from the package, the provider from the mirror, modules from git; nothing of this clone. */
const inProject = (command: string, ...args: readonly string[]): Promise<Result> =>
  tryRun(command, args, {
    cwd: project,
    env: {
      PATH: `${join(installed, 'node_modules', '.bin')}:${process.env['PATH']}`,
      TF_CLI_CONFIG_FILE: join(scratch, 'terraformrc'),
      TF_CLI_ARGS: '-no-color',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
      SDP_DATA: data,
    },
  });
async function succeeds(command: string, ...args: readonly string[]): Promise<string> {
  const { code, output } = await inProject(command, ...args);
  expect(code, output).toBe(0);
  return output;
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-release-'));
  release = join(scratch, 'release');
  installed = join(scratch, 'installed');
  project = join(scratch, 'demo');
  const build = (out: string) =>
    run(process.execPath, [packageFile('scripts', 'release.js'), '--allow-dirty', '--out', out]);
  await build(release);
  await build(join(scratch, 'again'));
  await mkdir(installed);
  await writeFile(join(installed, 'package.json'), '{}');
  await run(
    'npm',
    ['install', '--omit=dev', '--prefer-offline', '--loglevel=error', join(release, `sdp-${version}.tgz`)],
    { cwd: installed },
  );
  const modules = join(scratch, 'modules');
  await cp(join(release, 'terraform-modules'), modules, { recursive: true });
  const git = (...args: string[]) =>
    promisify(execFile)('git', [
      '-C',
      modules,
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@example.com',
      ...args,
    ]);
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'modules');
  await git('tag', `v${version}`);
  await writeFile(
    join(scratch, 'terraformrc'),
    `provider_installation {
  filesystem_mirror {
    path    = "${join(release, 'mirror')}"
    include = ["sdp.internal/*/*"]
  }
}
`,
  );
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

it('has the same bytes when it is made again, and says which', async () => {
  const sums = await readFile(join(release, 'SHA256SUMS'), 'utf8');
  expect(await readFile(join(scratch, 'again', 'SHA256SUMS'), 'utf8')).toBe(sums);
  const listed = sums
    .trimEnd()
    .split('\n')
    .map((line) => line.split('  '));
  expect(listed.map(([, file]) => file).filter((file) => /\.(?:tgz|zip|jar)$/.test(file ?? ''))).toEqual([
    `jars/sdp-runner-${version}-flink-1.20.jar`,
    `jars/sdp-runner-${version}-flink-2.2.jar`,
    `jars/vertica-sink-${version}.jar`,
    ...['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64'].map(
      (platform) => `mirror/sdp.internal/platform/sdp/terraform-provider-sdp_${version}_${platform}.zip`,
    ),
    `sdp-${version}.tgz`,
  ]);
  for (const [sum, file = ''] of listed) {
    const content = await readFile(join(release, file));
    expect([file, createHash('sha256').update(content).digest('hex')]).toEqual([file, sum]);
  }
});

it('has what runs, and no sources or tests', async () => {
  const { stdout } = await promisify(execFile)('tar', ['tzf', join(release, `sdp-${version}.tgz`)]);
  const files = stdout.trimEnd().split('\n');
  expect(
    files.filter((file) => /\.test\.[jt]s$|\/src\/.*\.ts$|\.map$|node_modules|quickstart/.test(file)),
  ).toEqual([]);
  // Files that the sources name from the package's root.
  const sources = await readdir(packageFile('src'), { recursive: true });
  const named = new Set<string>();
  for (const file of sources.filter(
    (name) => name.endsWith('.ts') && !/test|quickstart|package-file|^documentation\//.test(name),
  )) {
    const text = await readFile(packageFile('src', file), 'utf8');
    for (const [, args = ''] of text.matchAll(/packageFile\(((?:\s*'[^']+',?)+)\s*\)/g))
      named.add([...args.matchAll(/'([^']+)'/g)].map(([, step]) => step).join('/'));
  }
  expect([...named]).toContain('runner/target/sdp-runner.jar');
  const absent = [...named].filter(
    (name) => !files.some((file) => file === `package/${name}` || file.startsWith(`package/${name}/`)),
  );
  expect(absent).toEqual([]);
});

it('has all that its Dockerfiles copy', async () => {
  const docker = join(release, 'docker');
  const names = (await readdir(docker)).filter((name) => name.endsWith('.Dockerfile'));
  const copied: string[] = [];
  for (const name of names) {
    const dockerfile = DockerfileParser.parse(await readFile(join(docker, name), 'utf8'));
    for (const copy of dockerfile
      .getCOPYs()
      .filter((item) => !item.getFlags().some((flag) => flag.getName() === 'from'))) {
      const sources = copy.getArguments().slice(0, -1);
      for (const source of sources)
        for (const flink of ['2.2', '1.20'])
          copied.push(
            source.getValue().replaceAll('${SDP_VERSION}', version).replaceAll('${FLINK_VERSION}', flink),
          );
    }
  }
  expect(copied).toContain(`sdp-${version}.tgz`);
  for (const source of copied) await expect(access(join(release, source)), source).resolves.toBeUndefined();
});

it('is installed, makes a project, and plans it with the provider of the mirror and modules of a tag', async () => {
  await mkdir(project);
  expect((await succeeds('sdp', '--version')).trim()).toBe(version);
  const modules = `git::file://${join(scratch, 'modules')}`;
  await succeeds(
    'sdp',
    'new',
    'terraform-project',
    '.',
    '--project',
    'released',
    '--modules',
    modules,
    '--ref',
    `v${version}`,
  );
  await appendFile(
    join(project, 'main.tf'),
    `
module "released_numbers" {
  source     = "./modules/kafka/topic"
  name       = "released-numbers"
  partitions = 3
}

module "count" {
  source   = "./modules/flink/sql-job"
  job_name = "released-count.sql"
}
`,
  );
  await writeFile(
    join(project, 'sql', 'jobs', 'released-count.sql'),
    `CREATE TEMPORARY TABLE numbers (n INT) WITH ('connector' = 'datagen');
CREATE TEMPORARY TABLE printed (n INT) WITH ('connector' = 'print');
INSERT INTO printed SELECT n FROM numbers;
`,
  );
  await succeeds('sdp', 'init', '--project', 'released');
  // The mirror alone: "sdp init" has put the same provider into the project, where Terraform looks without a mirror.
  await rm(join(project, 'terraform.d'), { recursive: true });
  const planned = await succeeds('sdp', 'plan', '-out', 'change.tfplan');
  expect(planned).toContain(`Installed sdp.internal/platform/sdp v${version} (unauthenticated)`);
  expect(planned).toContain('3 changes: 3 create');
  expect(await succeeds('sdp', 'validate', '--static')).toContain('0 errors');
  expect(await succeeds('sdp', 'policy', '--plan', 'change.tfplan', '--environment', 'prod')).toContain(
    '0 errors',
  );
  expect(await succeeds('sdp', 'policy', 'test')).toContain('0 failed');
  expect(await succeeds('sdp', 'render')).toContain('kind: FlinkSessionJob');
});

it('is not made of sources that nobody could find again, and deletes no folder but a release', async () => {
  const other = join(scratch, 'other');
  await mkdir(other);
  await writeFile(join(other, 'precious.txt'), '');
  const script = packageFile('scripts', 'release.js');
  const refused = await tryRun(process.execPath, [script, '--allow-dirty', '--out', other]);
  expect([refused.code, refused.output]).toEqual([
    1,
    expect.stringContaining('is not empty, and no release'),
  ]);
  const strange = await tryRun(process.execPath, [script, '--version', '1.0.0-rc1']);
  expect([strange.code, strange.output]).toEqual([2, expect.stringContaining('is no version')]);
  // A clone with a change.
  const clone = join(scratch, 'clone');
  await promisify(execFile)('git', ['clone', '-q', '--depth=1', `file://${packageFile()}`, clone]);
  await cp(script, join(clone, 'scripts', 'release.js'));
  await cp(packageFile('scripts', 'bundle-options.js'), join(clone, 'scripts', 'bundle-options.js'));
  await writeFile(join(clone, 'change.txt'), '');
  const dirty = await tryRun(process.execPath, [join(clone, 'scripts', 'release.js')]);
  expect([dirty.code, dirty.output]).toEqual([1, expect.stringContaining('change.txt')]);
});
