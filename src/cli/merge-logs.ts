import { timeOfLine } from '../engines/flink/job-log.ts';

export interface MergedLine {
  readonly source: string;
  readonly text: string;
}

export interface LogMerge {
  /** Reads another log, from now on. */
  add(source: string, lines: AsyncIterable<string>): void;
  /** The lines of all logs in the order of their times, until all have ended, or the signal. */
  read(): AsyncGenerator<MergedLine>;
}

export interface MergeOptions {
  /**
   * Milliseconds for which a log that says nothing keeps lines of others from being passed on, which might be later than
   * its next. Without end when absent: right for logs that end.
   */
  readonly patience?: number;
  /** Goes on when all logs have ended: others may be added. */
  readonly goOn?: boolean;
  readonly signal?: AbortSignal;
  /** All that there was has been passed on. */
  onIdle?(): void;
}

interface Source {
  readonly name: string;
  readonly queue: { readonly time: string; readonly text: string }[];
  open: boolean;
  /** When it last said something. */
  heard: number;
}

/** Puts logs of several processes together line by line. Lines without a time stay behind the line before them. */
export function createLogMerge(options: MergeOptions = {}): LogMerge {
  const { patience = Number.POSITIVE_INFINITY, goOn = false, signal, onIdle } = options;
  const sources: Source[] = [];
  const isOver = () => signal?.aborted === true;
  let failure: unknown;
  let wake: (() => void) | undefined;
  signal?.addEventListener('abort', () => wake?.(), { once: true });

  async function pump(source: Source, lines: AsyncIterable<string>): Promise<void> {
    let time = '';
    try {
      for await (const text of lines) {
        time = timeOfLine(text) ?? time;
        source.queue.push({ time, text });
        source.heard = Date.now();
        wake?.();
      }
    } catch (error) {
      if (!isOver()) failure = error;
    } finally {
      source.open = false;
      wake?.();
    }
  }

  /** The next line, or how long to wait for others that may come before it. */
  function next(before: Source | undefined): Source | number {
    const silent = sources.filter(({ open, queue }) => open && queue.length === 0);
    const wait = Math.max(0, ...silent.map(({ heard }) => heard + patience - Date.now()));
    if (wait > 0) return wait;
    let first = before?.queue[0] === undefined ? undefined : before;
    for (const source of sources) {
      const time = source.queue[0]?.time;
      if (time !== undefined && (first?.queue[0] === undefined || time < first.queue[0].time)) first = source;
    }
    return first ?? Number.POSITIVE_INFINITY;
  }

  async function sleep(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (Number.isFinite(milliseconds)) timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
    wake = undefined;
  }

  return {
    add(name, lines) {
      const source: Source = { name, queue: [], open: true, heard: Date.now() };
      sources.push(source);
      void pump(source, lines);
    },
    async *read() {
      let last: Source | undefined;
      while (!isOver()) {
        if (failure !== undefined) throw failure;
        const found = next(last);
        if (typeof found !== 'number') {
          const line = found.queue.shift();
          last = found;
          if (line !== undefined) yield { source: found.name, text: line.text };
          continue;
        }
        if (found === Number.POSITIVE_INFINITY) {
          if (!goOn && sources.every(({ open, queue }) => !open && queue.length === 0)) return;
          if (sources.every(({ queue }) => queue.length === 0)) onIdle?.();
        }
        if (!isOver()) await sleep(found);
      }
    },
  };
}

/** A stream of bytes as lines. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of body) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
