/** Where a file of an artifact belongs. `name` is `pyflink`, or `internal.shop:totals` for Maven. */
export interface ArtifactPath {
  readonly type: ArtifactType;
  readonly name: string;
  readonly version: string;
  readonly file: string;
}

export type ArtifactType = 'pypi' | 'maven';

/** Hash functions that Maven repositories have a file for beside each file. */
export const checksums = ['md5', 'sha1', 'sha256', 'sha512'] as const;
export type Checksum = (typeof checksums)[number];

/** What a path of a Maven repository is: a file, the checksum of one, or the list of versions, which the registry writes. */
export type MavenPath =
  | { readonly is: 'file'; readonly of: ArtifactPath; readonly checksum?: Checksum }
  | { readonly is: 'metadata'; readonly name: string; readonly checksum?: Checksum };

/** Nothing that leads elsewhere: no slash, no NUL, and no dot in front. */
const legal = /^[A-Za-z0-9_][A-Za-z0-9._+!~:-]{0,199}$/;

/**
 * The decoded segments of a request's path, without the last slash. Undefined for a path with a segment that is no name: `..`,
 * an encoded slash, NUL, an empty one.
 */
export function parsePath(target: string): readonly string[] | undefined {
  const [path = ''] = target.split(/[?#]/);
  if (!path.startsWith('/')) return undefined;
  if (path === '/') return [];
  try {
    const segments = path
      .slice(1)
      .replace(/\/$/, '')
      .split('/')
      .map((segment) => decodeURIComponent(segment));
    return segments.every((segment) => legal.test(segment)) ? segments : undefined;
  } catch {
    return undefined;
  }
}

/** One spelling of a project's name (PEP 503): `My_Project` is `my-project`. Undefined when it is none. */
export function normalizeName(name: string): string | undefined {
  if (!/^[A-Z0-9](?:[A-Z0-9._-]{0,98}[A-Z0-9])?$/i.test(name)) return undefined;
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

const versionPattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;
const phases: Readonly<Record<string, string>> = {
  alpha: 'a',
  a: 'a',
  beta: 'b',
  b: 'b',
  preview: 'rc',
  pre: 'rc',
  c: 'rc',
  rc: 'rc',
};

/** One spelling of a version (PEP 440): `1.0-RC.1` is `1.0rc1`. Undefined when it is none. */
export function normalizeVersion(version: string): string | undefined {
  const text = version.trim().toLowerCase();
  const found = versionPattern.exec(text);
  if (found === null) return undefined;
  const [, epoch, release = '', phase, phaseNumber, implicitPost, postNumber, dev, devNumber, local] = found;
  const number = (digits: string | undefined) => String(BigInt(digits || '0'));
  const post = implicitPost ?? postNumber;
  return [
    epoch === undefined || number(epoch) === '0' ? '' : `${number(epoch)}!`,
    release.split('.').map(number).join('.'),
    phase === undefined ? '' : `${phases[phase]}${number(phaseNumber)}`,
    post === undefined ? '' : `.post${number(post)}`,
    dev === undefined ? '' : `.dev${number(devNumber)}`,
    local === undefined ? '' : `+${local.replace(/[-_]/g, '.')}`,
  ].join('');
}

/** Project and version that the name of a distribution says, in their one spelling. Undefined when it says none. */
export function readDistributionName(file: string): { name: string; version: string } | undefined {
  if (!legal.test(file)) return undefined;
  const wheel = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl$/.exec(file);
  const [, name = '', version = ''] = wheel ?? /^(.+)-([^-]+)\.(?:tar\.gz|zip)$/.exec(file) ?? [];
  const normalized = { name: normalizeName(name), version: normalizeVersion(version) };
  if (normalized.name === undefined || normalized.version === undefined) return undefined;
  return { name: normalized.name, version: normalized.version };
}

/** `packages/<name>/<version>/<file>`, without the first. */
export function parsePackagePath(segments: readonly string[]): ArtifactPath | undefined {
  const [given = '', givenVersion = '', file = '', ...more] = segments;
  const name = normalizeName(given);
  const version = normalizeVersion(givenVersion);
  if (name === undefined || version === undefined || !legal.test(file) || more.length > 0) return undefined;
  return { type: 'pypi', name, version, file };
}

/** `internal/shop/totals/1.1.0/totals-1.1.0.jar` and the like; undefined when a repository has no such path. */
export function parseMavenPath(segments: readonly string[]): MavenPath | undefined {
  const last = segments.at(-1) ?? '';
  const ending = /^(.+)\.(md5|sha1|sha256|sha512)$/.exec(last);
  const file = ending?.[1] ?? last;
  const checksum = ending === null ? {} : { checksum: ending[2] as Checksum };
  const folder = segments.slice(0, -1);
  if (file === 'maven-metadata.xml') {
    const name = mavenName(folder);
    return name === undefined ? undefined : { is: 'metadata', name, ...checksum };
  }
  const version = folder.at(-1) ?? '';
  const artifact = folder.at(-2) ?? '';
  const name = mavenName(folder.slice(0, -1));
  const rest = file.startsWith(`${artifact}-${version}`)
    ? file.slice(artifact.length + version.length + 1)
    : '';
  if (name === undefined || !/^[.-]./.test(rest)) return undefined;
  return { is: 'file', of: { type: 'maven', name, version, file }, ...checksum };
}

/** `internal.shop:totals` of the folders of a group and an artifact. */
function mavenName(folder: readonly string[]): string | undefined {
  const group = folder.slice(0, -1);
  const isName = group.length > 0 && folder.every((segment) => !segment.includes(':'));
  return isName && group.every((segment) => !segment.includes('.'))
    ? `${group.join('.')}:${folder.at(-1)}`
    : undefined;
}

/**
 * The file that an address asks for below the registry, or below a host that stands for it: `packages/…` of an index; else a path of
 * a Maven repository, alone, below `maven/`, or as Nexus and Artifactory have it (`repository/<name>/…`, `artifactory/<name>/…`).
 */
export function locate(segments: readonly string[]): MavenPath | undefined {
  const [first = '', ...rest] = segments;
  if (first === 'repository' || first === 'artifactory') return locate(rest.slice(1));
  if (first === 'packages') {
    const of = parsePackagePath(rest);
    if (of !== undefined) return { is: 'file', of };
  }
  return parseMavenPath(first === 'maven' ? rest : segments);
}

/** Where a file is below the registry's address. */
export function pathOf({ type, name, version, file }: ArtifactPath): string {
  const segments =
    type === 'pypi'
      ? ['packages', name, version, file]
      : ['maven', ...(name.split(':')[0] ?? '').split('.'), name.split(':')[1] ?? '', version, file];
  return `/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`;
}
