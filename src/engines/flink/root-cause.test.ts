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
