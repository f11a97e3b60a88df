import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';

/** A file as it is to be; `before` is absent where it is new. */
export interface FileContent {
  readonly path: string;
  readonly before?: string;
  readonly after: string;
}

/** Writes all files, or none: what was written is taken back when a later one fails. */
export function writeFiles(folder: string, files: readonly FileContent[]): void {
  const drafts: { readonly draft: string; readonly target: string }[] = [];
  const written: FileContent[] = [];
  try {
    for (const { path, before, after } of files) {
      const target = join(folder, path);
      const draft = join(dirname(target), `.sdp-bump-${process.pid}-${drafts.length}`);
      drafts.push({ draft, target });
      writeFileSync(draft, after, { flag: 'wx' });
      if (before !== undefined) chmodSync(draft, statSync(target).mode);
    }
    for (const [index, { draft, target }] of drafts.entries()) {
      renameSync(draft, target);
      const file = files[index];
      if (file !== undefined) written.push(file);
    }
  } catch (error) {
    for (const { draft } of drafts) rmSync(draft, { force: true });
    for (const { path, before } of written) {
      if (before === undefined) rmSync(join(folder, path), { force: true });
      else writeFileSync(join(folder, path), before);
    }
    throw new DiagnosticError({
      severity: 'error',
      reason: 'FilesNotWritten',
      summary: `The files of ${folder} cannot be written`,
      detail: `${error instanceof Error ? error.message : String(error)}\nAll of them are as they were.`,
    });
  }
}
