import type { IngressObject, IngressStatus } from './ingress.ts';
import { buildRoutes, type Route } from './routes.ts';

/** Where an Ingress answers on this machine: `http://orders.flink.localhost:27113/`, for each of its paths. */
export function findAddresses(ingress: IngressObject, port: number): string[] {
  const { routes } = buildRoutes(ingress);
  return [...new Set(routes.map((route) => `http://${localHost(route)}:${port}${readablePath(route)}`))];
}

/** What an ingress controller writes: the hosts that resolve to it, with its port. */
export function buildIngressStatus(ingress: IngressObject, port: number): IngressStatus {
  const hosts = new Set(buildRoutes(ingress).routes.map(localHost));
  const ports = [{ port, protocol: 'TCP' }];
  return { loadBalancer: { ingress: [...hosts].map((hostname) => ({ hostname, ports })) } };
}

/** Names below `localhost` are of this machine everywhere (RFC 6761); others may be elsewhere, or nowhere. */
function localHost({ host, alias }: Route): string {
  const isLocal = host !== undefined && !host.startsWith('*') && /(^|\.)localhost$/.test(host);
  return isLocal ? host : alias;
}

/** The part of a regular expression that every path begins with: `/flink/orders/` of `/flink/orders(/|$)(.*)`. */
function readablePath({ path, pattern }: Route): string {
  if (pattern === undefined) return path;
  const [literal = '/'] = path.split(/\.?[([{\\^$|?*+]/);
  return path.startsWith('(/', literal.length) ? `${literal}/` : literal;
}
