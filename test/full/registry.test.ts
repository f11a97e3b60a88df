import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { installOnce } from '../../src/engines/download-cache.ts';
import { emptyJar } from '../../src/engines/flink/empty-jar.ts';
import { packageFile } from '../../src/package-file.ts';
import type { ArtifactAnswer, TokenAnswer } from '../../src/platform/registry/api.ts';
import { platformCommands, run, sdpCommand, tryRun } from '../e2e/commands.ts';

const data = inject('dataFolder');
const platform = platformCommands(data);
let folder: string;
let environment: Record<string, string>;

/** Of Maven's steps only that which counts: a project without code is neither compiled nor installed. */
const pom = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>internal.shelf</groupId>
  <artifactId>totals</artifactId>
  <version>1.0.0</version>
  <packaging>pom</packaging>
  <properties><maven.install.skip>true</maven.install.skip></properties>
  <build><plugins>
    <plugin><artifactId>maven-install-plugin</artifactId><version>3.1.4</version></plugin>
    <plugin><artifactId>maven-deploy-plugin</artifactId><version>3.1.4</version></plugin>
  </plugins></build>
</project>
`;

const metadata = (version: string) =>
  `Metadata-Version: 2.1\nName: shelved\nVersion: ${version}\nRequires-Python: >=3.8\nSummary: ä\n`;

/** A wheel and an sdist of a package with one value in it. */
async function makeDistributions(version: string): Promise<void> {
  const dist = join(folder, 'dist');
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  const wheel = join(folder, 'wheel');
  const about = `shelved-${version}.dist-info`;
  await rm(wheel, { recursive: true, force: true });
  await mkdir(join(wheel, about), { recursive: true });
  await writeFile(join(wheel, 'shelved.py'), `version = "${version}"\n`);
  await writeFile(join(wheel, about, 'METADATA'), metadata(version));
  await writeFile(
    join(wheel, about, 'WHEEL'),
    'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  );
  await writeFile(join(wheel, about, 'RECORD'), '');
  const file = join(dist, `shelved-${version}-py3-none-any.whl`);
  await run('python3', ['-m', 'zipfile', '-c', file, 'shelved.py', about], { cwd: wheel });
  const source = `shelved-${version}`;
  await mkdir(join(folder, source));
  await writeFile(join(folder, source, 'PKG-INFO'), metadata(version));
  await run('tar', ['-czf', join('dist', `${source}.tar.gz`), source], { cwd: folder });
}

/** The folder of a Python with twine, pinned. */
async function installTwine(): Promise<string> {
  const installed = await installOnce(
    {
      name: 'twine-for-tests',
      key: 'twine==7.0.0',
      async install(draft) {
        await run('python3', ['-m', 'venv', join(draft, 'venv')]);
        await run(join(draft, 'venv', 'bin', 'python'), ['-m', 'pip', 'install', '-q', 'twine==7.0.0']);
      },
    },
    () => undefined,
    new AbortController().signal,
  );
  return join(installed, 'venv', 'bin');
}

/** The programs of the documentation, by their names. Scripts of an installation name the folder that it was made in. */
async function linkPrograms(python: string): Promise<string> {
  const programs = join(folder, 'bin');
  await mkdir(programs);
  await symlink(sdpCommand, join(programs, 'sdp'));
  for (const name of ['twine', 'pip']) {
    await writeFile(join(programs, name), `#!/bin/sh\nexec '${join(python, 'python')}' -m ${name} "$@"\n`);
    await chmod(join(programs, name), 0o755);
  }
  return programs;
}

const bash = (script: string, env: Record<string, string> = {}) =>
  tryRun('bash', ['-c', `set -e\n${script}`], { cwd: folder, env: { ...environment, ...env } });

/** The shell blocks of the section about artifacts, with names that no other test has. */
async function documented(): Promise<readonly string[]> {
  const text = await readFile(packageFile('docs', 'local-platform.md'), 'utf8');
  const section = /^## Artifacts$([\s\S]*?)^## /m.exec(text)?.[1] ?? '';
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block
      .replaceAll('readings', 'shelved')
      .replaceAll('internal.shop', 'internal.shelf')
      .replaceAll('orders-ci', 'shelf-ci'),
  );
}

const published = async () =>
  (JSON.parse(await platform.sdp(['artifacts', '--json'])) as ArtifactAnswer[]).filter(({ name }) =>
    ['shelved', 'internal.shelf:totals'].includes(name),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-registry-'));
  const programs = await linkPrograms(await installTwine());
  environment = {
    PATH: `${programs}${delimiter}${process.env.PATH}`,
    SDP_DATA: data,
    TWINE_NON_INTERACTIVE: '1',
    PIP_TARGET: join(folder, 'installed'),
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_CACHE_DIR: '1',
  };
  await writeFile(join(folder, 'pom.xml'), pom);
  await makeDistributions('1.0.0');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('is published to, installed from and looked at by the commands of the documentation', async () => {
  const [publish = '', look = ''] = await documented();
  const { code, output } = await bash(publish);
  expect(output).toContain('Successfully installed shelved-1.0.0');
  expect(code).toBe(0);
  expect(await readFile(join(folder, 'installed', 'shelved.py'), 'utf8')).toContain('1.0.0');
  expect(
    (await published()).map(({ name, version, files }) => [name, version, files.map(({ file }) => file)]),
  ).toEqual([
    ['shelved', '1.0.0', ['shelved-1.0.0-py3-none-any.whl', 'shelved-1.0.0.tar.gz']],
    ['internal.shelf:totals', '1.0.0', ['totals-1.0.0.pom']],
  ]);
  const looked = await bash(look);
  expect(looked.code, looked.output).toBe(0);
  expect(looked.output).toContain('http://pypi/packages/shelved/1.0.0/shelved-1.0.0.tar.gz');
  expect(looked.output).toMatch(/^sdp_\S{40,}$/m);
  expect((await published()).map(({ name }) => name)).toEqual(['shelved']);
});

it('keeps what is published: what twine and Maven send a second time is refused, and they say why', async () => {
  const twine = await bash('eval "$(sdp env)"; twine upload dist/*.whl');
  expect(twine.code).toBe(1);
  expect(twine.output.replace(/\s+/g, ' ')).toContain('already exists: publish a new version');
  await writeFile(join(folder, 'totals.jar'), emptyJar());
  const deploy =
    'eval "$(sdp env)"; mvn -B -q org.apache.maven.plugins:maven-deploy-plugin:3.1.4:deploy-file -gs "$SDP_MAVEN_SETTINGS"' +
    ' -Durl="$SDP_REGISTRY_URL/maven" -DrepositoryId=sdp -DgroupId=internal.shelf -DartifactId=totals -Dversion=1.1.0 -Dfile=totals.jar';
  const first = await bash(deploy);
  expect(first.code, first.output).toBe(0);
  const again = await bash(deploy);
  expect(again.code).toBe(1);
  expect(again.output).toContain('status: 409 totals-1.1.0.jar already exists: publish a new version');
  const [jar] = (await published()).flatMap(({ files }) => files).filter(({ file }) => file.endsWith('.jar'));
  expect(jar?.sha256).toBe(createHash('sha256').update(emptyJar()).digest('hex'));
  const snapshot = await bash(deploy.replace('1.1.0', '1.2.0-SNAPSHOT'));
  expect(snapshot.output).toContain('status: 400 Snapshots are not taken: publish a release');
});

it('takes what a token of a pipeline publishes, until it is revoked', async () => {
  await makeDistributions('1.1.0');
  const { token } = JSON.parse(
    await platform.sdp(['artifacts', 'token', 'create', 'shelved-ci', '--expires', '1h', '--json']),
  ) as TokenAnswer;
  const upload = (file: string) =>
    bash(`eval "$(sdp env)"; TWINE_PASSWORD="$TOKEN" twine upload ${file}`, { TOKEN: token });
  const { code, output } = await upload('dist/*.whl');
  expect(code, output).toBe(0);
  await platform.sdp(['artifacts', 'token', 'revoke', 'shelved-ci']);
  const refused = await upload('dist/*.tar.gz');
  expect(refused.code).toBe(1);
  expect(refused.output).toContain('No such token');
  const newest = (await published()).find(({ version }) => version === '1.1.0');
  expect(newest?.files.map(({ file, publishedBy }) => [file, publishedBy])).toEqual([
    ['shelved-1.1.0-py3-none-any.whl', 'shelved-ci'],
  ]);
  const download = await bash(
    'eval "$(sdp env)"; pip download -q --no-deps -d downloaded --index-url "$SDP_REGISTRY_URL/simple/" shelved',
    { PIP_TARGET: '' },
  );
  expect(download.code, download.output).toBe(0);
  expect(await readdir(join(folder, 'downloaded'))).toEqual(['shelved-1.1.0-py3-none-any.whl']);
});
