import { randomInt } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';

/** Gives container ports real ports, the same ones again when a pod of the same name comes back. */
export interface PortAllocator {
  /** For a process that is about to start: every port is free now. */
  allocate(owner: string, names: readonly string[]): Promise<Record<string, number>>;
  /** What the owner has, or will get: for others that have to know. A process may be using the ports already. */
  reserve(owner: string, names: readonly string[]): Promise<Record<string, number>>;
}

export async function openPortAllocator(file: string): Promise<PortAllocator> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const taken = new Map<string, number>(Object.entries(JSON.parse(text) as Record<string, number>));
  let last: Promise<unknown> = Promise.resolve();

  const allocateNow = async (
    owner: string,
    names: readonly string[],
    usable: (port: number) => boolean | Promise<boolean>,
  ) => {
    const ports: Record<string, number> = {};
    for (const name of names) {
      const key = `${owner}/${name}`;
      const earlier = taken.get(key);
      const port = earlier !== undefined && (await usable(earlier)) ? earlier : await findFreePort(taken);
      taken.set(key, port);
      ports[name] = port;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(taken)));
    await rename(`${file}.new`, file);
    return ports;
  };

  // One at a time: a port that was found free must be noted before the next is looked for.
  const inTurn = (allocation: () => Promise<Record<string, number>>) => {
    const result = last.then(allocation);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    allocate: (owner, names) => inTurn(() => allocateNow(owner, names, isFree)),
    reserve: (owner, names) => inTurn(() => allocateNow(owner, names, () => true)),
  };
}

/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, macOS from 49152): one of those can be
 * lost to any client while its server restarts, even to a client that connects to itself while it waits for the server.
 */
const lowest = 20_000;
const highest = 32_767;

async function findFreePort(taken: ReadonlyMap<string, number>): Promise<number> {
  const used = new Set(taken.values());
  for (;;) {
    const port = randomInt(lowest, highest + 1);
    if (!used.has(port) && (await isFree(port))) return port;
  }
}

/** Whether a loopback port can be listened on now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
