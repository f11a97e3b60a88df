import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import { type Entry, openPromise, type ZipFile } from 'yauzl';

/** More than any plugin has; an archive that claims more is no plugin. */
const mostBytes = 4 * 2 ** 30;

/** Unpacks files and folders of a tar archive into a folder. Anything else in it, and paths that lead out, are an error. */
export async function unpackTarGzip(archive: string, folder: string): Promise<void> {
  let bytes = 0;
  let refused: string | undefined;
  await extract({
    file: archive,
    cwd: folder,
    strict: true,
    filter(path, entry) {
      if (!('type' in entry)) return false;
      if (entry.type === 'Directory') return true;
      bytes += entry.size;
      if (entry.type !== 'File' && entry.type !== 'OldFile') refused ??= `${path} is a ${entry.type}`;
      else if (leadsOut(path)) refused ??= `${path} leads out of the archive`;
      else if (bytes > mostBytes) refused ??= `it unpacks to more than ${mostBytes} bytes`;
      return refused === undefined;
    },
  });
  if (refused !== undefined) throw new Error(refused);
}

/** The same of a zip archive. */
export async function unpackZip(archive: string, folder: string): Promise<void> {
  let bytes = 0;
  await readZip(archive, async (zip, entry) => {
    // yauzl refuses absolute paths and those with "..".
    const target = join(folder, entry.fileName);
    if (entry.fileName.endsWith('/')) {
      await mkdir(target, { recursive: true });
      return;
    }
    // Unix mode in the upper half: a link would be written as a file with a path in it.
    if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) {
      throw new Error(`${entry.fileName} is a link`);
    }
    bytes += entry.uncompressedSize;
    if (bytes > mostBytes) throw new Error(`it unpacks to more than ${mostBytes} bytes`);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
  });
}

/** Names of the entries of a zip archive; a jar is one. */
export async function listZip(archive: string): Promise<readonly string[]> {
  const names: string[] = [];
  await readZip(archive, async (_, entry) => {
    names.push(entry.fileName);
  });
  return names;
}

async function readZip(archive: string, visit: (zip: ZipFile, entry: Entry) => Promise<void>): Promise<void> {
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) await visit(zip, entry);
  } finally {
    zip.close();
  }
}

function leadsOut(path: string): boolean {
  return path.startsWith('/') || path.split('/').includes('..');
}
