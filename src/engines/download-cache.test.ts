import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleScript, outputOf, runScript } from '../process/testing/run-script.ts';
import { cacheFolder, type Installable, installOnce } from './download-cache.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sdp-cache-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Installs the same as the script below, in a process of its own or here. */
const item = (more: Partial<Installable> = {}): Installable => ({
  name: 'tool-1.0',
  key: 'k',
  install: (folder) => writeFile(join(folder, 'program'), 'whole'),
  ...more,
});
const never = new AbortController().signal;
const install = (more: Partial<Installable> = {}, signal = never) =>
  installOnce(item(more), () => undefined, signal, root);
const list = (folder: string) => readdir(join(root, folder)).catch(() => []);

let script: string;
beforeAll(async () => {
  script = await bundleScript(
    `import { appendFile, writeFile } from 'node:fs/promises';
     import { installOnce } from './download-cache.ts';
     const [root, milliseconds] = process.argv.slice(2);
     const install = async (folder) => {
       await appendFile(root + '/installs', process.pid + '\\n');
       await writeFile(folder + '/program', 'half');
       console.log('half');
       await new Promise((resolve) => setTimeout(resolve, Number(milliseconds)));
       await writeFile(folder + '/program', 'whole');
     };
     const item = { name: 'tool-1.0', key: 'k', install };
     const report = (message) => console.log(message);
     console.log(await installOnce(item, report, new AbortController().signal, root));`,
    import.meta.dirname,
  );
});
afterAll(() => rm(script));

describe('installOnce', () => {
  it('installs what is not there yet, and then never again', async () => {
    const folder = await install();
    expect(await readFile(join(folder, 'program'), 'utf8')).toBe('whole');
    const again = await install({ install: () => Promise.reject(new Error('a second time')) });
    expect(again).toBe(folder);
    expect([await list('unfinished'), await list('locks')]).toEqual([[], []]);
  });

  it('installs once for several that ask at once in one process', async () => {
    let installs = 0;
    const folders = await Promise.all(
      Array.from({ length: 5 }, () =>
        install({
          install: async (folder) => {
            installs += 1;
            await writeFile(join(folder, 'program'), 'whole');
          },
        }),
      ),
    );
    expect(installs).toBe(1);
    expect(new Set(folders).size).toBe(1);
  });

  it('installs once for two processes; the second is told what it waits for', async () => {
    const outputs = await Promise.all([
      outputOf(runScript(script, root, '400')),
      outputOf(runScript(script, root, '400')),
    ]);
    const [pid] = (await readFile(join(root, 'installs'), 'utf8')).trim().split('\n');
    expect(await readFile(join(root, 'installs'), 'utf8')).toBe(`${pid}\n`);
    const [folder] = await list('engines');
    for (const output of outputs) expect(output).toContain(join(root, 'engines', folder ?? ''));
    expect(outputs.join('')).toContain(`waiting for process ${pid}, which is installing tool-1.0`);
  });

  it('leaves nothing that looks finished when it is killed, and the next one succeeds', async () => {
    const killed = runScript(script, root, '60000');
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await list('engines')).toEqual([]);
    expect(await list('unfinished')).toHaveLength(1);
    await mkdir(join(root, 'unfinished', 'tool-0.9-01234567-abcdef'));
    const folder = await install();
    expect(await readFile(join(folder, 'program'), 'utf8')).toBe('whole');
    expect(await list('unfinished')).toEqual([]);
  });

  it('leaves nothing of an installation that fails, and tries again', async () => {
    const failing = install({
      install: async (folder) => {
        await writeFile(join(folder, 'program'), 'half');
        throw new Error('no network');
      },
    });
    await expect(failing).rejects.toThrow('no network');
    expect([await list('engines'), await list('unfinished'), await list('locks')]).toEqual([[], [], []]);
    expect(await readFile(join(await install(), 'program'), 'utf8')).toBe('whole');
  });

  it('keeps versions apart, also while they are installed at the same time', async () => {
    const slow = (content: string) => async (folder: string) => {
      await writeFile(join(folder, 'program'), '');
      await new Promise((resolve) => setTimeout(resolve, 100));
      // Fails when the folder was taken away meanwhile.
      await writeFile(join(folder, 'program'), content);
    };
    const folders = await Promise.all([
      install({ install: slow('first') }),
      install({ key: 'other', install: slow('other key') }),
      install({ name: 'tool', install: slow('shorter name') }),
      install({ name: 'tool-1.0-extra', install: slow('longer name') }),
    ]);
    const contents = await Promise.all(folders.map((folder) => readFile(join(folder, 'program'), 'utf8')));
    expect(contents).toEqual(['first', 'other key', 'shorter name', 'longer name']);
  });

  it('stops waiting with its signal', async () => {
    const holder = runScript(script, root, '60000');
    await once(holder.stdout, 'data');
    const abort = new AbortController();
    const waiting = installOnce(item(), () => abort.abort(), abort.signal, root);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await list('engines')).toEqual([]);
  });
});

describe('cacheFolder', () => {
  it.each([
    [{ SDP_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
    [{ SDP_CACHE: '', XDG_CACHE_HOME: '/b' }, '/b/sdp'],
    [{}, join(homedir(), process.platform === 'darwin' ? 'Library/Caches/sdp' : '.cache/sdp')],
  ])('%j', (environment, folder) => {
    expect(cacheFolder(environment)).toBe(folder);
  });
});
