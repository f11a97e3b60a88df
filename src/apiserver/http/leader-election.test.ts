import { request } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient, WatchEvent } from '../../apiclient/client.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { startTestServer, TEST_TOKEN, type TestServer } from '../testing/start-test-server.ts';
import { CONFIG_MAPS, configMap } from '../testing/widget-definition.ts';

/** The requests of Flink's high availability services, which use fabric8's leader election on ConfigMaps. */
let server: TestServer;
let client: ApiClient;

beforeAll(async () => {
  server = await startTestServer();
  client = server.client;
});

afterAll(() => server.close());

const LOCK = 'control-plane.alpha.kubernetes.io/leader';
const labels = { app: 'cluster', type: 'flink-native-kubernetes' };
const lock = (name: string, holder: string) =>
  configMap(name, {}, { labels, annotations: { [LOCK]: holder } });

test('of several contenders one creates the lock', async () => {
  const contenders = ['a', 'b', 'c'].map((holder) => client.create(CONFIG_MAPS, lock('created', holder)));
  const outcomes = await Promise.allSettled(contenders);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.map(({ reason }) => (reason as { reason: string }).reason)).toEqual([
    'AlreadyExists',
    'AlreadyExists',
  ]);
});

test('of several contenders one takes an expired lock over', async () => {
  const expired = await client.create(CONFIG_MAPS, lock('expired', 'dead'));
  const outcomes = await Promise.allSettled(
    ['a', 'b', 'c'].map((holder) =>
      client.update(CONFIG_MAPS, {
        ...expired,
        metadata: { ...expired.metadata, annotations: { [LOCK]: holder } },
      }),
    ),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(refused?.reason).toMatchObject({ reason: 'Conflict', code: 409 });
});

test('a follower of one ConfigMap by name sees its leader change', async () => {
  const { metadata } = await client.create(CONFIG_MAPS, lock('followed', 'a'));
  const stop = new AbortController();
  const leaders: (string | undefined)[] = [];
  const watch: AsyncIterable<WatchEvent<KubernetesObject>> = client.watch(CONFIG_MAPS, {
    namespace: 'default',
    fieldSelector: 'metadata.name=followed',
    resourceVersion: metadata.resourceVersion ?? '',
    signal: stop.signal,
  });
  const following = (async () => {
    for await (const event of watch) {
      if (event.type !== 'BOOKMARK') leaders.push(event.object.metadata.annotations?.[LOCK]);
    }
  })();
  await client.create(CONFIG_MAPS, lock('other', 'x'));
  await client.patch(CONFIG_MAPS, { name: 'followed' }, [
    { op: 'replace', path: `/metadata/annotations/${LOCK.replace('/', '~1')}`, value: 'b' },
  ]);
  await expect.poll(() => leaders).toEqual(['b']);
  stop.abort();
  await following;
});

test('what a cluster leaves is deleted by labels', async () => {
  await client.create(CONFIG_MAPS, { ...lock('left', 'a') });
  const selector = encodeURIComponent('app=cluster,type=flink-native-kubernetes');
  const path = `/api/v1/namespaces/default/configmaps?labelSelector=${selector}`;
  const answer = await client.request('DELETE', path);
  expect(answer.status).toBe(200);
  await answer.text();
  expect((await client.list(CONFIG_MAPS, { labelSelector: 'app=cluster' })).items).toEqual([]);
});

test('a watch that asks for a WebSocket is answered as a stream, to which fabric8 falls back', async () => {
  const answered = new Promise<number | undefined>((resolve, reject) => {
    const asking = request(
      `${server.access.server}/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=0`,
      {
        ca: server.access.ca,
        headers: {
          authorization: `Bearer ${TEST_TOKEN}`,
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
      },
      (response) => {
        resolve(response.statusCode);
        response.destroy();
      },
    );
    asking.on('error', reject);
    asking.end();
  });
  expect(await answered).toBe(200);
});
