import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readKubeconfig } from '../../src/apiclient/kubeconfig.ts';
import { createTransport } from '../../src/apiclient/transport.ts';
import { isJsonObject, type JsonObject } from '../../src/apiserver/json.ts';
import type { TargetServer } from './targets.ts';

export const GROUP = 'conformance.sdp.internal';

export interface Send {
  readonly body?: unknown;
  /** The body's media type; JSON when absent. A text is sent as it is. */
  readonly type?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly code: number;
  /** The texts of its Warning headers. */
  readonly warnings: readonly string[];
  readonly contentType: string;
  /** Empty when the text is not one JSON object. */
  readonly body: JsonObject;
  readonly text: string;
}

/** What a kind's definition says besides its names. */
export interface KindSettings {
  readonly plural: string;
  readonly kind: string;
  readonly schema: JsonObject;
  readonly scope?: 'Namespaced' | 'Cluster';
  readonly names?: JsonObject;
  /** Of the only version, `v1`. */
  readonly version?: JsonObject;
}

export interface Connection {
  readonly target: TargetServer['name'];
  /** The server that is tested is sdp's own. */
  readonly isEmbedded: boolean;
  /** A namespace for the tests of one file. */
  readonly namespace: string;
  send(method: string, path: string, options?: Send): Promise<Answer>;
  /** Opens a stream of lines, such as a watch. Ended when the connection is closed at the latest. */
  stream(path: string, query: Readonly<Record<string, string>>): Promise<LineStream>;
  /** Creates a definition and waits until its kind is served. Answers the path of its objects in the namespace. */
  define(settings: KindSettings): Promise<string>;
  /** Creates any definition and removes it in the end. */
  createDefinition(definition: JsonObject): Promise<Answer>;
  /** Removes whatever the tests created. */
  close(): Promise<void>;
}

export interface LineStream {
  readonly code: number;
  /** The next line parsed, `undefined` when the stream ended or nothing came for a while. */
  next(withinMs?: number): Promise<JsonObject | undefined>;
  close(): void;
}

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const SERVED_WITHIN_MS = 30_000;

export async function connect({ name, kubeconfig }: TargetServer): Promise<Connection> {
  const transport = createTransport(await readKubeconfig(kubeconfig), 'conformance');
  const namespace = `sdp-conformance-${randomBytes(4).toString('hex')}`;
  const definitions = new Set<string>();
  const streams = new Set<LineStream>();

  async function send(
    method: string,
    path: string,
    { body, type, query, headers }: Send = {},
  ): Promise<Answer> {
    const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await transport.open(
      {
        method,
        path: withQuery(path, query),
        headers: {
          ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
          ...headers,
        },
        body: content,
      },
      false,
    );
    const text = await answer.body.text();
    const contentType = String(answer.headers['content-type'] ?? '');
    return {
      code: answer.statusCode,
      warnings: [answer.headers['warning'] ?? []].flat().map(readWarning),
      contentType,
      body: parseObject(text),
      text,
    };
  }

  async function stream(path: string, query: Readonly<Record<string, string>>): Promise<LineStream> {
    const ending = new AbortController();
    const answer = await transport.open(
      { method: 'GET', path: withQuery(path, query), signal: ending.signal },
      true,
    );
    const opened = openLines(answer.statusCode, answer.body, () => ending.abort());
    streams.add(opened);
    return opened;
  }

  async function createDefinition(definition: JsonObject): Promise<Answer> {
    const answer = await send('POST', DEFINITIONS, { body: definition });
    if (answer.code === 201) definitions.add((definition['metadata'] as { name: string }).name);
    return answer;
  }

  const created = await send('POST', '/api/v1/namespaces', {
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  });
  if (created.code !== 201) throw new Error(`no namespace for the tests: ${created.text}`);

  return {
    target: name,
    isEmbedded: name === 'embedded',
    namespace,
    send,
    stream,
    createDefinition,
    async define(settings) {
      const answer = await createDefinition(buildDefinition(settings));
      if (answer.code !== 201) throw new Error(`no definition for the tests: ${answer.text}`);
      const { plural, scope } = settings;
      const path =
        scope === 'Cluster'
          ? `/apis/${GROUP}/v1/${plural}`
          : `/apis/${GROUP}/v1/namespaces/${namespace}/${plural}`;
      await waitFor(`${plural} to be served`, async () => (await send('GET', path)).code === 200);
      return path;
    },
    async close() {
      for (const opened of streams) opened.close();
      for (const definition of definitions) await removeDefinition(send, definition);
      await send('DELETE', `/api/v1/namespaces/${namespace}`);
      await transport.close();
    },
  };
}

export function buildDefinition({ plural, kind, schema, scope, names, version }: KindSettings): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: scope ?? 'Namespaced',
      names: { plural, kind, ...names },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version },
      ],
    },
  };
}

async function removeDefinition(send: Connection['send'], name: string): Promise<void> {
  const path = `${DEFINITIONS}/${name}`;
  await send('DELETE', path);
  await waitFor(`${name} to go`, async () => (await send('GET', path)).code === 404);
}

export async function waitFor(what: string, holds: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + SERVED_WITHIN_MS;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`waited in vain for ${what}`);
    await sleep(50);
  }
}

function withQuery(path: string, query: Readonly<Record<string, string>> | undefined): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** `299 - "text"`. */
function readWarning(header: string): string {
  return header.replace(/^299 - "(.*)"$/u, '$1').replaceAll('\\"', '"');
}

function openLines(code: number, body: AsyncIterable<Uint8Array>, abort: () => void): LineStream {
  const lines: string[] = [];
  let ended = false;
  let wake = (): void => undefined;
  const read = async (): Promise<void> => {
    let rest = '';
    for await (const chunk of body) {
      const parts = (rest + Buffer.from(chunk).toString('utf8')).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      wake();
    }
    if (rest !== '') lines.push(rest);
  };
  void read()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
      wake();
    });
  return {
    code,
    async next(withinMs = 3_000) {
      const limit = Date.now() + withinMs;
      while (lines.length === 0 && !ended && Date.now() < limit) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, limit - Date.now());
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const line = lines.shift();
      return line === undefined ? undefined : (JSON.parse(line) as JsonObject);
    },
    close: abort,
  };
}
