import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from '../../src/engines/download-cache.ts';
import { run } from '../e2e/commands.ts';

const mavenDependency = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** A folder with Maven artifacts, as they are or unpacked, once for all tests under this name. */
export async function mavenFiles(
  name: string,
  goal: 'copy' | 'unpack',
  ...artifacts: readonly string[]
): Promise<string> {
  const folder = await installOnce(
    {
      name,
      key: artifacts.join(' '),
      async install(draft) {
        const output = join(draft, 'files');
        await mkdir(output);
        for (const artifact of artifacts) {
          const options = ['-B', '-q', `-Dartifact=${artifact}`, `-DoutputDirectory=${output}`];
          await run('mvn', [...options, `${mavenDependency}:${goal}`], { cwd: draft });
        }
      },
    },
    () => undefined,
    new AbortController().signal,
  );
  return join(folder, 'files');
}
