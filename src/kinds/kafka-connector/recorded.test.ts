import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestServer } from '../../apiserver/testing/start-test-server.ts';
import {
  type ConnectorRig,
  failing,
  notReady,
  openConnectorRig,
  ready,
  source,
  startConnectorServer,
  warned,
} from './testing/connector-rig.ts';

/** What Strimzi's cluster operator 1.2.0 was recorded to do with KafkaConnectors: its calls and what the status ends with. */

let server: TestServer;
let rig: ConnectorRig;
beforeAll(async () => {
  server = await startConnectorServer();
});
afterAll(() => server?.close());
beforeEach(async () => {
  rig = await openConnectorRig(server);
});
afterEach(() => rig.worker.close());

describe('creation', () => {
  it('is Ready before the tasks are there, and tells of them in the next pass', async () => {
    await rig.create(source);
    await rig.pass();
    expect(rig.changes()).toEqual([
      'POST /connectors {"name":"c","config":{"file":"/in.txt","topic":"lines","connector.class":"FileStreamSource","tasks.max":"1"}}',
    ]);
    await rig.reconcile();
    expect(rig.changes()).toEqual([]);
    const part = { state: 'RUNNING', version: '4.3.1', worker_id: '127.0.0.1:8083' };
    expect(await rig.status()).toEqual({
      conditions: [ready],
      connectorStatus: { connector: part, name: 'c', tasks: [{ id: 0, ...part }], type: 'source' },
      observedGeneration: 1,
      tasksMax: 1,
      topics: [],
    });
  });

  it('in a state says so at once, so that nothing runs before', async () => {
    await rig.create({ ...source, state: 'stopped' });
    await rig.reconcile();
    expect(rig.changes()).toEqual([expect.stringContaining('"initial_state":"STOPPED"')]);
    expect(await rig.status()).toMatchObject({
      conditions: [ready],
      connectorStatus: { connector: { state: 'STOPPED' } },
    });
  });

  it('drops reserved keys without a word, and sends numbers and booleans as texts', async () => {
    await rig.create({
      class: 'FileStreamSource',
      config: { topic: 't', name: 'other', 'tasks.max': 7, 'batch.size': 100, 'x.enabled': true },
    });
    await rig.reconcile();
    expect(rig.worker.connectors.get('c')?.config).toEqual({
      name: 'c',
      'connector.class': 'FileStreamSource',
      topic: 't',
      'batch.size': '100',
      'x.enabled': 'true',
    });
    expect((await rig.status()).tasksMax).toBe(1);
  });
});

describe('a change', () => {
  it('of the configuration replaces it as a whole', async () => {
    await rig.create({ ...source, config: { ...source.config, 'batch.size': 50 } });
    await rig.reconcile();
    rig.changes();
    await rig.change({ spec: { config: { 'batch.size': null, extra: 'x' } } });
    expect(rig.changes()).toEqual([expect.stringMatching(/^PUT \/connectors\/c\/config /)]);
    expect(rig.worker.connectors.get('c')?.config).toEqual({
      name: 'c',
      'connector.class': 'FileStreamSource',
      'tasks.max': '1',
      file: '/in.txt',
      topic: 'lines',
      extra: 'x',
    });
  });

  it('of configuration and state puts the one and then changes the other', async () => {
    await rig.create(source);
    await rig.reconcile();
    rig.changes();
    await rig.change({ spec: { state: 'stopped', config: { extra: 'x' } } });
    expect(rig.changes()).toEqual([
      expect.stringMatching(/^PUT \/connectors\/c\/config /),
      'PUT /connectors/c/stop',
    ]);
  });

  it('behind the back is undone', async () => {
    await rig.create(source);
    await rig.reconcile();
    rig.changes();
    const connector = rig.worker.connectors.get('c');
    if (connector !== undefined) connector.config = { ...connector.config, topic: 'other' };
    await rig.reconcile();
    expect(rig.changes()).toEqual([expect.stringMatching(/^PUT \/connectors\/c\/config /)]);
    rig.worker.connectors.clear();
    await rig.reconcile();
    expect(rig.changes()).toEqual([expect.stringMatching(/^POST \/connectors /)]);
  });

  it.each([
    ['paused', 'pause', 'PAUSED'],
    ['stopped', 'stop', 'STOPPED'],
  ])('of the state to %s, and back', async (state, verb, reported) => {
    await rig.create(source);
    await rig.reconcile();
    rig.changes();
    await rig.change({ spec: { state } });
    await rig.reconcile();
    expect(rig.changes()).toEqual([`PUT /connectors/c/${verb}`]);
    expect(await rig.status()).toMatchObject({
      conditions: [ready],
      connectorStatus: { connector: { state: reported } },
    });
    await rig.change({ spec: { state: 'running' } });
    await rig.reconcile();
    expect(rig.changes()).toEqual(['PUT /connectors/c/resume']);
    expect(await rig.status()).toMatchObject({ connectorStatus: { connector: { state: 'RUNNING' } } });
  });
});

describe('a failed task', () => {
  const failed = [
    notReady(
      'Throwable',
      expect.stringMatching(
        /^The following tasks have failed: 0, see connectorStatus for more details\. Task 0: .*NoSuchFileException: \/no\/such/,
      ),
    ),
  ];

  it('is told with its trace, and what failed it', async () => {
    await rig.create(failing);
    await rig.reconcile();
    expect(await rig.status()).toMatchObject({
      conditions: failed,
      connectorStatus: {
        connector: { state: 'RUNNING' },
        tasks: [{ id: 0, state: 'FAILED', trace: expect.stringContaining('\tat ') as string }],
      },
    });
  });

  it('does not keep the connector from being paused, and stays failed', async () => {
    await rig.create(failing);
    await rig.reconcile();
    rig.changes();
    await rig.change({ spec: { state: 'paused' } });
    expect(rig.changes()).toEqual(['PUT /connectors/c/pause']);
    expect(await rig.status()).toMatchObject({ conditions: failed });
  });

  it('is started again as often as autoRestart says, with growing pauses, and forgotten after a while', async () => {
    await rig.create({ ...failing, autoRestart: { enabled: true, maxRestarts: 2 } });
    await rig.reconcile();
    const restart = 'POST /connectors/c/restart?includeTasks=true&onlyFailed=true';
    expect(rig.changes().slice(1)).toEqual([restart]);
    expect((await rig.status()).autoRestart).toEqual({
      count: 1,
      lastRestartTimestamp: rig.now.toISOString(),
    });
    expect(await rig.status()).toMatchObject({ conditions: failed });
    rig.now = new Date(rig.now.getTime() + 119_000);
    await rig.reconcile();
    expect(rig.changes()).toEqual([]);
    rig.now = new Date(rig.now.getTime() + 1_000);
    await rig.reconcile();
    expect(rig.changes()).toEqual([restart]);
    rig.now = new Date(rig.now.getTime() + 3_600_000);
    await rig.reconcile();
    expect(rig.changes()).toEqual([]);
    expect((await rig.status()).autoRestart?.count).toBe(2);
    // The cause is gone, and somebody starts it.
    await rig.change({ spec: { config: { file: '/out.txt' } } });
    await rig.reconcile();
    expect((await rig.status()).autoRestart).toBeUndefined();
  });

  it('of a connector that failed itself: it cannot be paused, but stopped', async () => {
    await rig.create(source);
    await rig.reconcile();
    const connector = rig.worker.connectors.get('c');
    if (connector !== undefined) Object.assign(connector, { state: 'FAILED', trace: 'java.lang.Error: no' });
    await rig.reconcile();
    expect(await rig.status()).toMatchObject({
      conditions: [
        notReady('Throwable', 'Connector has failed, see connectorStatus for more details. Error: no'),
      ],
    });
    rig.changes();
    await rig.change({ spec: { state: 'paused' } });
    expect(rig.changes()).toEqual([]);
    expect(await rig.status()).toMatchObject({
      conditions: [
        notReady('NoStackTraceThrowable', 'Connector c cannot be paused since it is in failed state.'),
      ],
    });
    await rig.change({ spec: { state: 'stopped' } });
    expect(rig.changes()).toEqual(['PUT /connectors/c/stop']);
  });
});

it('a topic that is not there is told of: Connect waits for it without a word', async () => {
  await rig.create({ ...failing, config: { file: '/out.txt', topics: 'lines, absent' } });
  await rig.reconcile();
  expect(await rig.status()).toMatchObject({
    conditions: [ready, warned('TopicNotFound', expect.stringMatching(/^Topic absent does not exist/))],
  });
});
