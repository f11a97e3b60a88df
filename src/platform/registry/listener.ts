import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isForeignWrite } from '../foreign-write.ts';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import { answerApi } from './api-routes.ts';
import { answerMaven, sendMaven } from './maven-routes.ts';
import { locate, parsePath } from './paths.ts';
import { answerIndex, takeUpload } from './python-routes.ts';
import { Refusal } from './refusal.ts';
import { type Registry, refuse, sendText } from './registry.ts';

export interface RegistryListener {
  close(): Promise<void>;
}

export interface RegistryListenerOptions extends Registry {
  readonly port: number;
  /** Hosts besides loopback that stand for the registry in addresses. */
  readonly hosts: readonly string[];
  onError(error: unknown): void;
}

const own = ['127.0.0.1', 'localhost'];

/** Serves the registry by plain HTTP on loopback. */
export async function startRegistryListener(options: RegistryListenerOptions): Promise<RegistryListener> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      // Nobody is there to be told.
      if (request.errored !== null || response.destroyed) return;
      const refusal =
        error instanceof Refusal
          ? error
          : new Refusal(500, 'A bug in sdp', `This is a bug in sdp, please report: ${String(error)}`);
      if (refusal !== error) options.onError(error);
      if (response.headersSent) response.destroy();
      else refuse(request, response, refusal);
    });
  });
  return listenOnLoopback(server, options.port);
}

async function answer(
  registry: RegistryListenerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('x-content-type-options', 'nosniff');
  checkHost(request, registry.hosts);
  const segments = parsePath(request.url ?? '/');
  if (segments === undefined) {
    throw new Refusal(
      400,
      'Not a path of the registry',
      'The path has a part that is no name: parts are made of letters, digits and "._+!~:-", and begin with a letter, a digit or "_".',
    );
  }
  const [first, ...rest] = segments;
  if (first === 'api') return answerApi(registry, request, response, rest);
  if (first === 'simple') return answerIndex(registry, request, response, rest);
  if (request.method === 'POST' && rest.length === 0 && (first === undefined || first === 'legacy')) {
    return takeUpload(registry, request, response);
  }
  if (first === 'maven') return answerMaven(registry, request, response, rest);
  if (!['GET', 'HEAD'].includes(request.method ?? '')) {
    throw new Refusal(
      405,
      'Nothing can be published here',
      'Python distributions are published at /legacy/, files of a Maven repository below /maven/.',
    );
  }
  if (segments.length === 0) return sendText(response, 200, welcome);
  const located = locate(segments);
  if (located === undefined) throw notHere(request);
  await sendMaven(registry, request, response, located);
}

/** A host that somebody makes resolve to loopback would let his page read and write here. */
function checkHost(request: IncomingMessage, hosts: readonly string[]): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (!own.includes(host) && !hosts.includes(host)) {
    throw new Refusal(
      421,
      'Not a host of the registry',
      `The registry answers for ${[...own, ...hosts].join(', ')}, not for ${JSON.stringify(host)}. Hosts are named in sdp.yaml (registry.hosts).`,
    );
  }
  if (isForeignWrite(request)) {
    throw new Refusal(
      403,
      'A page of another site may not write here',
      `A page of ${request.headers.origin} may not write here: jobs run what is published.`,
    );
  }
}

function notHere({ url = '/' }: IncomingMessage): Refusal {
  return new Refusal(404, 'Not Found', `There is nothing at ${url.split('?')[0]}.\n${welcome}`);
}

const welcome = `The artifact registry of sdp's local platform:
  /legacy/    Python distributions are published here (twine upload)
  /simple/    the index for pip
  /packages/  Python distributions, by name, version and file
  /maven/     a Maven repository (mvn deploy)
"sdp artifacts" lists what is published.`;
