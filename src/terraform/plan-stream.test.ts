import { expect, it } from 'vitest';
import { parsePlanLine } from './plan-stream.ts';

it('takes a snippet without the secrets that somebody wrote there', () => {
  const line = JSON.stringify({
    type: 'diagnostic',
    diagnostic: {
      severity: 'error',
      summary: 'Wrong',
      snippet: {
        code: 'config = {\n  "connection.password" = "hunter2"\n  topics = "orders"\n}',
        start_line: 3,
      },
    },
  });
  expect(parsePlanLine(line)).toMatchObject({
    diagnostic: {
      snippet: {
        code: 'config = {\n  "connection.password" = "(hidden)"\n  topics = "orders"\n}',
        startLine: 3,
      },
    },
  });
});
