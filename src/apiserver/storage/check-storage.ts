import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';

/*
 * LMDB maps its file into memory and believes it: a damaged one ends the process by a signal, without words. It is
 * safe against a power cut and kill -9, so damage is the disk's work or a copy's that was cut off.
 */

/** `MDB_meta` on each of the first two pages, as the lmdb package's mdb.c lays it out (its page header has 24 bytes). */
const magic = 0xbeefc0de;
const magicAt = 24;
const pageSizeAt = 48;
const lastPageAt = 144;
const transactionAt = 152;

/** Reads everything, in a process of its own. */
const readAll = `
const { open } = require(process.argv[1]);
const root = open({ path: process.argv[2], maxDbs: 4, readOnly: true, encoding: 'string' });
for (const { value } of root.openDB('objects', { encoding: 'string' }).getRange()) JSON.parse(value);
for (const { value } of root.openDB('log', { encoding: 'string', keyEncoding: 'uint32' }).getRange()) value.length;
`;

/**
 * Refuses a damaged storage with words, before it is opened. The file's own account of its size is always looked at;
 * all of its content is read where the last user did not close it (`markClosed`).
 */
export async function checkStorage(folder: string): Promise<void> {
  const file = join(folder, 'data.mdb');
  if (!existsSync(file)) return;
  const damage = await findDamageInHead(file);
  if (damage !== undefined) throw new DiagnosticError(damaged(file, damage));
  const mark = closedMark(folder);
  if (existsSync(mark)) {
    await rm(mark);
    return;
  }
  const failure = await readInChild(folder);
  if (failure !== undefined) throw new DiagnosticError(damaged(file, failure));
}

/** To be called once the storage is closed. */
export async function markClosed(folder: string): Promise<void> {
  await writeFile(closedMark(folder), '');
}

const closedMark = (folder: string) => join(folder, 'closed');

async function findDamageInHead(file: string): Promise<string | undefined> {
  const opened = await open(file, 'r');
  try {
    const { size } = await opened.stat();
    const first = await readMeta(opened, 0);
    if (first === undefined) return 'its first page is none of LMDB’s';
    const second = await readMeta(opened, first.pageSize);
    if (second === undefined) return 'its second page is none of LMDB’s';
    const newest = second.transaction > first.transaction ? second : first;
    const needed = (newest.lastPage + 1n) * BigInt(first.pageSize);
    return needed > BigInt(size) ? `it has ${size} bytes of ${needed}` : undefined;
  } finally {
    await opened.close();
  }
}

async function readMeta(file: FileHandle, position: number) {
  const page = Buffer.alloc(transactionAt + 8);
  const { bytesRead } = await file.read(page, 0, page.length, position);
  if (bytesRead < page.length || page.readUInt32LE(magicAt) !== magic) return undefined;
  return {
    pageSize: page.readUInt32LE(pageSizeAt),
    lastPage: page.readBigUInt64LE(lastPageAt),
    transaction: page.readBigUInt64LE(transactionAt),
  };
}

function readInChild(folder: string): Promise<string | undefined> {
  const lmdb = createRequire(import.meta.url).resolve('lmdb');
  const child = spawn(process.execPath, ['-e', readAll, lmdb, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else
        resolve(
          `reading it ended with ${signal ?? `code ${code}`} ${errors.trim().split('\n')[0] ?? ''}`.trim(),
        );
    });
  });
}

function damaged(file: string, why: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'StorageDamaged',
    summary: 'The objects of the platform cannot be read',
    detail:
      `${file} is damaged: ${why}. It is left as it is. Put a backup back (sdp backup --restore FILE), or begin anew in ` +
      'another data folder and apply the projects again; topics and checkpoints of this one are not touched.',
  };
}
