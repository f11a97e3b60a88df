import type { FastifyReply } from 'fastify';
import { type Representation, representObject } from '../discovery/representation.ts';
import type { ApiObject } from '../json.ts';
import { parseResourceVersion } from '../registry/list-objects.ts';
import { type ObjectEvent, openWatch, type Watch } from '../watch/watch-events.ts';
import { representationFor, toStatus } from './answer.ts';
import { count, flag, type ResourceRequest } from './api-context.ts';
import { handleGet, readFilter } from './read-requests.ts';
import { checkListOptions } from './request-options.ts';

const BOOKMARK_INTERVAL_MS = 60_000;
const MIN_TIMEOUT_SECONDS = 1800;
/** A client that lets this much pile up is cut off; it comes back with a list. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** Watchers of one object share its text. */
const texts = new WeakMap<ApiObject, string>();

function textOf(object: ApiObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}

/** Streams events as lines of JSON until the client leaves, the time is up or the server closes. */
export function handleWatch(asked: ResourceRequest): FastifyReply {
  const { api, resource, path, query, request, reply } = asked;
  // A name in the path is read, whatever the query says; watches of one object select it by its name.
  if (path.name !== undefined) return handleGet(asked);
  const representation = representationFor(request);
  checkListOptions(query, true);
  const filter = readFilter(asked);
  const version = query.get('resourceVersion') ?? '';
  const sendsInitial = flag(query, 'sendInitialEvents');
  const after = version === '' || version === '0' || sendsInitial ? undefined : parseResourceVersion(version);
  const seconds = count(query, 'timeoutSeconds') ?? MIN_TIMEOUT_SECONDS * (1 + Math.random());

  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  raw.flushHeaders();

  let watch: Watch | undefined;
  const end = (): void => {
    watch?.stop();
    clearTimeout(timeout);
    clearInterval(bookmarks);
    api.closing.removeEventListener('abort', end);
    raw.end();
  };
  const write = (line: string): void => {
    if (raw.destroyed || raw.writableEnded) return;
    raw.write(line);
    if (raw.writableLength > MAX_BUFFERED_BYTES) raw.destroy();
  };
  const print = eventPrinter(asked, representation);
  const timeout = setTimeout(end, seconds * 1000);
  const bookmark = (annotations?: Record<string, string>): void => {
    const { group, version: apiVersion, kind } = resource.type;
    const metadata = {
      resourceVersion: String(watch?.revision() ?? api.storage.revision()),
      ...(annotations === undefined ? {} : { annotations }),
    };
    const object = {
      kind,
      apiVersion: group === '' ? apiVersion : `${group}/${apiVersion}`,
      metadata,
    };
    write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  };
  const wantsBookmarks = flag(query, 'allowWatchBookmarks');
  const bookmarks = setInterval(() => {
    if (wantsBookmarks) bookmark();
  }, BOOKMARK_INTERVAL_MS);
  raw.on('close', end);
  api.closing.addEventListener('abort', end);

  try {
    watch = openWatch(api.storage, { resource, namespace: path.namespace, filter, after }, (event) => {
      write(print(event));
    });
    if (sendsInitial && wantsBookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
  } catch (error) {
    // As from kube-apiserver's watch cache: the stream opens and its first event is the error.
    write(`${JSON.stringify({ type: 'ERROR', object: toStatus(error) })}\n`);
    end();
  }
  return reply;
}

function eventPrinter(
  { resource, query }: ResourceRequest,
  representation: Representation,
): (event: ObjectEvent) => string {
  if (representation === 'object') {
    return ({ type, object }) => `{"type":"${type}","object":${textOf(object)}}\n`;
  }
  const include = query.get('includeObject') ?? undefined;
  let isFirst = true;
  return ({ type, object }) => {
    const shown = representObject(resource, object, representation, include, isFirst);
    isFirst = false;
    return `${JSON.stringify({ type, object: shown })}\n`;
  };
}
