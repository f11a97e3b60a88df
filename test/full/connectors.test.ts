import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { KubernetesObject } from '../../src/apiclient/object.ts';
import { eventually, platformCommands } from '../e2e/commands.ts';
import { createSqlProject, declareModule, declareTopic, type SqlProject } from '../e2e/sql-project.ts';
import { killProcesses } from '../faults/processes.ts';

/** Lines of a file through a topic into another file: Connect, its connectors and the commands about them. */

const data = inject('dataFolder');
const platform = platformCommands(data);
let folder: string;
let project: SqlProject;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-connectors-'));
  await writeFile(join(folder, 'in.txt'), 'one\ntwo\n');
  project = await createSqlProject(platform, 'connectors', {});
});
afterAll(async () => {
  await project?.remove();
  await rm(folder, { recursive: true, force: true });
});

const declareConnect = () =>
  declareModule('kafka-connect/cluster', 'di', '  name    = "di"\n  plugins = ["file-source", "file-sink"]');
const asText = `  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
  depends_on = [module.lines]`;
const declareSource = () =>
  declareModule(
    'kafka-connect/source-file',
    'from_file',
    `  name    = "from-file"
  cluster = module.di.name
  topic   = module.lines.name
  file    = "${join(folder, 'in.txt')}"
${asText}`,
  );
const declareSink = (more = '') =>
  declareModule(
    'kafka-connect/sink-file',
    'to_file',
    `  name    = "to-file"
  cluster = module.di.name
  topics  = module.lines.name
  file    = "${join(folder, 'out.txt')}"
${more}${asText}`,
  );
const all = (sinkInputs = '') => [
  declareTopic('lines'),
  declareConnect(),
  declareSource(),
  declareSink(sinkInputs),
];

const lines = async () =>
  (await readFile(join(folder, 'out.txt'), 'utf8').catch(() => '')).trim().split('\n');
const arrive = (...wanted: string[]) =>
  eventually(lines, (found) => JSON.stringify(found) === JSON.stringify(wanted), 30_000);
const pods = async () =>
  (await platform.getJson<{ items: KubernetesObject[] }>(['pods', '-A'])).items
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith('di-connect'));

describe('connectors', () => {
  it('need a worker only when a cluster is declared, and run when the apply ends', async () => {
    expect(await pods()).toEqual([]);
    await project.applied(...all());
    expect(await pods()).toEqual(['di-connect-0']);
    await arrive('one', 'two');
    const output = await platform.sdp(['connectors', '--json']);
    expect(JSON.parse(output)).toEqual(
      expect.arrayContaining(
        ['from-file', 'to-file'].map(
          (name) =>
            expect.objectContaining({
              name,
              health: expect.objectContaining({ state: 'healthy' }),
            }) as object,
        ),
      ),
    );
  });

  it('go on where they were when the worker is killed', async () => {
    expect(await killProcesses(data, ['Connect'])).toEqual(['Connect']);
    await appendFile(join(folder, 'in.txt'), 'three\n');
    await eventually(lines, (found) => found.includes('three'), 60_000);
    // A sink may write again what it had not noted as written; nothing is missing.
    expect(new Set(await lines())).toEqual(new Set(['one', 'two', 'three']));
  });

  it('pause and go on by command, and are as declared again after an apply', async () => {
    await platform.sdp(['connectors', 'pause', 'to-file']);
    await appendFile(join(folder, 'in.txt'), 'four\n');
    const paused = await platform.trySdp(['connectors', 'show', 'to-file', '--json']);
    expect(JSON.parse(paused.output)).toMatchObject({ name: 'to-file' });
    expect(await lines()).not.toContain('four');
    await project.applied(...all());
    await eventually(lines, (found) => found.includes('four'), 30_000);
  });

  it('are refused by a plan for what can be known of them', async () => {
    const { code, output } = await project.apply(
      ...all('  config  = { "errors.tolerence" = "all", "flush.size" = "many" }\n'),
    );
    expect(code).toBe(1);
    expect(output).toContain('errors.tolerance');
  });

  it('go with their declarations, and the worker with the cluster', async () => {
    await project.applied(declareTopic('lines'), declareConnect(), declareSource());
    expect(await platform.sdp(['connectors'])).not.toMatch(/(?<!modules-)to-file/);
    await project.applied(declareTopic('lines'));
    await eventually(pods, (found) => found.length === 0, 30_000);
  });
});
