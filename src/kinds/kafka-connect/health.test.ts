import { describe, expect, it } from 'vitest';
import { assessConnectHealth } from './health.ts';
import type { KafkaConnectStatus } from './spec.ts';

function assess(status: KafkaConnectStatus | undefined) {
  const object = {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaConnect',
    metadata: { name: 'connect', namespace: 'team', generation: 2 },
    status,
  };
  return assessConnectHealth(object);
}
const condition = (type: string, reason?: string, message?: string) => [
  { type, status: 'True', ...(reason && { reason }), ...(message && { message }) },
];

describe('assessConnectHealth', () => {
  it.each<[string, KafkaConnectStatus | undefined, string]>([
    ['ready', { observedGeneration: 2, conditions: condition('Ready') }, 'healthy'],
    ['without a status', undefined, 'progressing'],
    ['ready for an earlier spec', { observedGeneration: 1, conditions: condition('Ready') }, 'progressing'],
    ['not ready', { observedGeneration: 2, conditions: condition('NotReady', 'TimeoutException') }, 'failed'],
    [
      'not answering yet',
      {
        observedGeneration: 2,
        conditions: condition('NotReady', 'CompletionException', 'java.net.ConnectException'),
      },
      'progressing',
    ],
    ['left alone', { observedGeneration: 1, conditions: condition('ReconciliationPaused') }, 'healthy'],
    ['without conditions', { observedGeneration: 2 }, 'progressing'],
  ])('a Connect cluster that is %s', (_, status, state) => {
    expect(assess(status).state).toBe(state);
  });

  it("hands on the operator's reason and words", () => {
    const message = 't.list: Unsupported type class java.util.ArrayList in configuration for this key';
    const conditions = condition('NotReady', 'InvalidConfigParameterException', message);
    expect(assess({ observedGeneration: 2, conditions })).toEqual({
      state: 'failed',
      diagnostics: [
        {
          severity: 'error',
          reason: 'InvalidConfigParameterException',
          summary: 'Connect cluster connect is not ready',
          detail: message,
          object: { kind: 'KafkaConnect', name: 'connect', namespace: 'team' },
        },
      ],
    });
  });
});
