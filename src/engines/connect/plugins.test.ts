import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../run-command.ts';
import { installPlugin, type PluginArtifact } from './plugins.ts';

let folder: string;
let root: string;
let server: Server;
let url: string;
let asked: string[] = [];

/** Archives as teams publish them: one folder inside, with a jar and a text. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-plugins-'));
  const source = join(folder, 'source');
  await runCommand('make a folder', ['mkdir', '-p', join(source, 'my-plugin')]);
  await writeFile(join(source, 'my-plugin', 'my.jar'), 'jar');
  await writeFile(join(source, 'my-plugin', 'README'), 'text');
  await create({ cwd: source, gzip: true, file: join(folder, 'good.tgz') }, ['my-plugin']);
  const python = (script: string) => runCommand('make an archive', ['python3', '-c', script]);
  await python(`
import tarfile, zipfile, io
def tar(name, *members):
    with tarfile.open('${folder}/' + name, 'w:gz') as out:
        for path, kind, text in members:
            info = tarfile.TarInfo(path); info.type = kind
            if kind == tarfile.SYMTYPE: info.linkname = text; out.addfile(info)
            else: info.size = len(text); out.addfile(info, io.BytesIO(text.encode()))
tar('outside.tgz', ('../evil.jar', tarfile.REGTYPE, 'x'))
tar('link.tgz', ('a.jar', tarfile.SYMTYPE, '/etc/passwd'))
with zipfile.ZipFile('${folder}/good.zip', 'w') as out:
    out.writestr('my-plugin/my.jar', 'jar'); out.writestr('my-plugin/README', 'text')
with zipfile.ZipFile('${folder}/outside.zip', 'w') as out: out.writestr('../evil.jar', 'x')
with zipfile.ZipFile('${folder}/link.zip', 'w') as out:
    info = zipfile.ZipInfo('a.jar'); info.external_attr = 0o120777 << 16; out.writestr(info, '/etc/passwd')
`);
  server = createServer((request, response) => {
    const name = request.url?.slice(1).split('?')[0] ?? '';
    asked.push(name);
    readFile(join(folder, name)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  root = await mkdtemp(join(folder, 'cache-'));
  asked = [];
});

const install = (...artifacts: PluginArtifact[]) =>
  installPlugin({ name: 'mine', artifacts }, () => undefined, AbortSignal.timeout(60_000), { root });
const filesOf = async (path: string) =>
  (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .toSorted();
const digest = async (name: string) =>
  createHash('sha512')
    .update(await readFile(join(folder, name)))
    .digest('hex');

describe('a plugin', () => {
  it('has all of its files below one folder, and is downloaded once', async () => {
    const artifacts: PluginArtifact[] = [
      { type: 'tgz', url: `${url}/good.tgz`, sha512sum: await digest('good.tgz') },
      { type: 'zip', url: `${url}/good.zip` },
      { type: 'jar', url: `${url}/good.zip?version=1` },
      { type: 'other', url: `${url}/good.tgz`, fileName: '../../rules.txt' },
    ];
    const path = await install(...artifacts);
    expect(await filesOf(path)).toEqual([
      'mine/0/my-plugin/README',
      'mine/0/my-plugin/my.jar',
      'mine/1/my-plugin/README',
      'mine/1/my-plugin/my.jar',
      'mine/2/good.zip.jar',
      'mine/3/__.._rules.txt',
    ]);
    expect(await install(...artifacts)).toBe(path);
    expect(asked).toHaveLength(4);
  });

  it('is fetched from the server that answers for its host here, and told by its address as it is written', async () => {
    const installAt = (host: string, name: string) =>
      installPlugin(
        { name: 'mine', artifacts: [{ type: 'jar', url: `https://maven/${name}` }] },
        () => undefined,
        AbortSignal.timeout(60_000),
        { root, hostAliases: { maven: host } },
      );
    const { host } = new URL(url);
    expect(await filesOf(await installAt(host, 'good.zip'))).toEqual(['mine/0/good.zip.jar']);
    await expect(installAt(host, 'none.jar')).rejects.toThrow('https://maven/none.jar cannot be downloaded');
    // What the registry of another platform has is another file.
    await expect(installAt('127.0.0.1:1', 'good.zip')).rejects.toThrow('cannot be downloaded');
  });

  it('from Maven is the artifact with what it needs', async () => {
    const path = await install({
      type: 'maven',
      group: 'org.apache.kafka',
      artifact: 'connect-file',
      version: '4.3.1',
    });
    const files = await filesOf(path);
    expect(files).toContain('mine/0/connect-file-4.3.1.jar');
  }, 60_000);
});

describe('a plugin is refused, and nothing of it stays,', () => {
  it.each<[string, () => PluginArtifact, RegExp]>([
    [
      'when its file is absent',
      () => ({ type: 'jar', url: `${url}/none.jar` }),
      /none\.jar cannot be downloaded: the server answered 404 Not Found\. Correct the url/,
    ],
    [
      'when its server is down',
      () => ({ type: 'jar', url: 'http://127.0.0.1:1/x.jar' }),
      /cannot be downloaded: .* its server is up/,
    ],
    [
      'when its file is another one',
      () => ({ type: 'jar', url: `${url}/good.zip`, sha512sum: 'abc' }),
      /has the SHA-512 [0-9a-f]{128}, not abc as declared/,
    ],
    ['when it is no archive', () => ({ type: 'zip', url: `${url}/good.tgz` }), /cannot be unpacked as zip/],
    [
      'when a path leads out of a tar archive',
      () => ({ type: 'tgz', url: `${url}/outside.tgz` }),
      /leads out|'\.\.'/,
    ],
    [
      'when a path leads out of a zip archive',
      () => ({ type: 'zip', url: `${url}/outside.zip` }),
      /invalid relative path/,
    ],
    [
      'when a tar archive has links',
      () => ({ type: 'tgz', url: `${url}/link.tgz` }),
      /a\.jar is a SymbolicLink/,
    ],
    ['when a zip archive has links', () => ({ type: 'zip', url: `${url}/link.zip` }), /a\.jar is a link/],
    ['by ftp', () => ({ type: 'jar', url: 'ftp://host/x.jar' }), /by http and https/],
    [
      'when coordinates are none',
      () => ({ type: 'maven', group: 'a</groupId>', artifact: 'b', version: '1' }),
      /names no Maven artifact/,
    ],
  ])('%s', async (_, artifact, words) => {
    await expect(install(artifact())).rejects.toThrow(words);
    expect(existsSync(join(root, 'engines'))).toBe(false);
    expect(await readdir(join(root, 'unfinished'))).toEqual([]);
    expect(existsSync(join(folder, 'evil.jar'))).toBe(false);
  });

  it('when Maven does not have it', async () => {
    const artifact = {
      type: 'maven',
      group: 'no.such.group',
      artifact: 'nothing',
      version: '0.0.1',
    } as const;
    await expect(install(artifact)).rejects.toThrow(/no\.such\.group:nothing/);
  }, 60_000);
});
