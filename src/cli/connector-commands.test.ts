import pc from 'picocolors';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { kafkaConnectorType } from '../kinds/kafka-connector/resource-type.ts';
import type { KafkaConnectorSpec } from '../kinds/kafka-connector/spec.ts';
import { chooseConnector } from './choose-connector.ts';
import { formatConnectors, readConnectorRows } from './connector-list.ts';
import { restartConnector } from './connector-restart.ts';
import { readConnector } from './connector-show.ts';
import { changeState } from './connector-state.ts';
import { formatConnector } from './connector-text.ts';
import { type ConnectorRig, describeError, startConnectorRig } from './testing/connector-rig.ts';

let rig: ConnectorRig;
const printed: string[] = [];

beforeAll(async () => {
  rig = await startConnectorRig();
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
});
afterEach(async () => {
  printed.length = 0;
  rig.release();
  const { items } = await rig.server.client.list(kafkaConnectorType);
  for (const { metadata } of items) await rig.server.client.delete(kafkaConnectorType, metadata);
  rig.worker.connectors.clear();
  rig.worker.injected.length = 0;
});

const source: KafkaConnectorSpec = {
  class: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  tasksMax: 1,
  config: { file: '/in.txt', topic: 'lines' },
};
const sink = (): KafkaConnectorSpec => ({
  class: 'FileStreamSink',
  tasksMax: 1,
  config: { file: `${rig.worker.missingFolder}/out.txt`, topics: 'lines' },
});
const waiting = { timeout: 10_000 };
const annotate = (name: string, annotations: Record<string, string>) =>
  rig.server.client.patch(kafkaConnectorType, { namespace: 'orders', name }, { metadata: { annotations } });

/** The operator tries again at once, and each refusal is for one request. */
function refuse(method: string, path: RegExp, message: string) {
  const refusal = { method, path, status: 500, message };
  rig.worker.injected.push(...Array.from({ length: 200 }, () => refusal));
}

describe('connectors', () => {
  it('are listed with their tasks and what keeps them from being ready', async () => {
    await rig.declare('lines', source);
    const broken = await rig.declare('out', sink());
    await rig.server.client.patch(kafkaConnectorType, broken.metadata, { metadata: { labels: null } });
    await expect
      .poll(async () => (await rig.read('out')).status?.conditions?.[0]?.reason)
      .toBe('InvalidResourceException');
    const rows = await readConnectorRows(rig.server.client, undefined);
    const now = Date.parse(rows[0]?.creationTimestamp ?? '') + 61_000;
    const [header, ...lines] = formatConnectors(rows, now);
    expect(header).toMatch(/^CONNECTOR +CLUSTER +CLASS +STATE +TASKS +READY +AGE$/);
    expect(lines).toEqual([
      expect.stringMatching(/^orders\/lines +di +FileStreamSourceConnector +RUNNING +1\/1 +yes +1m$/),
      expect.stringMatching(/^orders\/out +- +FileStreamSink +- +0\/0 +InvalidResourceException +\d+[ms]$/),
    ]);
    expect(() => chooseConnector('line', [broken])).toThrow(/There are: orders\/out/);
  });

  it('are shown with what failed their tasks, and without passwords', async () => {
    await rig.declare('out', {
      ...sink(),
      autoRestart: { enabled: true, maxRestarts: 0 },
      config: {
        ...sink().config,
        'db.password': 'hunter2',
        'other.password': `\${secrets:orders/db:password}`,
      },
    });
    await expect.poll(async () => (await rig.read('out')).status?.conditions?.[0]?.reason).toBe('Throwable');
    const shown = await readConnector(rig.server.client, await rig.read('out'));
    const text = formatConnector(shown, Date.now(), pc.createColors(false)).join('\n');
    expect(text).toMatch(
      /^KafkaConnector +orders\/out\nCluster +di\nClass +FileStreamSink 4\.3\.1, a sink\n/,
    );
    expect(text).toMatch(/Auto restart +on, at most 0/);
    expect(text).toMatch(
      /TASK +STATE +WORKER\n +0 +FAILED +127\.0\.0\.1:8083\n +task 0: .*NoSuchFileException/,
    );
    expect(text).toMatch(/db\.password +\(hidden\)/);
    expect(text).toMatch(/other\.password +\$\{secrets:orders\/db:password\}/);
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    expect(text).toMatch(/Offsets\n +not known: cluster di does not answer/);
    expect(text).toMatch(/NotReady +True/);
  });

  it('are shown as Connect itself tells where it can be asked', async () => {
    const connector = await rig.declare('lines', source);
    rig.worker.connectors
      .get('lines')
      ?.offsets.push({ partition: { filename: '/in.txt' }, offset: { position: 4 } });
    await rig.openProxy();
    const shown = await readConnector(rig.server.client, connector);
    await rig.closeProxy();
    expect(shown.offsets).toEqual({
      offsets: [{ partition: { filename: '/in.txt' }, offset: { position: 4 } }],
    });
    const text = formatConnector(shown, Date.now(), pc.createColors(false)).join('\n');
    expect(text).toMatch(/PARTITION +OFFSET\n +filename=\/in\.txt +position=4/);
  });
});

describe('a state', () => {
  it('is written, waited for, and left to the project to change back', async () => {
    const connector = await rig.declare('lines', { ...source, state: 'running' });
    await changeState(rig.server.client, connector, 'paused', waiting);
    expect(printed.join('\n')).toMatch(/declared by sdp:orders: its next apply puts running back/);
    expect(printed.at(-1)).toBe('lines is paused.');
    expect(rig.worker.connectors.get('lines')?.state).toBe('PAUSED');
    const paused = await rig.read('lines');
    const owners = paused.metadata.managedFields?.filter(({ fieldsV1 }) =>
      JSON.stringify(fieldsV1).includes('f:state"'),
    );
    expect(owners?.filter(({ subresource }) => subresource === undefined)).toEqual([]);
    await changeState(rig.server.client, paused, 'stopped', waiting);
    await changeState(rig.server.client, await rig.read('lines'), 'running', waiting);
    expect(printed.at(-1)).toBe('lines is running.');
    expect(rig.worker.connectors.get('lines')?.state).toBe('RUNNING');
  });

  it('of a connector with a failed task can be paused; letting it go on tells of the task', async () => {
    const connector = await rig.declare('out', sink());
    await changeState(rig.server.client, connector, 'paused', waiting);
    const resumed = changeState(rig.server.client, await rig.read('out'), 'running', waiting);
    expect(await resumed.catch(describeError)).toMatch(/ConnectorFailed: Task 0 .*\n.*NoSuchFile/);
  });

  it('is not waited for when nobody acts on it', async () => {
    const connector = await rig.declare('lines', source);
    rig.hold();
    const late = changeState(rig.server.client, connector, 'paused', { timeout: 50 });
    expect(await late.catch(describeError)).toMatch(
      /^Timeout: Connector lines was not paused within 50 ms\nLast seen: waiting for the operator/,
    );
    await annotate('lines', { 'strimzi.io/pause-reconciliation': 'true' });
    const left = changeState(rig.server.client, await rig.read('lines'), 'stopped', waiting);
    expect(await left.catch(describeError)).toMatch(
      /^ReconciliationPaused.*\n.*annotate kafkaconnector lines/,
    );
  });
});

describe('a restart', () => {
  it.each<[object, string]>([
    [{}, 'POST /connectors/out/restart?includeTasks=false&onlyFailed=false'],
    [
      { includeTasks: true, onlyFailed: true },
      'POST /connectors/out/restart?includeTasks=true&onlyFailed=true',
    ],
    [{ task: 0 }, 'POST /connectors/out/tasks/0/restart'],
  ])('of %o is asked for, and what comes of it is told', async (request, call) => {
    const connector = await rig.declare('out', sink());
    rig.worker.calls.length = 0;
    const options = { ...request, ...waiting, settleMs: 200 };
    const ended = restartConnector(rig.server.client, connector, options);
    expect(await ended.catch(describeError)).toMatch(/ConnectorFailed: Task 0 of connector out failed/);
    expect(rig.worker.calls.filter((item) => item.startsWith('POST'))).toEqual([call]);
    expect((await rig.read('out')).metadata.annotations).toEqual({ 'sdp.internal/project': 'orders' });
  });

  it('brings a connector back whose trouble is over', async () => {
    const connector = await rig.declare('out', sink());
    const config = rig.worker.connectors.get('out')?.config;
    if (config !== undefined) config['file'] = '/out.txt';
    await rig.server.client.patch(kafkaConnectorType, connector.metadata, {
      spec: { config: { file: '/out.txt' } },
    });
    await rig.openProxy();
    const live = await rig.read('out');
    await restartConnector(rig.server.client, live, { task: 0, ...waiting, settleMs: 200 });
    await rig.closeProxy();
    expect(printed.at(-1)).toBe('Task 0 of out is restarted.');
  });

  it('that cannot be is refused, and not asked for again and again', async () => {
    const connector = await rig.declare('lines', source);
    const { client } = rig.server;
    const none = restartConnector(client, connector, { task: 7, ...waiting });
    expect(await none.catch(describeError)).toBe(
      'TaskNotFound: Connector lines has no task 7\nIts tasks are 0.',
    );
    refuse('POST', /restart/, 'no luck');
    const failed = restartConnector(client, connector, { task: 0, ...waiting });
    expect(await failed.catch(describeError)).toMatch(
      /^RestartConnectorTask: .*was not restarted\n.*no luck/,
    );
    expect((await rig.read('lines')).metadata.annotations).toEqual({ 'sdp.internal/project': 'orders' });

    rig.hold();
    await annotate('lines', { 'strimzi.io/restart': 'true' });
    const second = restartConnector(client, await rig.read('lines'), waiting);
    expect(await second.catch(describeError)).toMatch(/^RequestPending: .*\n.*restart=true/);
  });
});
