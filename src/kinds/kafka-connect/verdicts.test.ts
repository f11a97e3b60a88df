import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { DeclaredMetadata } from '../kind.ts';
import { byWorst, changeOf, type Effect, type Look } from '../verdict.ts';
import type { KafkaConnectParams } from './params.ts';
import { type ConnectDigest, connectVerdicts } from './verdicts.ts';

type Params = Partial<KafkaConnectParams>;

const live: ConnectDigest = { connectors: { copy: 'source', store: 'sink' }, culprits: [] };

function declared(params: Params, metadata: Partial<DeclaredMetadata> = {}) {
  return {
    metadata: { name: 'connect', namespace: 'team', ...metadata },
    params: {
      replicas: 2,
      bootstrapServers: 'kafka:9092',
      groupId: 'g',
      configStorageTopic: 'configs',
      statusStorageTopic: 'statuses',
      offsetStorageTopic: 'offsets',
      ...params,
    },
  };
}

describe('a change of a Connect cluster', () => {
  it.each<[string, Params, Params, Effect, RegExp]>([
    [
      'configuration',
      {},
      { config: { 'task.shutdown.graceful.timeout.ms': '1' } },
      'restart',
      /^config\.task.*: workers are replaced one after another, and with them connectors copy, store start again at their offsets\.$/,
    ],
    ['a key that Strimzi sets', {}, { config: { 'rest.port': '1' } }, 'ignored', /Strimzi sets it itself/],
    [
      'version and resources',
      {},
      { version: '4.3.1', resources: { limits: { cpu: '1' } } },
      'restart',
      /^version, resources\.limits\.cpu: /,
    ],
    [
      'its JVM',
      {},
      { jvmOptions: { xmx: '1g', xx: { UseG1GC: 'true' } } },
      'restart',
      /^jvm_options\.xmx, jvm_options\.xx\.UseG1GC: /,
    ],
    ['TLS by an empty object', {}, { tls: {} }, 'restart', /^tls: workers are replaced/],
    ['who it is', {}, { authentication: { type: 'plain' } }, 'restart', /^authentication\.type: /],
    [
      'log levels',
      {},
      { logging: { type: 'inline', loggers: { 'rootLogger.level': 'DEBUG' } } },
      'restart',
      /within 30 s .* on the local platform they are replaced/,
    ],
    [
      'pods',
      {},
      { template: { pod: { hostUsers: true } } },
      'restart',
      /^template\.pod\.hostUsers: workers are replaced/,
    ],
    [
      'the Service',
      {},
      { template: { apiService: { metadata: { labels: { a: 'b' } } } } },
      'in-place',
      /go on/,
    ],
    [
      'plugins',
      {},
      { build: { output: { type: 'docker', image: 'i' }, plugins: [] } },
      'restart',
      /an image is built first/,
    ],
    [
      'how the next image is pushed',
      { build: { output: { type: 'docker', image: 'i' }, plugins: [] } },
      { build: { output: { type: 'docker', image: 'i', pushSecret: 's' }, plugins: [] } },
      'in-place',
      /next build/,
    ],
    [
      'more workers',
      { replicas: 1 },
      { replicas: 3 },
      'in-place',
      /^replicas 1 → 3: tasks of connectors copy, store are spread anew/,
    ],
    [
      'no workers',
      { replicas: 1 },
      { replicas: 0 },
      'stop',
      /no worker is left: connectors copy, store stop/,
    ],
    ['workers again', { replicas: 0 }, { replicas: 1 }, 'restart', /go on at their offsets/],
    [
      'configuration without workers',
      { replicas: 0 },
      { replicas: 0, image: 'i' },
      'in-place',
      /there are no workers/,
    ],
    [
      'the group of several workers',
      {},
      { groupId: 'h' },
      'reprocessed',
      /^group_id g → h: .*two groups that both run/,
    ],
    [
      'the group of one worker',
      { replicas: 1 },
      { replicas: 1, groupId: 'h' },
      'restart',
      /do not depend on the group/,
    ],
    [
      'the topic of offsets',
      {},
      { offsetStorageTopic: 'o2' },
      'reprocessed',
      /where it is empty, sources copy begin anew\. Sinks go on/,
    ],
    [
      'the topic of configurations',
      {},
      { configStorageTopic: 'c2' },
      'restart',
      /created? .* again from their resources|creates connectors copy, store again/,
    ],
    [
      'the topic of statuses',
      {},
      { statusStorageTopic: 's2' },
      'restart',
      /^status_storage_topic statuses → s2: /,
    ],
    [
      'its Kafka',
      {},
      { bootstrapServers: 'other:9092' },
      'reprocessed',
      /kafka:9092 → other:9092: .*begin anew/,
    ],
  ])('of %s', (_, before, after, effect, says) => {
    const [worst] = byWorst(connectVerdicts.judge(changeOf(declared(before), declared(after), live)));
    expect(worst?.reason).toMatch(says);
    expect(worst?.effect).toBe(effect);
  });

  it.each<[string, Partial<DeclaredMetadata>, Effect, RegExp]>([
    [
      'labels, which Strimzi puts on pods',
      { labels: { team: 'a' } },
      'restart',
      /puts labels of the resource on its pods/,
    ],
    ['labels that it does not', { labels: { 'app.kubernetes.io/name': 'a' } }, 'in-place', /go on/],
    ['annotations', { annotations: { note: 'a' } }, 'in-place', /go on/],
    [
      'the annotation that is always set',
      { annotations: { 'strimzi.io/use-connector-resources': 'false' } },
      'ignored',
      /always "true"/,
    ],
    [
      'the annotation that pauses it',
      { annotations: { 'strimzi.io/pause-reconciliation': 'true' } },
      'in-place',
      /ignores changes/,
    ],
  ])('of %s', (_, metadata, effect, says) => {
    const [worst] = connectVerdicts.judge(changeOf(declared({}), declared({}, metadata), live));
    expect(worst?.effect).toBe(effect);
    expect(worst?.reason).toMatch(says);
  });

  it('that is paused is ignored', () => {
    const [worst] = connectVerdicts.judge(
      changeOf(declared({}), declared({ image: 'i' }), { ...live, paused: 'true' }),
    );
    expect(worst).toMatchObject({ effect: 'ignored' });
  });

  it('names connectors that keep it from being ready', () => {
    const digest = { ...live, culprits: ['copy'] };
    const reasons = connectVerdicts.judge(changeOf(declared({}), declared({ image: 'i' }), digest));
    expect(reasons[1]?.reason).toMatch(/KafkaConnector copy has a list or an object as value.*NotReady/);
  });

  it('says so where it has no connectors, and where they are not known', () => {
    const reason = (digest: ConnectDigest | undefined) =>
      connectVerdicts.judge(changeOf(declared({}), declared({ image: 'i' }), digest))[0]?.reason;
    expect(reason({ connectors: {}, culprits: [] })).toContain('no connectors (it has none)');
    expect(reason(undefined)).toContain('its connectors');
  });
});

describe('a Connect cluster', () => {
  it('that is new starts', () => {
    const [only] = connectVerdicts.judge(
      changeOf<KafkaConnectParams, ConnectDigest>(undefined, declared({}), undefined),
    );
    expect(only).toMatchObject({ effect: 'create' });
  });

  it('that is deleted stops its connectors by name, and leaves its topics', () => {
    const [only] = connectVerdicts.judge(changeOf(declared({}), undefined, live));
    expect(only).toMatchObject({ effect: 'stop' });
    expect(only?.reason).toMatch(
      /connectors copy, store stop.*NotReady \(NoSuchResourceException\).*configs and offsets stay/,
    );
  });

  it('by another name is the one deleted and the other started', () => {
    const change = changeOf(declared({}), declared({}, { name: 'second' }), live, true);
    expect(connectVerdicts.judge(change).map(({ effect }) => effect)).toEqual(['stop', 'create']);
  });

  it('is kept in mind by the connectors on it', async () => {
    const connector = (name: string, cluster: string, className: string, config: object = {}) => ({
      metadata: { name, labels: { 'strimzi.io/cluster': cluster } },
      spec: { class: className, config },
    });
    const look: Look = {
      objects: (async () => [
        connector('b', 'connect', 'FileStreamSink', { a: ['b'] }),
        connector('c', 'other', 'FileStreamSink'),
        connector('a', 'connect', 'x.Y'),
      ]) as unknown as Look['objects'],
      ask: async () => undefined,
    };
    const object = { metadata: { name: 'connect' } } as KubernetesObject;
    expect(JSON.stringify(await connectVerdicts.digest(object, look))).toBe(
      '{"connectors":{"a":"unknown","b":"sink"},"culprits":["b"]}',
    );
    const blind: Look = { objects: async () => undefined, ask: async () => undefined };
    expect(await connectVerdicts.digest(object, blind)).toEqual({ culprits: [] });
  });
});
