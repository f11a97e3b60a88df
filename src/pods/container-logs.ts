import { copyFile, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running process keeps its file open for appending, so a full log is copied away and cut, not renamed. */
const rotateAtBytes = 10_000_000;
const keptRotations = 3;

export interface ReadLogOptions {
  readonly follow?: boolean | undefined;
  readonly tailLines?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Ends a followed log when it answers true and nothing more is there. */
  hasEnded?(): Promise<boolean>;
}

export function logFile(folder: string, restarts: number): string {
  return join(folder, `${restarts}.log`);
}

/** Cuts logs that have grown too large, and removes those of runs before the last. */
export async function rotateLogs(folder: string, restarts: number): Promise<void> {
  const file = logFile(folder, restarts);
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > rotateAtBytes) {
    for (let index = keptRotations - 1; index >= 1; index -= 1) {
      await rename(`${file}.${index}`, `${file}.${index + 1}`).catch(() => undefined);
    }
    await copyFile(file, `${file}.1`);
    await truncate(file, 0);
  }
  for (const name of await readdir(folder).catch(() => [])) {
    if (Number.parseInt(name, 10) < restarts - 1) await rm(join(folder, name), { force: true });
  }
}

/** The log of one run of a container, as it was and, with `follow`, as it grows. */
export async function* readLog(file: string, options: ReadLogOptions): AsyncIterable<Uint8Array> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return;
  try {
    let offset = options.tailLines === undefined ? 0 : await tailOffset(handle, options.tailLines);
    const buffer = Buffer.alloc(64 * 1024);
    for (;;) {
      const { size } = await handle.stat();
      if (size < offset) offset = 0;
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      if (bytesRead > 0) {
        offset += bytesRead;
        yield Uint8Array.from(buffer.subarray(0, bytesRead));
        continue;
      }
      if (!options.follow || options.signal?.aborted || (await options.hasEnded?.())) return;
      await sleep(200, undefined, { signal: options.signal }).catch(() => undefined);
    }
  } finally {
    await handle.close();
  }
}

/** The last lines of a log, for messages. */
export async function lastLines(file: string, count: number): Promise<string[]> {
  const parts: Uint8Array[] = [];
  for await (const part of readLog(file, { tailLines: count })) parts.push(part);
  return Buffer.concat(parts).toString('utf8').split('\n').filter(Boolean);
}

async function tailOffset(handle: Awaited<ReturnType<typeof open>>, lines: number): Promise<number> {
  let { size: offset } = await handle.stat();
  if (offset === 0 || lines === 0) return offset;
  const buffer = Buffer.alloc(64 * 1024);
  await handle.read(buffer, 0, 1, offset - 1);
  // A last line without its end is a line.
  let found = buffer[0] === 10 ? 0 : 1;
  while (offset > 0) {
    const length = Math.min(buffer.length, offset);
    await handle.read(buffer, 0, length, offset - length);
    for (let index = length - 1; index >= 0; index -= 1) {
      if (buffer[index] !== 10) continue;
      found += 1;
      if (found > lines) return offset - length + index + 1;
    }
    offset -= length;
  }
  return 0;
}
