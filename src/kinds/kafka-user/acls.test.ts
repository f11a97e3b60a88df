import { describe, expect, it } from 'vitest';
import type { Acl } from '../../engines/kafka/user-client.ts';
import { compareAcls, compareQuotas, toAcls } from './acls.ts';

const read: Acl = {
  type: 'allow',
  resourceType: 'topic',
  resourceName: 'orders',
  patternType: 'literal',
  operation: 'Read',
  host: '*',
};

describe('toAcls', () => {
  it('makes a rule of each operation, allowed from anywhere and by whole names where nothing else is said', () => {
    const resource = { type: 'topic', name: 'orders' } as const;
    expect(toAcls([{ resource, operations: ['Read', 'Write'] }])).toEqual([
      read,
      { ...read, operation: 'Write' },
    ]);
  });

  it('takes over what is said', () => {
    const resource = { type: 'transactionalId', name: 'job-', patternType: 'prefix' } as const;
    expect(toAcls([{ type: 'deny', resource, operations: ['All'], host: '10.0.0.1' }])).toEqual([
      {
        type: 'deny',
        resourceType: 'transactionalId',
        resourceName: 'job-',
        patternType: 'prefix',
        operation: 'All',
        host: '10.0.0.1',
      },
    ]);
  });

  it("knows Kafka's name of the cluster", () => {
    const resource = { type: 'cluster', name: 'x', patternType: 'prefix' } as const;
    expect(toAcls([{ resource, operations: ['IdempotentWrite'] }])).toMatchObject([
      { resourceType: 'cluster', resourceName: 'kafka-cluster', patternType: 'literal' },
    ]);
  });
});

describe('compareAcls', () => {
  it('adds what is missing and removes what is too much, each once', () => {
    const write: Acl = { ...read, operation: 'Write' };
    const extra: Acl = { ...read, host: '10.0.0.1' };
    expect(compareAcls([read, write, write], [extra, read])).toEqual({ add: [write], remove: [extra] });
  });
});

describe('compareQuotas', () => {
  it.each<[string, Parameters<typeof compareQuotas>[0], Record<string, number>, object]>([
    ['sets a new one', { producerByteRate: 5 }, {}, { producer_byte_rate: 5 }],
    ['leaves one that holds', { requestPercentage: 5 }, { request_percentage: 5 }, {}],
    [
      'takes one away',
      { consumerByteRate: 1 },
      { consumer_byte_rate: 1, controller_mutation_rate: 2 },
      { controller_mutation_rate: undefined },
    ],
    ['takes all away', undefined, { producer_byte_rate: 5 }, { producer_byte_rate: undefined }],
    ["leaves others' keys alone", undefined, { connection_creation_rate: 5 }, {}],
  ])('%s', (_, wanted, current, changes) => {
    expect(compareQuotas(wanted, current)).toEqual(changes);
  });
});
