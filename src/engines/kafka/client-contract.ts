import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KafkaClient, NewTopic, TopicDescription } from './client.ts';
import { KafkaError } from './kafka-error.ts';

/** What the topic operator relies on in a broker, held against the fake and against Kafka. */
export function runKafkaClientContract(title: string, connect: () => Promise<KafkaClient>): void {
  describe(`Kafka's administration: ${title}`, () => {
    let kafka: KafkaClient;
    let name: string;
    beforeAll(async () => {
      kafka = await connect();
    });
    afterAll(() => kafka?.close());
    beforeEach(() => {
      name = `contract-${randomUUID()}`;
    });

    const create = async (topic: NewTopic) => (await kafka.createTopics(new Map([[name, topic]]))).get(name);
    const read = async (topic = name) => (await kafka.describeTopics([topic])).get(topic);
    /** A change is answered before every broker knows it. */
    const found = async () => {
      await expect.poll(() => read()).toBeDefined();
      const topic = await read();
      if (topic === undefined || topic instanceof KafkaError) throw new Error(`no topic ${name}`);
      return topic;
    };
    const remove = async (topic = name) => {
      expect(await kafka.deleteTopics([topic])).toEqual(new Map([[topic, undefined]]));
    };
    const sees = async (topic: Partial<TopicDescription>) => {
      await expect.poll(() => read()).toMatchObject(topic);
    };

    it('describes a topic as it was made, with effective values and the keys that it sets itself', async () => {
      const id = await create({ partitions: 3, replicas: 1, config: { 'retention.ms': '1000' } });
      expect(id).toMatch(/^[\w-]{22}$/);
      const topic = await found();
      expect(topic).toMatchObject({ name, id, partitions: 3, replicas: 1, dynamicKeys: ['retention.ms'] });
      expect(topic.config).toMatchObject({ 'retention.ms': '1000', 'cleanup.policy': 'delete' });
      expect(await kafka.listTopics()).toContain(name);
      await remove();
    });

    it('pins a key on creation also where it is the default', async () => {
      await create({ config: { 'cleanup.policy': 'delete' } });
      expect((await found()).dynamicKeys).toEqual(['cleanup.policy']);
      await remove();
    });

    it.each(['no-such-topic', 'bad name!', ''])('has no topic %j', async (missing) => {
      expect(await kafka.describeTopics([missing])).toEqual(new Map([[missing, undefined]]));
    });

    it('describes many, those that are not there too', async () => {
      await create({ config: {} });
      await found();
      const results = await kafka.describeTopics(['no-such-topic', name, 'bad name!']);
      expect(results.size).toBe(3);
      expect(results.get(name)).toMatchObject({ name });
      expect(results.get('no-such-topic')).toBeUndefined();
      await remove();
    });

    it('creates what can be created among what cannot', async () => {
      const other = `${name}-other`;
      await create({ config: {} });
      const results = await kafka.createTopics(
        new Map<string, NewTopic>([
          [name, { config: {} }],
          [other, { config: {} }],
          ['bad name!', { config: {} }],
        ]),
      );
      expect(results.get(name)).toMatchObject({
        code: 'TOPIC_ALREADY_EXISTS',
        message: `org.apache.kafka.common.errors.TopicExistsException: Topic '${name}' already exists.`,
      });
      expect(results.get(other)).toMatch(/^[\w-]{22}$/);
      expect(results.get('bad name!')).toMatchObject({ code: 'INVALID_TOPIC_EXCEPTION' });
      await remove();
      await remove(other);
    });

    it('changes configuration in one step or not at all, each topic for itself', async () => {
      const other = `${name}-other`;
      const config = { 'retention.ms': '1', preallocate: 'true' };
      await kafka.createTopics(
        new Map([
          [name, { config }],
          [other, { config }],
        ]),
      );
      const results = await kafka.alterConfigs(
        new Map([
          [name, { set: { 'retention.ms': '2', 'no.such.key': 'x' }, remove: ['preallocate'] }],
          [other, { set: { 'retention.ms': '3' }, remove: ['preallocate'] }],
        ]),
      );
      expect(results.get(name)).toMatchObject({ code: 'INVALID_CONFIG' });
      expect(results.get(other)).toBeUndefined();
      expect((await found()).config['retention.ms']).toBe('1');
      await kafka.alterConfigs(new Map([[name, { set: { 'retention.ms': '2' }, remove: ['preallocate'] }]]));
      await sees({ dynamicKeys: ['retention.ms'] });
      expect((await found()).config).toMatchObject({ 'retention.ms': '2', preallocate: 'false' });
      await expect.poll(() => read(other)).toMatchObject({ config: { 'retention.ms': '3' } });
      await remove();
      await remove(other);
    });

    it('grows a topic, and one alone of two', async () => {
      await create({ partitions: 1, config: {} });
      const results = await kafka.createPartitions(
        new Map([
          [name, 4],
          ['no-such-topic', 4],
        ]),
      );
      expect(results.get(name)).toBeUndefined();
      expect(results.get('no-such-topic')).toMatchObject({ code: 'UNKNOWN_TOPIC_OR_PARTITION' });
      await sees({ partitions: 4 });
      await remove();
    });

    it('deletes a topic, and one that is not there', async () => {
      await create({ config: {} });
      await remove();
      await expect.poll(() => read()).toBeUndefined();
      await remove();
      await remove('bad name!');
    });

    it.each([
      ['a bad name', 'bad name!', {}, 'InvalidTopicException: Topic name is invalid'],
      [
        'too many replicas',
        undefined,
        { replicas: 3 },
        'InvalidReplicationFactorException: Unable to replicate',
      ],
      [
        'an unknown key',
        undefined,
        { config: { x: 'y' } },
        'InvalidConfigurationException: Unknown topic config name: x',
      ],
      [
        'a bad value',
        undefined,
        { config: { 'retention.ms': 'abc' } },
        'InvalidConfigurationException: Invalid value abc for configuration retention.ms',
      ],
    ])("refuses %s in the words of Kafka's Java client", async (_, other, settings, words) => {
      const wanted = other ?? name;
      const results = await kafka.createTopics(new Map([[wanted, { config: {}, ...settings }]]));
      expect(results.get(wanted)).toMatchObject({
        name: 'KafkaError',
        message: expect.stringContaining(`org.apache.kafka.common.errors.${words}`) as string,
      });
      expect(await read(wanted)).toBeUndefined();
    });
  });
}
