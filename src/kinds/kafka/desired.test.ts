import { describe, expect, it } from 'vitest';
import { clusterIdOf, type KafkaObject } from './desired.ts';

const kafkaOf = (uid: string): KafkaObject => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'Kafka',
  metadata: { name: 'kafka', uid },
  spec: { kafka: { listeners: [] } },
});

describe('the cluster id', () => {
  it('is the uid as 16 bytes in base64url', () => {
    expect(clusterIdOf(kafkaOf('00112233-4455-6677-8899-aabbccddeeff'))).toBe('ABEiM0RVZneImaq7zN3u_w');
  });

  it("has no '-' first, which Kafka's tools would take for an option", () => {
    const id = clusterIdOf(kafkaOf('f8112233-4455-6677-8899-aabbccddeeff'));
    expect(id).toBe('ABEiM0RVZneImaq7zN3u_w');
    expect(Buffer.from(id, 'base64url')).toHaveLength(16);
  });
});
