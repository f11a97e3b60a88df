import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { packageFile } from '../../package-file.ts';
import { installOnce, type ReportProgress } from '../download-cache.ts';
import { DownloadError, downloadFile, withoutCredentials } from '../download-file.ts';
import { type HostAliases, resolveHost } from '../host-aliases.ts';
import { copyDependencies } from '../maven.ts';
import { unpackTarGzip, unpackZip } from './unpack.ts';

/** An artifact of a plugin as in Strimzi's `spec.build.plugins[].artifacts[]`. */
export interface PluginArtifact {
  readonly type: 'jar' | 'tgz' | 'zip' | 'maven' | 'other';
  readonly url?: string | undefined;
  readonly sha512sum?: string | undefined;
  readonly insecure?: boolean | undefined;
  readonly fileName?: string | undefined;
  readonly group?: string | undefined;
  readonly artifact?: string | undefined;
  readonly version?: string | undefined;
  readonly repository?: string | undefined;
  readonly includeScope?: string | undefined;
}

export interface Plugin {
  /** Names the folder of its files. */
  readonly name: string;
  readonly artifacts: readonly PluginArtifact[];
}

/** Maven group of the connectors that come with sdp, and the jar of each by its artifact. */
const ownGroup = 'internal.sdp';
const ownJars: Readonly<Record<string, readonly string[]>> = {
  'vertica-sink': ['connect-plugins', 'vertica-sink', 'target', 'sdp-vertica-sink.jar'],
};

/** Maven's coordinates: they become part of a pom. */
const coordinate = /^[\w.-]+$/;

/**
 * Installs a plugin into the cache, once for all Connect clusters, and answers the folder that goes into `plugin.path`:
 * it holds one folder for the plugin, so that its classes are apart from those of others.
 */
export async function installPlugin(
  plugin: Plugin,
  report: ReportProgress,
  signal: AbortSignal,
  { root, hostAliases = {} }: { root?: string; hostAliases?: HostAliases } = {},
): Promise<string> {
  const own = plugin.artifacts.map(ownJar);
  const folder = await installOnce(
    {
      name: `connect-plugin-${plugin.name}`,
      key: JSON.stringify([resolvePlugin(plugin, hostAliases), await hashOwn(own)]),
      async install(draft) {
        for (const [index, artifact] of plugin.artifacts.entries()) {
          const target = join(draft, 'plugins', plugin.name, String(index));
          await mkdir(target, { recursive: true });
          await installArtifact(plugin.name, artifact, own[index], {
            target,
            draft,
            hostAliases,
            report,
            signal,
          });
        }
      },
    },
    report,
    signal,
    root,
  );
  return join(folder, 'plugins');
}

/** From where it is fetched here: the cache is that of all platforms, and each has a registry of its own. */
function resolvePlugin(plugin: Plugin, hostAliases: HostAliases): Plugin {
  const artifacts = plugin.artifacts.map((artifact) => {
    const { url, repository } = artifact;
    return {
      ...artifact,
      ...(url !== undefined && { url: resolveAddress(url, hostAliases) }),
      ...(repository !== undefined && { repository: resolveAddress(repository, hostAliases) }),
    };
  });
  return { ...plugin, artifacts };
}

function resolveAddress(address: string, hostAliases: HostAliases): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  const resolved = resolveHost(url, hostAliases);
  return resolved === url ? address : resolved.href;
}

interface Installing {
  /** Where the files go. */
  readonly target: string;
  /** For what is needed in between. */
  readonly draft: string;
  readonly hostAliases: HostAliases;
  readonly report: ReportProgress;
  readonly signal: AbortSignal;
}

async function installArtifact(
  plugin: string,
  artifact: PluginArtifact,
  own: string | undefined,
  installing: Installing,
): Promise<void> {
  if (own !== undefined) return copyFile(own, join(installing.target, basename(own)));
  if (artifact.type === 'maven') return installFromMaven(plugin, artifact, installing);
  const { target, draft } = installing;
  const url = readUrl(plugin, artifact);
  const name = fileNameOf(artifact, url);
  const unpacks = artifact.type === 'tgz' || artifact.type === 'zip';
  const file = join(unpacks ? draft : target, unpacks ? 'download' : name);
  await download(plugin, artifact, url, file, installing);
  if (!unpacks) return;
  try {
    await (artifact.type === 'tgz' ? unpackTarGzip : unpackZip)(file, target);
  } catch (error) {
    throw problem(
      plugin,
      `${withoutCredentials(url)} cannot be unpacked as ${artifact.type}: ${describe(error)}`,
      'Correct the type of the artifact or its url.',
    );
  } finally {
    await rm(file, { force: true });
  }
}

async function download(
  plugin: string,
  { sha512sum, insecure }: PluginArtifact,
  url: URL,
  file: string,
  { hostAliases, report, signal }: Installing,
): Promise<void> {
  const shown = withoutCredentials(url);
  report(`Downloading ${shown} for plugin ${plugin}`);
  let digest: string;
  try {
    digest = await downloadFile(resolveHost(url, hostAliases), file, {
      signal,
      insecure: insecure === true,
      onBytes: (bytes) => report(`Downloading ${shown} for plugin ${plugin}: ${(bytes / 1e6).toFixed(0)} MB`),
    });
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    signal.throwIfAborted();
    throw problem(
      plugin,
      `${shown} cannot be downloaded: ${error.message}`,
      'Correct the url of the artifact, or see that its server is up.',
    );
  }
  if (sha512sum === undefined || sha512sum.toLowerCase() === digest) return;
  throw problem(
    plugin,
    `${shown} has the SHA-512 ${digest}, not ${sha512sum} as declared`,
    'It is not the file that was meant: correct sha512sum, or find out who changed the file.',
  );
}

/** The artifact with what it needs at run time, as Strimzi's build does. */
async function installFromMaven(
  plugin: string,
  artifact: PluginArtifact,
  { target, draft, hostAliases, report, signal }: Installing,
): Promise<void> {
  const { group = '', artifact: name = '', version = '', repository, includeScope = 'runtime' } = artifact;
  for (const part of [group, name, version]) {
    if (!coordinate.test(part)) {
      throw problem(
        plugin,
        `${group}:${name}:${version} names no Maven artifact`,
        'Set group, artifact and version: letters, digits, ".", "_" and "-".',
      );
    }
  }
  const pom = join(draft, 'pom.xml');
  const from = repository === undefined ? undefined : resolveAddress(repository, hostAliases);
  await writeFile(pom, buildPom({ group, name, version, repository: from }));
  await copyDependencies(pom, target, `${group}:${name}:${version}`, report, signal, includeScope);
  await rm(pom);
}

function buildPom(of: { group: string; name: string; version: string; repository: string | undefined }) {
  const escaped = (of.repository ?? '').replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const repositories =
    of.repository === undefined
      ? ''
      : `  <repositories><repository><id>plugin</id><url>${escaped}</url></repository></repositories>\n`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>${ownGroup}</groupId>
  <artifactId>connect-plugin</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
${repositories}  <dependencies>
    <dependency>
      <groupId>${of.group}</groupId>
      <artifactId>${of.name}</artifactId>
      <version>${of.version}</version>
    </dependency>
  </dependencies>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId>
    <artifactId>maven-dependency-plugin</artifactId>
    <version>3.8.1</version>
  </plugin></plugins></build>
</project>
`;
}

/** The jar of a connector that comes with sdp: on a cluster it comes from the registry that the jar was published to. */
function ownJar({ type, group, artifact = '' }: PluginArtifact): string | undefined {
  if (type !== 'maven' || group !== ownGroup || !Object.hasOwn(ownJars, artifact)) return undefined;
  return packageFile(...(ownJars[artifact] ?? []));
}

/** A jar that was built anew is another plugin. */
async function hashOwn(jars: readonly (string | undefined)[]): Promise<string> {
  const hash = createHash('sha256');
  for (const jar of jars) if (jar !== undefined) hash.update(await readFile(jar));
  return hash.digest('hex');
}

function readUrl(plugin: string, { url, type }: PluginArtifact): URL {
  const parsed = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw problem(
    plugin,
    `an artifact of type ${type} has ${url === undefined ? 'no url' : `the url ${url}`}`,
    'On this machine files are downloaded by http and https. Put it where one of them reaches it.',
  );
}

/** A file name and no path, whatever the address or the declaration says. */
function fileNameOf({ type, fileName }: PluginArtifact, url: URL): string {
  const last = fileName ?? decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  const name = last.replace(/[^\w.+-]/g, '_').replace(/^\.+/, '_');
  if (type === 'jar') return name.endsWith('.jar') ? name : `${name || 'plugin'}.jar`;
  return name || 'file';
}

function problem(plugin: string, seen: string, advice: string): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'PluginNotInstalled',
    summary: `Plugin ${plugin} cannot be installed`,
    detail: `${seen}. ${advice}`,
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
