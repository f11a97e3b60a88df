import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Acl, KafkaUserClient } from './user-client.ts';

/** What the user operator relies on in a broker with an authorizer, held against the fake and against Kafka. */
export function runKafkaUserClientContract(title: string, connect: () => Promise<KafkaUserClient>): void {
  describe(`Kafka's administration of users: ${title}`, () => {
    let kafka: KafkaUserClient;
    let name: string;
    beforeAll(async () => {
      kafka = await connect();
    });
    afterAll(() => kafka?.close());
    beforeEach(() => {
      name = `user-${randomUUID()}`;
    });

    const acl: Acl = {
      type: 'allow',
      resourceType: 'topic',
      resourceName: 'orders-',
      patternType: 'prefix',
      operation: 'Read',
      host: '*',
    };
    /** Asked until it is so: a change is answered before every broker knows it. */
    const user = () => kafka.describeUser(name);

    it('knows nothing of a user that is not there', async () => {
      expect(await kafka.describeUser(name)).toEqual({ hasPassword: false, acls: [], quotas: {} });
    });

    it('lists who has anything', async () => {
      await kafka.setPassword(`${name}-a`, 'one');
      await kafka.addAcls(`${name}-b`, [acl]);
      await kafka.setQuotas(`${name}-c`, { request_percentage: 50 });
      const names = [`${name}-a`, `${name}-b`, `${name}-c`];
      await expect.poll(() => kafka.listUsers()).toEqual(expect.arrayContaining(names));
      await kafka.setPassword(`${name}-a`, undefined);
      await kafka.removeAcls(`${name}-b`, [acl]);
      await kafka.setQuotas(`${name}-c`, { request_percentage: undefined });
      await expect
        .poll(async () => (await kafka.listUsers()).filter((user) => names.includes(user)))
        .toEqual([]);
    });

    it('sets a password, sets it again, and takes it away, also where there is none', async () => {
      await kafka.setPassword(name, 'one');
      await kafka.setPassword(name, 'two');
      await expect.poll(user).toEqual({ hasPassword: true, acls: [], quotas: {} });
      await kafka.setPassword(name, undefined);
      await expect.poll(user).toEqual({ hasPassword: false, acls: [], quotas: {} });
      await kafka.setPassword(name, undefined);
    });

    it('adds rules and takes single ones away', async () => {
      const cluster: Acl = {
        ...acl,
        resourceType: 'cluster',
        resourceName: 'kafka-cluster',
        patternType: 'literal',
        operation: 'IdempotentWrite',
      };
      const denied: Acl = { ...acl, type: 'deny', operation: 'All', host: '10.0.0.1' };
      await kafka.addAcls(name, [acl, cluster, denied]);
      await expect.poll(async () => (await kafka.describeUser(name)).acls.length).toBe(3);
      expect((await kafka.describeUser(name)).acls).toEqual(expect.arrayContaining([acl, cluster, denied]));
      await kafka.removeAcls(name, [cluster, denied]);
      await expect.poll(user).toEqual({ hasPassword: false, acls: [acl], quotas: {} });
      await kafka.removeAcls(name, [acl]);
      await expect.poll(user).toEqual({ hasPassword: false, acls: [], quotas: {} });
    });

    it('sets quotas and takes single ones away', async () => {
      await kafka.setQuotas(name, { producer_byte_rate: 1_000_000, request_percentage: 50 });
      await expect.poll(user).toEqual({
        hasPassword: false,
        acls: [],
        quotas: { producer_byte_rate: 1_000_000, request_percentage: 50 },
      });
      await kafka.setQuotas(name, { producer_byte_rate: undefined, request_percentage: 25 });
      await expect.poll(user).toEqual({ hasPassword: false, acls: [], quotas: { request_percentage: 25 } });
      await kafka.setQuotas(name, { request_percentage: undefined });
      await expect.poll(user).toEqual({ hasPassword: false, acls: [], quotas: {} });
    });
  });
}
