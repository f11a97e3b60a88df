import { describe, expect, it } from 'vitest';
import type { DeclaredMetadata } from '../kind.ts';
import { byWorst, changeOf, type Effect, type Verdict } from '../verdict.ts';
import type { TopicDigest } from './digest.ts';
import type { KafkaTopicParams } from './params.ts';
import { type Case, config, declared, type Params, there, update } from './testing/judging.ts';
import { topicVerdicts } from './verdicts.ts';

function deletion(digest: TopicDigest | undefined, before = declared({})): Verdict | undefined {
  return topicVerdicts.judge(changeOf(before, undefined, digest))[0];
}

const annotated = (name: string, value: string) => ({ annotations: { [`strimzi.io/${name}`]: value } });

describe('a change of a topic', () => {
  it.each<Case>([
    [
      'more partitions',
      { partitions: 3 },
      { partitions: 6 },
      'in-place',
      /^partitions 3 → 6: .*order by key is lost/,
    ],
    [
      'fewer partitions',
      { partitions: 6 },
      { partitions: 3 },
      'refused',
      /^partitions 6 → 3: .*\("Decreasing partitions not supported"\); the topic keeps 6\.$/,
    ],
    ['partitions left out', { partitions: 6 }, {}, 'in-place', /keeps the partitions that it has/],
    [
      'partitions set for the first time',
      {},
      { partitions: 3 },
      'in-place',
      /if it has more, the operator refuses it/,
    ],
    ['other replicas', { replicas: 1 }, { replicas: 2 }, 'refused', /without Cruise Control .* keeps 1\.$/],
    ['replicas left out', { replicas: 1 }, {}, 'in-place', /keeps the replicas/],
    [
      'replicas set for the first time',
      {},
      { replicas: 1 },
      'in-place',
      /another number, the operator refuses/,
    ],
    [
      'another name that is not a replacement',
      { topicName: 'a' },
      { topicName: 'b' },
      'refused',
      /topicName is not supported/,
    ],
    [
      'another cluster that is not a replacement',
      { cluster: 'a' },
      { cluster: 'b' },
      'ignored',
      /no longer heeds/,
    ],
  ])('to %s', (_, before, after, effect, says) => {
    const [worst] = update(before, after);
    expect(worst?.effect).toBe(effect);
    expect(worst?.reason).toMatch(says);
  });

  it('that is refused leaves the rest of it applied', () => {
    const [lost, refused] = update(
      { partitions: 5, config: { 'retention.ms': '3600000' } },
      { partitions: 2, config: { 'retention.ms': '1800000' } },
    );
    expect(lost).toMatchObject({ effect: 'data-lost', path: ['config'] });
    expect(refused).toMatchObject({ effect: 'refused', path: ['partitions'] });
    expect(refused?.reason).toContain('The rest of the change is applied all the same.');
    expect(update({ replicas: 1 }, { replicas: 2, partitions: 9 })[0]?.reason).toContain(
      'The rest of the change',
    );
  });

  it('with one bad key changes nothing of the configuration, but partitions', () => {
    const verdicts = update(
      { partitions: 1, config: { 'retention.ms': '3600000' } },
      { partitions: 3, config: { 'retention.ms': '1000', 'segment.ms': 'x' } },
    );
    expect(verdicts.map(({ effect }) => effect)).toEqual(['refused', 'in-place']);
    expect(verdicts[0]?.reason).toMatch(
      /keeps the configuration that it has\. Partitions and replicas are looked at apart/,
    );
  });

  it('to more insync replicas than there are shuts producers out', () => {
    const [, note] = topicVerdicts.judge(
      changeOf(
        declared({ replicas: 1 }),
        declared({ replicas: 1, config: { 'min.insync.replicas': '2' } }),
        there,
      ),
    );
    expect(note).toMatchObject({ effect: 'in-place' });
    expect(note?.reason).toContain('producers with acks=all are refused every record');
  });

  it('of labels and annotations leaves it as it is', () => {
    const change = changeOf(
      declared({}),
      declared({}, { labels: { team: 'a' }, annotations: { note: 'b' } }),
      there,
    );
    expect(topicVerdicts.judge(change)).toEqual([
      {
        effect: 'in-place',
        reason: 'labels.team, annotations.note: the topic goes on as it is.',
        path: ['labels'],
      },
    ]);
  });

  it('of a topic with more partitions than declared may bring it back', () => {
    const refused = { ...there, refusal: 'NotSupported: Decreasing partitions not supported' };
    expect(update({ partitions: 2 }, { partitions: 5 }, refused)[0]?.reason).toMatch(
      /has more than 2\. It is ready again/,
    );
    const replicas = {
      ...there,
      refusal: 'NotSupported: Replication factor change not supported, but required',
    };
    expect(update({ replicas: 2 }, { replicas: 1 }, replicas)[0]).toMatchObject({ effect: 'in-place' });
  });

  it('of one that was never created is another try to create it', () => {
    const none: TopicDigest = {
      ...there,
      topic: 'none',
      refusal: 'KafkaError: InvalidReplicationFactorException',
    };
    const [only, ...others] = update(
      { replicas: 3, config: { 'retention.ms': '2' } },
      { replicas: 1, config: {} },
      none,
    );
    expect(only).toMatchObject({ effect: 'in-place' });
    expect(only?.reason).toMatch(/no topic in Kafka yet \(KafkaError: Invalid.*tries to create it/);
    expect(others).toEqual([]);
  });

  it.each<[string, Partial<TopicDigest>, RegExp]>([
    ['unmanaged', { managed: 'false' }, /strimzi\.io\/managed is "false"/],
    ['paused', { paused: 'true' }, /pause-reconciliation is "true"/],
    ['renamed', { renamedFrom: 'old' }, /has topic old, and the operator does nothing with it/],
    ['whose topic another has', { manager: 'first' }, /that of KafkaTopic first, .*ResourceConflict/],
    ['with an object as value', { unreadable: ['retention.ms'] }, /objects as values of retention\.ms/],
  ])('of one that is %s is ignored', (_, digest, says) => {
    const [only, ...others] = update({ partitions: 9 }, { partitions: 1 }, { ...there, ...digest });
    expect(only?.effect).toBe('ignored');
    expect(only?.reason).toMatch(/^partitions 9 → 1: /);
    expect(only?.reason).toMatch(says);
    expect(others).toEqual([]);
  });

  it('that takes an object out of the configuration is heeded', () => {
    const [worst] = update({}, config({ 'retention.ms': '1' }), { ...there, unreadable: ['retention.ms'] });
    expect(worst?.effect).toBe('data-lost');
  });

  it('may be held up by a value of another topic', () => {
    const [, ignored] = update(
      { partitions: 1 },
      { partitions: 2 },
      { ...there, culprits: ['bad (retention.ms)'] },
    ).toReversed();
    expect(ignored).toMatchObject({ effect: 'ignored' });
    expect(ignored?.reason).toContain('KafkaTopic bad (retention.ms) has an object as value');
  });

  it.each<[string, string, string | undefined, string | undefined, RegExp]>([
    [
      'leaves it alone',
      'managed',
      undefined,
      'false',
      /changes have no effect, and deleting the resource leaves the topic/,
    ],
    ['takes it up again', 'managed', 'false', undefined, /enforces what is declared/],
    ['means nothing', 'managed', undefined, 'no', /only "false"/],
    [
      'pauses it',
      'pause-reconciliation',
      undefined,
      'true',
      /deleting the resource deletes the topic all the same/,
    ],
    ['goes on with it', 'pause-reconciliation', 'true', undefined, /enforces what is declared/],
  ])('by an annotation %s', (_, name, was, is, says) => {
    const metadata = (value: string | undefined) => (value === undefined ? {} : annotated(name, value));
    const [only] = topicVerdicts.judge(
      changeOf(declared({}, metadata(was)), declared({}, metadata(is)), there),
    );
    expect(only).toMatchObject({ effect: 'in-place' });
    expect(only?.reason).toMatch(says);
  });

  it('heeds changes made together with the annotation that lets them through', () => {
    const paused = { ...there, paused: 'true' };
    const before = declared({ partitions: 1 }, annotated('pause-reconciliation', 'true'));
    const [worst] = byWorst(topicVerdicts.judge(changeOf(before, declared({ partitions: 2 }), paused)));
    expect(worst?.effect).toBe('in-place');
  });
});

describe('a new topic', () => {
  it.each<[string, Params, Partial<DeclaredMetadata>, Effect, RegExp]>([
    [
      'is created, or taken over',
      { topicName: 'Orders.1' },
      {},
      'create',
      /^Topic Orders\.1 .* exactly the declared one/,
    ],
    [
      'that is unmanaged is left alone',
      {},
      annotated('managed', 'false'),
      'ignored',
      /^Nothing is done in Kafka/,
    ],
    [
      'that is paused is left alone',
      {},
      annotated('pause-reconciliation', 'true'),
      'ignored',
      /^Nothing is done in Kafka/,
    ],
    ['with a bad value is not created', config({ 'retention.ms': 'x' }), {}, 'refused', /is not created/],
    ['with an unknown key may be refused', config({ 'a.b': 'x' }), {}, 'refused', /has no a\.b/],
  ])('%s', (_, params, metadata, effect, says) => {
    const [worst] = byWorst(
      topicVerdicts.judge(
        changeOf<KafkaTopicParams, TopicDigest>(undefined, declared(params, metadata), undefined),
      ),
    );
    expect(worst?.effect).toBe(effect);
    expect(worst?.reason).toMatch(says);
  });
});

describe('the deletion of a topic', () => {
  it.each<[string, TopicDigest | undefined, Effect, RegExp]>([
    ['takes its records along', there, 'data-lost', /^Topic orders is deleted with all its records\.$/],
    ['that nothing is known of does, too', undefined, 'data-lost', /deleted with all/],
    [
      'that is paused does, too',
      { ...there, topic: 'unknown', paused: 'true' },
      'data-lost',
      /"true" does not keep it/,
    ],
    [
      'that is unmanaged leaves it',
      { ...there, topic: 'unknown', managed: 'false' },
      'stop',
      /stays in Kafka/,
    ],
    ['that never was loses nothing', { ...there, topic: 'none' }, 'stop', /nothing is lost/],
    [
      'whose topic another has leaves it',
      { ...there, topic: 'none', held: false, manager: 'first', rivals: ['first'] },
      'stop',
      /stays: it is that of KafkaTopic first/,
    ],
    [
      'whose topic another has, and which got a finalizer, takes that of the other along',
      { ...there, topic: 'unknown', manager: 'first', rivals: ['first'] },
      'data-lost',
      /takes the topic of first along/,
    ],
    [
      'that others want leaves them an empty one',
      { ...there, rivals: ['second'] },
      'data-lost',
      /KafkaTopic second then makes it anew, and empty/,
    ],
    [
      'that was renamed hangs, and takes the old one',
      { ...there, renamedFrom: 'old' },
      'data-lost',
      /^Topic old .*hangs until topic_name is old again/,
    ],
    [
      'waits for a broker',
      { ...there, topic: 'unknown', refusal: 'KafkaError: …TimeoutException: …' },
      'data-lost',
      /waits for one/,
    ],
    [
      'hangs where brokers allow none',
      { ...there, topic: 'unknown', refusal: 'KafkaError: …TopicDeletionDisabledException: …' },
      'data-lost',
      /delete\.topic\.enable=false/,
    ],
  ])('%s', (_, digest, effect, says) => {
    const verdict = deletion(digest);
    expect(verdict?.effect).toBe(effect);
    expect(verdict?.reason).toMatch(says);
    expect(verdict?.guard).toBe(effect === 'data-lost' ? 'forceDestroy' : undefined);
  });

  it('that lost its label hangs', () => {
    expect(deletion(there, declared({ cluster: '' }))?.reason).toContain('lost its label strimzi.io/cluster');
  });

  it('with an empty name has to be helped by hand', () => {
    expect(deletion({ ...there, topic: 'none' }, declared({ topicName: '' }))).toMatchObject({
      effect: 'refused',
    });
  });

  it.each<[string, Params, Partial<DeclaredMetadata>, RegExp]>([
    [
      'another topic_name',
      { topicName: 'b' },
      {},
      /^topic_name default → b: a topic cannot be moved or renamed\. Topic orders is deleted/,
    ],
    ['another cluster', { cluster: 'other' }, {}, /^cluster kafka → other: /],
    ['another name', {}, { name: 'prices' }, /^name orders → prices: /],
    ['another namespace', {}, { namespace: 'other' }, /^namespace team → other: /],
  ])('and the making of a new one come with %s', (_, params, metadata, says) => {
    const change = changeOf(declared({}), declared(params, metadata), there, true);
    const [lost, made] = byWorst(topicVerdicts.judge(change));
    expect(lost).toMatchObject({ effect: 'data-lost', guard: 'forceDestroy' });
    expect(lost?.reason).toMatch(says);
    expect(made?.effect).toBe('create');
  });
});
