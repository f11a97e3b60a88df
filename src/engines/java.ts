import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './download-cache.ts';
import { runCommand } from './run-command.ts';

let described: Promise<string> | undefined;

/** What `java -version` says: the part of a class data archive's validity that is the JVM's. */
export function describeJava(): Promise<string> {
  described ??= runCommand('ask java for its version', ['java', '-version']);
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
