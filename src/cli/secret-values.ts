import { readFile } from 'node:fs/promises';
import { type Diagnosed, type Diagnostic, DiagnosticError, failed, ok } from '../diagnostics/diagnostic.ts';
import { askHidden, readStandardInput } from './hidden-input.ts';
import { note } from './terminal-output.ts';

/** Where the value of a key comes from. */
export type SecretSource =
  | { readonly key: string; readonly from: 'prompt' }
  | { readonly key: string; readonly from: 'stdin' }
  | { readonly key: string; readonly from: 'file'; readonly file: string };

/** What the arguments of `sdp secret set` ask for; all that is wrong with them. Values are never among what is said. */
export function parseSources(
  keys: readonly string[],
  files: readonly string[],
  isTerminal: boolean,
): Diagnosed<readonly SecretSource[]> {
  const problems: Diagnostic[] = [];
  const sources: SecretSource[] = [];
  for (const text of keys) {
    const [key = '', ...rest] = text.split('=');
    const value = rest.join('=');
    if (text.includes('=') && value !== '-') problems.push(valueInArguments(key));
    else sources.push({ key, from: value === '-' || !isTerminal ? 'stdin' : 'prompt' });
  }
  for (const text of files) {
    const [key = '', ...rest] = text.split('=');
    const file = rest.join('=');
    if (file === '') {
      problems.push(problem('InvalidArgument', `--from-file ${text} names no file`, 'Write KEY=FILE.'));
    } else sources.push({ key, from: 'file', file });
  }
  for (const { key } of sources) {
    if (/^[A-Za-z0-9._-]{1,253}$/.test(key)) continue;
    const detail = 'Kubernetes allows letters, digits, "-", "_" and ".".';
    problems.push(problem('InvalidKey', `${JSON.stringify(key)} is no key of a Secret`, detail));
  }
  const twice = sources.map(({ key }) => key).find((key, index, all) => all.indexOf(key) !== index);
  if (twice !== undefined) {
    problems.push(problem('InvalidArgument', `The key ${twice} is named twice`, 'Name each key once.'));
  }
  const piped = sources.filter(({ from }) => from === 'stdin');
  if (piped.length > 1) {
    const names = piped.map(({ key }) => key).join(', ');
    const detail =
      'It holds one value. Set one key at a time, or take the others from files: --from-file KEY=FILE.';
    problems.push(problem('InvalidArgument', `Standard input cannot give ${names} at once`, detail));
  }
  if (sources.length === 0 && problems.length === 0) {
    const detail = 'Name a key, whose value is asked for, or --from-file KEY=FILE.';
    problems.push(problem('InvalidArgument', 'No key is named', detail));
  }
  return problems.length > 0 ? failed(...problems) : ok(sources);
}

function valueInArguments(key: string): Diagnostic {
  return problem(
    'SecretInArguments',
    `The value of ${key} does not belong into the command line`,
    `Everybody on this machine can read it there while the command runs, and it stays in the shell's history. Write ${key} alone to be asked for the value, pipe it in by ${key}=-, or take it from a file: --from-file ${key}=FILE. If it is a real one, change it.`,
  );
}

function problem(reason: string, summary: string, detail: string): Diagnostic {
  return { severity: 'error', reason, summary, detail };
}

/** The values, asked for or read. An empty one is a diagnostic: mostly something went wrong before it. */
export async function readValues(sources: readonly SecretSource[]): Promise<ReadonlyMap<string, Buffer>> {
  const values = new Map<string, Buffer>();
  for (const source of sources) {
    const value = await readValue(source);
    if (value.length === 0) {
      throw new DiagnosticError(
        problem(
          'EmptyValue',
          `The value of ${source.key} is empty`,
          'What was to give it gave nothing. Nothing was changed.',
        ),
      );
    }
    values.set(source.key, value);
  }
  return values;
}

async function readValue(source: SecretSource): Promise<Buffer> {
  if (source.from === 'prompt') return Buffer.from(await askHidden(`Value of ${source.key} (not shown)`));
  if (source.from === 'stdin') return Buffer.from(await readStandardInput());
  try {
    const content = await readFile(source.file);
    if (content.at(-1) === 0x0a) {
      note(`${source.file} ends with a line break, which is part of the value of ${source.key}.`);
    }
    return content;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DiagnosticError({
      ...problem('FileNotReadable', 'The file cannot be read', `${why}. Nothing was changed.`),
      source: { file: source.file },
    });
  }
}
