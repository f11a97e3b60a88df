import { text } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import { digestsIn } from './state-file.ts';

/**
 * What Read kept of live objects while a plan was made: it is in the state that the plan's file carries, and nowhere in
 * `terraform show -json`. Nothing where the file is encrypted, as OpenTofu's can be, or otherwise not as expected.
 */
export async function readDigests(file: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
    try {
      for await (const entry of zip.eachEntry()) {
        if (entry.fileName === 'tfstate')
          return digestsIn(await text(await zip.openReadStreamPromise(entry)));
      }
    } finally {
      zip.close();
    }
  } catch {
    // Verdicts of destructions are then made without, more carefully.
  }
  return new Map();
}
