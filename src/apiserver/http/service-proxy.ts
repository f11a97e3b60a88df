import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';
import { type ApiObject, listAt, stringAt, valueAt } from '../json.ts';
import { badRequest, notFound, serviceUnavailable } from '../status.ts';
import type { Storage } from '../storage/storage.ts';
import type { Address, ApiContext, ResourceRequest } from './api-context.ts';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** The caller's credentials are for this server, not for what stands behind it. */
const NOT_FORWARDED = new Set([...HOP_BY_HOP, 'authorization', 'host', 'content-length', 'cookie']);
const IMPERSONATION = /^impersonate-/u;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1)$/u;

/**
 * `…/services/[scheme:]name[:port]/proxy/…` and the same of pods: passes the request to an endpoint of the service,
 * found in its EndpointSlices, or to the pod, and streams the answer. Only loopback addresses and plain HTTP are reached.
 */
export async function handleProxy(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, resource, path, request, reply } = asked;
  const { name, port } = parseTarget(path.name ?? '');
  const endpoint =
    resource.type.plural === 'pods'
      ? findPod(api, path.namespace ?? '', name, port)
      : findEndpoint(api.storage, path.namespace ?? '', name, port);
  const answer = await forward(asked, endpoint, remainderOf(request.raw.url ?? ''));
  for (const [header, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(header)) reply.header(header, value);
  }
  return reply.code(answer.statusCode ?? 502).send(answer);
}

function parseTarget(text: string): { name: string; port: string } {
  const parts = text.split(':');
  if (parts.length === 3) {
    const [scheme, name = '', port = ''] = parts;
    if (scheme !== '' && scheme !== 'http') {
      throw badRequest(`invalid proxy request ${JSON.stringify(text)}: only http is proxied`);
    }
    return { name, port };
  }
  const [name = '', port = ''] = parts;
  if (parts.length > 2) throw badRequest(`invalid proxy request ${JSON.stringify(text)}`);
  return { name, port };
}

function findPod(api: ApiContext, namespace: string, name: string, port: string): Address {
  const pod = api.storage.get({ resource: '/pods', namespace, name });
  if (pod === undefined) throw notFound({ group: '', plural: 'pods', kind: 'Pod' }, name);
  const address = api.podAddress(pod, port);
  if (address !== undefined && LOOPBACK.test(address.host)) return address;
  throw serviceUnavailable(`pod ${name} has no port ${port === '' ? 'that is open' : JSON.stringify(port)}`);
}

function findEndpoint(storage: Storage, namespace: string, name: string, port: string): Address {
  const service = storage.get({ resource: '/services', namespace, name });
  if (service === undefined) throw notFound({ group: '', plural: 'services', kind: 'Service' }, name);
  const portName = portNameOf(service, port);
  const slices = storage
    .list('discovery.k8s.io/endpointslices', namespace)
    .objects.filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === name);
  const endpoints = slices.flatMap((slice) => endpointsOf(slice, portName, port));
  const chosen = endpoints[Math.floor(Math.random() * endpoints.length)];
  if (chosen === undefined) throw serviceUnavailable(`no endpoints available for service "${name}"`);
  return chosen;
}

/** A port may be asked for by name or by number; slices know it by name. */
function portNameOf(service: ApiObject, asked: string): string | undefined {
  const ports = listAt(service, 'spec', 'ports');
  if (asked === '') return ports.length === 1 ? (stringAt(ports[0], 'name') ?? '') : undefined;
  const port = ports.find(
    (candidate) => stringAt(candidate, 'name') === asked || String(valueAt(candidate, 'port')) === asked,
  );
  if (port === undefined) {
    throw serviceUnavailable(
      `no service port ${JSON.stringify(asked)} found for service "${service.metadata.name}"`,
    );
  }
  return stringAt(port, 'name') ?? '';
}

function endpointsOf(slice: ApiObject, portName: string | undefined, asked: string): Address[] {
  const ports = listAt(slice, 'ports').filter(
    (port) =>
      portName === undefined ||
      (stringAt(port, 'name') ?? '') === portName ||
      String(valueAt(port, 'port')) === asked,
  );
  const port = valueAt(ports[0], 'port');
  if (typeof port !== 'number') return [];
  return listAt(slice, 'endpoints')
    .filter((endpoint) => valueAt(endpoint, 'conditions', 'ready') !== false)
    .flatMap((endpoint) => listAt(endpoint, 'addresses'))
    .filter((address): address is string => typeof address === 'string' && LOOPBACK.test(address))
    .map((host) => ({ host, port }));
}

/** What follows `/proxy`, undecoded and with its query. */
function remainderOf(url: string): string {
  const rest = /\/(?:services|pods)\/[^/?]+\/proxy([^]*)$/u.exec(url)?.[1] ?? '';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function forward(
  { request, reply }: ResourceRequest,
  endpoint: Address,
  path: string,
): Promise<IncomingMessage> {
  const body = Buffer.isBuffer(request.body) ? request.body : undefined;
  const headers: Record<string, string | string[]> = {};
  for (const [header, value] of Object.entries(request.headers)) {
    if (value !== undefined && !NOT_FORWARDED.has(header) && !IMPERSONATION.test(header))
      headers[header] = value;
  }
  if (body !== undefined && body.length > 0) headers['content-length'] = String(body.length);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ ...endpoint, path, method: request.method, headers }, resolve);
    outgoing.on('error', (error) =>
      reject(serviceUnavailable(`error trying to reach service: ${error.message}`)),
    );
    reply.raw.on('close', () => outgoing.destroy());
    outgoing.end(body);
  });
}
