import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readJobDetails, readTaskNames, toCheckpoints } from './job-details.ts';

/** What Flink 2.2.0 answered for the example of the README, by path. */
const answers = JSON.parse(
  readFileSync(new URL('./testdata/job-details.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;
const id = '024464cffb549b4eabb06af9bc8b0e16';
const get = async (path: string) => {
  if (answers[path] === undefined) throw new Error(`nothing recorded for ${path}`);
  return answers[path];
};

it('reads graph, figures, checkpoints, restarts and the last exception of a job', async () => {
  const chk196 = 'file:/flink-data/checkpoints/024464cffb549b4eabb06af9bc8b0e16/chk-196';
  expect(await readJobDetails(get, id)).toEqual({
    state: 'RUNNING',
    startTime: 1795714397588,
    restarts: 5,
    vertices: [
      {
        name: 'Source: trades[1] -> Calc[2]',
        parallelism: 1,
        status: 'RUNNING',
        // Read from Kafka, where between vertices it would be 0.
        recordsIn: 560,
        recordsOut: 560,
        busy: 0.004,
        backPressured: 0,
        pending: 12,
      },
      {
        name: 'StreamRecordTimestampInserter[4] -> Match[4] -> yearly_prices[5]: Writer -> yearly_prices[5]: Committer',
        parallelism: 1,
        status: 'RUNNING',
        recordsIn: 560,
        // Written to Kafka; no figure for NaN, no share above 1.
        recordsOut: 45,
        busy: 1,
      },
    ],
    checkpoints: {
      completed: 70,
      failed: 6,
      inProgress: 0,
      latest: { id: 196, time: 1795714605747, bytes: 21262, milliseconds: 56, path: chk196 },
      latestFailed: { id: 197, time: 1795714607579, cause: 'Checkpoint Coordinator is suspending.' },
      restored: { id: 196, time: expect.any(Number) as number, savepoint: false, path: chk196 },
    },
    lastException: {
      time: 1795714623287,
      cause: 'FlinkRuntimeException: Could not skip to first element of a match.',
      task: 'StreamRecordTimestampInserter[4] -> Match[4] -> yearly_prices[5]: Writer -> yearly_prices[5]: Committer (1/1) - execution #5',
    },
  });
  expect(await readTaskNames(get, id)).toContain('Source: trades[1] -> Calc[2]');
});

it('takes a job without checkpoints and figures for what it is', async () => {
  expect(toCheckpoints({})).toEqual({ completed: 0, failed: 0, inProgress: 0 });
  const empty: Record<string, unknown> = {
    [`/jobs/${id}`]: { state: 'FAILED', 'start-time': 1, vertices: [] },
    [`/jobs/${id}/checkpoints`]: {
      latest: { completed: null, savepoint: null, failed: null, restored: null },
    },
    [`/jobs/${id}/metrics?get=numRestarts`]: [],
    [`/jobs/${id}/exceptions?maxExceptions=1`]: { exceptionHistory: { entries: [] } },
  };
  expect(await readJobDetails(async (path) => empty[path], id)).toEqual({
    state: 'FAILED',
    startTime: 1,
    restarts: undefined,
    vertices: [],
    checkpoints: { completed: 0, failed: 0, inProgress: 0 },
  });
});
