import pc from 'picocolors';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventType } from '../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { createEventRecorder } from '../controller/events.ts';
import { type EventsRequest, parseObject, showEvents } from './events.ts';

describe('events', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    const events = createEventRecorder(server.client, 'test');
    await events.record(object('orders'), 'Normal', 'Created', 'made\n  it');
    await events.record(object('orders'), 'Warning', 'NotReady', 'no broker');
    await events.record(object('orders'), 'Warning', 'NotReady', 'no broker');
    await events.record(object('payments', 'default'), 'Normal', 'Created', 'made');
    await server.client.create(eventType, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'late', namespace: 'default' },
      involvedObject: { kind: 'KafkaTopic', name: 'later', namespace: 'default' },
      type: 'Normal',
      reason: 'Created',
      message: 'of the future',
      lastTimestamp: '2099-01-01T00:00:00Z',
    });
  });
  afterAll(() => server?.close());

  const object = (name: string, namespace = 'default') => ({
    apiVersion: 'v1',
    kind: 'KafkaTopic',
    metadata: { name, namespace, uid: name },
  });
  const show = async (request: Partial<EventsRequest> = {}, colors = false) => {
    const lines: string[] = [];
    await showEvents({
      client: server.client,
      namespace: 'default',
      follow: false,
      json: false,
      colors: pc.createColors(colors),
      signal: new AbortController().signal,
      print: (line) => lines.push(line),
      ...request,
    });
    return lines;
  };

  it('are shown in columns, the newest last', async () => {
    const [header, ...lines] = await show();
    expect(header).toMatch(/^TIME +TYPE +REASON +OBJECT +MESSAGE$/);
    const column = header?.indexOf('MESSAGE') ?? 0;
    expect(lines.map((line) => line.slice(column)).toSorted()).toEqual([
      'made',
      'made it',
      'no broker (2 times)',
      'of the future',
    ]);
    expect(lines.at(-1)).toMatch(/of the future$/);
  });

  it('are those of one object, with warnings in yellow where colours are', async () => {
    const lines = await show({ about: await parseObject('kt/orders') }, true);
    expect(lines).toHaveLength(3);
    expect(lines.filter((line) => line.includes('\u001b[33m'))).toEqual([
      expect.stringContaining('NotReady'),
    ]);
    await expect(parseObject('orders')).rejects.toMatchObject({
      diagnostics: [{ reason: 'InvalidObjectName' }],
    });
    expect(await parseObject('Deployment/a')).toEqual({ kind: 'Deployment', name: 'a' });
  });

  it('of all namespaces say which', async () => {
    expect((await show({ namespace: undefined as never }))[0]).toContain('NAMESPACE');
    expect(await show({ namespace: 'empty' })).toEqual([]);
  });

  it('are followed, each once, as a line of JSON', async () => {
    const abort = new AbortController();
    const lines: string[] = [];
    const done = show({ follow: true, json: true, signal: abort.signal, print: (line) => lines.push(line) });
    await vi.waitFor(() => expect(lines).toHaveLength(4));
    await createEventRecorder(server.client, 'test').record(object('new'), 'Normal', 'Ready', 'up');
    await vi.waitFor(() => expect(lines).toHaveLength(5));
    abort.abort();
    await done;
    expect(JSON.parse(lines[4] ?? '')).toMatchObject({
      type: 'Normal',
      reason: 'Ready',
      namespace: 'default',
      object: 'KafkaTopic/new',
      message: 'up',
      count: 1,
    });
  });
});
