import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { installOnce } from '../../src/engines/download-cache.ts';
import { eventually, run } from '../e2e/commands.ts';

/** Pinned: S3 as Flink's plugin talks to it, by moto, which AWS clients are tested with. */
const moto = 'moto[server]==5.2.5';

export interface S3Server {
  readonly endpoint: string;
  createBucket(name: string): Promise<void>;
  /** Keys of the objects of a bucket. */
  listObjects(bucket: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts an S3 server in memory, on loopback. */
export async function startS3Server(): Promise<S3Server> {
  const python = await installMoto();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  await eventually(
    () =>
      fetch(endpoint).then(
        ({ ok }) => ok,
        () => false,
      ),
    (isUp) => isUp,
  );
  return {
    endpoint,
    async createBucket(name) {
      const answer = await fetch(`${endpoint}/${name}`, { method: 'PUT' });
      if (!answer.ok) throw new Error(`bucket ${name}: ${answer.status} ${await answer.text()}`);
    },
    async listObjects(bucket) {
      const answer = await fetch(`${endpoint}/${bucket}?list-type=2`);
      const text = await answer.text();
      return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
    },
    close: () => end(server),
  };
}

/** Answers the path of a Python that has it. */
async function installMoto(): Promise<string> {
  const folder = await installOnce(
    {
      name: 'moto-for-tests',
      key: moto,
      async install(draft) {
        const environment = join(draft, 'venv');
        await run('python3', ['-m', 'venv', environment]);
        await run(join(environment, 'bin', 'python'), ['-m', 'pip', 'install', '-q', moto]);
      },
    },
    () => undefined,
    new AbortController().signal,
  );
  return join(folder, 'venv', 'bin', 'python');
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function end(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await ended;
}
