import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../src/package-file.ts';
import { run } from '../e2e/commands.ts';

export interface BuiltJob {
  /** Path of the jar. */
  readonly jar: string;
  remove(): Promise<void>;
}

/** Builds and tests the scaffold of a Java job by Maven, as a project of this name. */
export async function buildJavaScaffold(name: string): Promise<BuiltJob> {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-java-'));
  const project = join(folder, name);
  await cp(packageFile('scaffolds', 'java-job'), project, { recursive: true });
  for (const entry of await readdir(project, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('{{project}}', name));
  }
  await run('mvn', ['-B', '-q', '-ntp', '-f', join(project, 'pom.xml'), 'verify']);
  return {
    jar: join(project, 'target', `${name}-1.0.0.jar`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
