import { isReady, type Pod, type Service } from '../../pods/pod.ts';
import { findEndpoints, selectPods } from '../../pods/service-endpoints.ts';
import type { Route } from './routes.ts';

/** The loopback port that a route leads to now, or a sentence that says what it lacks. */
export type Backend = { readonly port: number } | { readonly missing: string };

/** A ready pod behind the Service of a route; always the same while that is ready, as Flink's REST has uploads. */
export function findBackend(route: Route, services: readonly Service[], pods: readonly Pod[]): Backend {
  const { namespace, service: name } = route;
  const called = `Service ${namespace}/${name}`;
  const service = services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  if (service === undefined) return { missing: `${called} is not there.` };
  const { ports = [], selector } = service.spec;
  const servicePort = ports.find((port) => port.port === route.port || port.name === route.port);
  if (servicePort === undefined) {
    const there = ports.map((port) => (port.name === undefined ? port.port : `${port.port} (${port.name})`));
    return { missing: `${called} has no port ${route.port}; it has ${there.join(', ') || 'none'}.` };
  }
  const portName = servicePort.name ?? '';
  const ready = findEndpoints(service, pods).filter((endpoint) => endpoint.ready);
  const port = ready.find((endpoint) => endpoint.ports[portName] !== undefined)?.ports[portName];
  if (port !== undefined) return { port };
  const selected = selectPods(service, pods);
  if (selected.length === 0) {
    const labels = Object.entries(selector ?? {}).map(([key, value]) => `${key}=${value}`);
    return { missing: `No pod is behind ${called}: none has ${labels.join(', ') || 'a selector'}.` };
  }
  const names = selected.map(({ metadata }) => metadata.name).join(', ');
  if (!selected.some(isReady)) {
    return { missing: `No pod behind ${called} is ready: ${names}. "sdp status" says what it waits for.` };
  }
  const target = servicePort.targetPort ?? servicePort.port;
  return { missing: `No container of the pods behind ${called} declares port ${target}: ${names}.` };
}
