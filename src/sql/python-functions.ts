import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt, type ReadStatement } from './sql-file.ts';
import { tokenize } from './tokens.ts';

/** `CREATE FUNCTION … LANGUAGE PYTHON`. */
export function createsPythonFunction({ names, filled: { text } }: ReadStatement): boolean {
  if (names.creates?.kind !== 'function' || !/python/i.test(text)) return false;
  const words = tokenize(text).tokens.map(({ start, end }) => text.slice(start, end).toUpperCase());
  return words.some((word, index) => word === 'LANGUAGE' && words[index + 1] === 'PYTHON');
}

/** The job that runs it brings no Python code to its cluster. */
export function pythonMissing(read: ReadStatement): Diagnostic {
  const { creates } = read.names;
  return errorAt(
    read,
    creates?.start ?? 0,
    'SqlPythonMissing',
    `Nothing brings the Python function ${creates?.parts.join('.')} to the cluster`,
    'Flink looks for its module in what the job brings, and the job would not start. Give the job the archive with the module: python = { archive_uri = "https://…" }. Where the cluster has the code already, name it by python.files in flink_configuration.',
  );
}
