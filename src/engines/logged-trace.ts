const entry = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (\w+)/;
const exception = /^(?:[\w$]+\.)+[\w$]*(?:Exception|Error|Throwable)\b/;

/**
 * The stack trace of the last error that a process logged with one; what follows it in a log tells only of the shutdown.
 * Lines begin with `yyyy-MM-dd HH:mm:ss,SSS LEVEL`.
 */
export function findLoggedTrace(lines: readonly string[]): string | undefined {
  const starts = lines.flatMap((line, index) => (entry.test(line) ? [index] : []));
  const traces = starts.flatMap((start, index) => {
    const [, level = ''] = entry.exec(lines[start] ?? '') ?? [];
    const trace = lines.slice(start + 1, starts[index + 1]);
    return /^(ERROR|FATAL)$/.test(level) && exception.test(trace[0] ?? '') ? [trace.join('\n')] : [];
  });
  return traces.at(-1);
}
