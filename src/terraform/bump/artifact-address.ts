/** The address of a published artifact: `https://…/job/1.0.2/job-1.0.2.tar.gz#sha256=…`. */
export interface ArtifactAddress {
  /** Without the hash behind it. */
  readonly address: string;
  /** As the file has it. */
  readonly name: string;
  readonly version: string;
  readonly suffix: Suffix;
  readonly sha256?: string;
}

export type Suffix = 'tar.gz' | 'tgz' | 'whl' | 'zip' | 'jar';

/** Names are compared so, as Python's registries do (PEP 503): `Standalone_Job` and `standalone-job` are one. */
export function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/**
 * Reads an address whose file is an artifact of some version; anything else is undefined. `wanted`: where a name could end at several
 * places (`log4j-1.2-api-2.20.0.jar`), it ends where it is this one.
 */
export function parseAddress(text: string, wanted?: string): ArtifactAddress | undefined {
  const [address = '', fragment] = text.split('#', 2);
  const segments = segmentsOf(address);
  const file = decode(segments.at(-1) ?? '');
  const found = /^(.+)\.(tar\.gz|tgz|whl|zip|jar)$/.exec(file);
  if (found === null || /\s/.test(text)) return undefined;
  const [, stem = '', suffix = ''] = found;
  const split = suffix === 'whl' ? splitWheel(stem) : splitStem(stem, segments.slice(0, -1), wanted);
  if (split === undefined) return undefined;
  const sha256 = /^sha256=([0-9a-f]{64})$/i.exec(fragment ?? '')?.[1]?.toLowerCase();
  return { address, ...split, suffix: suffix as Suffix, ...(sha256 !== undefined && { sha256 }) };
}

interface Split {
  readonly name: string;
  readonly version: string;
}

/** `name-version(-build)-python-abi-platform` */
function splitWheel(stem: string): Split | undefined {
  const [name, version, ...tags] = stem.split('-');
  if (name === undefined || version === undefined || !/^\d/.test(version)) return undefined;
  return tags.length === 3 || tags.length === 4 ? { name, version } : undefined;
}

function splitStem(stem: string, folders: readonly string[], wanted: string | undefined): Split | undefined {
  // A Maven repository says where the name ends, and where the version does: a classifier may follow.
  const [artifact = '', folder = ''] = folders.slice(-2).map(decode);
  const start = `${artifact}-${folder}`;
  if (/^\d/.test(folder) && (stem === start || stem.startsWith(`${start}-`))) {
    return { name: artifact, version: folder };
  }
  const splits = [...stem.matchAll(/-(?=\d)/g)].flatMap(({ index }) =>
    index === 0 ? [] : [{ name: stem.slice(0, index), version: stem.slice(index + 1) }],
  );
  const same = splits.find(({ name }) => wanted !== undefined && isNamed(name, wanted));
  return same ?? splits.find(({ version }) => version === folder) ?? splits[0];
}

export function isNamed(name: string, wanted: string): boolean {
  return normalizeName(name) === normalizeName(wanted);
}

/** Whether other content may come at the same address: a snapshot of Maven, by its folder or its file. */
export function isSnapshot({ address, version }: ArtifactAddress): boolean {
  return /-SNAPSHOT/i.test(version) || /-SNAPSHOT$/i.test(decode(segmentsOf(address).at(-2) ?? ''));
}

/** Behind the host; of a path without one, all of it. */
function segmentsOf(address: string): readonly string[] {
  const [path = ''] = address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').split('?', 1);
  return path.split('/');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * The address with another version, in the file's name and in its folders. GitLab's Python registry has a file's hash among the
 * folders, too: undefined where it does, and the new one is not known.
 */
export function withVersion(
  { address, name, version: before }: ArtifactAddress,
  after: string,
  sha256: string | undefined,
): string | undefined {
  const [path = '', ...query] = address.split('?');
  const segments = path.split('/');
  const written = encodeURIComponent(after);
  const forms = [before, encodeURIComponent(before)];
  let needsHash = false;
  const changed = segments.map((segment, index) => {
    // The scheme and the host.
    if (index < 3 && path.includes('://')) return segment;
    if (index === segments.length - 1) {
      const form = forms.find((text) => segment.startsWith(`-${text}`, name.length)) ?? before;
      const at = segment.indexOf(`-${form}`, Math.max(0, name.length - 1)) + 1;
      return segment.slice(0, at) + written + segment.slice(at + form.length);
    }
    if (/^[0-9a-f]{64}$/.test(segment)) {
      needsHash ||= sha256 === undefined;
      return sha256 ?? segment;
    }
    if (forms.includes(segment) && (index === segments.length - 2 || /\D/.test(before))) return written;
    // A number alone may be anything: a project's, a port.
    return /\D/.test(before) ? replaceWhole(segment, before, written) : segment;
  });
  return needsHash ? undefined : [changed.join('/'), ...query].join('?');
}

/** `v1.0.2`, `job-1.0.2`; not the end of 11.0.2. */
function replaceWhole(segment: string, before: string, after: string): string {
  const literal = before.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return segment.replaceAll(
    new RegExp(`(?<=^|[-_]|(?<![A-Za-z0-9])v)${literal}(?![0-9A-Za-z+_-]|\\.\\d)`, 'g'),
    () => after,
  );
}

/** The address as it may be shown: without a user and a password. */
export function shownAddress(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}
