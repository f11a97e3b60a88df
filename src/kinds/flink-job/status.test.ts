import { expect, it } from 'vitest';
import { describeError } from './operator-error.ts';
import { submissionFailedStatus } from './status.ts';

it('cuts the message of an error at 2048 characters, as the operator does', () => {
  const resource = { apiVersion: 'v', kind: 'k', metadata: { name: 'j' }, spec: { job: {} } };
  const { error = '' } = submissionFailedStatus(resource, 'x'.repeat(5000));
  expect(describeError(error).detail).toHaveLength(2048);
});
