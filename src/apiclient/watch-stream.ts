import { fromAnswer, fromTransport } from './api-failure.ts';
import { ApiError, type WatchEvent } from './client.ts';
import type { KubernetesObject } from './object.ts';
import type { Transport } from './transport.ts';

/** The events of a watch, one line of JSON each. Ends when the server ends it or the signal aborts. */
export async function* readWatch<T extends KubernetesObject>(
  transport: Transport,
  path: string,
  signal: AbortSignal | undefined,
): AsyncIterable<WatchEvent<T>> {
  const what = `watch ${path.split('?')[0]}`;
  try {
    const answer = await transport.open({ method: 'GET', path, signal }, true);
    if (answer.statusCode >= 400) throw fromAnswer(answer.statusCode, await answer.body.text(), what);
    for await (const line of readLines(answer.body)) yield parseEvent<T>(line, what);
  } catch (error) {
    if (signal?.aborted === true) return;
    throw fromTransport(error, what, 'the server');
  }
}

function parseEvent<T extends KubernetesObject>(line: string, what: string): WatchEvent<T> {
  let event: { readonly type?: unknown; readonly object?: unknown };
  try {
    event = JSON.parse(line) as typeof event;
  } catch (cause) {
    throw new ApiError('Unreachable', `${what}: the stream broke off in the middle of an event`, {
      retryable: true,
      cause,
    });
  }
  if (event.type === 'ERROR') {
    const { object } = event;
    const code =
      typeof object === 'object' && object !== null && 'code' in object ? Number(object.code) : 500;
    throw fromAnswer(code, JSON.stringify(object), what);
  }
  return event as WatchEvent<T>;
}

/** Lines as they come, without those that are empty. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const chunk of body) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(first);
    for (const start of others) {
      const line = pieces.join('');
      pieces = [start];
      if (line.trim() !== '') yield line;
    }
  }
  const rest = pieces.join('');
  if (rest.trim() !== '') yield rest;
}
