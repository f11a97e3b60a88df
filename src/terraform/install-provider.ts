import { chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where Terraform and OpenTofu look without being told: below the project, or below the user's home. */
export type PluginHome = { readonly project: string } | { readonly user: string };

export interface Installed {
  readonly version: string;
  readonly path: string;
}

const provider = ['sdp.internal', 'platform', 'sdp'];

/**
 * Puts the provider's bundle into an implied local mirror, in the place of any other version there: `init` takes the
 * newest it finds, and hashes do not order. A lock file that holds another version needs `init -upgrade`.
 */
export async function installProvider(bundle: string, home: PluginHome): Promise<Installed> {
  const version = await readVersion(bundle);
  const mirror =
    'project' in home
      ? join(home.project, 'terraform.d', 'plugins')
      : join(home.user, '.terraform.d', 'plugins');
  const versions = join(mirror, ...provider);
  const path = join(versions, version, terraformPlatform(), `terraform-provider-sdp_v${version}`);
  await mkdir(dirname(path), { recursive: true });
  const text = await readFile(bundle);
  const present = await readFile(path).catch(() => undefined);
  if (present === undefined || !present.equals(text)) {
    // Renamed into place: a Terraform that is running keeps the file that it opened.
    const partial = join(versions, `.${version}.${process.pid}`);
    await writeFile(partial, text);
    await chmod(partial, 0o755);
    await rename(partial, path);
  }
  const others = (await readdir(versions)).filter((name) => name !== version && !name.startsWith('.'));
  await Promise.all(others.map((name) => rm(join(versions, name), { recursive: true, force: true })));
  return { version, path };
}

/** The bundle's first two lines have less; the version stands in the third. */
const openingBytes = 4_096;

/** The version that the build wrote into the bundle's third line. */
async function readVersion(bundle: string): Promise<string> {
  const file = await open(bundle);
  try {
    const { buffer } = await file.read(Buffer.alloc(openingBytes), 0, openingBytes, 0);
    const version = /^\/\/ terraform-provider-sdp (\S+)$/m.exec(buffer.toString('utf8'))?.[1];
    if (version === undefined) throw new Error(`${bundle} is not a bundle of the sdp provider`);
    return version;
  } finally {
    await file.close();
  }
}

/** Terraform's name of this machine: `linux_amd64`. */
export function terraformPlatform(): string {
  return `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
}
