import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findSimilar } from '../../diagnostics/similar-name.ts';
import { isNamed, normalizeName, parseAddress, shownAddress, withVersion } from './artifact-address.ts';
import {
  type ArtifactMention,
  type ArtifactUse,
  findArtifacts,
  lineAt,
  type ProjectText,
} from './artifact-uses.ts';
import { findHashPlaces, type HashPlace } from './hash-place.ts';
import type { HclEntry } from './hcl-places.ts';
import { lineBelow } from './new-line.ts';

/** What an artifact is to be set to. */
export interface BumpTarget {
  readonly artifact: string;
  readonly version: string;
  /** Else the address that is there, with the version replaced. */
  readonly uri?: string;
  /** Of the artifact's file, in lower-case hexadecimal. Else asked for. */
  readonly sha256?: string;
}

/** A text to be put in the place of another one. */
export interface Edit {
  readonly file: ProjectText;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** For people: the value before and after, and whose it is. */
  readonly label: string;
  readonly from: string | null;
  readonly to: string;
}

export interface BumpPlan {
  readonly edits: readonly Edit[];
  /** The versions that were there. */
  readonly versions: readonly string[];
  readonly addresses: readonly string[];
  readonly sha256?: string;
}

export interface BumpDecision {
  readonly plan?: BumpPlan;
  /** Whether the project uses the artifact in any way. */
  readonly isKnown: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Asks for the hash of what an address has. May reject with diagnostics. */
export type AskHash = (address: string) => Promise<string>;

/** Decides what has to be written where; writes nothing. No plan: something keeps it from being whole. */
export async function decideBump(
  files: readonly ProjectText[],
  target: BumpTarget,
  askHash: AskHash,
): Promise<BumpDecision> {
  const found = findArtifacts(files, target.artifact);
  const uses = found.uses.filter(({ artifact: { name } }) => isNamed(name, target.artifact));
  const mentions = found.mentions.filter(({ name }) => name !== undefined && isNamed(name, target.artifact));
  if (uses.length === 0 && mentions.length === 0) {
    return { isKnown: false, diagnostics: [artifactUnknown(files, target.artifact)] };
  }
  const placed = uses.map((use) => ({
    use,
    ...findHashPlaces(use, files),
    address: newAddress(use, target),
  }));
  const problems = [
    ...mentions.map(notLiteral),
    ...placed.flatMap(({ diagnostics }) => diagnostics),
    ...placed.flatMap(({ use, address }) => (address === undefined ? [hashInAddress(use)] : [])),
    ...mixedFiles(placed, target),
  ];
  if (problems.some(({ severity }) => severity === 'error')) return { isKnown: true, diagnostics: problems };

  const edits: Edit[] = [];
  const warnings = [...problems];
  const hashes = new Map<string, string>();
  for (const { use, places, address = '' } of placed) {
    const isNew = address !== use.artifact.address;
    const isMissing = places.some((place) => place.in === 'new' || place.current === undefined);
    let hash = target.sha256;
    if (hash === undefined && places.length > 0 && (isNew || isMissing)) {
      hash = hashes.get(address) ?? (await askHash(address));
      hashes.set(address, hash);
    }
    const wanted = hash;
    if (!isNew && wanted !== undefined)
      warnings.push(...places.flatMap((place) => republished(use, place, wanted)));
    edits.push(...editsOf(use, address, places, hash));
  }
  const conflict = edits.find((edit) =>
    edits.some((other) => isSamePlace(edit, other) && edit.to !== other.to),
  );
  if (conflict !== undefined) {
    return { isKnown: true, diagnostics: [...warnings, hashAmbiguous(conflict)] };
  }
  const unique = edits.filter(
    (edit, index) => edits.findIndex((other) => isSamePlace(edit, other)) === index,
  );
  const sha256 = target.sha256 ?? [...hashes.values()][0];
  return {
    isKnown: true,
    diagnostics: warnings,
    plan: {
      edits: unique,
      versions: [...new Set(uses.map(({ artifact }) => artifact.version))],
      addresses: [...new Set(placed.map(({ address = '' }) => address))],
      ...(sha256 !== undefined && { sha256 }),
    },
  };
}

function newAddress({ artifact }: ArtifactUse, { uri, version, sha256 }: BumpTarget): string | undefined {
  if (uri !== undefined) return uri;
  return artifact.version === version ? artifact.address : withVersion(artifact, version, sha256);
}

function isSamePlace(a: Edit, b: Edit): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}

function editsOf(
  { file, start, end, label, artifact }: ArtifactUse,
  address: string,
  places: readonly HashPlace[],
  hash: string | undefined,
): readonly Edit[] {
  const inFragment = places.find((place) => place.in === 'fragment');
  const fragment = inFragment === undefined ? undefined : (hash ?? inFragment.current);
  const before = file.text.slice(start, end);
  const isKept = artifact.sha256 === undefined && address === artifact.address && fragment === undefined;
  const after = isKept ? before : `${address}${fragment === undefined ? '' : `#sha256=${fragment}`}`;
  const moved: Edit[] =
    before === after
      ? []
      : [{ file, start, end, text: after, label, from: shownAddress(before), to: shownAddress(after) }];
  if (hash === undefined) return moved;
  return [...moved, ...places.flatMap((place) => hashEdits(place, hash))];
}

function hashEdits(place: HashPlace, hash: string): readonly Edit[] {
  if (place.in === 'fragment') return [];
  if (place.in === 'attribute') {
    const { file, entry, current } = place;
    if (current === hash) return [];
    const { start, end } = entry.value;
    return [{ file, start, end, text: `"${hash}"`, label: entry.label, from: current ?? null, to: hash }];
  }
  const { file, below, key } = place;
  const label = below.label.replace(/[^.]*$/, key);
  return [{ file, ...insertion(file.text, below, key, hash), label, from: null, to: hash }];
}

/** On a line of its own where the address has one, else behind it. */
function insertion(
  text: string,
  below: HclEntry,
  key: string,
  hash: string,
): Pick<Edit, 'start' | 'end' | 'text'> {
  const line = lineBelow(text, below);
  if (line === undefined) {
    return { start: below.end, end: below.end, text: `, ${key} ${below.separator} "${hash}"` };
  }
  const { at, lineEnd, indent, comma } = line;
  // Below the sign of the line above; "terraform fmt" may have it otherwise, see fmt-alignment.ts.
  const width = text.slice(below.start, below.value.start).lastIndexOf(below.separator) - 1;
  const name = below.separator === '=' ? key.padEnd(width) : key;
  return { start: at, end: at, text: `${lineEnd}${indent}${name} ${below.separator} "${hash}"${comma}` };
}

/** That are named of an artifact. */
const mostPlaces = 5;

function artifactUnknown(files: readonly ProjectText[], wanted: string): Diagnostic {
  const { uses, mentions } = findArtifacts(files);
  const byName = new Map<string, ArtifactUse[]>();
  for (const use of uses) {
    const name = normalizeName(use.artifact.name);
    byName.set(name, [...(byName.get(name) ?? []), use]);
  }
  const lines = [...byName]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, all]) => {
      const versions = [...new Set(all.map(({ artifact }) => artifact.version))].join(', ');
      const places = all.slice(0, mostPlaces).map(({ file, line }) => `${file.path}:${line}`);
      const more = all.length > mostPlaces ? [`${all.length - mostPlaces} more`] : [];
      return `  ${name} ${versions}: ${[...places, ...more].join(', ')}`;
    });
  const loose = mentions.map(
    ({ source, label, text }) => `  ${source.file}:${source.line}: ${label} is ${text}`,
  );
  const handed = files.flatMap(({ path, places }) =>
    (places?.entries ?? [])
      .filter(
        ({ key, value }) =>
          /(^|_)(archive|jar)_uri$/.test(key) && /^(var|local|each|module)\./.test(value.text),
      )
      .map(({ line, label, value }) => `  ${path}:${line}: ${label} is ${value.text}`),
  );
  const similar = findSimilar(normalizeName(wanted), byName.keys(), (name) => name);
  return {
    severity: 'error',
    reason: 'ArtifactUnknown',
    summary: `The project uses no artifact ${wanted}`,
    detail: [
      ...(similar === undefined ? [] : [`Did you mean ${similar}?`]),
      ...(lines.length === 0
        ? ['No address of an artifact is written in its files.']
        : ['It uses', ...lines]),
      ...(loose.length + handed.length === 0 ? [] : ['Not written as texts:', ...loose, ...handed]),
      'A new artifact is taken in by --add FILE, a Terraform file with {{version}}, {{uri}} and {{sha256}}.',
    ].join('\n'),
  };
}

function notLiteral({ source, label, text, why }: ArtifactMention): Diagnostic {
  const reasons = {
    template: 'A part of it is filled in elsewhere, so the new version cannot be put there',
    expression: 'It stands within an expression, so what a new version would do is not known',
    snapshot:
      'A snapshot has other content under the same address at any time, so no hash holds, and a change would not be seen',
  };
  const todo =
    why === 'snapshot'
      ? 'Write the address of a released version.'
      : 'Write the whole address as a text: in the attribute, or in a local of its own.';
  return {
    severity: 'error',
    reason: why === 'snapshot' ? 'ArtifactSnapshot' : 'ArtifactNotLiteral',
    summary: `${label} is ${shownAddress(text)}`,
    detail: `${reasons[why]}. ${todo} Nothing was changed.`,
    source,
  };
}

function hashInAddress({ file, line, label }: ArtifactUse): Diagnostic {
  return {
    severity: 'error',
    reason: 'HashNeeded',
    summary: `The address of ${label} has the file's hash in it`,
    detail:
      'So the new one does not follow from the version alone. Give the file by --file, its hash by --sha256, or the new address by --uri.',
    source: { file: file.path, line },
  };
}

/** One hash, or one address, for files of different kinds. */
function mixedFiles(
  placed: readonly {
    readonly use: ArtifactUse;
    readonly address: string | undefined;
    readonly places: readonly HashPlace[];
  }[],
  { uri, sha256, artifact }: BumpTarget,
): readonly Diagnostic[] {
  const { suffix: wanted } = (uri === undefined ? undefined : parseAddress(uri, artifact)) ?? {};
  const hashed = placed.filter(({ places }) => places.length > 0);
  const names = new Set(hashed.map(({ address }) => address?.split('?')[0]?.split('/').at(-1)));
  const isJar = (suffix: string) => suffix === 'jar';
  const other = placed.find(
    ({ use }) => wanted !== undefined && isJar(use.artifact.suffix) !== isJar(wanted),
  )?.use;
  const [first] = hashed;
  if (other !== undefined) return [mixed(other, 'The address of --uri is of another kind of file.')];
  if (sha256 !== undefined && names.size > 1 && first !== undefined) {
    return [
      mixed(
        first.use,
        `One hash cannot be of ${[...names].join(' and ')}. Leave it out: each is fetched and hashed.`,
      ),
    ];
  }
  return [];
}

function mixed({ file, line, label, artifact }: ArtifactUse, detail: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'FilesMixed',
    summary: `${label} is ${shownAddress(artifact.address)}`,
    detail,
    source: { file: file.path, line },
  };
}

function republished(
  { artifact, file, line }: ArtifactUse,
  place: HashPlace,
  hash: string,
): readonly Diagnostic[] {
  const current = place.in === 'new' ? undefined : place.current;
  if (current === undefined || current === hash) return [];
  return [
    {
      severity: 'warning',
      reason: 'VersionRepublished',
      summary: `${artifact.name} ${artifact.version} has another hash than before`,
      detail: `It was ${current} and is ${hash}: a published version got other content. Who has the old one in a cache runs it on, or is refused. Publish each content under a version of its own.`,
      source: { file: file.path, line },
    },
  ];
}

function hashAmbiguous({ file, start, label }: Edit): Diagnostic {
  return {
    severity: 'error',
    reason: 'HashAmbiguous',
    summary: `${label} is the hash of two different files`,
    detail: 'Give each address a hash of its own.',
    source: { file: file.path, line: lineAt(file.text, start) },
  };
}
