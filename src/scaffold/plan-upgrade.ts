import { hashText, type ProjectRecord } from './project-record.ts';

/**
 * What becomes of one file of a project:
 * - `add`, `update`, `remove`: its owners have not touched it, or there is none yet.
 * - `keep`: the scaffold changed it too, but its owners have written it anew; theirs stays, and `after` shows what is new.
 */
export interface FileUpgrade {
  readonly file: string;
  readonly action: 'add' | 'update' | 'remove' | 'keep';
  /** The text that is there; empty when there is none. */
  readonly before: string;
  /** The text of the newer scaffold; empty when it has the file no more. */
  readonly after: string;
}

/**
 * Compares a project with the scaffold of a newer sdp, by what the older one wrote: files that nobody changed follow the
 * scaffold, and a file that its owners deleted stays away. `present` has the texts of the project's files.
 */
export function planUpgrade(
  record: ProjectRecord,
  scaffold: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, string>,
): readonly FileUpgrade[] {
  const names = [...new Set([...scaffold.keys(), ...Object.keys(record.files)])].toSorted();
  return names.flatMap((file): FileUpgrade[] => {
    const written = record.files[file];
    const before = present.get(file);
    const after = scaffold.get(file);
    if (after !== undefined && written === hashText(after)) return [];
    if (before === after) return [];
    if (before === undefined) {
      return written === undefined && after !== undefined ? [{ file, action: 'add', before: '', after }] : [];
    }
    const untouched = written === hashText(before);
    if (after === undefined) return untouched ? [{ file, action: 'remove', before, after: '' }] : [];
    return [{ file, action: untouched ? 'update' : 'keep', before, after }];
  });
}
