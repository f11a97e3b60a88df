import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { DeclaredMetadata } from '../kind.ts';
import { byWorst, changeOf, type Effect, type Look } from '../verdict.ts';
import type { ConnectorDigest } from './digest.ts';
import type { KafkaConnectorParams } from './params.ts';
import { connectorVerdicts } from './verdicts.ts';

type Params = Partial<KafkaConnectorParams>;

const runs: ConnectorDigest = {
  state: 'RUNNING',
  unreadable: [],
  clusters: { connect: 'kafka:9092', second: 'kafka:9092', far: 'elsewhere:9092' },
};

const sink: Params = {
  class: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
  config: { topics: 'a', file: 'f' },
};
const source: Params = { class: 'FileStreamSource', config: { topic: 'a', file: 'f' } };
const debezium = (config: Record<string, string> = {}): Params => ({
  class: 'io.debezium.connector.postgresql.PostgresConnector',
  config: { 'topic.prefix': 'shop', ...config },
});

function declared(params: Params, metadata: Partial<DeclaredMetadata> = {}) {
  return {
    metadata: { name: 'copy', namespace: 'team', ...metadata },
    params: { cluster: 'connect', class: 'x.Y', ...params },
  };
}

const annotated = (name: string, value: string) => ({ annotations: { [`strimzi.io/${name}`]: value } });

function update(before: Params, after: Params, digest: ConnectorDigest | undefined = runs) {
  return byWorst(connectorVerdicts.judge(changeOf(declared(before), declared(after), digest)));
}

describe('a change of a connector', () => {
  it.each<[string, Params, Params, Effect, RegExp]>([
    [
      'configuration',
      { config: { a: '1', b: '1' } },
      { config: { a: '2' } },
      'restart',
      /^config\.a, config\.b: Connect starts its tasks again .* go on at their offsets\.$/,
    ],
    ['its version', { version: '1' }, { version: '2' }, 'restart', /^version: /],
    ['its tasks', { tasksMax: 1 }, { tasksMax: 3 }, 'restart', /^tasks_max 1 → 3: /],
    [
      'autoRestart',
      {},
      { autoRestart: { enabled: true, maxRestarts: 3 } },
      'in-place',
      /^auto_restart\.enabled, auto_restart\.max_restarts: /,
    ],
    [
      'the class by another name',
      sink,
      { ...sink, class: 'FileStreamSink' },
      'restart',
      /same plugin by another name/,
    ],
    [
      'the class of a sink',
      sink,
      { ...sink, class: 'x.OtherSink' },
      'restart',
      /offsets of group connect-copy/,
    ],
    ['the class of a source', source, { ...source, class: 'x.OtherSource' }, 'reprocessed', /begins anew/],
    ['a sink into a source', sink, source, 'reprocessed', /begins anew/],
    [
      'a class of which nothing is known',
      { class: 'x.A' },
      { class: 'x.B' },
      'restart',
      /may not understand/,
    ],
    [
      'a sink of more and other topics',
      sink,
      { ...sink, config: { topics: 'b,c', file: 'f' } },
      'restart',
      /b, c is read too, .*a is no longer read/,
    ],
    [
      'topics.regex',
      sink,
      { ...sink, config: { 'topics.regex': 'a.*', file: 'f' } },
      'restart',
      /new to the group/,
    ],
    [
      'the consumer group',
      sink,
      { ...sink, config: { topics: 'a', file: 'f', 'consumer.override.group.id': 'g' } },
      'reprocessed',
      /all records of its topics are read again/,
    ],
    [
      'the consumer group, beginning at the end',
      { ...sink, config: { topics: 'a', 'consumer.override.auto.offset.reset': 'latest' } },
      {
        ...sink,
        config: {
          topics: 'a',
          'consumer.override.auto.offset.reset': 'latest',
          'consumer.override.group.id': 'g',
        },
      },
      'state-lost',
      /skipped for good/,
    ],
    [
      'the file of a source',
      source,
      { ...source, config: { topic: 'a', file: 'g' } },
      'reprocessed',
      /^config\.file: .*another one is read from its first line/,
    ],
    [
      'the file of a sink',
      sink,
      { ...sink, config: { topics: 'a', file: 'g' } },
      'restart',
      /^config\.file: /,
    ],
    [
      'the prefix of Debezium',
      debezium(),
      debezium({ 'topic.prefix': 'shop2' }),
      'reprocessed',
      /snapshot of all tables/,
    ],
    ['the slot of Debezium', debezium(), debezium({ 'slot.name': 'b' }), 'reprocessed', /the old slot stays/],
    [
      'the alias of a mirror',
      { class: 'MirrorSource', config: { 'source.cluster.alias': 'a' } },
      { class: 'MirrorSource', config: { 'source.cluster.alias': 'b' } },
      'reprocessed',
      /copied again from their beginning/,
    ],
    [
      'the topic of its offsets',
      source,
      { ...source, config: { ...source.config, 'offsets.storage.topic': 'o' } },
      'restart',
      /taken from the workers' own/,
    ],
    [
      'a key that has a field',
      sink,
      { ...sink, config: { ...sink.config, 'tasks.max': '2' } },
      'ignored',
      /drops it from config without a word\. It is tasks_max/,
    ],
    ['pausing it', {}, { state: 'paused' }, 'stop', /^state running → paused: its tasks stay and do nothing/],
    ['stopping it', { state: 'running' }, { state: 'stopped' }, 'stop', /its tasks end; offsets stay\.$/],
    [
      'stopping Debezium',
      debezium(),
      { ...debezium(), state: 'stopped' },
      'stop',
      /Replication slot debezium stays/,
    ],
    ['resuming it', { state: 'stopped' }, {}, 'restart', /goes on at its offsets/],
    [
      'pausing what is stopped',
      { state: 'stopped' },
      { state: 'paused' },
      'in-place',
      /tasks are made, and do nothing/,
    ],
    ['stopping what is paused', { state: 'paused' }, { state: 'stopped' }, 'stop', /its tasks end/],
    ['saying that it runs', {}, { state: 'running' }, 'in-place', /means the same/],
    [
      'configuration while it is stopped',
      { state: 'stopped', config: { a: '1' } },
      { state: 'stopped', config: { a: '2' } },
      'in-place',
      /counts when it runs again/,
    ],
    [
      'offsets while it is stopped',
      { ...source, state: 'stopped' },
      { ...source, state: 'stopped', config: { topic: 'a', file: 'g' } },
      'reprocessed',
      /first line/,
    ],
  ])('of %s', (_, before, after, effect, says) => {
    const [worst] = update(before, after);
    expect(worst?.reason).toMatch(says);
    expect(worst?.effect).toBe(effect);
  });

  it('repeats no value of the configuration: it may be a secret', () => {
    const [worst] = update({ config: { password: 'tr0ub' } }, { config: { password: 'c0rrect' } });
    expect(worst?.reason).not.toMatch(/tr0ub|c0rrect/);
  });

  it('that has failed cannot be paused, nor resumed, but stopped', () => {
    const failed: ConnectorDigest = { ...runs, state: 'FAILED' };
    expect(update({}, { state: 'paused' }, failed)[0]).toMatchObject({ effect: 'refused' });
    expect(update({ state: 'paused' }, {}, failed)[0]).toMatchObject({ effect: 'ignored' });
    expect(update({}, { state: 'stopped' }, failed)[0]).toMatchObject({ effect: 'stop' });
  });

  it.each<[string, Partial<ConnectorDigest>, Effect, RegExp]>([
    ['is paused by annotation is ignored', { paused: 'true' }, 'ignored', /pause-reconciliation is "true"/],
    [
      'has lists as values is ignored',
      { unreadable: ['t.list'] },
      'ignored',
      /lists or objects as values of t\.list\. They never reach Connect/,
    ],
    [
      'has no Connect cluster waits for one',
      { clusters: {} },
      'in-place',
      /no KafkaConnect connect in the namespace/,
    ],
  ])('that %s', (_, digest, effect, says) => {
    const [worst] = update({ config: { a: '1' } }, { config: { a: '2' } }, { ...runs, ...digest });
    expect(worst?.effect).toBe(effect);
    expect(worst?.reason).toMatch(says);
  });

  it.each<[string, string | undefined, string | undefined, Effect]>([
    ['pause-reconciliation', undefined, 'true', 'in-place'],
    ['pause-reconciliation', 'true', undefined, 'restart'],
    ['restart', undefined, 'true', 'restart'],
    ['restart-task', undefined, '0', 'restart'],
    ['connector-offsets', undefined, 'list', 'in-place'],
    ['connector-offsets', undefined, 'reset', 'reprocessed'],
    ['connector-offsets', undefined, 'bogus', 'refused'],
    ['restart', 'true', undefined, 'in-place'],
  ])('by annotation %s, %s → %s', (name, was, is, effect) => {
    const metadata = (value: string | undefined) => (value === undefined ? {} : annotated(name, value));
    const [only] = connectorVerdicts.judge(
      changeOf(declared({}, metadata(was)), declared({}, metadata(is)), runs),
    );
    expect(only?.effect).toBe(effect);
  });
});

describe('a connector that is replaced', () => {
  it.each<[string, Params, Params, Partial<DeclaredMetadata>, Effect, RegExp]>([
    [
      'by another name, a source',
      source,
      source,
      { name: 'b' },
      'reprocessed',
      /team\/copy on connect → team\/b on connect: .*begins anew/,
    ],
    ['by another name, a sink', sink, sink, { name: 'b' }, 'reprocessed', /consumer group connect-b/],
    [
      'by another name, a sink with a group of its own',
      { ...sink, config: { ...sink.config, 'consumer.override.group.id': 'g' } },
      { ...sink, config: { ...sink.config, 'consumer.override.group.id': 'g' } },
      { name: 'b' },
      'restart',
      /which stays g/,
    ],
    [
      'on another cluster, a source',
      source,
      { ...source, cluster: 'second' },
      {},
      'reprocessed',
      /begins anew/,
    ],
    [
      'on another cluster of the same Kafka, a sink',
      sink,
      { ...sink, cluster: 'second' },
      {},
      'restart',
      /both Connect clusters are on kafka:9092/,
    ],
    [
      'on another cluster of another Kafka, a sink',
      sink,
      { ...sink, cluster: 'far' },
      {},
      'reprocessed',
      /read again/,
    ],
    ['by itself', sink, sink, {}, 'restart', /by the same name/],
  ])('%s', (_, before, after, metadata, effect, says) => {
    const change = changeOf(declared(before), declared(after, metadata), runs, true);
    const [only] = connectorVerdicts.judge(change);
    expect(only?.reason).toMatch(says);
    expect(only?.effect).toBe(effect);
  });
});

describe('a connector', () => {
  it('that is new is created, and goes on at offsets that are there', () => {
    const [worst] = connectorVerdicts.judge(
      changeOf<KafkaConnectorParams, ConnectorDigest>(
        undefined,
        declared({ ...sink, state: 'stopped' }),
        undefined,
      ),
    );
    expect(worst).toMatchObject({ effect: 'create' });
    expect(worst?.reason).toContain('stopped from the start');
  });

  it('that is new and paused is ignored', () => {
    const made = declared(sink, annotated('pause-reconciliation', 'true'));
    const [only] = connectorVerdicts.judge(
      changeOf<KafkaConnectorParams, ConnectorDigest>(undefined, made, undefined),
    );
    expect(only).toMatchObject({ effect: 'ignored' });
  });

  it.each<[string, Params, ConnectorDigest, RegExp]>([
    ['source', source, runs, /Connect keeps its offsets under its name/],
    ['sink', sink, runs, /its consumer group connect-copy for a while/],
    [
      'Debezium source',
      debezium({ 'slot.name': 's' }),
      runs,
      /Replication slot s stays and keeps the server/,
    ],
    [
      'Debezium source that drops its slot',
      debezium({ 'slot.drop.on.stop': 'true' }),
      runs,
      /is dropped when the connector stops/,
    ],
    ['connector without a cluster', sink, { ...runs, clusters: {} }, /does not run/],
  ])('that is deleted stops: a %s', (_, params, digest, says) => {
    const [only] = connectorVerdicts.judge(changeOf(declared(params), undefined, digest));
    expect(only).toMatchObject({ effect: 'stop' });
    expect(only?.reason).toMatch(says);
  });

  it('is kept in mind by its state and the Connect clusters', async () => {
    const connect = (name: string, bootstrapServers: string) => ({
      metadata: { name },
      spec: { bootstrapServers },
    });
    const look: Look = {
      objects: (async () => [connect('b', 'k:2'), connect('a', 'k:1')]) as unknown as Look['objects'],
      ask: async () => undefined,
    };
    const object = {
      metadata: { name: 'copy', annotations: { 'strimzi.io/pause-reconciliation': 'true' } },
      spec: { config: { a: ['b'], c: 'd' } },
      status: { connectorStatus: { connector: { state: 'RESTARTING' }, type: 'sink' } },
    } as unknown as KubernetesObject;
    expect(JSON.stringify(await connectorVerdicts.digest(object, look))).toBe(
      '{"paused":"true","type":"sink","unreadable":["a"],"clusters":{"a":"k:1","b":"k:2"}}',
    );
  });
});
