import { z } from 'zod';
import { buildPythonArchive, pythonArchiveParams } from './python-archive.ts';

/**
 * THE CONTRACT OF A PYTHON JOB between the kinds that declare one and the runner (`PythonRunner`).
 *
 * Arguments: those of an archive (`buildPythonArchive`), with the module before the requirements, and the parameters at the end:
 * - `--module NAME`: the module that is run as `__main__`, as `python -m` does.
 * - `--parameter KEY=VALUE`, repeated, in ascending order of keys: the module's own arguments. It gets `--KEY VALUE` for
 *   each, in this order. KEY has no `=`; VALUE is everything after the first.
 */
export const pythonRunnerEntryClass = 'internal.sdp.runner.PythonRunner';

export const pythonParams = pythonArchiveParams.extend({
  module: z
    .string()
    .regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, {
      error: 'is no name of a Python module: write it with dots, such as package.job',
    })
    .describe('Module of the archive that is run, as with `python -m`: `package.job`.'),
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
  const { archive, requirements, flinkConfiguration } = buildPythonArchive(python);
  const parameters = Object.entries(python.parameters ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    args: [
      ...archive,
      '--module',
      python.module,
      ...requirements,
      ...parameters.flatMap(([key, value]) => ['--parameter', `${key}=${value}`]),
    ],
    flinkConfiguration,
  };
}
