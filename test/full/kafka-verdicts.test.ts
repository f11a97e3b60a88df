import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ShownTopic } from '../../src/cli/topic-show.ts';
import { eventually, platformCommands } from '../e2e/commands.ts';
import { createSqlProject, declareModule, type SqlProject } from '../e2e/sql-project.ts';

/**
 * What a plan says of topics and connectors, and what then becomes of them, on a real Kafka and a real Connect. Each
 * scenario plans a change, applies that very plan, and looks at Kafka, or at the lines that came out.
 */

const platform = platformCommands(inject('dataFolder'));

const topic = (name: string, inputs: string) =>
  declareModule('kafka/topic', name, `  name = "${name}"\n${inputs}`);
/** The command says of a topic that is not ready that it is not, after what it shows. */
async function shown(name: string): Promise<ShownTopic> {
  const { output } = await platform.trySdp(['topics', 'show', name, '--json']);
  if (!output.startsWith('{')) throw new Error(output);
  return JSON.parse(output.slice(0, output.lastIndexOf('\n}\n') + 2)) as ShownTopic;
}

describe('topics', () => {
  let project: SqlProject;
  beforeAll(async () => {
    project = await createSqlProject(platform, 'topic-verdicts', {});
  });
  afterAll(() => project?.remove());

  it('change as the plan says: grown, refused but for the rest, with less to keep, left alone', async () => {
    const may = '  force_destroy = true\n  partitions = ';
    const topics = (inputs: Readonly<Record<string, string>>) =>
      Object.entries(inputs).map(([name, text]) => topic(name, text));
    await project.applied(
      ...topics({
        grown: `${may}2`,
        shrunk: `${may}3\n  config = { "retention.ms" = "3600000" }`,
        short: `${may}1\n  config = { "retention.ms" = "86400000" }`,
        compacted: `${may}1`,
        unread: `${may}1`,
        alone: `${may}1\n  annotations = { "strimzi.io/managed" = "false" }`,
      }),
    );
    await project.sendNumbers('grown', 0, 10);
    const planned = await project.verdicts(
      ...topics({
        grown: `${may}4`,
        shrunk: `${may}1\n  config = { "retention.ms" = "7200000" }\n  timeout = "20s"`,
        short: `${may}1\n  config = { "retention.ms" = "60000" }`,
        compacted: `${may}1\n  config = { "cleanup.policy" = "compact" }`,
        unread: `${may}1\n  config = { "retention.ms" = "soon" }\n  timeout = "20s"`,
        alone: `${may}5\n  annotations = { "strimzi.io/managed" = "false" }`,
      }),
    );
    expect(planned.rows).toMatchObject({
      'KafkaTopic/grown': { verdict: 'in-place', reason: expect.stringContaining('partitions 2 → 4') },
      'KafkaTopic/shrunk': {
        verdict: 'refused',
        reason: expect.stringContaining('the topic keeps 3. The rest of the change is applied all the same.'),
      },
      'KafkaTopic/short': {
        verdict: 'data-lost',
        reason: expect.stringContaining('records older than 1 min'),
      },
      'KafkaTopic/compacted': { verdict: 'data-lost', reason: expect.stringContaining('all but the newest') },
      'KafkaTopic/unread': { verdict: 'refused', reason: expect.stringContaining('is no whole number') },
      'KafkaTopic/alone': { verdict: 'ignored', reason: expect.stringContaining('strimzi.io/managed') },
    });

    const applied = await project.applyPlan();
    expect(applied.code).toBe(1);
    expect(applied.output).toContain('Decreasing partitions not supported');
    expect(applied.output).not.toContain('inconsistent');
    expect(await shown('grown')).toMatchObject({ records: 10, partitions: { length: 4 } });
    expect(await shown('shrunk')).toMatchObject({
      config: { 'retention.ms': '7200000' },
      partitions: { length: 3 },
    });
    expect((await shown('short')).config['retention.ms']).toBe('60000');
    expect((await shown('compacted')).config['cleanup.policy']).toBe('compact');
    expect((await shown('unread')).setKeys).not.toContain('retention.ms');
    await expect(shown('alone')).rejects.toThrow('There is no topic alone');
  });

  it('go only when that was allowed before, and with their data', async () => {
    const renamed = (more: string) => topic('ledger', `  partitions = 1\n${more}`);
    await project.applied(renamed(''));
    await project.sendNumbers('ledger', 0, 5);
    const guarded = await project.verdicts(renamed('  topic_name = "ledger-2"\n  force_destroy = true'));
    expect(guarded.code).toBe(1);
    expect(guarded.output).toMatch(
      /KafkaTopic default\/ledger: data-lost .*set force_destroy = true and apply it first/,
    );
    const gone = await project.verdicts();
    expect(gone.code).toBe(1);
    expect((await shown('ledger')).records).toBe(5);

    await project.applied(renamed('  force_destroy = true'));
    const allowed = await project.verdicts(renamed('  topic_name = "ledger-2"\n  force_destroy = true'));
    expect(allowed.rows['KafkaTopic/ledger']?.actions).toEqual(['delete', 'create']);
    expect(allowed.output).toContain('data-lost');
    expect((await project.applyPlan()).code).toBe(0);
    await expect(shown('ledger-2')).resolves.toMatchObject({ records: 0 });
    expect(await platform.sdp(['topics'])).not.toMatch(/^ledger /m);
  });

  it('that are paused take no change, and say so', async () => {
    const paused = (partitions: number, pause: boolean) =>
      topic(
        'paused',
        `  partitions = ${partitions}\n  force_destroy = true\n  annotations = ${pause ? '{ "strimzi.io/pause-reconciliation" = "true" }' : '{}'}`,
      );
    await project.applied(paused(1, false));
    await project.applied(paused(1, true));
    const { rows } = await project.verdicts(paused(3, true));
    expect(rows['KafkaTopic/paused']).toMatchObject({ verdict: 'ignored' });
    expect((await project.applyPlan()).code).toBe(0);
    expect((await shown('paused')).partitions).toHaveLength(1);
    await project.applied(paused(3, false));
    expect((await shown('paused')).partitions).toHaveLength(3);
  });

  it('beside one whose value spoils the batch of the original are told of it', async () => {
    const culprit = {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaTopic',
      metadata: { name: 'spoilt', labels: { 'strimzi.io/cluster': 'kafka' } },
      spec: { partitions: 1, config: { 'retention.ms': { seconds: 5 } } },
    };
    const folder = await mkdtemp(join(tmpdir(), 'sdp-spoilt-'));
    await writeFile(join(folder, 'topic.json'), JSON.stringify(culprit));
    await project.applied(topic('beside', '  partitions = 1\n  force_destroy = true'));
    try {
      await platform.kubectl(['apply', '--server-side', '-f', join(folder, 'topic.json')]);
      const { rows } = await project.verdicts(topic('beside', '  partitions = 2\n  force_destroy = true'));
      expect(rows['KafkaTopic/beside']).toMatchObject({
        verdict: 'ignored',
        reason: expect.stringContaining('KafkaTopic spoilt (retention.ms) has an object as value'),
      });
      // The local operator looks at each topic by itself.
      expect((await project.applyPlan()).code).toBe(0);
      expect((await shown('beside')).partitions).toHaveLength(2);
    } finally {
      await platform.kubectl(['delete', 'kafkatopic', 'spoilt']);
      await rm(folder, { recursive: true });
    }
  });
});

describe('connectors', () => {
  let project: SqlProject;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdp-connector-verdicts-'));
    await writeFile(join(folder, 'in.txt'), 'one\ntwo\n');
    await writeFile(join(folder, 'other.txt'), 'other\n');
    project = await createSqlProject(platform, 'connector-verdicts', {});
  });
  afterAll(async () => {
    await project?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const cluster = (more = '') =>
    declareModule(
      'kafka-connect/cluster',
      'dv',
      `  name    = "dv"\n  plugins = ["file-source", "file-sink"]\n${more}`,
    );
  const asText =
    '  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }\n  depends_on = [module.words]';
  const source = (file: string, more = '') =>
    declareModule(
      'kafka-connect/source-file',
      'from_file',
      `  name    = "words-in"
  cluster = module.dv.name
  topic   = module.words.name
  file    = "${join(folder, file)}"
${more}${asText}`,
    );
  const sink = (name: string, more = '') =>
    declareModule(
      'kafka-connect/sink-file',
      'to_file',
      `  name    = "${name}"
  cluster = module.dv.name
  topics  = module.words.name
  file    = "${join(folder, 'out.txt')}"
${more}${asText}`,
    );
  const words = topic('words', '  partitions = 1\n  force_destroy = true');
  const all = (...connectors: readonly string[]) => [words, cluster(), ...connectors];
  const lines = async () =>
    (await readFile(join(folder, 'out.txt'), 'utf8').catch(() => '')).trim().split('\n');
  const arrive = (...wanted: readonly string[]) =>
    eventually(lines, (found) => JSON.stringify(found) === JSON.stringify(wanted), 30_000);
  const say = (text: string, file = 'in.txt') => appendFile(join(folder, file), `${text}\n`);
  const applied = async () => {
    const { code, output } = await project.applyPlan();
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  };

  it('restart at their offsets, and settings for failures change in place', async () => {
    await project.applied(...all(source('in.txt'), sink('words-out')));
    await arrive('one', 'two');
    const { rows } = await project.verdicts(
      ...all(
        source('in.txt', '  config = { "batch.size" = "100" }\n'),
        sink('words-out', '  auto_restart = { max_restarts = 3 }\n'),
      ),
    );
    expect(rows).toMatchObject({
      'KafkaConnector/words-in': { verdict: 'restart', reason: expect.stringContaining('offsets') },
      'KafkaConnector/words-out': { verdict: 'in-place' },
    });
    await applied();
    await say('three');
    await arrive('one', 'two', 'three');
  });

  it('stop and go on where they were', async () => {
    const paused = await project.verdicts(
      ...all(source('in.txt'), sink('words-out', '  state = "stopped"\n')),
    );
    expect(paused.rows['KafkaConnector/words-out']).toMatchObject({ verdict: 'stop' });
    await applied();
    await say('four');
    const resumed = await project.verdicts(...all(source('in.txt'), sink('words-out')));
    expect(resumed.rows['KafkaConnector/words-out']).toMatchObject({ verdict: 'restart' });
    expect(await lines()).toEqual(['one', 'two', 'three']);
    await applied();
    await arrive('one', 'two', 'three', 'four');
  });

  it('made again under their name go on, under another begin anew', async () => {
    await project.applied(...all(source('in.txt')));
    await project.applied(...all(source('in.txt'), sink('words-out')));
    await say('five');
    await arrive('one', 'two', 'three', 'four', 'five');
    const { rows, output } = await project.verdicts(...all(source('in.txt'), sink('words-again')));
    expect(rows['KafkaConnector/words-again']?.actions).toEqual(['delete', 'create']);
    expect(output).toMatch(/KafkaConnector default\/words-again: reprocessed/);
    await applied();
    const five = ['one', 'two', 'three', 'four', 'five'];
    await arrive(...five, ...five);
  });

  it('read another file from its start', async () => {
    const { rows } = await project.verdicts(...all(source('other.txt'), sink('words-again')));
    expect(rows['KafkaConnector/words-in']).toMatchObject({ verdict: 'reprocessed' });
    await applied();
    await eventually(lines, (found) => found.at(-1) === 'other', 30_000);
  });

  it('restart with the workers of their cluster, which names them', async () => {
    const before = await lines();
    const { rows } = await project.verdicts(
      words,
      cluster('  config = { "offset.flush.interval.ms" = "5000" }\n'),
      source('other.txt'),
      sink('words-again'),
    );
    expect(rows['KafkaConnect/dv']).toMatchObject({
      verdict: 'restart',
      reason: expect.stringMatching(/words-again.*words-in|words-in.*words-again/),
    });
    await applied();
    await say('last', 'other.txt');
    await eventually(lines, (found) => found.at(-1) === 'last', 30_000);
    expect((await lines()).slice(0, before.length)).toEqual(before);
  });
});
