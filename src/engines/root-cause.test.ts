import { describe, expect, it } from 'vitest';
import { findRootCause } from './root-cause.ts';

describe('findRootCause', () => {
  it('finds the deepest cause, with all lines of its message', () => {
    const trace = [
      'Internal server error.',
      '<Exception on server side:',
      'java.util.concurrent.CompletionException: org.apache.flink.X: Could not execute application.',
      '\tat java.base/java.util.concurrent.CompletableFuture.get(CompletableFuture.java:1)',
      'Caused by: org.apache.flink.table.api.ValidationException: Could not find any factory.',
      '',
      'Available factory identifiers are:',
      'kafka',
      '\tat org.apache.flink.table.factories.FactoryUtil.discoverFactory(FactoryUtil.java:1)',
      '\t... 12 more',
      'End of exception on server side>',
    ].join('\n');
    expect(findRootCause(trace)).toBe(
      'ValidationException: Could not find any factory.\n\nAvailable factory identifiers are:\nkafka',
    );
  });

  it("prefers the runner's own words", () => {
    const trace = [
      'org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: x',
      '\tat a.b(C.java:1)',
      'Caused by: internal.sdp.runner.ScriptException: sql/jobs/a.sql:3:5: unknown table. Add it.',
      '\tat a.b(C.java:1)',
      'Caused by: org.apache.calcite.Deep: whatever',
    ].join('\n');
    expect(findRootCause(trace)).toBe('sql/jobs/a.sql:3:5: unknown table. Add it.');
  });

  it('keeps what the cause above the deepest adds', () => {
    const trace = [
      'org.apache.flink.util.FlinkException: Global failure triggered by OperatorCoordinator.',
      '\tat a.b(C.java:1)',
      'Caused by: java.lang.RuntimeException: Failed to get metadata for topics [nope].',
      '\t... 3 more',
      'Caused by: java.util.concurrent.ExecutionException: org.apache.kafka.UnknownTopicOrPartitionException: This server does not host this topic-partition.',
      '\t... 3 more',
      'Caused by: org.apache.kafka.UnknownTopicOrPartitionException: This server does not host this topic-partition.',
    ].join('\n');
    expect(findRootCause(trace)).toBe(
      'RuntimeException: Failed to get metadata for topics [nope]. -> UnknownTopicOrPartitionException: This server does not host this topic-partition.',
    );
  });

  it('takes plain text as it is', () => {
    expect(findRootCause('connection refused')).toBe('connection refused');
  });
});

describe('findRootCause of a Python function that raised', () => {
  /** Recorded from Flink 2.2.0, most frames left out. */
  const trace = (
    frames: string,
    error: string,
  ) => `java.util.concurrent.ExecutionException: org.apache.flink.ExceptionInChainedOperatorException: Could not forward element to next operator
\tat java.base/java.util.concurrent.FutureTask.report(FutureTask.java:122)
Caused by: java.lang.RuntimeException: Failed to close remote bundle
\t... 1 more
Caused by: java.lang.RuntimeException: Error received from SDK harness for instruction 1: Traceback (most recent call last):
  File "/cache/lib/python3.11/site-packages/apache_beam/runners/worker/sdk_worker.py", line 311, in _execute
    response = task()
               ^^^^^^
${frames}  File "<string>", line 1, in <lambda>
${error}

\tat org.apache.beam.runners.fnexecution.control.FnApiControlClient.handle(FnApiControlClient.java:180)
\t... 3 more
`;
  const worker =
    '  File "/tmp/python-dist-1/python-files/sha256-0123456789abcdef/sha256-0123456789abcdef/orders';
  const client = '  File "/data/work/tmp/pyflink/de90/a9c1/uri-bd94a2830e5a98b0/pyflink-of-the-archive';

  it.each([
    [
      'in a module of the archive',
      `${worker}/parts.py", line 7, in price\n    return row["price"]\n`,
      "KeyError: 'price'",
      "orders/parts.py:7: KeyError: 'price'",
    ],
    [
      'in a package called pyflink',
      `${client}/udfs.py", line 10, in bad\n`,
      'ValueError: no word for hello',
      'pyflink/udfs.py:10: ValueError: no word for hello',
    ],
    [
      'with an error of its own, of two lines',
      `${worker}/parts.py", line 7, in price\n`,
      'orders.stock.OutOfStock: none left\nof it',
      'orders/parts.py:7: orders.stock.OutOfStock: none left\nof it',
    ],
    [
      'outside of the archive',
      '',
      'ZeroDivisionError: division by zero',
      'ZeroDivisionError: division by zero',
    ],
  ])('%s', (_where, frames, error, expected) => {
    expect(findRootCause(trace(frames, error))).toBe(expected);
  });

  it('while it handled another error', () => {
    const first = `Traceback (most recent call last):\n${worker}/parts.py", line 3, in f\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\n`;
    const text = trace('', 'x').replace(
      /Traceback[^]*x\n/,
      `${first}Traceback (most recent call last):\n${worker}/parts.py", line 5, in f\nValueError: 2\n`,
    );
    expect(findRootCause(text)).toBe('orders/parts.py:5: ValueError: 2');
  });
});
