import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Pod, Service } from '../../pods/pod.ts';
import { isForeignWrite } from '../foreign-write.ts';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import { findAddresses } from './addresses.ts';
import { findBackend } from './backend.ts';
import type { IngressObject } from './ingress.ts';
import { findRoute, type Route, rewritePath } from './routes.ts';

export interface IngressListenerOptions {
  readonly port: number;
  ingresses(): readonly IngressObject[];
  services(): readonly Service[];
  pods(): readonly Pod[];
  /** JSON that the listener itself answers, by path, to those who ask for 127.0.0.1 or localhost. */
  readonly documents: Readonly<Record<string, () => unknown>>;
  onError(error: unknown): void;
}

export interface IngressListener {
  close(): Promise<void>;
}

/**
 * Answers plain HTTP on loopback as the Ingresses say: a request goes to the real port of a ready pod behind the
 * Service that its host and path lead to, and both bodies are streamed. Without one it answers 503 and says what is
 * missing, and 404 with what is known when no rule is for it.
 */
export async function startIngressListener(options: IngressListenerOptions): Promise<IngressListener> {
  const server = createServer((request, response) => {
    try {
      answer(options, request, response);
    } catch (error) {
      options.onError(error);
      say(response, 500, `This is a bug in sdp, please report: ${String(error)}`);
    }
  });
  return listenOnLoopback(server, options.port);
}

function answer(options: IngressListenerOptions, request: IncomingMessage, response: ServerResponse): void {
  const host = hostName(request.headers.host ?? '');
  const target = request.url ?? '/';
  const path = target.split('?')[0] ?? target;
  const document = isOwnHost(host) ? options.documents[path] : undefined;
  if (document !== undefined && request.method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(document()));
    return;
  }
  if (!path.startsWith('/')) return say(response, 400, `${path} is no path.`);
  // Flink would run the jar that one uploads.
  if (isForeignWrite(request)) {
    const { origin } = request.headers;
    return say(response, 403, `A page of ${origin} may not write here: whoever opens it would run its code.`);
  }
  const route = findRoute(options.ingresses(), host, path);
  if (route === undefined) return say(response, 404, describeKnown(options, `${host}${path}`));
  const backend = findBackend(route, options.services(), options.pods());
  if ('missing' in backend) return say(response, 503, `Ingress ${route.ingress}: ${backend.missing}`);
  const query = target.slice(path.length);
  forward(request, response, route, backend.port, `${rewritePath(route, path)}${query}`);
}

function hostName(header: string): string {
  return header.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();
}

function isOwnHost(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost';
}

function say(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${text}\n`);
}

function describeKnown({ ingresses, port, documents }: IngressListenerOptions, asked: string): string {
  const known = ingresses().flatMap((ingress) =>
    findAddresses(ingress, port).map(
      (address) => `${address}  Ingress ${ingress.metadata.namespace}/${ingress.metadata.name}`,
    ),
  );
  const own = Object.keys(documents).map((path) => `http://127.0.0.1:${port}${path}`);
  return [`No rule of an Ingress is for ${asked}. There are:`, ...known, ...own].join('\n  ');
}

/** Of one connection, not of the message (RFC 9110, 7.6.1); the framing of a body stays with it. */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect'];

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  port: number,
  path: string,
): void {
  const headers = {
    ...endToEnd(request),
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': request.headers.host,
    'x-forwarded-proto': 'http',
  };
  const outgoing = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    method: request.method,
    headers,
    // A connection that was kept may be one to a process that has ended.
    agent: false,
  });
  outgoing.once('response', (incoming) => {
    const { 'transfer-encoding': _, ...answered } = endToEnd(incoming);
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, answered);
    pipeline(incoming, response, () => undefined);
  });
  outgoing.on('error', (error) => {
    if (!response.headersSent)
      say(response, 502, `Ingress ${route.ingress}: port ${port} did not answer: ${error.message}`);
  });
  // What is left of a body stands before the next request on its connection.
  outgoing.once('close', () => request.resume());
  response.once('close', () => outgoing.destroy());
  // Not as a pipeline: that would end the connection on which the failure is to be told.
  request.pipe(outgoing);
}

function endToEnd({ headers }: IncomingMessage): Record<string, string | string[] | undefined> {
  const named = headers.connection?.toLowerCase().split(/\s*,\s*/) ?? [];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !hopByHop.includes(name) && !named.includes(name)),
  );
}
