import type { HclReader } from '../hcl/parse.ts';
import type { ProjectText } from './artifact-uses.ts';
import { lineAt } from './artifact-uses.ts';
import type { Edit } from './decide-bump.ts';
import { alignAround, isAligned, readCells } from './fmt-alignment.ts';

/** A value that was changed; `line` is that of the new text. */
export interface BumpChange {
  readonly file: string;
  readonly line: number;
  readonly attribute: string;
  readonly from: string | null;
  readonly to: string;
}

export interface EditedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly changes: readonly BumpChange[];
}

/**
 * Carries edits out on the texts. Lines of Terraform that `terraform fmt` would not have touched before are aligned as it
 * does; all else stays as it was.
 */
export function editFiles(edits: readonly Edit[], readHcl: HclReader): readonly EditedFile[] {
  const files = [...new Set(edits.map(({ file }) => file))];
  return files
    .map((file) =>
      editFile(
        file,
        edits.filter((edit) => edit.file === file).toSorted((a, b) => a.start - b.start),
        readHcl,
      ),
    )
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function editFile(
  { path, text, places }: ProjectText,
  edits: readonly Edit[],
  readHcl: HclReader,
): EditedFile {
  let edited = '';
  let at = 0;
  const rows: number[] = [];
  for (const edit of edits) {
    edited += text.slice(at, edit.start);
    const isRow = /^\r?\n/.test(edit.text);
    rows.push(lineAt(edited, edited.length) - 1 + (isRow ? 1 : 0));
    edited += edit.text;
    at = edit.end;
  }
  edited += text.slice(at);
  const changes = edits.map(({ label, from, to }, index) => ({
    file: path,
    line: (rows[index] ?? 0) + 1,
    attribute: label,
    from,
    to,
  }));
  if (places === undefined) return { path, before: text, after: edited, changes };
  const before = readHcl(path, text, (root) => readCells(root, text));
  const lines = text.split('\n');
  const aligned = rows.filter((_, index) => {
    const start = edits[index]?.start ?? 0;
    return isAligned(lines, before, lineAt(text, start) - 1);
  });
  const cells = readHcl(path, edited, (root) => readCells(root, edited));
  return { path, before: text, after: alignAround(edited, cells, aligned), changes };
}
