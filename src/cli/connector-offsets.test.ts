import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { configMapType } from '../apiclient/core-types.ts';
import { kafkaConnectorType } from '../kinds/kafka-connector/resource-type.ts';
import type { KafkaConnectorSpec } from '../kinds/kafka-connector/spec.ts';
import { changeOffsets, readOffsets, readOffsetsFile } from './connector-offsets.ts';
import { type ConnectorRig, describeError, startConnectorRig } from './testing/connector-rig.ts';

let rig: ConnectorRig;
let folder: string;
const printed: string[] = [];

beforeAll(async () => {
  rig = await startConnectorRig();
  folder = await mkdtemp(join(tmpdir(), 'sdp-offsets-'));
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed.push(String(text).trimEnd());
      return true;
    });
  }
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rig?.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  printed.length = 0;
  await rig.server.client.delete(kafkaConnectorType, { namespace: 'orders', name: 'lines' });
  rig.worker.connectors.clear();
  rig.worker.injected.length = 0;
});

const source: KafkaConnectorSpec = {
  class: 'FileStreamSource',
  tasksMax: 1,
  config: { file: '/in.txt', topic: 'lines' },
};
const at = (position: number) => ({
  offsets: [{ partition: { filename: '/in.txt' }, offset: { position } }],
});
const timeout = 10_000;

async function declare(spec: Partial<KafkaConnectorSpec> = {}) {
  const connector = await rig.declare('lines', { ...source, ...spec });
  rig.worker.connectors.get('lines')?.offsets.push(...at(4).offsets);
  rig.worker.calls.length = 0;
  return connector;
}
const changes = () =>
  rig.worker.calls.filter((call) => !call.startsWith('GET ')).map((call) => call.replace(/ \{.*/s, ''));
const maps = async () =>
  (await rig.server.client.list(configMapType, { namespace: 'orders' })).items
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.includes('offsets'));

describe('offsets', () => {
  it('are read from Connect, or through the operator with nothing left of that', async () => {
    const connector = await declare();
    await rig.openProxy();
    expect(await readOffsets(rig.server.client, connector, timeout)).toEqual(at(4));
    await rig.closeProxy();
    expect(printed).toEqual([]);
    expect(await readOffsets(rig.server.client, connector, timeout)).toEqual(at(4));
    expect(printed.join('\n')).toMatch(/does not answer .*asking through the operator/);
    const live = await rig.read('lines');
    expect(live.spec).not.toHaveProperty('listOffsets');
    expect(live.metadata.annotations).toEqual({ 'sdp.internal/project': 'orders' });
    expect(await maps()).toEqual([]);
  });

  it('through the operator take the ConfigMap that is declared for them, and leave it', async () => {
    const connector = await declare({ listOffsets: { toConfigMap: { name: 'my-offsets' } } });
    expect(await readOffsets(rig.server.client, connector, timeout)).toEqual(at(4));
    expect(await maps()).toEqual(['my-offsets']);
    expect((await rig.read('lines')).spec.listOffsets).toEqual({ toConfigMap: { name: 'my-offsets' } });
  });

  it('of a running connector are left alone, and what to do is said', async () => {
    const connector = await declare();
    const refused = changeOffsets(rig.server.client, connector, undefined, { yes: true, timeout });
    expect(await refused.catch(describeError)).toMatch(
      /^ConnectorNotStopped: .*\n.*sdp connectors stop lines/,
    );
    const unasked = changeOffsets(rig.server.client, connector, undefined, { stop: true, timeout });
    expect(await unasked.catch(describeError)).toMatch(/^ConfirmationMissing: .*\n.*reads all of it/);
    expect(changes()).toEqual([]);
  });

  it('are reset between a stop and a start', async () => {
    const connector = await declare();
    await changeOffsets(rig.server.client, connector, undefined, { yes: true, stop: true, timeout });
    expect(changes()).toEqual([
      'PUT /connectors/lines/stop',
      'DELETE /connectors/lines/offsets',
      'PUT /connectors/lines/resume',
    ]);
    expect(printed).toContain('The offsets of lines are reset.');
    expect(printed.at(-1)).toBe('lines is running again.');
    const live = await rig.read('lines');
    expect(live.spec).not.toHaveProperty('state');
    expect(live.metadata.annotations).toEqual({ 'sdp.internal/project': 'orders' });
  });

  it('are set from a file, of a connector that is stopped already', async () => {
    const connector = await declare({ state: 'stopped' });
    const file = join(folder, 'offsets.json');
    await writeFile(file, JSON.stringify(at(2)));
    const wanted = await readOffsetsFile(file);
    await changeOffsets(rig.server.client, connector, wanted, { yes: true, timeout });
    expect(changes()).toEqual(['PATCH /connectors/lines/offsets']);
    expect(rig.worker.connectors.get('lines')?.offsets).toEqual(at(2).offsets);
    expect(printed.at(-1)).toMatch(/^The offsets of lines are set\. "sdp connectors resume lines"/);
    expect(await maps()).toEqual([]);
    expect((await rig.read('lines')).spec).not.toHaveProperty('alterOffsets');
  });

  it('that Connect refuses are told, and the connector goes on', async () => {
    const connector = await declare();
    // The operator tries again at once, and each refusal is for one request.
    const refusal = { method: 'PATCH', path: /offsets/, status: 400, message: 'no such file' };
    rig.worker.injected.push(...Array.from({ length: 200 }, () => refusal));
    const refused = changeOffsets(rig.server.client, connector, at(2), { yes: true, stop: true, timeout });
    expect(await refused.catch(describeError)).toMatch(/^AlterOffsets: .* were not touched\n.*no such file/);
    await expect.poll(() => rig.worker.connectors.get('lines')?.state).toBe('RUNNING');
    expect(rig.worker.connectors.get('lines')?.offsets).toEqual(at(4).offsets);
  });

  it.each([
    ['nothing', /InvalidOffsets.*is not valid JSON/s],
    ['{"offsets": [{"partition": 1}]}', /InvalidOffsets.*\noffsets\.0\.partition/],
    ['{"offsets": []}', /InvalidOffsets.*\noffsets: /],
  ])('in a file with %s are none', async (content, expected) => {
    const file = join(folder, 'bad.json');
    await writeFile(file, content);
    expect(await readOffsetsFile(file).catch(describeError)).toMatch(expected);
  });
});
