import { describe, expect, it } from 'vitest';
import { kafka } from './kind.ts';
import type { KafkaStatus } from './spec.ts';

describe("a broker's health", () => {
  it.each<[string, KafkaStatus | undefined, string, string]>([
    [
      'ready',
      { observedGeneration: 2, conditions: [{ type: 'Ready', status: 'True' }] },
      'healthy',
      'the broker answers',
    ],
    ['without a status', undefined, 'progressing', 'waiting for the broker to start'],
    [
      'starting',
      {
        observedGeneration: 2,
        conditions: [{ type: 'Ready', status: 'False', message: 'Downloading Kafka' }],
      },
      'progressing',
      'Downloading Kafka',
    ],
    [
      'ready for an earlier spec',
      { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] },
      'progressing',
      'waiting for the broker to start',
    ],
  ])('%s', (_, status, state, message) => {
    const object = {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'Kafka',
      metadata: { name: 'kafka', generation: 2 },
      status,
    };
    expect(kafka.assessHealth(object)).toEqual({ state, message });
  });
});
