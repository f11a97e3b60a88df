import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Colors } from 'picocolors/types.js';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { eventType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { connectPlatform, withApi } from './running-platform.ts';
import { note, outputColors, printJson, printLine } from './terminal-output.ts';

interface EventsOptions {
  data?: string;
  namespace?: string;
  allNamespaces?: boolean;
  for?: string;
  follow?: boolean;
  json?: boolean;
}

export function registerEvents(program: Command): void {
  program
    .command('events')
    .description('Show what operators and the platform said of the resources, the newest last.')
    .option('--data <dir>', 'data folder of the platform')
    .option('-n, --namespace <namespace>', 'namespace to look at', 'default')
    .option('-A, --all-namespaces', 'look at all namespaces')
    .option('--for <kind/name>', 'only events of this object: KafkaTopic/orders')
    .option('-f, --follow', 'go on as new ones come in')
    .option('--json', 'as JSON; with --follow one object a line')
    .addHelpText(
      'after',
      '\nEvents are kept for an hour.\n\nExamples:\n  $ sdp events -A\n  $ sdp events --namespace orders --for FlinkSessionJob/totals --follow',
    )
    .action(async (options: EventsOptions) => {
      const about = options.for === undefined ? undefined : await parseObject(options.for);
      const { client } = await connectPlatform(options.data);
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      try {
        await withApi('read the events', () =>
          showEvents({
            client,
            ...(options.allNamespaces !== true && { namespace: options.namespace ?? 'default' }),
            ...(about !== undefined && { about }),
            follow: options.follow === true,
            json: options.json === true,
            colors: outputColors(),
            signal: abort.signal,
          }),
        );
      } finally {
        await client.close();
      }
    });
}

/** An Event of core/v1, as far as it is shown. */
export interface EventObject extends KubernetesObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly eventTime?: string;
  readonly involvedObject?: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
}

export interface ShownEvent {
  /** When it was last seen. */
  readonly time: string;
  readonly type: string;
  readonly reason: string;
  readonly namespace: string;
  readonly object: string;
  readonly message: string;
  readonly count: number;
}

export interface AboutObject {
  readonly kind: string;
  readonly name: string;
}

export interface EventsRequest {
  readonly client: ApiClient;
  /** All when absent. */
  readonly namespace?: string;
  readonly about?: AboutObject;
  readonly follow: boolean;
  readonly json: boolean;
  readonly colors: Colors;
  readonly signal: AbortSignal;
  readonly print?: (line: string) => void;
}

/** Prints the events that there are, and with `follow` those that come, until the signal. */
export async function showEvents(request: EventsRequest): Promise<void> {
  const { client, namespace, about, follow, json, signal, print = printLine } = request;
  const selection = {
    namespace,
    signal,
    ...(about && { fieldSelector: `involvedObject.kind=${about.kind},involvedObject.name=${about.name}` }),
  };
  const layout = createLayout(request.colors, namespace === undefined);
  /** Versions of the events that were shown, by uid: a list that is read again shows only what is new. */
  const shown = new Map<string, string>();
  const show = (events: readonly EventObject[]) => {
    const fresh = events.filter(
      ({ metadata }) => shown.get(metadata.uid ?? metadata.name) !== metadata.resourceVersion,
    );
    for (const { metadata } of fresh)
      shown.set(metadata.uid ?? metadata.name, metadata.resourceVersion ?? '');
    const rows = fresh.map(toShown).toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    if (!json) layout(rows).forEach(print);
    else if (follow) rows.forEach((row) => print(JSON.stringify(row)));
    else printJson(rows);
  };

  for (let first = true; !signal.aborted; first = false) {
    const { items, resourceVersion } = await client.list<EventObject>(eventType, selection);
    show(items);
    if (first && items.length === 0 && !json)
      note(`No events${namespace === undefined ? '' : ` in namespace ${namespace}; -A shows those of all`}.`);
    if (!follow) return;
    await watchFrom(client, { ...selection, resourceVersion }, (event) => show([event]));
  }
}

/** Shows events until the server ends the watch, has forgotten where it was, or is away. */
async function watchFrom(
  client: ApiClient,
  options: Parameters<ApiClient['watch']>[1],
  show: (event: EventObject) => void,
): Promise<void> {
  try {
    for await (const event of client.watch<EventObject>(eventType, options)) {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') show(event.object);
    }
  } catch (error) {
    if (!(error instanceof ApiError) || !(error.retryable || error.reason === 'Expired')) throw error;
  }
  // A server that ends each watch at once is not asked without a pause.
  await sleep(500, undefined, { signal: options.signal }).catch(() => undefined);
}

/** An Event as it is shown, of either of its two forms. */
export function toShown(event: EventObject): ShownEvent {
  const { involvedObject = {}, series, metadata } = event;
  return {
    time:
      series?.lastObservedTime ??
      event.lastTimestamp ??
      event.eventTime ??
      event.firstTimestamp ??
      metadata.creationTimestamp ??
      '',
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    namespace: involvedObject.namespace ?? metadata.namespace ?? '',
    object: `${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}`,
    message: (event.message ?? '').trim(),
    count: series?.count ?? event.count ?? 1,
  };
}

/** Lines of columns that stay below each other while more rows come; the header is above the first. */
function createLayout(colors: Colors, withNamespace: boolean): (rows: readonly ShownEvent[]) => string[] {
  const header = ['TIME', 'TYPE', 'REASON', ...(withNamespace ? ['NAMESPACE'] : []), 'OBJECT', 'MESSAGE'];
  const widths = header.map(({ length }) => length);
  let begun = false;
  return (rows) => {
    const cells = rows.map((row) => [
      localTime(row.time),
      row.type,
      row.reason,
      ...(withNamespace ? [row.namespace] : []),
      row.object,
      row.message.replace(/\s*\n\s*/g, ' ') + (row.count > 1 ? ` (${row.count} times)` : ''),
    ]);
    for (const row of cells)
      row.forEach((cell, column) => {
        widths[column] = Math.max(widths[column] ?? 0, cell.length);
      });
    const line = (row: readonly string[]) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('   ')
        .trimEnd();
    const lines = cells.map((row, index) =>
      rows[index]?.type === 'Warning' ? colors.yellow(line(row)) : line(row),
    );
    if (begun || lines.length === 0) return lines;
    begun = true;
    return [line(header), ...lines];
  };
}

/** `2026-11-24 13:02:45` where the user is. */
function localTime(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `KafkaTopic/orders`; kinds also by the names that kubectl takes: `kafkatopics/orders`, `kt/orders`. */
export async function parseObject(text: string): Promise<AboutObject> {
  const [kind, name, ...rest] = text.split('/');
  if (kind === undefined || kind === '' || name === undefined || name === '' || rest.length > 0) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'InvalidObjectName',
      summary: `${JSON.stringify(text)} names no object`,
      detail: 'Write its kind and its name: --for KafkaTopic/orders.',
    });
  }
  const { kinds } = await import('../kinds/catalog.ts');
  const wanted = kind.toLowerCase();
  const known = kinds.find(({ type, singular, shortNames }) =>
    [type.kind.toLowerCase(), type.plural, singular, ...shortNames].includes(wanted),
  );
  return { kind: known?.type.kind ?? kind, name };
}
