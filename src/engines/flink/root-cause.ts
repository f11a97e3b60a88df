/** Wrappers that say nothing of their own. */
const wrappers =
  /^(?:ExecutionException|CompletionException|InvocationTargetException|SerializedThrowable)\b/;

/**
 * The deepest cause in a Java stack trace as text, without frames, after the nearest one above it that adds something:
 * `RuntimeException: Failed to get metadata for topics [trades]. -> UnknownTopicOrPartitionException: …`. The runner's
 * own exception stands alone, since it names file and line.
 */
export function findRootCause(trace: string): string {
  const causes = readCauses(trace);
  const own = causes.find(({ type }) => type.startsWith('internal.sdp.runner.'));
  if (own !== undefined) return shorten(own.message);
  const deepest = causes.at(-1);
  if (deepest === undefined) return shorten(trace.trim().split('\n')[0] ?? '');
  const above = causes
    .slice(0, -1)
    .reverse()
    .find(
      ({ type, message }) =>
        !wrappers.test(simpleName(type)) && message !== '' && !message.includes(simpleName(deepest.type)),
    );
  const adds = above !== undefined && !above.message.includes(deepest.message) && causes.length > 2;
  return shorten([...(adds ? [above] : []), deepest].map(describe).join(' -> '));
}

interface Cause {
  readonly type: string;
  /** May have several lines. */
  readonly message: string;
}

/** Outermost first. */
function readCauses(trace: string): Cause[] {
  const lines = trace.split('\n');
  return lines.flatMap((line, index) => {
    const text = line.replace(/^\s*(?:Caused by: |<Exception on server side:\s*)/, '').trim();
    const match = /^((?:[\w$]+\.)*[\w$]*(?:Exception|Error|Throwable)[\w$]*)(?:: ?(.*))?$/.exec(text);
    if (match?.[1] === undefined) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((next) =>
      /^\s*(at |\.\.\. \d+ more|Caused by:|Suppressed:|End of exception)/.test(next),
    );
    return [
      { type: match[1], message: [match[2] ?? '', ...rest.slice(0, end === -1 ? 0 : end)].join('\n').trim() },
    ];
  });
}

function describe({ type, message }: Cause): string {
  return message === '' ? simpleName(type) : `${simpleName(type)}: ${message}`;
}

function simpleName(type: string): string {
  return type.split('.').at(-1) ?? type;
}

function shorten(text: string): string {
  return text.length > 1500 ? `${text.slice(0, 1499)}…` : text;
}
