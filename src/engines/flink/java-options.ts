import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFile } from '../../package-file.ts';
import { cacheFolder } from '../download-cache.ts';

/** The runner under a name that follows from its content, so that class data archives outlive a rebuild. */
export async function runnerJar(): Promise<string> {
  const built = packageFile('runner', 'target', 'sdp-runner.jar');
  const content = await readFile(built);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), 'runner');
  const jar = join(folder, `sdp-runner-${digest}.jar`);
  if (existsSync(jar)) return jar;
  await mkdir(folder, { recursive: true });
  // Processes that start at once copy it at once.
  const draft = `${jar}.${randomUUID()}`;
  await copyFile(built, draft);
  await rename(draft, jar);
  return jar;
}

/** Java 17's module system as Flink 2.2 wants it opened (its `config.yaml`, `env.java.opts.all`). */
export const moduleOptions: readonly string[] = [
  ...[
    'java.base/sun.net.util',
    'java.rmi/sun.rmi.registry',
    'jdk.compiler/com.sun.tools.javac.api',
    'jdk.compiler/com.sun.tools.javac.file',
    'jdk.compiler/com.sun.tools.javac.parser',
    'jdk.compiler/com.sun.tools.javac.tree',
    'jdk.compiler/com.sun.tools.javac.util',
    'java.security.jgss/sun.security.krb5',
  ].map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...[
    'java.base/java.lang',
    'java.base/java.net',
    'java.base/java.io',
    'java.base/java.nio',
    'java.base/sun.nio.ch',
    'java.base/java.lang.reflect',
    'java.base/java.text',
    'java.base/java.time',
    'java.base/java.util',
    'java.base/java.util.concurrent',
    'java.base/java.util.concurrent.atomic',
    'java.base/java.util.concurrent.locks',
  ].map((name) => `--add-opens=${name}=ALL-UNNAMED`),
];
