import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashAddress } from './artifact-hash.ts';

let server: Server;
let hostAliases: Record<string, string>;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/packages/a/1/a-1.zip') response.end('archive');
    else response.writeHead(404, 'a-2.zip is not published').end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hostAliases = { pypi: `127.0.0.1:${(server.address() as AddressInfo).port}` };
});
afterAll(() => server.close());

it('is that of what the platform has under the host', async () => {
  const sha256 = createHash('sha256').update('archive').digest('hex');
  expect(await hashAddress('http://pypi/packages/a/1/a-1.zip', hostAliases)).toBe(sha256);
  await expect(hashAddress('http://pypi/packages/a/2/a-2.zip', hostAliases)).rejects.toThrow(
    'http://pypi/packages/a/2/a-2.zip',
  );
});
