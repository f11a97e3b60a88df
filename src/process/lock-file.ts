import { randomBytes } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, readProcessIdentity } from './process-identity.ts';

export interface HeldLock {
  /** Gives the lock back; safe to call twice. */
  release(): void;
}

export interface LockHolder extends ProcessIdentity {
  readonly purpose: string;
}

/**
 * Takes a lock that lives as long as its process: a file naming pid and start time. A lock whose process is gone is
 * taken over. The file appears whole (linked into place), so a reader never sees half of it.
 */
export async function tryLock(file: string, purpose: string): Promise<HeldLock | LockHolder> {
  await mkdir(dirname(file), { recursive: true });
  const self = await readProcessIdentity(process.pid);
  if (self === undefined) throw new Error(`ps does not know this process (${process.pid})`);
  const content = JSON.stringify({ ...self, purpose } satisfies LockHolder);
  // Its own name for every call: one process may ask for the same lock twice at once.
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      if (await linked(draft, file)) return { release: () => releaseIfOwn(file, content) };
      const holder = await readLockHolder(file);
      if (holder !== undefined) return holder;
      await removeLeft(file, draft);
    }
    throw new Error(`could not take the lock ${file}`);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

export function isHeld(result: HeldLock | LockHolder): result is HeldLock {
  return 'release' in result;
}

/** Who holds a lock now, if anybody does. */
export async function readLockHolder(file: string): Promise<LockHolder | undefined> {
  const holder = await readHolder(file);
  return holder !== undefined && (await isAlive(holder)) ? holder : undefined;
}

/**
 * Removes a lock whose process is gone. Only under a lock of its own: two that both saw the dead holder would each remove
 * the file, the second one the first one's new lock.
 */
async function removeLeft(file: string, draft: string): Promise<void> {
  const guard = `${file}.takeover`;
  if (!(await linked(draft, guard))) {
    if ((await readLockHolder(guard)) === undefined) await unlink(guard).catch(() => undefined);
    await sleep(10);
    return;
  }
  try {
    if ((await readLockHolder(file)) === undefined) await unlink(file).catch(() => undefined);
  } finally {
    await unlink(guard).catch(() => undefined);
  }
}

async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<LockHolder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LockHolder;
  } catch {
    return undefined;
  }
}

function releaseIfOwn(file: string, content: string): void {
  try {
    if (readFileSync(file, 'utf8') === content) unlinkSync(file);
  } catch {
    // Already gone.
  }
}
