import pc from 'picocolors';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeKafka, type FakeKafka } from '../engines/kafka/fake-kafka.ts';
import { KafkaError } from '../engines/kafka/kafka-error.ts';
import type { ConsumerGroup } from '../engines/kafka/offsets-client.ts';
import type { KafkaTopicObject } from '../kinds/kafka-topic/decide.ts';
import { clusterLabel } from '../kinds/kafka-topic/resource-type.ts';
import { type KafkaSession, toDiagnostic } from './kafka-session.ts';
import { chooseGroups } from './lag.ts';
import { computeLag, formatGroup, formatGroups, readLag } from './lag-report.ts';
import { describeError } from './testing/connector-rig.ts';
import { formatTopics, readTopicRows } from './topic-list.ts';
import { formatTopic, readTopicDetails } from './topic-show.ts';

let kafka: FakeKafka;
let session: KafkaSession;
let groups: ConsumerGroup[];

beforeEach(async () => {
  kafka = createFakeKafka();
  groups = [];
  session = {
    cluster: 'kafka',
    kafka,
    offsets: {
      readGroups: async () => groups,
      // Each partition has lost 10 records and has 5.
      readRanges: async (partitions) =>
        new Map(
          [...partitions].map(([name, count]) => [
            name,
            Array.from({ length: count }, (_, partition) => ({ partition, start: 10n, end: 15n })),
          ]),
        ),
      readSizes: async () => new Map([['trades', 2048]]),
    },
  };
  await kafka.createTopics(
    new Map([
      ['trades', { partitions: 2, config: { 'cleanup.policy': 'compact' } }],
      ['stray', { config: {} }],
    ]),
  );
});

function declared(name: string, status: object, spec: object = {}, cluster = 'kafka'): KafkaTopicObject {
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: { namespace: 'orders', name, generation: 1, labels: { [clusterLabel]: cluster } },
    spec,
    status: { observedGeneration: 1, ...status },
  } as KafkaTopicObject;
}
const ready = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] };
const failed = { conditions: [{ type: 'Ready', status: 'False', reason: 'KafkaError', message: 'no room' }] };
const plain = pc.createColors(false);

describe('topics', () => {
  it('are listed with who declares them, those that Kafka does not have too', async () => {
    const resources = [
      declared('orders-trades', ready, { topicName: 'trades' }),
      declared('late', failed),
      declared('stray', ready, {}, 'another'),
    ];
    const rows = await readTopicRows(resources, session, undefined);
    expect(formatTopics(rows)).toEqual([
      'TOPIC    PARTITIONS   REPLICAS   RECORDS   SIZE     MANAGED BY             CONFIG',
      'late     -            -          -         -        orders/late',
      'stray    1            1          5         -        nobody',
      'trades   2            1          10        2.0 KB   orders/orders-trades   cleanup.policy=compact',
    ]);
    expect(rows.map(({ health }) => health?.state)).toEqual(['failed', undefined, 'healthy']);
    const own = await readTopicRows(resources, session, 'orders');
    expect(own.map(({ name }) => name)).toEqual(['late', 'trades']);
  });

  it('are shown with what differs, who reads them, and their KafkaTopic', async () => {
    groups = [
      { name: 'connect-out', state: 'STABLE', offsets: [{ topic: 'trades', partition: 0, committed: 12n }] },
      { name: 'other', state: 'EMPTY', offsets: [{ topic: 'stray', partition: 0, committed: 15n }] },
    ];
    const resource = declared('orders-trades', ready, { topicName: 'trades' });
    const readers = new Map([['connect-out', 'connector orders/out']]);
    // By the name in Kafka, and by that of the KafkaTopic.
    const shown = await readTopicDetails('orders-trades', [resource], session, readers);
    expect(await readTopicDetails('trades', [resource], session, readers)).toEqual(shown);
    const now = Date.parse('2026-01-01T00:01:00Z');
    expect(formatTopic(shown, now, plain)).toEqual([
      'Topic        trades',
      expect.stringMatching(/^Id {11}\S+$/),
      'Replicas     1',
      'Records      10, 2.0 KB on disk',
      'KafkaTopic   orders/orders-trades',
      'Health       healthy: the topic is ready',
      '',
      'Config that differs from the broker',
      '  cleanup.policy   compact',
      '',
      'Partitions',
      '  PARTITION   START   END   RECORDS',
      '          0      10    15         5',
      '          1      10    15         5',
      '',
      'Readers',
      '  GROUP         READER                 STATE    LAG',
      '  connect-out   connector orders/out   STABLE     3',
      '',
      'Conditions',
      '  TYPE    STATUS   SINCE   REASON   MESSAGE',
      '  Ready   True     1m',
    ]);
    const stray = await readTopicDetails('stray', [], session, new Map());
    expect(formatTopic(stray, now, plain)).toContain('KafkaTopic   none: nobody declares it');
  });

  it('that are not there are told with those that are', async () => {
    const find = (name: string, ...resources: KafkaTopicObject[]) =>
      readTopicDetails(name, resources, session, new Map()).catch(describeError);
    expect(await find('trade')).toBe(
      'TopicNotFound: There is no topic trade\nDid you mean trades? Topics: stray, trades.',
    );
    expect(await find('late', declared('late', failed))).toMatch(/^KafkaError: .*late is not ready\nno room/);
  });
});

describe('lag', () => {
  const out: ConsumerGroup = {
    name: 'connect-out',
    state: 'STABLE',
    offsets: [
      { topic: 'trades', partition: 1, committed: 3n },
      { topic: 'trades', partition: 0, committed: 12n },
      { topic: 'deleted', partition: 0, committed: 4n },
    ],
  };

  it('is counted from what Kafka still has, and known by who reads', async () => {
    groups = [out, { name: 'idle', state: 'EMPTY', offsets: [] }];
    const lag = await readLag(session, new Map([['connect-out', 'connector orders/out']]));
    expect(formatGroups(lag)).toEqual([
      'GROUP         READER                 STATE    TOPIC     PARTITIONS   LAG',
      'connect-out   connector orders/out   STABLE   deleted            1   gone',
      'connect-out   connector orders/out   STABLE   trades             2   8',
    ]);
    const [first] = chooseGroups(lag, 'out');
    expect(first === undefined ? [] : formatGroup(first)).toEqual([
      'TOPIC     PARTITION   COMMITTED   END    LAG',
      'deleted           0           4   gone   -',
      'trades            0          12   15     3',
      'trades            1           3   15     5',
    ]);
    expect(chooseGroups(lag, 'orders/out')).toEqual(lag);
    expect(() => chooseGroups(lag, 'connect-ou')).toThrow(/Did you mean connect-out\?/);
    expect(() => chooseGroups([], 'x')).toThrow(/Flink jobs with each checkpoint/);
  });

  it('is none of who is ahead of what was read', () => {
    const ranges = new Map([['trades', [{ partition: 0, start: 0n, end: 10n }]]]);
    expect(computeLag(out, ranges, undefined)).toMatchObject({ lag: 0 });
  });
});

it('tells a Kafka that does not answer, or refuses', async () => {
  const access = { bootstrapServers: 'kafka:9092' };
  const tell = (code: string) => describeError(toDiagnostic(new KafkaError(code, 'why', true), access));
  expect(tell('UNREACHABLE')).toMatch(/^KafkaUnreachable: Kafka does not answer at kafka:9092\nwhy/);
  expect(tell('GROUP_AUTHORIZATION_FAILED')).toMatch(/^KafkaRefused: .*\nwhy/);
});
