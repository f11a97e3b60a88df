import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ArtifactUse, ProjectText } from './artifact-uses.ts';
import type { HclEntry } from './hcl-places.ts';
import { lineBelow } from './new-line.ts';

/** Where the hash of an artifact is written. `current`: the one that is there. */
export type HashPlace =
  /** Behind the address. */
  | { readonly in: 'fragment'; readonly current?: string }
  /** An attribute that is there; its value is replaced. */
  | {
      readonly in: 'attribute';
      readonly file: ProjectText;
      readonly entry: HclEntry;
      readonly current?: string;
    }
  /** A new attribute below that of the address. */
  | { readonly in: 'new'; readonly file: ProjectText; readonly below: HclEntry; readonly key: string };

export interface HashPlaces {
  readonly places: readonly HashPlace[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Where the hash of a used artifact goes. No place: what the address belongs to takes none. */
export function findHashPlaces(use: ArtifactUse, files: readonly ProjectText[]): HashPlaces {
  const { entry, file, artifact } = use;
  // The jar of an image comes with the image.
  if (/^local:/i.test(artifact.address)) return { places: [], diagnostics: [] };
  const fragment: HashPlace = {
    in: 'fragment',
    ...(artifact.sha256 !== undefined && { current: artifact.sha256 }),
  };
  if (entry === undefined) return { places: [fragment], diagnostics: [] };
  const isBuilt = entry.container.entries.some(({ key }) => key === 'sha512sum');
  if (isBuilt) return { places: [], diagnostics: [sha512Needed(use)] };
  const isHolder = entry.container.isHolder;
  if (siblingOf(entry) !== undefined || (isArchive(entry) && !isHolder)) return besideEntry(file, entry);
  if (artifact.suffix === 'jar' || !isHolder) return { places: [fragment], diagnostics: [] };
  // A local, or a variable: the hash goes where the archive goes.
  const referring = files.flatMap((other) =>
    (other.places?.entries ?? [])
      .filter((item) => isArchive(item) && resolves(item, entry, other, file))
      .map((item) => ({ other, item })),
  );
  if (referring.length === 0) return { places: [], diagnostics: [hashNotWritten(use)] };
  const found = referring.map(({ other, item }) => besideEntry(other, item));
  return {
    places: found.flatMap(({ places }) => places),
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
  };

  function besideEntry(at: ProjectText, archive: HclEntry): HashPlaces {
    const sibling = siblingOf(archive);
    if (sibling === undefined) {
      if (archive.container.kind === 'body' && lineBelow(at.text, archive) === undefined) {
        return { places: [], diagnostics: [noRoom(at, archive)] };
      }
      return { places: [{ in: 'new', file: at, below: archive, key: hashKey(archive) }], diagnostics: [] };
    }
    const held = findHeld(sibling, at);
    const target = held ?? { file: at, entry: sibling };
    const { literal, value } = target.entry;
    if (literal === undefined && value.text !== 'null') {
      return { places: [], diagnostics: [hashNotLiteral(target.file, target.entry)] };
    }
    const current = literal?.text ?? '';
    return {
      places: [{ in: 'attribute', ...target, ...(current !== '' && { current }) }],
      diagnostics: [],
    };
  }

  /** The literal that an attribute refers to. */
  function findHeld(
    referring: HclEntry,
    from: ProjectText,
  ): { readonly file: ProjectText; readonly entry: HclEntry } | undefined {
    // A variable file may have values of its own.
    for (const other of [file, ...files]) {
      const held = other.places?.entries.find((item) => resolves(referring, item, from, other));
      if (held !== undefined) return { file: other, entry: held };
    }
    return undefined;
  }
}

function isArchive({ key }: HclEntry): boolean {
  return /(^|_)archive_uri$/.test(key);
}

/** `py_archive_uri`: `py_archive_sha256` */
function hashKey({ key }: HclEntry): string {
  return key.replace(/ur[il]$/, 'sha256');
}

function siblingOf(entry: HclEntry): HclEntry | undefined {
  const key = hashKey(entry);
  return key === entry.key ? undefined : entry.container.entries.find((item) => item.key === key);
}

/** Whether a value is just the name of another one. Locals belong to their folder. */
function resolves(referring: HclEntry, held: HclEntry, from: ProjectText, at: ProjectText): boolean {
  if (held.path === undefined) return false;
  const text = referring.value.text.replaceAll(/\s/g, '').replace(/^"\$\{(.*)\}"$/, '$1');
  if (text !== held.path) return false;
  return held.path.startsWith('var.') || folderOf(from.path) === folderOf(at.path);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function hashNotLiteral({ path }: ProjectText, { label, line, value }: HclEntry): Diagnostic {
  return {
    severity: 'error',
    reason: 'HashNotLiteral',
    summary: `${label} is not written as a text`,
    detail: `It is ${value.text}, so the new hash cannot be put there, and with the old one the new archive would be refused. Write the 64 digits, or name a local or a variable of the project that has them.`,
    source: { file: path, line },
  };
}

function noRoom({ path }: ProjectText, { label, line }: HclEntry): Diagnostic {
  return {
    severity: 'error',
    reason: 'HashNotLiteral',
    summary: `${label} shares its line with something else`,
    detail: 'An attribute for the hash has to go below it. Give it a line of its own.',
    source: { file: path, line },
  };
}

function hashNotWritten({ file, line, label }: ArtifactUse): Diagnostic {
  return {
    severity: 'warning',
    reason: 'HashNotWritten',
    summary: `The hash of ${label} is written nowhere`,
    detail:
      'No attribute …archive_uri takes exactly this value, so it is not known where a hash would belong, and any content is accepted. Keep the hash beside the address, as archive_sha256 beside archive_uri, and pass both on.',
    source: { file: file.path, line },
  };
}

function sha512Needed({ file, line, label }: ArtifactUse): Diagnostic {
  return {
    severity: 'error',
    reason: 'HashNotLiteral',
    summary: `${label} has a sha512sum beside it`,
    detail:
      'With the old sum a build of the Connect cluster would refuse the new file, and sdp bump writes SHA-256 only. Change this version and its sum by hand, or take the sum away.',
    source: { file: file.path, line },
  };
}
