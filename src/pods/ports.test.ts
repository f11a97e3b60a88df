import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFree, openPortAllocator } from './ports.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-ports-'));
  file = join(folder, 'run', 'ports.json');
});
afterEach(() => rm(folder, { recursive: true }));

async function listen(port: number) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('a port allocator', () => {
  it('gives free ports below those of outgoing connections, no two the same', async () => {
    const ports = await openPortAllocator(file);
    const given = await Promise.all(
      Array.from({ length: 20 }, (_, owner) => ports.allocate(`pod-${owner}`, ['a', 'b'])),
    );
    const numbers = given.flatMap((one) => Object.values(one));
    expect(new Set(numbers).size).toBe(40);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(32_767);
    expect(await Promise.all(numbers.map(isFree))).not.toContain(false);
    expect(await ports.allocate('none', [])).toEqual({});
  });

  it('gives an owner the same ones again, also after a restart', async () => {
    const first = await (await openPortAllocator(file)).allocate('pod', ['a', 'b']);
    const later = await openPortAllocator(file);
    expect(await later.allocate('pod', ['b'])).toEqual({ b: first.b });
    expect(await later.reserve('pod', ['a'])).toEqual({ a: first.a });
    expect((await later.allocate('other', ['a'])).a).not.toBe(first.a);
  });

  it('allocates another port for one that is taken meanwhile, and reserves the same', async () => {
    const ports = await openPortAllocator(file);
    const { a = 0 } = await ports.allocate('pod', ['a']);
    const server = await listen(a);
    try {
      expect(await isFree(a)).toBe(false);
      expect(await ports.reserve('pod', ['a'])).toEqual({ a });
      const moved = await ports.allocate('pod', ['a']);
      expect(moved.a).not.toBe(a);
      expect(await ports.reserve('pod', ['a'])).toEqual(moved);
    } finally {
      server.close();
    }
  });
});
