import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';

/** Gives container ports real ports, the same ones again when a pod of the same name comes back. */
export interface PortAllocator {
  allocate(owner: string, names: readonly string[]): Promise<Record<string, number>>;
}

export async function openPortAllocator(file: string): Promise<PortAllocator> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const taken = new Map<string, number>(Object.entries(JSON.parse(text) as Record<string, number>));
  let last: Promise<unknown> = Promise.resolve();

  const allocateNow = async (owner: string, names: readonly string[]) => {
    const ports: Record<string, number> = {};
    for (const name of names) {
      const key = `${owner}/${name}`;
      const earlier = taken.get(key);
      const port = earlier !== undefined && (await isFree(earlier)) ? earlier : await findFreePort(taken);
      taken.set(key, port);
      ports[name] = port;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(taken)));
    await rename(`${file}.new`, file);
    return ports;
  };

  return {
    // One at a time: a port that was found free must be noted before the next is looked for.
    allocate(owner, names) {
      const result = last.then(() => allocateNow(owner, names));
      last = result.catch(() => undefined);
      return result;
    },
  };
}

async function findFreePort(taken: ReadonlyMap<string, number>): Promise<number> {
  const used = new Set(taken.values());
  for (;;) {
    const port = await listenOnce(0);
    if (port !== undefined && !used.has(port)) return port;
  }
}

/** Whether a loopback port can be listened on now. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
