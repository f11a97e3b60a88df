import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Configuration that belongs to the runner: Flink sends these files to the Python workers. */
export const pythonFilesKey = 'python.files';
export const pythonRequirementsKey = 'python.requirements';
export const pythonKeys = [pythonFilesKey, pythonRequirementsKey];

const root = '/tmp/sdp-python';
const uri = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/?\S+$/;

/** An archive with Python code, of a Python job or of functions that SQL calls. */
export const pythonArchiveParams = z.object({
  archiveURI: z
    .string()
    .regex(uri, {
      error: 'is no address of an archive: write one with a scheme, such as https:// or file:///',
    })
    .describe('Address of the archive with the code: an sdist (.tar.gz), a wheel or a zip.'),
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
});

export type PythonArchiveParams = z.output<typeof pythonArchiveParams>;

export interface PythonArchive {
  /** The runner's arguments that say where it is and where it goes. */
  readonly archive: readonly string[];
  /** Those that say what it needs. */
  readonly requirements: readonly string[];
  readonly flinkConfiguration: Readonly<Record<string, string>>;
}

/**
 * What an archive puts into its job. The same params make the same.
 *
 * Arguments, in this order:
 * - `--archive URI`: the archive (an sdist `.tar.gz`, a wheel or a zip), at http, https, file or any file system that Flink
 *   knows.
 * - `--sha256 HEX`, if given: 64 lower-case digits. The runner refuses an archive with another hash.
 * - `--folder PATH`: where the runner unpacks it, an absolute path on the JobManager. It follows from the hash, or without
 *   one from the URI, and is also the value of Flink's `python.files`: from there Flink ships it to the Python workers
 *   when the job is built, so it has to be there before the job's own code runs. A folder made from a hash is complete
 *   once it exists (unpack beside it and rename) and may be used again; one made from a URI is made anew by each start.
 * - `--requirements PATH`, only with one of the next two: the requirements file, beside the folder, which the runner
 *   writes before the job's code runs. It is also the value of Flink's `python.requirements`, from which the workers
 *   install; the runner makes the same packages importable on the JobManager.
 * - `--requirements-uri URI`: where the runner gets the text of that file, or
 * - `--requirement LINE`, repeated: its lines, without comments and empty ones.
 *
 * `prefix` stands before each of these names in the place of `--`.
 */
export function buildPythonArchive(python: PythonArchiveParams, prefix = '--'): PythonArchive {
  const folder = folderOf(python);
  const requirements = readRequirements(python.requirements);
  const option = (name: string, value: string) => [`${prefix}${name}`, value];
  return {
    archive: [
      ...option('archive', python.archiveURI),
      ...(python.archiveSha256 === undefined ? [] : option('sha256', python.archiveSha256.toLowerCase())),
      ...option('folder', folder),
    ],
    requirements:
      requirements === undefined
        ? []
        : [
            ...option('requirements', requirements.path),
            ...requirements.options.flatMap(([name, value]) => option(name, value)),
          ],
    flinkConfiguration: {
      [pythonFilesKey]: folder,
      ...(requirements !== undefined && { [pythonRequirementsKey]: requirements.path }),
    },
  };
}

/** The params that arguments were made of; undefined where there is no archive among them. */
export function readPythonArchive(args: readonly string[], prefix = '--'): PythonArchiveParams | undefined {
  const values = (name: string) =>
    args.filter((_, index) => index % 2 === 1 && args[index - 1] === `${prefix}${name}`);
  const [archiveURI] = values('archive');
  if (archiveURI === undefined) return undefined;
  const [archiveSha256] = values('sha256');
  const lines = [...values('requirements-uri'), ...values('requirement')];
  return {
    archiveURI,
    ...(archiveSha256 !== undefined && { archiveSha256 }),
    ...(lines.length > 0 && { requirements: lines.join('\n') }),
  };
}

function folderOf({ archiveURI, archiveSha256 }: PythonArchiveParams): string {
  return archiveSha256 === undefined
    ? `${root}/uri-${shortHash(archiveURI)}`
    : `${root}/sha256-${archiveSha256.toLowerCase().slice(0, 16)}`;
}

interface Requirements {
  readonly path: string;
  readonly options: readonly (readonly [name: string, value: string])[];
}

function readRequirements(text: string | undefined): Requirements | undefined {
  const lines = (text ?? '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  const [first] = lines;
  if (first === undefined) return undefined;
  const options =
    lines.length === 1 && uri.test(first)
      ? ([['requirements-uri', first]] as const)
      : lines.map((line) => ['requirement', line] as const);
  const hash = shortHash(options.flatMap(([name, value]) => [`--${name}`, value]).join('\n'));
  return { path: `${root}/requirements-${hash}.txt`, options };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
