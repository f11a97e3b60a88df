import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, run, tryRun } from '../e2e/commands.ts';

export interface Prometheus {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  stop(): Promise<void>;
}

/** A real Prometheus with this configuration: the one of the machine, else Debian's, unpacked beside its data. */
export async function startPrometheus(configuration: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-prometheus-'));
  const command = await findPrometheus(folder);
  const file = join(folder, 'prometheus.yml');
  await writeFile(file, configuration);
  const port = await freePort();
  const child = spawn(
    command,
    [
      '--log.level=error',
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const url = `http://127.0.0.1:${port}`;
  await eventually(
    () =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    (ready) => ready || child.exitCode !== null,
  );
  return {
    url,
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

async function findPrometheus(folder: string): Promise<string> {
  const { code } = await tryRun('sh', ['-c', 'command -v prometheus']);
  if (code === 0) return 'prometheus';
  // Lists of its own: those of the machine may be absent, and are root's.
  const [lists, cache] = [join(folder, 'lists'), join(folder, 'cache')];
  await Promise.all([mkdir(lists), mkdir(cache)]);
  const options = ['-qq', '-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${cache}`];
  await run('apt-get', [...options, '-o', 'Debug::NoLocking=1', 'update']);
  await run('apt-get', [...options, 'download', 'prometheus'], { cwd: folder });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt-get downloaded no package of Prometheus');
  await run('dpkg', ['-x', join(folder, archive), folder]);
  return join(folder, 'usr', 'bin', 'prometheus');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
