import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';

/** Folders of this machine in the place of what a team's image has below `/opt/flink`. */
export interface LocalImage {
  /** Jars of every process' classpath. */
  readonly lib?: string;
  /** Jars of applications, which `local:///opt/flink/usrlib/…` names. */
  readonly usrlib?: string;
}

/** Environment variable of a container with the image that was asked for, where Flink's distribution stands in. */
export const askedImageVariable = 'SDP_IMAGE';

/** Jars of the folder that stands for the image's `lib`, in a fixed order. */
export async function findLibraries({ lib }: LocalImage): Promise<readonly string[]> {
  if (lib === undefined) return [];
  const names = await readdir(lib).catch((error: NodeJS.ErrnoException) => {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'InvalidConfiguration',
      summary: 'The libraries of the image cannot be had',
      detail: `sdp.yaml names ${lib} for the image's lib: ${error.message}. Make the folder, or correct the path.`,
    });
  });
  return names
    .filter((name) => name.endsWith('.jar'))
    .toSorted()
    .map((name) => join(lib, name));
}
