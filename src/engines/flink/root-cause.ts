/**
 * The deepest cause in a Java stack trace as text, without frames: what a user can act on. The runner's own exception
 * wins over what it wraps, since it names file and line.
 */
export function findRootCause(trace: string): string {
  const causes = trace
    .split('\n')
    .map((line) => line.replace(/^\s*(?:Caused by: |<Exception on server side:\s*)/, '').trim())
    .map((line, index) => ({ line, index }))
    .filter(({ line }) => /^[\w.$]+(?:Exception|Error|Throwable)\b/.test(line));
  const own = causes.find(({ line }) => line.startsWith('internal.sdp.runner.'));
  const chosen = own ?? causes.at(-1);
  if (chosen === undefined) return trace.trim().split('\n')[0]?.slice(0, 1500) ?? '';
  const lines = trace.split('\n');
  // A message may go on over several lines, up to the first frame or cause.
  const rest = lines.slice(chosen.index + 1);
  const end = rest.findIndex((line) =>
    /^\s*(at |\.\.\. \d+ more|Caused by:|Suppressed:|End of exception)/.test(line),
  );
  const message = [chosen.line, ...rest.slice(0, end === -1 ? 0 : end)].join('\n').trim();
  return message
    .replace(/^internal\.sdp\.runner\.\w+: /, '')
    .replace(/^(?:[a-z][\w]*\.)+(?=[A-Z])/, '')
    .slice(0, 1500);
}
