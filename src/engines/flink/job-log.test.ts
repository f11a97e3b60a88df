import { describe, expect, it } from 'vitest';
import { createJobLineFilter, timeOfLine } from './job-log.ts';

const peaks = 'bb4caec266909f98f32fcd16951d0c77';
const yearly = '024464cffb549b4eabb06af9bc8b0e16';

/** Of two jobs that share a cluster; Flink 2.2.0 with sdp's pattern. Ours are marked by `>`. */
const jobManager = `
  2026-11-26 17:35:33,473 INFO  ResourceManagerServiceImpl - Resource manager service is granted leadership with session id c156642e-50a7-498b-8feb-59f9b3469b3b.
  2026-11-26 17:35:34,207 INFO  JobMaster [024464cf] - Initializing job 'yearly-prices' (${yearly}).
> 2026-11-26 17:35:39,062 INFO  EmbeddedExecutor - Submitting Job with JobId=${peaks}.
> 2026-11-26 17:35:39,075 INFO  StandaloneDispatcher [bb4caec2] - Received job submission 'peaks' (${peaks}).
> 2026-11-26 17:35:39,111 INFO  JobMasterServiceLeadershipRunner - JobMasterServiceLeadershipRunner for job ${peaks} was granted leadership with leader id c156642e-50a7-498b-8feb-59f9b3469b3b.
> 2026-11-26 17:35:39,186 INFO  ExecutionGraph [bb4caec2] - Source: trades[1] -> Calc[2] -> peaks[3]: Writer (1/1) (f370de3a8e293aff0b0ea75371696395_d3f21cabc6fe0fdf76c8be915bdb22a2_0_0) switched from CREATED to SCHEDULED.
  2026-11-26 17:35:40,788 INFO  SourceCoordinator [024464cf] - Marking checkpoint 92 as completed for source Source: trades[1].
> 2026-11-26 17:46:09,370 WARN  CheckpointFailureManager [bb4caec2] - Failed to trigger or complete checkpoint 225 for job ${peaks}.
> org.apache.flink.runtime.checkpoint.CheckpointException: Trigger checkpoint failure.
> \tat java.base/java.util.concurrent.CompletableFuture.uniExceptionally(CompletableFuture.java:990) ~[?:?]
> Caused by: org.apache.flink.runtime.rpc.exceptions.RecipientUnreachableException: Could not send message
> \t... 19 more
  2026-11-26 17:46:09,371 WARN  CheckpointFailureManager [024464cf] - Failed to trigger or complete checkpoint 226 for job ${yearly}.
  org.apache.flink.runtime.checkpoint.CheckpointException: Trigger checkpoint failure.
`;
const taskManager = `
  2026-11-26 17:35:35,385 INFO  SplitFetcher - Starting split fetcher 0
> 2026-11-26 17:35:39,329 INFO  TaskExecutor - Establish JobManager connection for job ${peaks}.
> 2026-11-26 17:35:39,348 INFO  TaskExecutor [bb4caec2] - Received task Source: trades[1] -> Calc[2] -> peaks[3]: Writer (1/1)#0 (f370de3a8e293aff0b0ea75371696395_d3f21cabc6fe0fdf76c8be915bdb22a2_0_0)
  2026-11-26 17:35:39,719 INFO  FlinkKafkaInternalProducer [024464cf] - Flushing new partitions
`;

/** Lines with whether they are expected. */
function parse(text: string) {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ wanted: line.startsWith('>'), text: line.slice(2) }));
}

const task = 'Source: trades[1] -> Calc[2] -> peaks[3]: Writer';

describe('lines of one job', () => {
  it('are told by the id in the pattern, and by the id elsewhere; traces belong to the line before', () => {
    const isOurs = createJobLineFilter({ name: 'peaks', id: peaks, tasks: [task] });
    for (const { wanted, text } of parse(jobManager)) expect(isOurs('jobmanager', text), text).toBe(wanted);
    for (const { wanted, text } of parse(taskManager)) expect(isOurs('taskmanager', text), text).toBe(wanted);
  });

  it('are found by its name after it has another id', () => {
    const isOurs = createJobLineFilter({ name: 'peaks', id: 'ffffffffffffffffffffffffffffffff' });
    const lines = parse(jobManager).filter(({ text }) => !text.includes('EmbeddedExecutor'));
    for (const { wanted, text } of lines) expect(isOurs('jobmanager', text), text).toBe(wanted);
  });

  it('are told by ids and tasks where the pattern does not say', () => {
    // As Flink's own console pattern writes them.
    const plain = (text: string) =>
      text.replace(/ [A-Z]\w+( \[[0-9a-f]{8}\])? - /, ' org.apache.flink.Some                   [] - ');
    const isOurs = createJobLineFilter({ name: 'peaks', id: peaks, tasks: [task] });
    for (const { wanted, text } of [...parse(jobManager), ...parse(taskManager)]) {
      expect(isOurs('log', plain(text)), text).toBe(wanted);
    }
  });

  it('are told by a pattern with the whole id', () => {
    const isOurs = createJobLineFilter({ name: 'peaks', id: peaks });
    const line = (id: string) => `2026-11-26 17:35:40,788 INFO [${id}] o.a.f.Some - a text with a - in it`;
    expect([isOurs('a', line(peaks)), isOurs('a', line(yearly))]).toEqual([true, false]);
  });

  it('of another job whose name ends or begins the same are not its own', () => {
    const isOurs = createJobLineFilter({ name: 'prices', id: peaks });
    const line = `2026-11-26 17:35:34,207 INFO  JobMaster [024464cf] - Initializing job 'yearly-prices' (${yearly}).`;
    expect(isOurs('a', line)).toBe(false);
  });
});

it.each([
  ['2026-11-26 17:35:34,207 INFO  JobMaster - x', '2026-11-26 17:35:34,207'],
  ['2026-11-26T17:35:34.207 INFO x', '2026-11-26 17:35:34,207'],
  ['\tat java.base/java.util', undefined],
  ['', undefined],
])('the time of %j', (line, expected) => expect(timeOfLine(line)).toBe(expected));
