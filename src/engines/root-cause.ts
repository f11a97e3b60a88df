/** Wrappers that say nothing of their own. */
const wrappers =
  /^(?:ExecutionException|CompletionException|InvocationTargetException|SerializedThrowable)\b/;

/**
 * The deepest cause in a Java stack trace as text, without frames, after the nearest one above it that adds something:
 * `RuntimeException: Failed to get metadata for topics [trades]. -> UnknownTopicOrPartitionException: …`. The runner's
 * own exception stands alone, since it names file and line; so does what a Python function of the job raised.
 */
export function findRootCause(trace: string): string {
  const causes = readCauses(trace);
  const own = causes.find(({ type }) => type.startsWith('internal.sdp.runner.'));
  if (own !== undefined) return shorten(own.message);
  const raised = findPythonError(trace);
  if (raised !== undefined) return shorten(raised);
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

const tracebackStart = 'Traceback (most recent call last):\n';
/** `…/uri-0123456789abcdef/orders/parts.py`, where the runner unpacked the archive, on the JobManager or in a worker. */
const archiveFrame = /^ +File "[^"]*\/(?:uri|sha256)-[0-9a-f]{16}\/([^"]+)", line (\d+)/;
/** Where the runner puts a package of the archive that is itself called pyflink. */
const pyflinkOfArchive = /^pyflink-of-the-archive(?=\/)/;

/**
 * What the last Python traceback in a text ends with, after the innermost line of the job's archive:
 * `orders/parts.py:7: KeyError: 'price'`. Beam's and Flink's own frames say nothing to the author.
 */
function findPythonError(text: string): string | undefined {
  const start = text.lastIndexOf(tracebackStart);
  if (start === -1) return undefined;
  const lines = text.slice(start + tracebackStart.length).split('\n');
  const from = lines.findIndex((line) => !/^\s/.test(line));
  if (from === -1) return undefined;
  const rest = lines.slice(from);
  const to = rest.findIndex(
    (line) => line.trim() === '' || /^\s+(at |\.\.\. \d+ more)|^Caused by:/.test(line),
  );
  const error = rest.slice(0, to === -1 ? undefined : to).join('\n');
  const frame = lines
    .slice(0, from)
    .reduce<RegExpExecArray | null>((found, line) => archiveFrame.exec(line) ?? found, null);
  return frame === null ? error : `${frame[1]?.replace(pyflinkOfArchive, 'pyflink')}:${frame[2]}: ${error}`;
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
