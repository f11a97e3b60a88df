import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFile } from '../../package-file.ts';
import { installOnce, type ReportProgress } from '../download-cache.ts';
import { copyDependencies } from '../maven.ts';
import type { FlinkInstallation } from './install.ts';
import { flinkVersion } from './version.ts';

type Configuration = Readonly<Record<string, string>>;

/**
 * How a cluster gets at the S3 addresses of its configuration: not at all, for there are none; by Flink's plugin, for an
 * endpoint or credentials are configured; or by a folder of this machine that stands for the bucket.
 */
export type S3Access = 'none' | 'plugin' | 'folder';

const address = /^s3a?:\/\/([^/]+)(.*)$/;

/** Environment from which the AWS SDK takes credentials. */
const credentialVariables: readonly string[] = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** `variables`: names of the environment variables that the processes are given. */
export function chooseS3Access(configuration: Configuration, variables: readonly string[]): S3Access {
  if (!Object.values(configuration).some((value) => address.test(value))) return 'none';
  const isConfigured = Object.keys(configuration).some((key) => /^(s3|s3a|fs\.s3a?)\./.test(key));
  return isConfigured || variables.some((name) => credentialVariables.includes(name)) ? 'plugin' : 'folder';
}

/** The configuration with a folder below `folder` in the place of each bucket. */
export function mapBuckets(configuration: Configuration, folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(configuration).map(([key, value]) => {
      const [, bucket = '', path = ''] = address.exec(value) ?? [];
      // A bucket's name has no slash and does not begin with a dot; the path is cleaned of what would lead out.
      const isLegal = /^[a-z0-9][a-z0-9.-]*$/.test(bucket) && !path.split('/').includes('..');
      return [key, isLegal ? `file://${join(folder, bucket, path)}` : value];
    }),
  );
}

/** A folder of plugins: those of the distribution, and the one for S3, which is downloaded when it is first needed. */
export async function installS3Plugin(
  { plugins }: FlinkInstallation,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<string> {
  const pom = packageFile('src', 'engines', 'flink', 's3-plugin.pom.xml');
  return installOnce(
    {
      name: `flink-s3-plugin-${flinkVersion}`,
      key: `${await readFile(pom, 'utf8')}\n${plugins}`,
      async install(draft) {
        for (const plugin of await readdir(plugins))
          await symlink(join(plugins, plugin), join(draft, plugin));
        const folder = join(draft, 's3-fs-hadoop');
        await mkdir(folder);
        await copyDependencies(pom, folder, "Flink's S3 plugin", report, signal);
      },
    },
    report,
    signal,
  );
}
