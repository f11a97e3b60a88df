import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { installFlink } from '../../src/engines/flink/install.ts';
import { moduleOptions } from '../../src/engines/flink/java-options.ts';
import { flinkVersion } from '../../src/engines/flink/version.ts';
import { type Result, tryRun } from '../e2e/commands.ts';
import { mavenFiles } from '../full/maven-files.ts';

/** Flink's SQL client with a cluster in its own process, as its users run it on a file: `sql-client.sh -f`. */
export async function runSqlClient(folder: string, name: string, script: string): Promise<Result> {
  const flink = await installFlink(() => undefined, new AbortController().signal);
  // PyPI's distribution has the client, and not the gateway that it talks to.
  const gateway = await mavenFiles(
    'flink-sql-gateway-for-tests',
    'copy',
    `org.apache.flink:flink-sql-gateway:${flinkVersion}`,
  );
  const configuration = join(folder, 'conf');
  await mkdir(configuration, { recursive: true });
  await writeFile(join(configuration, 'config.yaml'), 'execution.target: local\n');
  const file = join(folder, `${name}.sql`);
  await writeFile(file, script);
  const classpath = [
    ...flink.libraries,
    flink.python,
    join(flink.opt, `flink-sql-client-${flinkVersion}.jar`),
    join(gateway, `flink-sql-gateway-${flinkVersion}.jar`),
  ].join(delimiter);
  return tryRun(
    'java',
    [
      '-Xmx1500m',
      `-Djava.io.tmpdir=${folder}`,
      ...moduleOptions,
      '-cp',
      classpath,
      'org.apache.flink.table.client.SqlClient',
      '-f',
      file,
    ],
    {
      cwd: folder,
      env: {
        FLINK_CONF_DIR: configuration,
        FLINK_LIB_DIR: join(flink.folder, 'lib'),
        FLINK_OPT_DIR: flink.opt,
      },
    },
  );
}
