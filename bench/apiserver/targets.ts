import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubernetes } from '../../scripts/kubernetes-original.js';
import type { ApiAccess } from '../../src/apiclient/api-access.ts';
import type { ApiClient } from '../../src/apiclient/client.ts';
import { createApiClient } from '../../src/apiclient/http-client.ts';
import { startKubernetes } from '../../test/conformance/start-kubernetes.ts';

/** A kind of server, started anew on a folder. */
export interface Target {
  readonly name: string;
  start(folder: string): Promise<RunningServer>;
}

export interface RunningServer {
  readonly client: ApiClient;
  readonly access: ApiAccess;
  /** From the start of its processes to the first good answer of /readyz, milliseconds. */
  readonly startTime: number;
  /** What its processes had of the processors until then, milliseconds. */
  readonly startProcessorTime: number;
  /** Proportional set size of its processes, bytes. */
  memory(): number;
  /** What its processes have had of the processors so far, milliseconds: other work on the machine hardly changes it. */
  processorTime(): number;
  stop(): Promise<void>;
}

/** sdp's server, and the original where it is built. */
export function findTargets(): readonly Target[] {
  const programs = findKubernetes();
  const embedded: Target = { name: 'sdp', start: startEmbedded };
  if (programs === undefined) return [embedded];
  return [
    embedded,
    {
      name: 'original',
      async start(folder) {
        const begin = performance.now();
        const { server, ca, tokens, pids, stop } = await startKubernetes(folder, programs);
        const access = { server, ca, token: async () => tokens['admin'] ?? '' };
        return running(access, begin, Object.values(pids), stop);
      },
    },
  ];
}

async function startEmbedded(folder: string): Promise<RunningServer> {
  const token = randomBytes(16).toString('hex');
  const begin = performance.now();
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'serve', folder], {
    env: { ...process.env, BENCH_TOKEN: token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text: Buffer) => resolve(text.toString()));
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const { server, ca } = JSON.parse(line) as { server: string; ca: string };
  return running({ server, ca, token: async () => token }, begin, [child.pid ?? 0], async () => {
    child.kill('SIGTERM');
    await ended;
    process.removeListener('exit', end);
  });
}

async function running(
  access: ApiAccess,
  begin: number,
  pids: readonly number[],
  stop: () => Promise<void>,
): Promise<RunningServer> {
  const client = createApiClient(access, 'sdp-bench');
  const ready = await client.request('GET', '/readyz');
  if (ready.status !== 200) throw new Error(`not ready: ${await ready.text()}`);
  await ready.text();
  const startTime = performance.now() - begin;
  const spent = () => pids.map(processorTime).reduce((sum, time) => sum + time, 0);
  return {
    client,
    access,
    startTime,
    startProcessorTime: spent(),
    memory: () => pids.map(proportionalMemory).reduce((sum, bytes) => sum + bytes, 0),
    processorTime: spent,
    async stop() {
      await client.close();
      await stop();
    },
  };
}

function proportionalMemory(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** `utime` and `stime` of proc(5), which come in hundredths of a second; the name before them may hold blanks. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Runs `action` with a folder that is removed whatever happens. */
export async function withFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sdp-bench-apiserver-'));
  try {
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
