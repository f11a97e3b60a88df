import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { RefusalAnswer } from './api.ts';
import { type ArtifactPath, pathOf } from './paths.ts';
import { Refusal } from './refusal.ts';
import type { ArtifactStore } from './store.ts';
import type { TokenStore } from './tokens.ts';
import type { Usage } from './usage.ts';

/** What the routes of the registry work with. */
export interface Registry {
  readonly store: ArtifactStore;
  readonly tokens: TokenStore;
  /** Who uses what now. */
  usage(): Usage;
}

export function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  const body = Buffer.from(text.endsWith('\n') ? text : `${text}\n`);
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': body.length });
  response.end(body);
}

export function sendJson(response: ServerResponse, status: number, content: unknown): void {
  sendText(response, status, JSON.stringify(content), 'application/json');
}

/** Answers a refusal. A body that still comes is read and dropped: clients look for an answer only when they have sent all. */
export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  request.resume();
  response.statusMessage = refusal.summary;
  if (refusal.status === 401) response.setHeader('www-authenticate', 'Basic realm="sdp"');
  if ((request.headers.accept ?? '').startsWith('application/json')) {
    const { summary, message } = refusal;
    sendJson(response, refusal.status, { summary, message } satisfies RefusalAnswer);
  } else {
    sendText(response, refusal.status, refusal.message);
  }
}

export async function sendFile(
  { store }: Registry,
  request: IncomingMessage,
  response: ServerResponse,
  path: ArtifactPath,
): Promise<void> {
  const found = await store.find(path);
  if (found === undefined) throw await notPublished(store, path);
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': found.size,
    etag: `"${found.sha256}"`,
    'last-modified': new Date(found.published).toUTCString(),
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(store.read(path), response);
}

async function notPublished(store: ArtifactStore, path: ArtifactPath): Promise<Refusal> {
  const versions = (await store.list(path.type, path.name)).map(({ version }) => version);
  const known =
    versions.length === 0
      ? `nothing of ${path.name} is`
      : `of ${path.name} there is ${versions.slice(-5).join(', ')}`;
  return new Refusal(
    404,
    `${path.file} is not published`,
    `${pathOf(path)} is not published in this registry: ${known}. Publish it, or correct the address.`,
  );
}
