import type { KubernetesObject } from '../../apiclient/object.ts';
import type { ServiceMonitorSpec } from '../../kinds/service-monitor/kind.ts';
import type { Pod, Service } from '../../pods/pod.ts';
import { findEndpoints, selectPods } from '../../pods/service-endpoints.ts';

export interface ServiceMonitorObject extends KubernetesObject {
  spec: ServiceMonitorSpec;
}

/** Path of the targets below the address of the Ingress listener. */
export const targetsPath = '/metrics/targets';

/** As Prometheus reads it from an `http_sd_configs` address. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * What Prometheus has to scrape for the ServiceMonitors: every pod behind every Service that one selects, at its real
 * port, with the labels that the Prometheus Operator gives it.
 */
export function buildTargets(
  monitors: readonly ServiceMonitorObject[],
  services: readonly Service[],
  pods: readonly Pod[],
): TargetGroup[] {
  const alive = pods.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  return monitors.flatMap((monitor) =>
    services
      .filter((service) => isMonitored(monitor, service))
      .flatMap((service) => buildServiceTargets(monitor.spec, service, alive)),
  );
}

function buildServiceTargets(
  { endpoints, jobLabel = '' }: ServiceMonitorSpec,
  service: Service,
  pods: readonly Pod[],
): TargetGroup[] {
  const { name, namespace = '', labels = {} } = service.metadata;
  const containers = new Map(
    selectPods(service, pods).map(({ metadata, spec }) => [metadata.name, spec.containers[0]?.name ?? '']),
  );
  return findEndpoints(service, pods).flatMap(({ pod, ports }) =>
    endpoints.flatMap((endpoint) =>
      Object.entries(ports)
        .filter(([portName]) => endpoint.port === undefined || endpoint.port === portName)
        .map(([portName, port]) => ({
          targets: [`127.0.0.1:${port}`],
          labels: {
            job: labels[jobLabel] || name,
            namespace,
            service: name,
            pod,
            container: containers.get(pod) ?? '',
            endpoint: portName,
            ...scrapeLabels(endpoint),
          },
        })),
    ),
  );
}

type ScrapedEndpoint = ServiceMonitorSpec['endpoints'][number];

/** Labels by which Prometheus knows how to scrape; what is not declared follows its own configuration. */
function scrapeLabels({ path, scheme, interval, scrapeTimeout }: ScrapedEndpoint): Record<string, string> {
  const timeout = scrapeTimeout ?? (interval === undefined ? undefined : defaultTimeout(interval));
  return {
    ...(path !== undefined && { __metrics_path__: path }),
    ...(scheme !== undefined && { __scheme__: scheme.toLowerCase() }),
    ...(interval !== undefined && { __scrape_interval__: interval }),
    ...(timeout !== undefined && { __scrape_timeout__: timeout }),
  };
}

const seconds = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

/** Prometheus' own, but not above the interval: it drops such a target instead of shortening the time. */
function defaultTimeout(interval: string): string {
  const parts = [...interval.matchAll(/(\d+)(ms|[smhdwy])/g)];
  const total = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (seconds[unit as keyof typeof seconds] ?? 0),
    0,
  );
  return total < 10 ? interval : '10s';
}

function isMonitored({ metadata, spec }: ServiceMonitorObject, service: Service): boolean {
  const { any = false, matchNames } = spec.namespaceSelector ?? {};
  const namespaces = matchNames ?? [metadata.namespace];
  if (!any && !namespaces.includes(service.metadata.namespace ?? '')) return false;
  return matchesLabels(spec.selector, service.metadata.labels ?? {});
}

/** Kubernetes' LabelSelector: all of it has to hold, and an empty one always does. */
function matchesLabels(
  { matchLabels = {}, matchExpressions = [] }: ServiceMonitorSpec['selector'],
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
