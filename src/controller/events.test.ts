import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { createEventRecorder } from './events.ts';

const events = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };
type EventObject = KubernetesObject & Record<string, unknown>;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.close());

function subject(name: string, namespace?: string): KubernetesObject {
  const metadata = { name, uid: `uid-${name}`, resourceVersion: '7', ...(namespace && { namespace }) };
  return { apiVersion: 'v1', kind: 'Thing', metadata };
}
const about = async (name: string) => {
  const { items } = await server.client.list<EventObject>(events, { namespace: 'default' });
  return items.filter(({ involvedObject }) => (involvedObject as { name: string }).name === name);
};

describe('an event recorder', () => {
  it('writes an event that kubectl describe shows', async () => {
    await createEventRecorder(server.client, 'sdp').record(
      subject('a', 'default'),
      'Warning',
      'Failed',
      'why',
    );
    expect(await about('a')).toEqual([
      expect.objectContaining({
        involvedObject: {
          apiVersion: 'v1',
          kind: 'Thing',
          name: 'a',
          namespace: 'default',
          uid: 'uid-a',
          resourceVersion: '7',
        },
        type: 'Warning',
        reason: 'Failed',
        message: 'why',
        source: { component: 'sdp' },
        count: 1,
      }),
    ]);
  });

  it('counts what it has said before, also after a restart', async () => {
    for (let time = 0; time < 3; time += 1) {
      await createEventRecorder(server.client, 'sdp').record(
        subject('b', 'default'),
        'Normal',
        'Same',
        'again',
      );
    }
    expect(await about('b')).toEqual([expect.objectContaining({ reason: 'Same', count: 3 })]);
  });

  it('keeps apart another message, another reason and another object of the same name', async () => {
    const recorder = createEventRecorder(server.client, 'sdp');
    const first = subject('c', 'default');
    await recorder.record(first, 'Normal', 'One', 'x');
    await recorder.record(first, 'Normal', 'One', 'y');
    await recorder.record(first, 'Normal', 'Two', 'x');
    await recorder.record({ ...first, metadata: { ...first.metadata, uid: 'later' } }, 'Normal', 'One', 'x');
    expect(await about('c')).toHaveLength(4);
  });

  it('cuts a message that is too long for an event', async () => {
    await createEventRecorder(server.client, 'sdp').record(
      subject('d', 'default'),
      'Normal',
      'Long',
      'x'.repeat(5000),
    );
    expect(await about('d')).toEqual([expect.objectContaining({ message: 'x'.repeat(1024) })]);
  });

  it('does not fail its caller when the event cannot be written', async () => {
    const recorder = createEventRecorder(server.client, 'sdp');
    await recorder.record(subject('e', 'no-such-namespace'), 'Normal', 'Lost', 'x');
    expect(await about('e')).toEqual([]);
  });
});
