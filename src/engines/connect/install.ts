import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFile } from '../../package-file.ts';
import { installOnce, type ReportProgress } from '../download-cache.ts';
import { copyDependencies } from '../maven.ts';

export const connectVersion = '4.3.1';

export interface ConnectInstallation {
  /** The worker's own jars in a fixed order: class data archives depend on it. Plugins have folders of their own. */
  readonly libraries: readonly string[];
}

/** Kafka Connect from Maven artifacts; the pom says which. */
export async function installConnect(
  report: ReportProgress,
  signal: AbortSignal,
  root?: string,
): Promise<ConnectInstallation> {
  const pom = packageFile('src', 'engines', 'connect', 'pom.xml');
  const what = `Kafka Connect ${connectVersion}`;
  const folder = await installOnce(
    {
      name: `kafka-connect-${connectVersion}`,
      key: await readFile(pom, 'utf8'),
      install: (draft) => copyDependencies(pom, join(draft, 'lib'), what, report, signal),
    },
    report,
    signal,
    root,
  );
  const jars = (await readdir(join(folder, 'lib'))).sort();
  return { libraries: jars.map((name) => join(folder, 'lib', name)) };
}
