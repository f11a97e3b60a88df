import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { create, extract, type ReadEntry } from 'tar';
import { checkStorage, openStorage } from '../apiserver/server.ts';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import { isHeld, tryLock } from '../process/lock-file.ts';
import type { DataFolder } from './data-folder.ts';

/** What a backup says of itself, first in the archive. */
export interface BackupContent {
  readonly format: 1;
  /** RFC 3339. */
  readonly time: string;
  /** Of the Kubernetes API. */
  readonly revision: number;
  readonly objects: number;
}

const contentFile = 'backup.json';
/** Objects with certificates and credentials, Terraform's states, what is published, and which ports were given to whom. */
const parts = ['control-plane', 'states', 'artifacts', 'ports.json'];
/** LMDB's own, and uploads that broke off: of this machine and moment. */
const isLeftOut = (path: string) =>
  basename(path) === 'lock.mdb' || path.startsWith(join('artifacts', 'unfinished'));

/**
 * Writes the control plane of a stopped platform into an archive (tar, gzip) that its owner alone may read: it holds
 * credentials and Secrets. Topics and checkpoints are not in it.
 */
export async function createBackup(folder: DataFolder, file: string): Promise<BackupContent> {
  return withStopped(folder, async () => {
    const storage = join(folder.controlPlane, 'storage');
    if (!existsSync(storage)) throw problem('NothingToBackUp', 'There is nothing to back up', noData(folder));
    const content = await readContent(storage);
    const draft = `${file}.new`;
    try {
      await writeFile(join(folder.path, contentFile), JSON.stringify(content));
      const there = parts.filter((part) => existsSync(join(folder.path, part)));
      await mkdir(dirname(resolve(file)), { recursive: true });
      await create(
        {
          file: draft,
          gzip: true,
          cwd: folder.path,
          portable: true,
          mode: 0o600,
          filter: (path) => !isLeftOut(path),
        },
        [contentFile, ...there],
      );
      await chmod(draft, 0o600);
      await rename(draft, file);
      return content;
    } finally {
      await rm(draft, { force: true });
      await rm(join(folder.path, contentFile), { force: true });
    }
  });
}

/**
 * Puts a backup back into a stopped platform's data folder. Everything is unpacked and opened before anything is replaced;
 * what was there is kept beside it, and named in the answer.
 */
export async function restoreBackup(
  folder: DataFolder,
  file: string,
): Promise<{ readonly content: BackupContent; readonly kept: string | undefined }> {
  if (!existsSync(file)) throw problem('BackupMissing', `There is no file ${file}`, 'Check the path.');
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  return withStopped(folder, async () => {
    const unpacked = await mkdtemp(join(folder.path, 'restore-'));
    try {
      const content = await unpack(file, unpacked);
      const there = parts.filter((part) => existsSync(join(folder.path, part)));
      const kept = there.length === 0 ? undefined : join(folder.path, `before-restore-${timestamp()}`);
      if (kept !== undefined) await mkdir(kept, { mode: 0o700 });
      for (const part of there) await rename(join(folder.path, part), join(kept ?? '', part));
      for (const part of parts.filter((name) => existsSync(join(unpacked, name)))) {
        await rename(join(unpacked, part), join(folder.path, part));
      }
      return { content, kept };
    } finally {
      await rm(unpacked, { recursive: true, force: true });
    }
  });
}

async function unpack(file: string, target: string): Promise<BackupContent> {
  const strange: string[] = [];
  const isPart = (path: string) =>
    [contentFile, ...parts].some((part) => path === part || path.startsWith(`${part}/`));
  try {
    // Asynchronously it would go on writing for a while after an error.
    extract({
      file,
      cwd: target,
      strict: true,
      sync: true,
      filter(path, entry) {
        const { type } = entry as ReadEntry;
        const isPlain = type === 'File' || type === 'Directory';
        if (isPlain && isPart(path.replace(/\/$/, '')) && !path.split('/').includes('..')) return true;
        strange.push(path);
        return false;
      },
    });
    if (strange.length === 0) {
      const content = JSON.parse(await readFile(join(target, contentFile), 'utf8')) as BackupContent;
      const found = await readContent(join(target, 'control-plane', 'storage'));
      if (content.format === 1 && found.objects === content.objects && found.revision === content.revision)
        return content;
    }
  } catch (error) {
    throw noBackup(file, error instanceof Error ? error.message : String(error));
  }
  throw noBackup(
    file,
    strange.length > 0
      ? `it holds ${strange[0]}`
      : 'its objects are not those that it was made of, or it is of a newer sdp',
  );
}

/** Opens a storage and reads all of it: what is damaged shows now. */
async function readContent(storage: string): Promise<BackupContent> {
  await checkStorage(storage);
  const opened = openStorage(storage);
  try {
    const objects = [...opened.all()].length;
    return { format: 1, time: new Date().toISOString(), revision: opened.revision(), objects };
  } finally {
    await opened.close();
  }
}

async function withStopped<T>(folder: DataFolder, work: () => Promise<T>): Promise<T> {
  const lock = await tryLock(folder.lockFile, 'sdp backup');
  if (!isHeld(lock)) {
    throw problem(
      'PlatformRunning',
      'The platform is running',
      `Process ${lock.pid} (${lock.purpose}) uses ${folder.path}. End it with "sdp down", then run this again.`,
    );
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function timestamp(): string {
  return new Date().toISOString().replace(/[-:]|\.\d+/g, '');
}

function noData({ path }: DataFolder): string {
  return `${path} holds no platform. Name another folder by --data, or start one with "sdp up".`;
}

function noBackup(file: string, why: string): DiagnosticError {
  return problem(
    'InvalidBackup',
    `${file} cannot be restored`,
    `It is damaged or was not made by "sdp backup": ${why}. Nothing was changed; use another file.`,
  );
}

function problem(reason: string, summary: string, detail: string): DiagnosticError {
  const diagnostic: Diagnostic = { severity: 'error', reason, summary, detail };
  return new DiagnosticError(diagnostic);
}
