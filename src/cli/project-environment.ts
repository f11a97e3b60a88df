import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The environment that "sdp init" chose for the folder. */
export async function environmentOf(folder: string): Promise<string | undefined> {
  try {
    const chosen = JSON.parse(await readFile(join(folder, 'environment.json'), 'utf8')) as {
      environment?: unknown;
    };
    return typeof chosen.environment === 'string' ? chosen.environment : undefined;
  } catch {
    return undefined;
  }
}
