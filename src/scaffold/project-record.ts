import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { scaffoldNames } from './scaffold.ts';

/** Of a file below the project's folder, and nowhere else. */
const fileName = /^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))[^\\\0]+$/;

/** Of what a project was made: `sdp upgrade` tells by it what its owners have changed since. */
const record = z.object({
  version: z.string().describe('The sdp that last wrote files here.'),
  layers: z.array(z.enum([...scaffoldNames, 'first-job'])).min(1),
  values: z.record(z.string(), z.string()),
  files: z
    .record(z.string().regex(fileName), z.string().regex(/^[0-9a-f]{64}$/))
    .describe('SHA-256 of each as written.'),
});

export type ProjectRecord = Readonly<z.output<typeof record>>;

export const recordFileName = '.sdp-scaffold.json';

/** The record of a project's folder; undefined where `sdp new` did not make it. */
export async function readProjectRecord(folder: string): Promise<ProjectRecord | undefined> {
  const file = join(folder, recordFileName);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return record.parse(JSON.parse(text));
  } catch (error) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'InvalidProjectRecord',
      summary: `${recordFileName} cannot be read`,
      detail: `${file} says of which scaffold the project was made, and is for sdp alone to write. Take it back from git. ${
        error instanceof z.ZodError ? z.prettifyError(error) : String(error)
      }`,
      source: { file },
    });
  }
}

export async function writeProjectRecord(folder: string, written: ProjectRecord): Promise<void> {
  await writeFile(join(folder, recordFileName), `${JSON.stringify(written, null, 2)}\n`);
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
