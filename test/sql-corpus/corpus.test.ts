import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { expect, it } from 'vitest';
import { compareWithFlink } from './compare.ts';
import { readCorpus } from './read-corpus.ts';

const folder = env['SDP_SQL_CORPUS'] ?? '';
const corpora = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

it.each(corpora)("$name is split, read and judged as by Flink's own parser", async ({ name }) => {
  const { disagreements, ...counts } = await compareWithFlink(readCorpus(join(folder, name)));
  console.log(name, counts);
  expect(disagreements).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(50);
});
