import { describe, expect, it } from 'vitest';
import { assessTopicHealth } from './health.ts';
import type { KafkaTopicStatus } from './spec.ts';

function assess(status: KafkaTopicStatus | undefined) {
  const object = {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: { name: 't', namespace: 'kafka', generation: 2 },
    status,
  };
  return assessTopicHealth(object);
}
const condition = (type: string, status: string, reason?: string) => [
  { type, status, ...(reason && { reason }) },
];

describe('assessTopicHealth', () => {
  it.each<[string, KafkaTopicStatus | undefined, string]>([
    ['ready', { observedGeneration: 2, conditions: condition('Ready', 'True') }, 'healthy'],
    ['without a status', undefined, 'progressing'],
    [
      'ready for an earlier spec',
      { observedGeneration: 1, conditions: condition('Ready', 'True') },
      'progressing',
    ],
    [
      'refused for an earlier spec',
      { observedGeneration: 1, conditions: condition('Ready', 'False') },
      'progressing',
    ],
    ['refused', { observedGeneration: 2, conditions: condition('Ready', 'False', 'NotSupported') }, 'failed'],
    ['unmanaged', { observedGeneration: 2, conditions: condition('Unmanaged', 'True') }, 'healthy'],
    ['paused', { observedGeneration: 2, conditions: condition('ReconciliationPaused', 'True') }, 'healthy'],
    ['only warned about', { observedGeneration: 2, conditions: condition('Warning', 'True') }, 'progressing'],
    ['without conditions', { observedGeneration: 2 }, 'progressing'],
  ])('a topic that is %s', (_, status, state) => {
    expect(assess(status).state).toBe(state);
  });

  it("hands on the operator's reason and words", () => {
    const refused = [
      { type: 'Ready', status: 'False', reason: 'KafkaError', message: 'Unknown topic config name: x' },
    ];
    expect(assess({ observedGeneration: 2, conditions: refused, topicName: 'real' })).toEqual({
      state: 'failed',
      diagnostics: [
        {
          severity: 'error',
          reason: 'KafkaError',
          summary: 'Topic real is not ready',
          detail: 'Unknown topic config name: x',
          object: { kind: 'KafkaTopic', name: 't', namespace: 'kafka' },
        },
      ],
    });
  });

  it('names whose the topic is, and what to do', () => {
    const message = "Managed by Ref{namespace='orders-tst', name='orders'}";
    const conditions = [{ type: 'Ready', status: 'False', reason: 'ResourceConflict', message }];
    expect(assess({ observedGeneration: 2, conditions })).toMatchObject({
      diagnostics: [
        { detail: expect.stringMatching(/KafkaTopic orders-tst\/orders has the topic.*another name/) },
      ],
    });
  });
});
