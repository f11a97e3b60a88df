import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFile } from '../../package-file.ts';
import { installOnce, type ReportProgress } from '../download-cache.ts';
import { copyDependencies } from '../maven.ts';

export const kafkaVersion = '4.3.1';

export interface KafkaInstallation {
  /** The jars in a fixed order: class data archives depend on it. */
  readonly libraries: readonly string[];
}

/** Kafka from Maven artifacts; the pom says which. */
export async function installKafka(
  report: ReportProgress,
  signal: AbortSignal,
  root?: string,
): Promise<KafkaInstallation> {
  const pom = packageFile('src', 'engines', 'kafka', 'pom.xml');
  const folder = await installOnce(
    {
      name: `kafka-${kafkaVersion}`,
      key: await readFile(pom, 'utf8'),
      install: (draft) => copyDependencies(pom, join(draft, 'lib'), `Kafka ${kafkaVersion}`, report, signal),
    },
    report,
    signal,
    root,
  );
  const jars = (await readdir(join(folder, 'lib'))).sort();
  return { libraries: jars.map((name) => join(folder, 'lib', name)) };
}
