import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HeldLock, isHeld, readLockHolder, tryLock } from '../process/lock-file.ts';

/** What an installation is doing: `Downloading Kafka 4.3.1: 12 of 54 MB`. */
export type ReportProgress = (message: string) => void;

export interface Installable {
  /** Folder name without the key: `kafka-4.3.1`. */
  readonly name: string;
  /** Whatever the content depends on besides the name; another key is another installation. */
  readonly key: string;
  /** Fills the folder. It is thrown away unless this resolves. */
  install(folder: string, report: ReportProgress, signal: AbortSignal): Promise<void>;
}

/** `SDP_CACHE`, else sdp's folder in the user's cache folder. Shared by all platforms of a user. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.SDP_CACHE) return environment.SDP_CACHE;
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, 'sdp');
  return platform() === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'sdp')
    : join(homedir(), '.cache', 'sdp');
}

/** Where an installation is, or will be: it follows from its name and key alone. */
export function installationFolder(
  { name, key }: Pick<Installable, 'name' | 'key'>,
  root = cacheFolder(),
): string {
  return join(root, 'engines', installationId(name, key));
}

function installationId(name: string, key: string): string {
  return `${name}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
}

/**
 * The folder of an installation, made when it is first asked for. It is filled beside its place and renamed into it,
 * under a lock: two that want it at once install it once, and a killed one leaves nothing that looks finished.
 */
export async function installOnce(
  item: Installable,
  report: ReportProgress,
  signal: AbortSignal,
  root = cacheFolder(),
): Promise<string> {
  const id = installationId(item.name, item.key);
  const folder = installationFolder(item, root);
  if (existsSync(folder)) return folder;
  const lock = await waitForLock(join(root, 'locks', id), item.name, report, signal);
  try {
    if (existsSync(folder)) return folder;
    await removeRemains(root, id);
    await mkdir(join(root, 'unfinished'), { recursive: true });
    const draft = await mkdtemp(join(root, 'unfinished', `${id}-`));
    try {
      await item.install(draft, report, signal);
      await writeFile(join(draft, 'installed.json'), JSON.stringify({ name: item.name, at: new Date() }));
      await mkdir(join(root, 'engines'), { recursive: true });
      await rename(draft, folder);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    return folder;
  } finally {
    lock.release();
  }
}

async function waitForLock(
  file: string,
  name: string,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<HeldLock> {
  for (;;) {
    const result = await tryLock(file, `installing ${name}`);
    if (isHeld(result)) return result;
    report(`waiting for process ${result.pid}, which is ${result.purpose}`);
    await sleep(300, undefined, { signal });
  }
}

/** Removes what killed installations left: of this one, whose lock is held, and of those whose lock nobody holds. */
async function removeRemains(root: string, own: string): Promise<void> {
  const folder = join(root, 'unfinished');
  for (const entry of await readdir(folder).catch(() => [])) {
    const id = entry.replace(/-[^-]*$/, '');
    if (id !== own && (await readLockHolder(join(root, 'locks', id))) !== undefined) continue;
    await rm(join(folder, entry), { recursive: true, force: true });
  }
}
