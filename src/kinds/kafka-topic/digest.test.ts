import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Look } from '../verdict.ts';
import type { TopicDigest } from './digest.ts';
import { topicVerdicts } from './verdicts.ts';

describe('what is kept of a live topic', () => {
  const live = (more: Record<string, unknown> = {}, status?: unknown, spec: object = {}): KubernetesObject =>
    ({
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaTopic',
      metadata: {
        name: 'orders',
        namespace: 'team',
        uid: 'u1',
        creationTimestamp: '2026-11-22T08:39:36Z',
        labels: { 'strimzi.io/cluster': 'kafka' },
        finalizers: ['strimzi.io/topic-operator'],
        ...more,
      },
      spec,
      ...(status !== undefined && { status }),
    }) as KubernetesObject;
  const condition = (reason: string, message: string) => ({
    conditions: [
      { type: 'Ready', status: 'False', reason, message, lastTransitionTime: '2026-11-22T08:39:36Z' },
    ],
    topicName: 'orders',
  });
  const look = (...objects: KubernetesObject[]): Look => ({
    objects: (async () => objects) as Look['objects'],
    ask: async () => undefined,
  });

  it.each<[string, KubernetesObject, Partial<TopicDigest>]>([
    ['with an id', live({}, { topicId: 'x', topicName: 'orders' }), { topic: 'there' }],
    [
      'that is paused, and has no id any more',
      live({ annotations: { 'strimzi.io/pause-reconciliation': 'true' } }),
      { topic: 'unknown', paused: 'true' },
    ],
    ['that nobody took up', live({ finalizers: [] }), { topic: 'none', held: false }],
    [
      'that Kafka refused',
      live({}, condition('KafkaError', 'InvalidReplicationFactorException: 3')),
      { topic: 'none' },
    ],
    [
      'that no broker answers for',
      live({}, condition('KafkaError', 'TimeoutException: …')),
      { topic: 'unknown' },
    ],
    [
      'that was renamed',
      live({}, condition('NotSupported', 'Changing spec.topicName is not supported'), { topicName: 'b' }),
      { topic: 'unknown', renamedFrom: 'orders' },
    ],
    [
      'with an object as value',
      live({}, { topicId: 'x' }, { config: { a: { b: 1 }, c: ['d'], e: [{}] } }),
      { unreadable: ['a', 'e'] },
    ],
  ])('%s', async (_, object, expected) => {
    expect(await topicVerdicts.digest(object, look(object))).toMatchObject(expected);
  });

  it('knows the others that want it, which of them has it, and those with objects as values', async () => {
    const younger = live({ creationTimestamp: '2026-11-23T08:39:36Z', uid: 'u2' });
    const older = live({ name: 'first', uid: 'u3' }, { topicId: 'x' }, { topicName: 'orders' });
    const bad = live({ name: 'bad', uid: 'u4' }, undefined, { config: { 'retention.ms': { a: 1 } } });
    expect(await topicVerdicts.digest(younger, look(younger, bad, older))).toMatchObject({
      manager: 'first',
      rivals: ['first'],
      culprits: ['bad (retention.ms)'],
    });
    expect(await topicVerdicts.digest(older, look(younger, older))).toMatchObject({ rivals: ['orders'] });
  });
});
