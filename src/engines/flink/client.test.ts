import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createFlinkClient } from './client.ts';

/** Calls as they were recorded from operator 1.15.0. */

let calls: string[] = [];
let run: unknown;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method = '', url = '' } = request;
    calls.push(`${method} ${url.replace(/^\/v1/, '')}`);
    if (url.includes('/run')) run = JSON.parse(Buffer.concat(chunks).toString());
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ filename: '/tmp/jars/uuid_empty.jar', jobid: 'j1' }));
  });
});
afterEach(() => server.close());

it('uploads a jar, runs it and deletes it; what is restored stays whose it is', async () => {
  calls = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createFlinkClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await client.run({
    args: ['a'],
    jobId: 'j1',
    parallelism: 2,
    savepointPath: 'file:/sp/1',
    flinkConfiguration: { 'pipeline.name': 'j' },
  });
  expect(calls).toEqual([
    'POST /jars/upload',
    'POST /jars/uuid_empty.jar/run',
    'DELETE /jars/uuid_empty.jar',
  ]);
  expect(run).toEqual({
    programArgsList: ['a'],
    jobId: 'j1',
    parallelism: 2,
    savepointPath: 'file:/sp/1',
    claimMode: 'NO_CLAIM',
    flinkConfiguration: { 'pipeline.name': 'j' },
  });
});
