import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KafkaClient } from './client.ts';

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

    it('describes a topic as it was made, with effective values and the keys that it sets itself', async () => {
      await kafka.createTopic(name, { partitions: 3, replicas: 1, config: { 'retention.ms': '1000' } });
      const topic = await kafka.describeTopic(name);
      expect(topic).toMatchObject({ name, partitions: 3, replicas: 1, dynamicKeys: ['retention.ms'] });
      expect(topic?.config).toMatchObject({ 'retention.ms': '1000', 'cleanup.policy': 'delete' });
      expect(topic?.id).toMatch(/^[\w-]{22}$/);
      expect(await kafka.listTopics()).toContain(name);
      await kafka.deleteTopic(name);
    });

    it('pins a key on creation also where it is the default', async () => {
      await kafka.createTopic(name, { config: { 'cleanup.policy': 'delete' } });
      expect((await kafka.describeTopic(name))?.dynamicKeys).toEqual(['cleanup.policy']);
      await kafka.deleteTopic(name);
    });

    it.each(['no-such-topic', 'bad name!'])('has no topic %j', async (missing) => {
      expect(await kafka.describeTopic(missing)).toBeUndefined();
    });

    it('changes configuration in one step or not at all', async () => {
      await kafka.createTopic(name, { config: { 'retention.ms': '1', preallocate: 'true' } });
      await expect(
        kafka.alterConfig(name, { 'retention.ms': '2', 'no.such.key': 'x' }, ['preallocate']),
      ).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
      expect((await kafka.describeTopic(name))?.config['retention.ms']).toBe('1');
      await kafka.alterConfig(name, { 'retention.ms': '2' }, ['preallocate']);
      const topic = await kafka.describeTopic(name);
      expect(topic?.config).toMatchObject({ 'retention.ms': '2', preallocate: 'false' });
      expect(topic?.dynamicKeys).toEqual(['retention.ms']);
      await kafka.deleteTopic(name);
    });

    it('grows a topic', async () => {
      await kafka.createTopic(name, { partitions: 1, config: {} });
      await kafka.createPartitions(name, 4);
      expect((await kafka.describeTopic(name))?.partitions).toBe(4);
      await kafka.deleteTopic(name);
    });

    it('deletes a topic, and one that is not there', async () => {
      await kafka.createTopic(name, { config: {} });
      await kafka.deleteTopic(name);
      expect(await kafka.describeTopic(name)).toBeUndefined();
      await kafka.deleteTopic(name);
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
      await expect(kafka.createTopic(wanted, { config: {}, ...settings })).rejects.toMatchObject({
        name: 'KafkaError',
        message: expect.stringContaining(`org.apache.kafka.common.errors.${words}`) as string,
      });
      expect(await kafka.describeTopic(wanted)).toBeUndefined();
    });
  });
}
