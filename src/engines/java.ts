import { createHash, randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from './download-cache.ts';
import { runCommand } from './run-command.ts';

let described: Promise<string> | undefined;

/** What `java -version` says: the part of a class data archive's validity that is the JVM's. */
export function describeJava(): Promise<string> {
  described ??= runCommand('ask java for its version', ['java', '-version']).catch((error: unknown) => {
    // It may be installed by the next time.
    described = undefined;
    throw error;
  });
  return described;
}

/** Major version of what `java -version` printed. */
export function javaMajorVersion(description: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(description);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

export interface ClassDataArchive {
  readonly options: readonly string[];
  /** Set when the process shall write the archive at its end. */
  readonly record?: { readonly draft: string; readonly file: string };
}

/**
 * JVM options for application class data sharing: an archive of loaded classes cuts start times to a third. It is
 * valid for one JVM and classpath; the first process without one records it when it ends well. A JVM ignores an archive
 * that it cannot use.
 */
export async function classDataArchive(
  name: string,
  classpath: readonly string[],
  workFolder: string,
  root = cacheFolder(),
): Promise<ClassDataArchive> {
  const stamps = classpath.map((entry) => {
    const stat = statSync(entry, { throwIfNoEntry: false });
    return `${entry} ${stat?.size} ${stat?.mtimeMs}`;
  });
  const key = createHash('sha256')
    .update([await describeJava(), ...stamps].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const folder = join(root, 'class-data');
  const file = join(folder, `${name}-${key}.jsa`);
  if (existsSync(file)) {
    return {
      options: [`-XX:SharedArchiveFile=${file}`, '-Xshare:auto', '-Xlog:cds=off', '-Xlog:cds+dynamic=off'],
    };
  }
  await mkdir(folder, { recursive: true });
  const draft = join(workFolder, `${name}.jsa`);
  return {
    options: [`-XX:ArchiveClassesAtExit=${draft}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'],
    record: { draft, file },
  };
}

/** Archives of one name that are kept: a changed classpath leaves old ones behind, each of tens of megabytes. */
const keptArchives = 3;

/** Moves an archive that a process wrote at its end to where the next start looks for it. */
export async function keepClassDataArchive({ draft, file }: { draft: string; file: string }): Promise<void> {
  const written = await stat(draft).catch(() => undefined);
  if (written === undefined || written.size === 0) return;
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  // The cache may lie on another file system than the draft, and equal processes may end at the same time.
  const copy = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await copyFile(draft, copy);
    await rename(copy, file);
  } finally {
    await rm(copy, { force: true });
  }
  await rm(draft);
  const withoutKey = (name: string) => name.replace(/[^-]*$/, '');
  const others = (await readdir(folder)).filter((name) => withoutKey(name) === withoutKey(basename(file)));
  const aged = await Promise.all(
    others.map(async (name) => ({
      name,
      at: await stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
  const old = aged.sort((left, right) => right.at - left.at).slice(keptArchives);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}
