import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject } from '../../src/scaffold/create-project.ts';
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
  await createProject({ layers: ['java-job'], folder: project, values: { project: name }, version: '0.1.0' });
  await run('mvn', ['-B', '-q', '-ntp', '-f', join(project, 'pom.xml'), 'verify']);
  return {
    jar: join(project, 'target', `${name}-1.0.0.jar`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
