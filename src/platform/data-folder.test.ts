import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isHeld, tryLock } from '../process/lock-file.ts';
import { dataFolder, findDataFolder, readPlatformAddress, writePlatformAddress } from './data-folder.ts';
import { startPlatform } from './platform.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sdp-data-')));
});
afterEach(() => rm(folder, { recursive: true }));

describe('findDataFolder', () => {
  const find = async (option?: string, environment: NodeJS.ProcessEnv = {}, cwd = folder) =>
    (await findDataFolder(option, cwd, environment)).path;

  it('takes the option before SDP_DATA, both from the current folder on', async () => {
    expect(await find('a', { SDP_DATA: 'b' })).toBe(join(folder, 'a'));
    expect(await find(undefined, { SDP_DATA: 'b' })).toBe(join(folder, 'b'));
    expect(await find('/a')).toBe('/a');
  });

  it('finds that of the project, from its folders too', async () => {
    await mkdir(join(folder, '.sdp'));
    await mkdir(join(folder, 'sql', 'jobs'), { recursive: true });
    expect(await find()).toBe(join(folder, '.sdp'));
    expect(await find(undefined, { SDP_DATA: '' }, join(folder, 'sql', 'jobs'))).toBe(join(folder, '.sdp'));
  });

  it('is new in a folder with Terraform files, and the user’s elsewhere', async () => {
    expect(await find()).toBe(join(homedir(), '.sdp'));
    await writeFile(join(folder, 'main.tf'), '');
    expect(await find()).toBe(join(folder, '.sdp'));
  });
});

it('tells where the platform answers', async () => {
  const data = dataFolder(folder);
  expect(await readPlatformAddress(data)).toBeUndefined();
  const address = {
    url: 'https://127.0.0.1:1',
    kubeconfig: '/x/kubeconfig',
    ingressUrl: 'http://127.0.0.1:2',
    metricsUrl: 'http://127.0.0.1:2/metrics/targets',
    caCertificate: 'ca',
    registryUrl: 'http://127.0.0.1:3',
    hostAliases: { pypi: '127.0.0.1:3' },
    mavenSettings: '/data/maven-settings.xml',
    registryToken: 'c',
    stateToken: 't',
    plannerToken: 'p',
    pid: 1,
  };
  await writePlatformAddress(data, address);
  expect(await readPlatformAddress(data)).toEqual(address);
});

it('belongs to one platform: a second one is told who holds it', async () => {
  const lock = await tryLock(dataFolder(folder).lockFile, 'sdp up');
  const second = startPlatform({
    folder: dataFolder(folder),
    configuration: { images: {} },
    onTrouble: () => undefined,
  });
  await expect(second).rejects.toMatchObject({
    diagnostics: [
      {
        reason: 'DataFolderInUse',
        detail: expect.stringMatching(
          new RegExp(`^Process ${process.pid} \\(sdp up, started .* UTC\\) holds ${folder}\\. `),
        ),
      },
    ],
  });
  // And leaves it to its holder.
  expect(isHeld(await tryLock(dataFolder(folder).lockFile, 'a third'))).toBe(false);
  if (isHeld(lock)) lock.release();
});
