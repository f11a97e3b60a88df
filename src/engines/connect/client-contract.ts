import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectClient, createConnectClient } from './client.ts';

export interface ConnectUnderTest {
  readonly url: string;
  /** A file that a source may read. */
  readonly file: string;
  /** A topic that exists. */
  readonly topic: string;
  close(): Promise<void>;
}

/** What the operator relies on in a Connect worker, held against the fake and against Kafka Connect. */
export function runConnectClientContract(title: string, open: () => Promise<ConnectUnderTest>): void {
  describe(`Connect's REST API: ${title}`, () => {
    let worker: ConnectUnderTest;
    let connect: ConnectClient;
    let name: string;
    beforeAll(async () => {
      worker = await open();
      connect = createConnectClient(worker.url);
    });
    afterAll(() => worker?.close());
    beforeEach(() => {
      name = `contract-${randomUUID()}`;
    });

    const source = () => ({
      'connector.class': 'FileStreamSource',
      'tasks.max': '1',
      file: worker.file,
      topic: worker.topic,
    });
    const sink = (file: string) => ({
      'connector.class': 'FileStreamSink',
      'tasks.max': '1',
      file,
      topics: worker.topic,
    });
    const poll = async <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
      for (let left = 300; ; left -= 1) {
        const value = await read();
        if (holds(value) || left === 0) return value;
        await sleep(50);
      }
    };
    const stateIs = (wanted: string) =>
      poll(
        () => connect.readStatus(name),
        (status) => status?.connector?.state === wanted,
      );
    const taskIs = (wanted: string) =>
      poll(
        () => connect.readStatus(name),
        (status) => status?.tasks?.[0]?.state === wanted,
      );

    it('lists its plugins', async () => {
      const found = (await connect.listPlugins()).map((plugin) => plugin.class);
      expect(found).toContain('org.apache.kafka.connect.file.FileStreamSourceConnector');
    });

    it('has what was created, as texts, with its name in the configuration', async () => {
      await connect.createConnector(name, source());
      expect(await connect.readConfig(name)).toEqual({ ...source(), name });
      expect(await connect.listConnectors()).toContain(name);
      expect(await taskIs('RUNNING')).toMatchObject({
        name,
        type: 'source',
        connector: { state: 'RUNNING' },
        tasks: [{ id: 0, state: 'RUNNING' }],
      });
      await connect.deleteConnector(name);
      expect(
        await poll(
          () => connect.readConfig(name),
          (config) => config === undefined,
        ),
      ).toBeUndefined();
    });

    it('knows nothing of a connector that is not there, and counts it as deleted', async () => {
      expect(await connect.readConfig(name)).toBeUndefined();
      expect(await connect.readStatus(name)).toBeUndefined();
      await connect.deleteConnector(name);
    });

    it('creates a connector stopped, resumes, pauses and stops it', async () => {
      await connect.createConnector(name, source(), 'STOPPED');
      expect(await stateIs('STOPPED')).toMatchObject({ connector: { state: 'STOPPED' }, tasks: [] });
      await connect.setState(name, 'resume');
      expect(await taskIs('RUNNING')).toMatchObject({ connector: { state: 'RUNNING' } });
      await connect.setState(name, 'pause');
      expect(await taskIs('PAUSED')).toMatchObject({ connector: { state: 'PAUSED' } });
      await connect.setState(name, 'stop');
      expect(await stateIs('STOPPED')).toMatchObject({ connector: { state: 'STOPPED' } });
      await connect.deleteConnector(name);
    });

    it('replaces the configuration as a whole', async () => {
      await connect.createConnector(name, { ...source(), 'batch.size': '100' });
      await connect.putConfig(name, { ...source(), name });
      expect(await connect.readConfig(name)).toEqual({ ...source(), name });
      await connect.deleteConnector(name);
    });

    it.each<[string, Record<string, string>, RegExp]>([
      [
        'an unknown class',
        { 'connector.class': 'com.example.NoSuch' },
        /Failed to find any class .*com\.example\.NoSuch/,
      ],
      ['no class', { topics: 'x' }, /contains no connector type/],
      ['a missing key', { 'connector.class': 'FileStreamSource' }, /Missing required configuration "topic"/],
      [
        'a bad value',
        { 'connector.class': 'FileStreamSource', topic: 't', 'batch.size': 'abc' },
        /Invalid value abc for configuration batch\.size: Not a number of type INT/,
      ],
    ])('refuses %s', async (_, config, words) => {
      const failure = await connect.createConnector(name, config).catch((error: unknown) => error);
      expect(failure).toMatchObject({ detail: expect.stringMatching(words) as string });
      expect(await connect.listConnectors()).not.toContain(name);
    });

    it('tells what failed a task, and starts it again', async () => {
      await connect.createConnector(name, sink('/no/such/folder/out.txt'));
      const failed = await taskIs('FAILED');
      expect(failed?.tasks?.[0]?.trace).toMatch(
        /^org\.apache\.kafka\.connect\.errors\.ConnectException: Couldn't find or create file/,
      );
      const answer = await connect.restart(name, { includeTasks: true, onlyFailed: true });
      expect(answer?.tasks?.[0]?.state).toBe('RESTARTING');
      await taskIs('FAILED');
      await connect.restartTask(name, 0);
      await expect(connect.restartTask(name, 7)).rejects.toMatchObject({ status: 404 });
      expect(await connect.restart(name, { includeTasks: false, onlyFailed: false })).toBeUndefined();
      await connect.deleteConnector(name);
    });

    it('alters and resets offsets of a stopped connector only', async () => {
      await connect.createConnector(name, source());
      await taskIs('RUNNING');
      await expect(connect.resetOffsets(name)).rejects.toMatchObject({ status: 400 });
      await connect.setState(name, 'stop');
      await stateIs('STOPPED');
      const offsets = [{ partition: { filename: worker.file }, offset: { position: 4 } }];
      await connect.alterOffsets(name, JSON.stringify({ offsets }));
      expect(await connect.readOffsets(name)).toEqual({ offsets });
      await connect.resetOffsets(name);
      expect(await connect.readOffsets(name)).toEqual({ offsets: [] });
      await connect.deleteConnector(name);
    });
  });
}
