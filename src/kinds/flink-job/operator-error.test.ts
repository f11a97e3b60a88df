import { describe, expect, it } from 'vitest';
import { describeError } from './operator-error.ts';

function error(type: string): string {
  return JSON.stringify({ type: `org.apache.flink.kubernetes.operator.exception.${type}`, message: 'why' });
}

describe('describeError', () => {
  it.each([
    [error('ReconciliationException'), { reason: 'ReconciliationException', detail: 'why' }],
    ['Job Not Found', { reason: 'Error', detail: 'Job Not Found' }],
    ['{"type":', { reason: 'Error', detail: '{"type":' }],
    ['{}', { reason: 'Error', detail: '{}' }],
    ['{"message":"m"}', { reason: 'Error', detail: 'm' }],
  ])('%s', (text, described) => {
    expect(describeError(text)).toEqual(described);
  });
});
