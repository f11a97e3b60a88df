import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kinds } from '../kinds/catalog.ts';
import { packageFile } from '../package-file.ts';
import { runPolicyTests } from './policy-tests.ts';

const scaffold = packageFile('scaffolds', 'terraform-project');
const today = '2026-01-01';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-policy-tests-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (text: string) => {
  await writeFile(join(folder, 'policy.test.yaml'), text);
  return runPolicyTests('policy.test.yaml', folder, kinds, today);
};

it('holds the rules of a new project to their cases, each rule to one at least', async () => {
  const { value, diagnostics } = await runPolicyTests('policy.test.yaml', scaffold, kinds, today);
  expect(diagnostics).toEqual([]);
  expect(value?.untested).toEqual([]);
  expect(value?.cases.length).toBeGreaterThan(5);
  for (const { name, unexpected, missing } of value?.cases ?? [])
    expect({ name, unexpected, missing }).toEqual({ name, unexpected: [], missing: [] });
});

it('tells what came out otherwise, and which rules have no case', async () => {
  await writeFile(join(folder, 'policy.yaml'), await readFile(join(scaffold, 'policy.yaml')));
  const { value } = await run(`cases:
  - name: wrong on both sides
    environment: tst
    objects:
      - { kind: KafkaTopic, metadata: { name: orders }, spec: { topicName: Orders } }
    expect:
      - { rule: topic-partitions, object: orders }
`);
  expect(value?.cases).toEqual([
    {
      name: 'wrong on both sides',
      source: { file: 'policy.test.yaml', line: 2, column: 5 },
      unexpected: ['topic-name by orders: spec.topicName is Orders'],
      missing: ['topic-partitions by orders'],
    },
  ]);
  expect(value?.untested).toContain('topic-name');
});

it.each([
  ['cases: []\n', 'cases'],
  [
    'cases: [{ name: x, environment: prod, objects: [{ kind: A, metadata: { name: a } }], expect: [{ rule: y }] }]\n',
    'There is no rule y',
  ],
  ['cases: [{ name: x, objects: [{ kind: A, metadata: { name: a } }] }]\n', 'Case "x" names no environment'],
  [
    'policy: other.yaml\ncases: [{ name: x, objects: [{ kind: A, metadata: { name: a } }] }]\n',
    'other.yaml cannot be read',
  ],
])('refuses %j', async (text, told) => {
  const { value, diagnostics } = await run(text);
  expect(value).toBeUndefined();
  expect(diagnostics.map(({ summary }) => summary).join('\n')).toContain(told);
});
