import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { afterAll, expect, it } from 'vitest';
import { packageFile } from '../../package-file.ts';
import { type Bump, type BumpRequest, planBump, readTarget, writeBump } from './bump-project.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'sdp-bump-test-'));
afterAll(() => rmSync(work, { recursive: true }));
let count = 0;

const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const old = 'a'.repeat(64);

function project(files: Readonly<Record<string, string>>): string {
  const folder = join(work, String((count += 1)));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function bump(folder: string, request: BumpRequest): Promise<Bump> {
  const result = await planBump(folder, request, await readTarget(request));
  writeBump(folder, result);
  return result;
}

function isFormatted(folder: string): boolean {
  try {
    execFileSync('terraform', ['fmt', '-check', '-recursive', folder], { stdio: 'pipe' });
    return true;
  } catch (error) {
    // 3: a file is not formatted.
    if ((error as { status?: number }).status === 3) return false;
    throw error;
  }
}

it.each(readdirSync(testdata))('changes versions and hashes alone: %s', async (name) => {
  const folder = join(work, name);
  cpSync(join(testdata, name, 'before'), folder, { recursive: true });
  const request = JSON.parse(readFileSync(join(testdata, name, 'bump.json'), 'utf8')) as BumpRequest;
  const wasFormatted = name !== 'odd-formatting';
  expect(isFormatted(folder)).toBe(wasFormatted);
  const { changes } = await bump(folder, request);
  for (const path of globSync('**', { cwd: folder })) {
    await expect(readFileSync(join(folder, path), 'utf8')).toMatchFileSnapshot(
      join(testdata, name, 'after', path),
    );
  }
  await expect(`${JSON.stringify(changes, undefined, 2)}\n`).toMatchFileSnapshot(
    join(testdata, name, 'changes.json'),
  );
  expect(isFormatted(folder)).toBe(wasFormatted);
  // Once more is nothing.
  expect((await bump(folder, request)).changes).toEqual([]);
});

const job = (more = '') => `module "a" {
  source         = "./m"
  py_archive_uri = "https://pypi.example.com/job-1.0.0.tar.gz"${more}
}
`;

it('keeps whatever stands around it, aligned where it was', async () => {
  const name = fc.stringMatching(/^[a-z]{1,24}$/).filter((text) => !/^(source|version|locals)$/.test(text));
  const value = fc.constantFrom(
    '1',
    '"é→"',
    '["a", "b"]',
    '{ a = 1, b = "}" }',
    'f("# no", var.x)',
    '[\n1,\n{ x = 2 }\n]',
    '<<-EOT\n  archive_uri = "https://x/job-1.0.0.zip"\nEOT',
    '"${var.a}#{"',
  );
  const comment = fc.constantFrom('', '', ' # c', ' // "c', ' /* c */', ' # job-1.0.0.tar.gz');
  const between = fc.constantFrom('', '', '', '\n', '# own line\n', 'nested {\n  a = 1 # x\n}\n');
  const line = fc
    .tuple(name, value, comment, between)
    .map(([key, text, remark, gap]) => `${key} = ${text}${text.endsWith('EOT') ? '' : remark}\n${gap}`);
  const uri = fc.tuple(
    fc.constantFrom('archive_uri', 'py_archive_uri', 'a_very_long_one_archive_uri', 'jar_uri'),
    comment,
  );
  const lines = fc.uniqueArray(line, { selector: (text) => text.split(' ', 1)[0], maxLength: 4 });
  const block = fc.tuple(lines, uri, lines, fc.boolean()).map(([above, [key, remark], below, isNested]) => {
    const file = key === 'jar_uri' ? 'tool-1.0.0.jar' : 'job-1.0.0.tar.gz';
    const names = new Set(above.map((text) => text.split(' ', 1)[0]));
    const rest = below.filter((text) => !names.has(text.split(' ', 1)[0]));
    const clean = (all: readonly string[]) =>
      isNested ? all.map((text) => text.replace(/nested [^}]*\}\n/, '')) : all;
    const body = [
      ...clean(above),
      `${key} = "https://x.example.com/${file}"${remark}\n`,
      ...clean(rest),
    ].join('');
    return isNested ? `value = {\n${body}}\n` : body;
  });
  const texts = fc.sample(block, { seed: 7, numRuns: 150 });
  const text = texts.map((body, index) => `module "m${index}" {\n${body}}\n`).join('\n');
  const folder = project({ 'main.tf': text });
  execFileSync('terraform', ['fmt', folder], { stdio: 'pipe' });
  const before = readFileSync(join(folder, 'main.tf'), 'utf8');
  await bump(folder, { artifact: 'job', version: '1.0.10', sha256: hash });
  await bump(folder, { artifact: 'tool', version: '1.0.10', sha256: hash });
  expect(isFormatted(folder)).toBe(true);
  const after = readFileSync(join(folder, 'main.tf'), 'utf8');
  const plain = (content: string) => content.replaceAll(/ +/g, ' ');
  const back = after
    .replaceAll(new RegExp(`\\n *\\w*archive_sha256 *= "${hash}"`, 'g'), '')
    .replaceAll(`#sha256=${hash}`, '')
    .replaceAll('1.0.10', '1.0.0');
  expect(plain(back)).toBe(plain(before));
  expect(after.split(hash)).toHaveLength(151);
});

it('hashes what the new address has, once', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(request.url?.includes('1.0.1') ? 200 : 404).end('the archive');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const text = job().replace('https://pypi.example.com', url);
  const folder = project({ 'main.tf': text + text.replace('"a"', '"b"') });
  const { sha256 } = await bump(folder, { artifact: 'job', version: '1.0.1' });
  expect(sha256).toBe(createHash('sha256').update('the archive').digest('hex'));
  expect(asked).toEqual(['/job-1.0.1.tar.gz']);
  expect(readFileSync(join(folder, 'main.tf'), 'utf8').split(sha256 ?? '?')).toHaveLength(3);
  await expect(bump(folder, { artifact: 'job', version: '1.0.2' })).rejects.toThrow(
    /cannot be fetched: .*job-1.0.2.tar.gz.*404.*--uri/s,
  );
  await new Promise((resolve) => server.close(resolve));
});

it('hashes files', async () => {
  const file = join(work, 'job-1.0.1.tar.gz');
  writeFileSync(file, 'test');
  const byFile = project({ 'main.tf': job() });
  expect(await bump(byFile, { artifact: 'job', version: '1.0.1', file })).toMatchObject({ sha256: hash });
  const byUri = project({ 'main.tf': job() });
  const uri = pathToFileURL(file).href;
  expect(await bump(byUri, { artifact: 'job', version: '1.0.1', uri })).toMatchObject({ sha256: hash });
  expect(readFileSync(join(byUri, 'main.tf'), 'utf8')).toContain(`"${uri}"`);
});

it.each([
  [{ version: 'v1.0.1' }, 'without the v'],
  [{ version: '1.0-SNAPSHOT' }, 'is a snapshot'],
  [{ version: '../1' }, 'is no version'],
  [{ version: '1.0 "' }, 'is no version'],
  [{ artifact: '../a' }, 'is no name'],
  [{ sha256: 'abc' }, '64 hexadecimal digits'],
  [{ uri: 'job-1.0.1.tar.gz' }, 'is no address'],
  [{ uri: 'https://x/"${var.x}/job-1.0.1.tar.gz' }, 'is no address'],
  [{ uri: 'https://ada:secret@x/job-1.0.1.tar.gz' }, 'has a user or a password'],
  [{ uri: 'https://x/job-1.0.2.tar.gz' }, 'It is job 1.0.2'],
  [{ uri: 'https://x/other-1.0.1.tar.gz' }, 'It is other 1.0.1'],
  [{ uri: `https://x/job-1.0.1.tar.gz#sha256=${old}`, sha256: hash }, 'is another one'],
  [{ file: '/nowhere/job-1.0.1.tar.gz' }, 'cannot be read'],
  [{ file: '/nowhere/job-1.0.0.tar.gz' }, 'of another version'],
])('refuses %j', async (wrong, words) => {
  await expect(readTarget({ artifact: 'job', version: '1.0.1', ...wrong })).rejects.toThrow(words);
});

it('names what there is where the artifact is unknown', async () => {
  const folder = project({
    'main.tf': `${job()}
module "b" {
  source  = "./modules/flink/java-job"
  jar_uri = var.jar
}
`,
    'sql/a.sql': "ADD JAR 'https://repo.example.com/functions-2.0.jar';",
    'modules/flink/python-job/main.tf': job().replace('job-1', 'hidden-1'),
    '.terraform/modules/x/main.tf': job().replace('job-1', 'hidden-1'),
  });
  const error = await bump(folder, { artifact: 'jobs', version: '1.0.1', sha256: hash }).catch(
    (e: unknown) => e,
  );
  expect(error).toMatchObject({ diagnostics: [{ reason: 'ArtifactUnknown' }] });
  expect(String(error)).toContain(`Did you mean job?
It uses
  functions 2.0: sql/a.sql:1
  job 1.0.0: main.tf:3
Not written as texts:
  main.tf:8: module.b.jar_uri is var.jar`);
});

it.each([
  ['py_archive_uri = "https://x/${var.v}/job-${var.v}.tar.gz"', 'ArtifactNotLiteral', 'filled in elsewhere'],
  ['py_archive_uri = "${var.registry}/job-1.0.0.tar.gz"', 'ArtifactNotLiteral', 'filled in elsewhere'],
  [
    'py_archive_uri = coalesce(var.x, "https://x/job-1.0.0.tar.gz")',
    'ArtifactNotLiteral',
    'within an expression',
  ],
  [
    'jar_uri = "https://x/job/1.0-SNAPSHOT/job-1.0-20240101.101010-1.jar"',
    'ArtifactSnapshot',
    'released version',
  ],
  [
    'py_archive_uri = "https://x/job-1.0.0.tar.gz"\n  py_archive_sha256 = var.hash',
    'HashNotLiteral',
    'It is var.hash',
  ],
  ['url = "https://x/job-1.0.0.jar"\n  sha512sum = "abc"', 'HashNotLiteral', 'sha512sum'],
  ['archive_uri = "https://x/job-1.0.0.tar.gz" /* a\n b */', 'HashNotLiteral', 'a line of its own'],
  ['sql = "x"\n}\nlocals {\n  b = { archive_uri = 1', 'HclSyntax', 'not valid HCL'],
])('changes nothing where a place cannot be changed: %s', async (line, reason, words) => {
  const text = `${job()}\nmodule "b" {\n  ${line}\n}\n`;
  const folder = project({ 'main.tf': text });
  const error = await bump(folder, { artifact: 'job', version: '1.0.1', sha256: hash }).catch(
    (e: unknown) => e,
  );
  expect(error).toMatchObject({ diagnostics: expect.arrayContaining([expect.objectContaining({ reason })]) });
  expect(String(error)).toContain(words);
  expect(readFileSync(join(folder, 'main.tf'), 'utf8')).toBe(text);
});

it('needs to know the hash of what it cannot fetch, and that of one file only', async () => {
  const s3 = project({ 'main.tf': job().replace('https:', 's3:') });
  await expect(bump(s3, { artifact: 'job', version: '1.0.1' })).rejects.toThrow('not from s3');
  const registry = project({ 'main.tf': job().replace('job-1', `${old}/job-1`) });
  await expect(bump(registry, { artifact: 'job', version: '1.0.1' })).rejects.toThrow(
    "has the file's hash in it",
  );
  const two = project({ 'main.tf': job() + job().replace('"a"', '"b"').replace('tar.gz', 'zip') });
  await expect(bump(two, { artifact: 'job', version: '1.0.1', sha256: hash })).rejects.toThrow(
    'One hash cannot be',
  );
  const uri = 'https://x/job-1.0.1.jar';
  await expect(bump(two, { artifact: 'job', version: '1.0.1', sha256: hash, uri })).rejects.toThrow(
    'another kind',
  );
});

it('warns of a version with new content, and of a hash that nothing takes', async () => {
  const folder = project({ 'main.tf': job(`\n  py_archive_sha256 = "${old}"`) });
  const { warnings, changes } = await bump(folder, { artifact: 'job', version: '1.0.0', sha256: hash });
  expect(warnings).toMatchObject([{ severity: 'warning', reason: 'VersionRepublished' }]);
  expect(changes).toEqual([
    { file: 'main.tf', line: 4, attribute: 'module.a.py_archive_sha256', from: old, to: hash },
  ]);
  const held = project({
    'main.tf': `locals {
  jobs = { a = { uri = "https://x/job-1.0.0.tar.gz" } }
}
module "a" {
  for_each       = local.jobs
  py_archive_uri = each.value.uri
}
`,
  });
  const second = await bump(held, { artifact: 'job', version: '1.0.1', sha256: hash });
  expect(second.warnings).toMatchObject([{ reason: 'HashNotWritten', source: { line: 2 } }]);
  expect(readFileSync(join(held, 'main.tf'), 'utf8')).toContain('"https://x/job-1.0.1.tar.gz"');
});

it('takes a new artifact in by a file, once', async () => {
  const folder = project({ 'main.tf': 'locals {}\n' });
  const add = join(work, 'template.tf');
  writeFileSync(
    add,
    job('\n  py_archive_sha256 = "{{sha256}}" # {{ version }}').replace(/https.*gz/, '{{uri}}'),
  );
  const request = { artifact: 'job', version: '1.0.1', sha256: hash, add };
  await expect(bump(folder, request)).rejects.toThrow('Give it by --uri');
  const uri = 'https://pypi.example.com/job-1.0.1.tar.gz';
  const { versions, changes } = await bump(folder, { ...request, uri });
  expect({ versions, changes }).toEqual({
    versions: [],
    changes: [{ file: 'job.tf', line: 1, attribute: 'job', from: null, to: '1.0.1' }],
  });
  const text = readFileSync(join(folder, 'job.tf'), 'utf8');
  expect(text).toContain(`"${uri}"\n  py_archive_sha256 = "${hash}" # 1.0.1\n`);
  // From now on it is a version like any other.
  const next = await bump(folder, { ...request, version: '1.0.2' });
  expect(next.versions).toEqual(['1.0.1']);
  writeFileSync(join(folder, 'job.tf'), 'locals {}\n');
  await expect(bump(folder, { ...request, uri })).rejects.toThrow('job.tf is there already');
  writeFileSync(add, 'locals { a = "{{project}}" }\n');
  await expect(bump(project({ 'main.tf': '' }), { ...request, uri })).rejects.toThrow('{{project}}');
  writeFileSync(add, 'locals { a = 1 }\n');
  await expect(bump(project({ 'main.tf': '' }), { ...request, uri })).rejects.toThrow('does not use job');
});

it.each(['python-job', 'java-job'])('takes in what a new %s has for its first release', async (scaffold) => {
  const [name = ''] = globSync('deploy/*', { cwd: packageFile('scaffolds', scaffold) });
  const add = join(work, `${scaffold}.tf`);
  writeFileSync(
    add,
    readFileSync(packageFile('scaffolds', scaffold, name), 'utf8').replaceAll('{{project}}', 'job'),
  );
  const folder = project({ 'main.tf': 'locals {}\n' });
  const suffix = scaffold === 'java-job' ? 'jar' : 'tar.gz';
  const request = { artifact: 'job', version: '1.0.0', sha256: hash, add };
  await bump(folder, { ...request, uri: `https://x.example.com/job/1.0.0/job-1.0.0.${suffix}` });
  expect(isFormatted(folder)).toBe(true);
  const { versions, files } = await bump(folder, { ...request, version: '1.0.1', sha256: old });
  expect(versions).toEqual(['1.0.0']);
  const [file] = files;
  expect(file?.path).toBe('job.tf');
  expect(file?.after).toBe(file?.before?.replaceAll('1.0.0', '1.0.1').replaceAll(hash, old));
  expect(file?.after).toContain(old);
});

it('wants a project, in UTF-8', async () => {
  const request = { artifact: 'job', version: '1.0.1', sha256: hash };
  await expect(bump(project({ 'a.txt': '' }), request)).rejects.toThrow('no Terraform project');
  const folder = project({ 'main.tf': job() });
  writeFileSync(join(folder, 'a.sql'), Buffer.from([0xe4]));
  await expect(bump(folder, request)).rejects.toThrow('a.sql is not UTF-8');
});
