import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kinds } from '../kinds/catalog.ts';
import { readPolicy } from './policy-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-policy-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, text: string) => {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
};
const read = async () => {
  const { value, diagnostics } = await readPolicy(['policy.yaml'], folder, kinds);
  const problems = diagnostics.map(
    ({ summary, source }) => `${source?.file}:${source?.line}:${source?.column} ${summary}`,
  );
  return { names: value?.map(({ name }) => name), problems };
};

it('tells all mistakes of all files at once, each with its place', async () => {
  await write(
    'policy.yaml',
    `include:
  - common/all.yaml
  - nothing.yaml
rules:
  - name: Bad name
    description: x
    kinds: [KafkaTopc]
    require: { path: spec.partitions, max: 500m }
  - name: twice
    description: x
    kinds: [FlinkSessionJob]
    where:
      path: spec.job.paralellism
      present: true
    require: { path: metadata.lables.team, present: true }
  - name: twice
    description: x
    kinds: [Ingress]
    require: { path: spec.anything, matches: '{team}-(' }
    colour: red
  - name: much
    description: x
    require: { path: spec.x, min: 1Gi, max: 7d }
    forbid: { verdicts: [state-loss] }
    exceptions: [{ object: orders, reason: '', until: tomorrow }]
  - name: nothing
    description: x
    forbid: {}
  - name: empty
    description: x
    require: { path: spec.x }
`,
  );
  await write(
    'common/all.yaml',
    'rules:\n  - { name: sums, description: x, kinds: [KafkaTopic], sum: { path: spec.partition, max: 3 } }\n  - {}\n',
  );
  const { names, problems } = await read();
  expect(names).toBeUndefined();
  expect(problems).toMatchInlineSnapshot(`
    [
      "common/all.yaml:2:63 KafkaTopic has no field spec.partition, for there is no partition: did you mean partitions?",
      "common/all.yaml:3:5 rules[1].name: is missing",
      "common/all.yaml:3:5 rules[1].description: is missing",
      "policy.yaml:3:5 nothing.yaml cannot be read",
      "policy.yaml:5:5 rules[0].name: is no name of a rule: write lower-case letters, digits and "-"",
      "policy.yaml:8:39 rules[0].require[0].max: is no amount: write 3 or 0.5, memory as 512Mi or 2Gi, a duration as 500ms, 30s, 10min, 12h or 7d ("m" alone could be any of them)",
      "policy.yaml:13:7 FlinkSessionJob has no field spec.job.paralellism, for there is no paralellism: did you mean parallelism?",
      "policy.yaml:15:16 FlinkSessionJob has no field metadata.lables.team, for there is no lables: did you mean labels?",
      "policy.yaml:19:37 rules[2].require[0].matches: {team} stands for nothing: there are {project}, {environment}, {namespace}",
      "policy.yaml:19:37 rules[2].require[0].matches: Invalid regular expression: /x-(/: Unterminated group",
      "policy.yaml:20:5 colour is no field of rules[2]",
      "policy.yaml:23:5 rules[3].require[0]: min and max are amounts of different things",
      "policy.yaml:24:26 rules[3].forbid.verdicts[0]: is none of no-op, create, in-place, ignored, stop, restart-from-savepoint, restart-from-checkpoint, restart, reprocessed, refused, state-lost, data-lost, unknown",
      "policy.yaml:25:36 rules[3].exceptions[0].reason: is empty",
      "policy.yaml:25:48 rules[3].exceptions[0].until: is no day: write it as 2026-12-31",
      "policy.yaml:28:5 rules[4].forbid: names neither actions nor verdicts",
      "policy.yaml:31:5 rules[5].require[0]: says nothing of the field: give it present, min, max, oneOf, matches",
    ]
  `);
});

it('reads included files once, from where they are named, and their rules first', async () => {
  const rule = (name: string) =>
    `rules: [{ name: ${name}, description: x, require: { path: metadata.name, present: true } }]\n`;
  await write('policy.yaml', `include: [common/all.yaml, common/more.yaml]\n${rule('own')}`);
  await write('common/all.yaml', `include: [more.yaml, ../policy.yaml]\n${rule('all')}`);
  await write('common/more.yaml', rule('more'));
  expect(await read()).toEqual({ names: ['more', 'all', 'own'], problems: [] });
  await write('common/more.yaml', rule('own'));
  expect((await read()).problems).toEqual([
    'policy.yaml:2:11 There is a rule own already: common/more.yaml:1',
  ]);
});

it('refuses what is no YAML, and a file that is not there', async () => {
  await write('policy.yaml', 'rules: [\n');
  expect((await read()).problems).toHaveLength(1);
  await rm(join(folder, 'policy.yaml'));
  expect((await read()).problems).toEqual(['undefined:undefined:undefined policy.yaml cannot be read']);
  await write('policy.yaml', '');
  expect(await read()).toEqual({ names: [], problems: [] });
});
