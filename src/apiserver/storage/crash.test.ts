import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleScript, runScript } from '../../process/testing/run-script.ts';
import { openStorage } from './storage.ts';

let folder: string;
let script: string;

/** Writes as fast as it can and says the revision of each write that was acknowledged. */
const WRITER = `
  import { openStorage } from './storage.ts';
  const storage = openStorage(process.argv[2]);
  const write = async (writer) => {
    for (let count = 0; ; count += 1) {
      const name = 'w' + writer + '-' + (count % 50);
      const key = { resource: 'g/things', namespace: 'n', name };
      const object = { apiVersion: 'g/v1', kind: 'Thing', metadata: { name }, count };
      const stored = await storage.write((transaction) => transaction.put(key, object));
      process.stdout.write(name + ' ' + stored.metadata.resourceVersion + '\\n');
    }
  };
  for (let writer = 0; writer < 8; writer += 1) void write(writer);
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-crash-'));
  script = await bundleScript(WRITER, import.meta.dirname);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
  await rm(script);
});

/** Lets the writer run until it is killed at a random moment; answers the last acknowledged revision by name. */
async function writeUntilKilled(): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>();
  const writer = runScript(script, folder);
  let timer: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: writer.stdout })) {
    timer ??= setTimeout(() => writer.kill('SIGKILL'), 50 + Math.random() * 300);
    const [name = '', revision] = line.split(' ');
    if (revision !== undefined) acknowledged.set(name, Number(revision));
  }
  return acknowledged;
}

test('a killed process loses no acknowledged write and leaves no gap in the log', async () => {
  for (let round = 0; round < 3; round += 1) {
    const acknowledged = await writeUntilKilled();
    expect(acknowledged.size).toBeGreaterThan(0);
    const storage = openStorage(folder);
    const lost = [...acknowledged].filter(([name, revision]) => {
      const stored = storage.get({ resource: 'g/things', namespace: 'n', name });
      return Number(stored?.metadata.resourceVersion ?? 0) < revision;
    });
    expect(lost).toEqual([]);
    const start = storage.compactedRevision();
    const revisions = Array.from(storage.changesSince(start), (change) => change.revision);
    expect(revisions).toEqual(revisions.map((_, index) => start + index + 1));
    expect(revisions.at(-1)).toBe(storage.revision());
    await storage.close();
  }
}, 60_000);
