import type { SourcePosition } from '../../diagnostics/diagnostic.ts';
import { type ArtifactAddress, isNamed, isSnapshot, parseAddress } from './artifact-address.ts';
import type { HclEntry, HclPlaces } from './hcl-places.ts';
import { readSqlPlaces } from './sql-places.ts';

/** A file of a project. `places`: of Terraform's files. */
export interface ProjectText {
  /** From the project's folder, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly places?: HclPlaces;
}

/** A place where the address of an artifact is written as it is. */
export interface ArtifactUse {
  readonly file: ProjectText;
  readonly line: number;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly artifact: ArtifactAddress;
  /** In Terraform's files; absent in SQL. */
  readonly entry?: HclEntry;
}

/** A place that names an artifact in a way that cannot be changed by a program. */
export interface ArtifactMention {
  readonly source: SourcePosition & { readonly line: number };
  readonly label: string;
  readonly text: string;
  /** Absent where it cannot be told. */
  readonly name?: string;
  readonly why: 'template' | 'expression' | 'snapshot';
}

/** All places of a project that name artifacts. `wanted`: a name that is looked for, see `parseAddress`. */
export function findArtifacts(
  files: readonly ProjectText[],
  wanted?: string,
): { readonly uses: readonly ArtifactUse[]; readonly mentions: readonly ArtifactMention[] } {
  const uses: ArtifactUse[] = [];
  const mentions: ArtifactMention[] = [];

  function add(use: Omit<ArtifactUse, 'artifact'>, text: string): void {
    const artifact = parseAddress(text, wanted);
    if (artifact === undefined) return;
    if (!isSnapshot(artifact)) uses.push({ ...use, artifact });
    else mention(use.file, use.line, use.label, text, 'snapshot');
  }

  function mention(
    file: ProjectText,
    line: number,
    label: string,
    text: string,
    why: ArtifactMention['why'],
  ): void {
    const name = nameIn(text, wanted);
    if (name === undefined) return;
    mentions.push({
      source: { file: file.path, line },
      label,
      text,
      why,
      ...(name !== '' && { name }),
    });
  }

  function addSql(file: ProjectText, text: string, offset: number, label: string): void {
    for (const place of readSqlPlaces(text)) {
      const start = offset + place.start;
      const line = lineAt(file.text, start);
      if (place.isPlain) add({ file, line, label, start, end: offset + place.end }, place.text);
      else mention(file, line, label, place.text, 'template');
    }
  }

  for (const file of files) {
    const { places, text } = file;
    if (places === undefined) {
      addSql(file, text, 0, 'JAR');
      continue;
    }
    for (const entry of places.entries) {
      const { literal, line, label } = entry;
      // Paths without a scheme are files of the project.
      if (literal === undefined || !/^[a-z][a-z0-9+.-]*:\/\//i.test(literal.text)) continue;
      add({ file, line, label, start: literal.start, end: literal.end, entry }, literal.text);
    }
    for (const { label, line, text: loose } of places.loose) {
      mention(file, line, label, loose, loose.includes('${}') ? 'template' : 'expression');
    }
    for (const { label, start, text: heredoc } of places.heredocs) addSql(file, heredoc, start, label);
  }
  return { uses, mentions };
}

/** The name in an address that may have templates in it; empty where it is in one; undefined where it is no address. */
function nameIn(text: string, wanted: string | undefined): string | undefined {
  if (!/^\S+\.(tar\.gz|tgz|whl|zip|jar)(#\S*)?$/.test(text) || !text.includes('/')) return undefined;
  const file = text.replace(/#.*$/, '').split('/').at(-1) ?? '';
  const template = file.search(/\$\{/);
  if (template === -1) return parseAddress(text, wanted)?.name;
  const before = file.slice(0, template);
  if (before === '') return '';
  if (wanted !== undefined && isNamed(before.replace(/-[\d.]*$/, ''), wanted)) return wanted;
  return /^(.+?)-[\d.]*$/.exec(before)?.[1];
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
