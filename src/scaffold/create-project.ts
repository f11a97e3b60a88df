import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { hashText, readProjectRecord, recordFileName, writeProjectRecord } from './project-record.ts';
import { renderScaffold, type ScaffoldLayer, type ScaffoldValues } from './scaffold.ts';

export interface NewProject {
  readonly layers: readonly ScaffoldLayer[];
  readonly folder: string;
  readonly values: ScaffoldValues & { readonly project: string };
  /** Of sdp. */
  readonly version: string;
}

/**
 * Makes a project of scaffolds in a new or empty folder, and answers the files that it wrote: none where the folder is
 * such a project already, and those that are missing where an earlier run was interrupted. Writes over none.
 */
export async function createProject({
  layers,
  folder,
  values,
  version,
}: NewProject): Promise<readonly string[]> {
  requireName(values.project);
  const record = await readProjectRecord(folder);
  if (record !== undefined) {
    if (record.layers[0] === layers[0] && record.values['project'] === values.project) return [];
    throw notEmpty(
      folder,
      `It is the project ${record.values['project']}, made as ${record.layers[0]}. Choose another folder.`,
    );
  }
  const files = await renderScaffold(layers, values);
  const missing = await findMissing(folder, files);
  for (const name of missing) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, files.get(name) ?? '', { flag: 'wx' });
  }
  const hashes = Object.fromEntries([...files].map(([name, text]) => [name, hashText(text)]));
  // The last file: whoever finds it finds all others.
  await writeProjectRecord(folder, { version, layers: [...layers], values, files: hashes });
  return [...missing, recordFileName];
}

/** The files that are not there yet; a folder that has others is somebody's own. */
async function findMissing(folder: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const present = await listFiles(
    folder,
    new Set([...files.keys()].map((name) => name.split('/')[0] ?? name)),
  );
  const strange: string[] = [];
  for (const name of present) {
    const text = files.get(name);
    if (text === undefined || (await readFile(join(folder, name), 'utf8')) !== text) strange.push(name);
  }
  if (strange.length > 0) {
    const shown = `${strange.slice(0, 5).join(', ')}${strange.length > 5 ? ', …' : ''}`;
    throw notEmpty(folder, `It has ${shown}. A project is made in a new or an empty folder.`);
  }
  return [...files.keys()].filter((name) => !present.includes(name));
}

/** Files of a folder but those of git; folders are looked into only where the scaffold has them too. */
async function listFiles(folder: string, known: ReadonlySet<string>): Promise<readonly string[]> {
  const top = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw notEmpty(folder, 'It is a file.');
    throw error;
  });
  const lists = top
    .filter(({ name }) => name !== '.git')
    .map(async (entry) => {
      if (!entry.isDirectory() || !known.has(entry.name)) return [entry.name];
      const below = join(folder, entry.name);
      const entries = await readdir(below, { recursive: true, withFileTypes: true });
      return entries
        .filter((found) => !found.isDirectory())
        .map((found) => relative(folder, join(found.parentPath, found.name)).split(sep).join('/'));
    });
  return (await Promise.all(lists)).flat();
}

/** The provider's rule, which a project would meet at its first plan. */
function requireName(project: string): void {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(project)) return;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'InvalidProjectName',
    summary: `${JSON.stringify(project)} is no project name`,
    detail:
      'Use lower-case letters, digits and "-": the name also serves as a Kubernetes namespace. Give another one by --project.',
  });
}

function notEmpty(folder: string, detail: string): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'FolderNotEmpty',
    summary: `${folder} is not empty`,
    detail,
  });
}
