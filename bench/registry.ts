import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { basicAuthorization } from '../src/platform/basic-auth.ts';
import { dataFolder, readPlatformAddress } from '../src/platform/data-folder.ts';
import { platformCommands } from '../test/e2e/commands.ts';
import { type Figure, printFigures } from './figures.ts';

/**
 * `npm run bench -- registry ROUNDS MB`: an artifact up to the registry of a platform of its own as Maven and as twine send it, and down
 * again, with the resident memory of the platform's process before and at its peak (read every 20 ms).
 */
const [rounds = 3, megabytes = 200] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'sdp-bench-'));
const data = join(folder, 'data');
const commands = platformCommands(data);
const results = new Map<string, number[]>();
const note = (name: string, value: number) => results.set(name, [...(results.get(name) ?? []), value]);

const figures: readonly Figure[] = ['up, as Maven', 'up, as twine', 'down'].flatMap((name) => [
  { name: `${name} (s)`, digits: 1, most: megabytes / 40 },
  { name: `${name}, memory before (MB)`, digits: 0 },
  { name: `${name}, at its peak (MB)`, digits: 0, most: 250 },
]);

try {
  await commands.sdp(['up', '--detach']);
  const address = await readPlatformAddress(dataFolder(data));
  if (address === undefined) throw new Error('the platform has no address');
  const { registryUrl: url, registryToken, pid } = address;
  const headers = { authorization: basicAuthorization(registryToken) };
  const jar = join(folder, 'job.jar');
  await writeRandom(jar, Buffer.from('PK\u0003\u0004'));
  const sdist = join(folder, 'job.tar.gz');
  await writeRandom(sdist, Buffer.from([0x1f, 0x8b, 8, 0]));

  for (let round = 1; round <= rounds; round += 1) {
    const version = `1.0.${round}`;
    const path = `${url}/maven/internal/bench/job/${version}/job-${version}.jar`;
    const form = new FormData();
    form.append(':action', 'file_upload');
    form.append('name', 'job');
    form.append('version', version);
    form.append('content', await openAsBlob(sdist), `job-${version}.tar.gz`);
    const steps: Readonly<Record<string, () => Promise<void>>> = {
      'up, as Maven': async () => {
        const body = Readable.toWeb(createReadStream(jar)) as never;
        await expectDone(await fetch(path, { method: 'PUT', headers, body, duplex: 'half' }));
      },
      'up, as twine': async () => {
        await expectDone(await fetch(`${url}/legacy/`, { method: 'POST', headers, body: form }));
      },
      down: async () => {
        const answer = await expectDone(await fetch(path));
        await pipeline(Readable.fromWeb(answer.body as never), createWriteStream('/dev/null'));
      },
    };
    for (const [name, step] of Object.entries(steps)) await measure(name, pid, step);
  }
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, ${megabytes} MB, ${rounds} rounds, load ${loadavg()[0]?.toFixed(1)}`,
  );
  printFigures(figures, ['sdp'], new Map([['sdp', results]]));
} finally {
  await commands.sdp(['down', '--purge']);
  await rm(folder, { recursive: true, force: true });
}

async function measure(name: string, pid: number, step: () => Promise<void>): Promise<void> {
  const before = await readMemory(pid);
  let peak = before;
  let isOver = false;
  const watched = (async () => {
    while (!isOver) {
      peak = Math.max(peak, await readMemory(pid));
      await sleep(20);
    }
  })();
  const start = performance.now();
  await step();
  const seconds = (performance.now() - start) / 1000;
  isOver = true;
  await watched;
  note(`${name} (s)`, seconds);
  note(`${name}, memory before (MB)`, before);
  note(`${name}, at its peak (MB)`, peak);
}

async function expectDone(answer: Response): Promise<Response> {
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer;
}

async function readMemory(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return (Number(stdout) * 1024) / 1e6;
}

async function writeRandom(file: string, start: Buffer): Promise<void> {
  const opened = await open(file, 'wx');
  await opened.write(start);
  for (let written = 0; written < megabytes; written += 1) await opened.write(randomBytes(1_000_000));
  await opened.close();
}
