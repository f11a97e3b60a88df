import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';

export type Entry = Readonly<Record<string, unknown>>;

/** An entry of a kubeconfig, and the file that it is from: the paths in it are relative to that. */
export interface Located {
  readonly entry: Entry;
  readonly file: string;
}

/** Kubeconfigs as one. */
export interface MergedConfig {
  /** For messages: the files. */
  readonly source: string;
  readonly currentContext: string | undefined;
  find(list: 'contexts' | 'clusters' | 'users', name: string): Located;
}

const fields = { contexts: 'context', clusters: 'cluster', users: 'user' } as const;

/**
 * Reads kubeconfigs and merges them as kubectl does: of entries with one name the first file's is taken, and files that
 * are not there are passed over unless it is all of them. Throws `DiagnosticError`.
 */
export async function readKubeconfigFiles(paths: readonly string[]): Promise<MergedConfig> {
  const source = paths.join(', ');
  const read = await Promise.all(
    paths.map(async (file) => {
      try {
        const content = await readText(file, 'KubeconfigUnreadable', 'Cannot read the kubeconfig');
        return { file, config: parseConfig(content, file) };
      } catch (error) {
        if (paths.length > 1 && error instanceof MissingFileError) return error;
        throw error;
      }
    }),
  );
  const configs = read.flatMap((item) => (item instanceof MissingFileError ? [] : [item]));
  const missing = read.find((item) => item instanceof MissingFileError);
  if (configs.length === 0 && missing !== undefined) throw missing;
  return {
    source,
    currentContext: configs
      .map(({ config }) => readString(config, 'current-context'))
      .find((name) => name !== undefined && name !== ''),
    find(list, name) {
      const field = fields[list];
      const entries = configs.flatMap(({ file, config }) => {
        const items = Array.isArray(config[list]) ? config[list].filter(isEntry) : [];
        return items.map((item) => ({ name: item['name'], entry: item[field], file }));
      });
      const found = entries.find((item) => item.name === name);
      if (found !== undefined && isEntry(found.entry)) return { entry: found.entry, file: found.file };
      const known = [...new Set(entries.map((item) => String(item.name)))].join(', ');
      throw invalid(source, `it has no ${field} "${name}"${known === '' ? '' : ` (it has ${known})`}`);
    },
  };
}

function parseConfig(content: string, path: string): Entry {
  let config: unknown;
  try {
    config = parse(content);
  } catch (error) {
    throw invalid(path, `it is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isEntry(config)) throw invalid(path, 'it holds no configuration');
  return config;
}

/** PEM given in place (base64) or as a file; undefined when neither is. */
export async function loadPem(
  { entry, file }: Located,
  dataField: string,
  fileField: string,
): Promise<string | undefined> {
  const data = readString(entry, dataField);
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const named = readString(entry, fileField);
  if (named === undefined || named === '') return undefined;
  return readText(
    relativeTo(file, named),
    'KubeconfigInvalid',
    `Cannot read the ${fileField} that ${file} names`,
  );
}

export function relativeTo(file: string, named: string): string {
  return isAbsolute(named) ? named : resolve(dirname(file), named);
}

class MissingFileError extends DiagnosticError {}

export async function readText(path: string, reason: string, summary: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const seen = code === 'ENOENT' ? 'there is no such file' : (code ?? String(error));
    const detail = `${path}: ${seen}. Without it no API server can be reached; check the path.`;
    const diagnostic: Diagnostic = { severity: 'error', reason, summary, detail };
    throw code === 'ENOENT' ? new MissingFileError(diagnostic) : new DiagnosticError(diagnostic);
  }
}

export function invalid(source: string, why: string): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'KubeconfigInvalid',
    summary: `The kubeconfig ${source} cannot be used`,
    detail: why,
  });
}

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readString(entry: Entry, field: string): string | undefined {
  const value = entry[field];
  return typeof value === 'string' ? value : undefined;
}
