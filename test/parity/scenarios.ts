import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageFile } from '../../src/package-file.ts';

/** Scenarios of a group share one project and one engine. */
export const groups = ['topics', 'connectors', 'jobs'] as const;
export type Group = (typeof groups)[number];

const end = z.record(z.string(), z.unknown());
const difference = z.strictObject({
  /** Why it ends otherwise there. */
  reason: z.string(),
  /** Goes over the scenario's own. */
  end: end.optional(),
  /** The apply may end before anybody has seen what fails. */
  mayFail: z.literal(true).optional(),
});
const expectation = z.strictObject({
  title: z.string(),
  /** `KafkaTopic/orders` */
  object: z.string(),
  /** Null for a deletion, of which no plan has an attribute. */
  verdict: z.string().nullable(),
  /** A regular expression for what the apply says of it when it cannot be carried out. */
  fails: z.string().optional(),
  /** What `observe` sees of it in the end; texts of `error` are regular expressions. */
  end,
  differences: z.partialRecord(z.enum(['kubernetes', 'original']), difference).optional(),
});

export interface Scenario extends z.infer<typeof expectation> {
  readonly name: string;
  /** HCL of the project before and after the change; nothing after it where all is deleted. */
  readonly before: string;
  readonly after: string;
}

/** `scenarios/GROUP/NAME`: before.tf, after.tf unless it is a deletion, expected.yaml. */
export function readScenarios(group: Group): readonly Scenario[] {
  const folder = packageFile('test', 'parity', 'scenarios', group);
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const files = readdirSync(join(folder, name));
      const read = (file: string) =>
        files.includes(file) ? readFileSync(join(folder, name, file), 'utf8') : '';
      return {
        ...expectation.parse(parse(read('expected.yaml'))),
        name,
        before: read('before.tf'),
        after: read('after.tf'),
      };
    });
}
