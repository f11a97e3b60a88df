import { explainFailure } from './explain-failure.ts';

const entry = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (\w+)/;
const exception = /^(?:[\w$]+\.)+[\w$]*(?:Exception|Error|Throwable)\b/;

/**
 * Why a process of Flink ended, by the lines of its log: the cause of the last error that was logged with a stack trace.
 * What follows it in the log tells only of the shutdown.
 */
export function findCauseInLog(lines: readonly string[]): string | undefined {
  const starts = lines.flatMap((line, index) => (entry.test(line) ? [index] : []));
  const traces = starts.flatMap((start, index) => {
    const [, level = ''] = entry.exec(lines[start] ?? '') ?? [];
    const trace = lines.slice(start + 1, starts[index + 1]);
    return /^(ERROR|FATAL)$/.test(level) && exception.test(trace[0] ?? '') ? [trace.join('\n')] : [];
  });
  const last = traces.at(-1);
  return last === undefined ? undefined : explainFailure(last);
}
