import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { packageFile } from '../package-file.ts';

/** What a scaffold is filled in with, by the names that stand in its files as `{{name}}`. */
export type ScaffoldValues = Readonly<Record<string, string>>;

/** What `sdp new` makes one project of. */
export const scaffoldNames = ['terraform-project', 'python-job', 'java-job'] as const;

export type ScaffoldName = (typeof scaffoldNames)[number];

/** Laid over a terraform-project: a job that shows rows as soon as it is applied. */
export type ScaffoldLayer = ScaffoldName | 'first-job';

/**
 * The files of a scaffold by their path, filled in, with those of the later layers in the place of the earlier ones'.
 * Whatever stands in `{{…}}` and is no value stays: it is for somebody else to fill in.
 */
export async function renderScaffold(
  layers: readonly ScaffoldLayer[],
  values: ScaffoldValues,
): Promise<ReadonlyMap<string, string>> {
  const fillIn = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all);
  const files = new Map<string, string>();
  for (const layer of layers) {
    const source = packageFile('scaffolds', layer);
    const entries = await readdir(source, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((found) => found.isFile())) {
      const path = join(entry.parentPath, entry.name);
      // npm lets no .gitignore into a package, and takes its patterns for its own.
      const name = fillIn(relative(source, path).split(sep).join('/')).replace(
        /(?<=^|\/)gitignore$/,
        '.gitignore',
      );
      files.set(name, fillIn(await readFile(path, 'utf8')));
    }
  }
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
