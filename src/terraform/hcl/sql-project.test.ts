import { expect, it } from 'vitest';
import { unknown, type Value } from '../framework/value.ts';
import { readJob } from './sql-project.ts';

const read = (python: Value, configuration: Value) =>
  readJob(
    {
      address: 'module.a.sdp_flink_session_job.this[0]',
      type: 'sdp_flink_session_job',
      attributes: {
        sql: { script: { path: 'sql/jobs/a.sql', text: 'INSERT INTO a SELECT 1;' }, ddl: [], python },
        flink_configuration: configuration,
      },
      at: { file: 'main.tf' },
      inputs: new Map(),
    },
    [],
  )?.job?.hasPython;

it('knows whether a job brings Python code to its cluster, unless that is known after an apply only', () => {
  expect(read(null, null)).toBe(false);
  expect(read(null, { 'pipeline.name': 'a' })).toBe(false);
  expect(read(null, { 'python.files': '/opt/code' })).toBe(true);
  expect(read({ archive_uri: unknown }, null)).toBe(true);
  expect(read(unknown, null)).toBeUndefined();
  expect(read(null, unknown)).toBeUndefined();
});
