import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * THE CONTRACT OF A PYTHON JOB between the kinds that declare one and the runner (`PythonRunner`).
 *
 * Arguments, in this order:
 * - `--archive URI`: the job's archive (an sdist `.tar.gz`, a wheel or a zip), at http, https, file or any file system
 *   that Flink knows.
 * - `--sha256 HEX`, if given: 64 lower-case digits. The runner refuses an archive with another hash.
 * - `--folder PATH`: where the runner unpacks it, an absolute path on the JobManager. It follows from the hash, or without
 *   one from the URI, and is also the value of Flink's `python.files`: from there Flink ships it to the Python workers
 *   when the job is built, so it has to be there before the job's own code runs. A folder made from a hash is complete
 *   once it exists (unpack beside it and rename) and may be used again; one made from a URI is made anew by each start.
 * - `--module NAME`: the module that is run as `__main__`, as `python -m` does.
 * - `--requirements PATH`, only with one of the next two: the requirements file, beside the folder, which the runner
 *   writes before the job's code runs. It is also the value of Flink's `python.requirements`, from which the workers
 *   install; the runner makes the same packages importable for the module itself.
 * - `--requirements-uri URI`: where the runner gets the text of that file, or
 * - `--requirement LINE`, repeated: its lines, without comments and empty ones.
 * - `--parameter KEY=VALUE`, repeated, in ascending order of keys: the module's own arguments. It gets `--KEY VALUE` for
 *   each, in this order. KEY has no `=`; VALUE is everything after the first.
 */
export const pythonRunnerEntryClass = 'internal.sdp.runner.PythonRunner';

/** Configuration that belongs to the runner: Flink sends these files to the Python workers. */
export const pythonFilesKey = 'python.files';
export const pythonRequirementsKey = 'python.requirements';

const root = '/tmp/sdp-python';
const uri = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/?\S+$/;

export const pythonParams = z.object({
  archiveURI: z
    .string()
    .regex(uri, {
      error: 'is no address of an archive: write one with a scheme, such as https:// or file:///',
    })
    .describe('Address of the archive with the job: an sdist (.tar.gz), a wheel or a zip.'),
  module: z
    .string()
    .regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, {
      error: 'is no name of a Python module: write it with dots, such as package.job',
    })
    .describe('Module of the archive that is run, as with `python -m`: `package.job`.'),
  archiveSha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, { error: 'is no SHA-256: write its 64 hexadecimal digits' })
    .optional()
    .describe(
      'SHA-256 of the archive in hex: another archive is refused, and a new one restarts the job. Not checked when absent.',
    ),
  requirements: z
    .string()
    .optional()
    .describe(
      'Packages from outside the archive: the text of a requirements file, or the address of one. None when absent.',
    ),
  parameters: z
    .record(
      z.string().regex(/^[^\s=]+$/, { error: 'is no name of a parameter: use no spaces and no "="' }),
      z.string(),
    )
    .optional()
    .describe('Arguments of the module: each becomes `--name value`. None when absent.'),
});

export type PythonParams = z.output<typeof pythonParams>;

export interface PythonProgram {
  readonly args: string[];
  readonly flinkConfiguration: Readonly<Record<string, string>>;
}

/** What a Python job puts into its resource. The same params make the same program. */
export function buildPythonProgram(python: PythonParams): PythonProgram {
  const folder = folderOf(python);
  const requirements = readRequirements(python.requirements);
  const parameters = Object.entries(python.parameters ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    args: [
      '--archive',
      python.archiveURI,
      ...(python.archiveSha256 === undefined ? [] : ['--sha256', python.archiveSha256.toLowerCase()]),
      '--folder',
      folder,
      '--module',
      python.module,
      ...(requirements === undefined ? [] : ['--requirements', requirements.path, ...requirements.args]),
      ...parameters.flatMap(([key, value]) => ['--parameter', `${key}=${value}`]),
    ],
    flinkConfiguration: {
      [pythonFilesKey]: folder,
      ...(requirements !== undefined && { [pythonRequirementsKey]: requirements.path }),
    },
  };
}

function folderOf({ archiveURI, archiveSha256 }: PythonParams): string {
  return archiveSha256 === undefined
    ? `${root}/uri-${shortHash(archiveURI)}`
    : `${root}/sha256-${archiveSha256.toLowerCase().slice(0, 16)}`;
}

function readRequirements(text: string | undefined): { path: string; args: string[] } | undefined {
  const lines = (text ?? '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  const [first] = lines;
  if (first === undefined) return undefined;
  const args =
    lines.length === 1 && uri.test(first)
      ? ['--requirements-uri', first]
      : lines.flatMap((line) => ['--requirement', line]);
  return { path: `${root}/requirements-${shortHash(args.join('\n'))}.txt`, args };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
