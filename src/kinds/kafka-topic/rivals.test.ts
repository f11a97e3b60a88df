import { describe, expect, it } from 'vitest';
import type { Informer } from '../../controller/informer.ts';
import type { KafkaTopicObject } from './decide.ts';
import { clusterLabel } from './resource-type.ts';
import { findManager, watchRivals } from './rivals.ts';

function resource(name: string, changes: Partial<KafkaTopicObject['metadata']> = {}): KafkaTopicObject {
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: {
      name,
      namespace: 'n',
      uid: name,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { [clusterLabel]: 'kafka' },
      ...changes,
    },
    spec: { topicName: 't' },
  };
}

/** An informer whose changes are told by hand. */
function fakeInformer() {
  const listeners = new Set<(object: KafkaTopicObject, change: 'set' | 'deleted') => void>();
  const informer = {
    list: () => [],
    onChange(listener: (object: KafkaTopicObject, change: 'set' | 'deleted') => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Informer<KafkaTopicObject>;
  return {
    informer,
    tell: (object: KafkaTopicObject, change: 'set' | 'deleted' = 'set') => {
      for (const listener of listeners) listener(object, change);
    },
  };
}

describe('watchRivals', () => {
  it('knows the others that want a topic of the same cluster, and tells them of each change', () => {
    const { informer, tell } = fakeInformer();
    const rivals = watchRivals(informer);
    const told: string[] = [];
    rivals.dependency((key) => told.push(key));
    const [a, b] = [resource('a'), resource('b')];
    tell(a);
    tell(resource('elsewhere', { labels: { [clusterLabel]: 'other' } }));
    expect(told).toEqual([]);
    tell(b);
    expect(told).toEqual(['n/a']);
    expect(rivals.of(a)).toEqual([b]);
    tell(a, 'deleted');
    expect(told).toEqual(['n/a', 'n/b']);
    expect(rivals.of(b)).toEqual([]);
  });

  it("knows one of another team's namespace, so that the older has the topic", () => {
    const { informer, tell } = fakeInformer();
    const rivals = watchRivals(informer);
    const theirs = resource('t', { namespace: 'orders-tst', creationTimestamp: '2025-12-31T00:00:00Z' });
    const ours = resource('t', { namespace: 'payments-tst', uid: 'ours' });
    tell(theirs);
    tell(ours);
    expect(findManager(ours, rivals.of(ours))).toEqual({ namespace: 'orders-tst', name: 't' });
    expect(findManager(theirs, rivals.of(theirs))).toBeUndefined();
  });

  it('tells those of the topic that a resource no longer wants', () => {
    const { informer, tell } = fakeInformer();
    const rivals = watchRivals(informer);
    tell(resource('a'));
    tell(resource('b'));
    const told: string[] = [];
    rivals.dependency((key) => told.push(key));
    tell({ ...resource('a'), spec: { topicName: 'other' } });
    expect(told).toEqual(['n/b']);
    expect(rivals.of(resource('b'))).toEqual([]);
  });
});

describe('findManager', () => {
  const later = { creationTimestamp: '2026-01-01T00:00:01Z' };
  const manager = { namespace: 'n', name: 'a' };

  it.each<[string, KafkaTopicObject, KafkaTopicObject, object | undefined]>([
    ['the older one', resource('a'), resource('b', later), manager],
    ['not the younger one', resource('a', later), resource('b'), undefined],
    [
      'of one second the one that has it',
      { ...resource('a', { uid: 'z' }), status: { topicId: 'id' } },
      resource('b', { uid: 'y', finalizers: ['strimzi.io/topic-operator'] }),
      manager,
    ],
    [
      'not one that is unmanaged',
      resource('a', { annotations: { 'strimzi.io/managed': 'false' } }),
      resource('b', later),
      undefined,
    ],
    [
      'not one that has another topic',
      { ...resource('a'), status: { topicName: 'old' } },
      resource('b', later),
      undefined,
    ],
    [
      'whoever wants it of one that wants another',
      resource('a', later),
      { ...resource('b'), status: { topicName: 'old' } },
      manager,
    ],
  ])('%s', (_, rival, asking, expected) => {
    expect(findManager(asking, [rival])).toEqual(expected);
  });
});
