import { describe, expect, it } from 'vitest';
import type { ServiceMonitorSpec } from '../../kinds/service-monitor/kind.ts';
import type { Pod, Service } from '../../pods/pod.ts';
import { buildTargets } from './targets.ts';

function pod(name: string, namespace: string, port: number, phase: 'Running' | 'Failed' = 'Running'): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { app: 'orders' },
      annotations: { 'sdp.internal/ports': JSON.stringify({ rest: port + 1, metrics: port }) },
    },
    spec: {
      containers: [
        {
          name: 'flink-main-container',
          image: 'flink',
          ports: [
            { name: 'rest', containerPort: 8081 },
            { name: 'metrics', containerPort: 9249 },
          ],
        },
      ],
    },
    status: { phase },
  };
}

function service(name: string, namespace: string, labels: Record<string, string>): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: {
      selector: { app: 'orders' },
      ports: [
        { name: 'metrics', port: 9249, targetPort: 9249 },
        { name: 'web', port: 80, targetPort: 'rest' },
      ],
    },
  };
}

const pods = [
  pod('orders-jobmanager-0', 'default', 21000),
  pod('orders-taskmanager-1-1', 'default', 22000),
  pod('orders-old', 'default', 23000, 'Failed'),
  pod('theirs', 'other', 24000),
];
const services = [
  service('orders-metrics', 'default', { app: 'orders', component: 'metrics', team: 'sales' }),
  service('orders-rest', 'default', { app: 'orders' }),
  service('their-metrics', 'other', { app: 'orders', component: 'metrics' }),
];

const targetsOf = (spec: ServiceMonitorSpec) =>
  buildTargets(
    [
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'ServiceMonitor',
        metadata: { name: 'orders', namespace: 'default' },
        spec,
      },
    ],
    services,
    pods,
  );
const metrics = { matchLabels: { component: 'metrics' } };
const endpoints = [{ port: 'metrics' }];

describe('targets', () => {
  it('are all pods behind a service at their real ports, with the labels of the Prometheus Operator', () => {
    const labels = {
      job: 'orders-metrics',
      namespace: 'default',
      service: 'orders-metrics',
      container: 'flink-main-container',
      endpoint: 'metrics',
    };
    expect(targetsOf({ selector: metrics, endpoints })).toEqual([
      { targets: ['127.0.0.1:21000'], labels: { ...labels, pod: 'orders-jobmanager-0' } },
      { targets: ['127.0.0.1:22000'], labels: { ...labels, pod: 'orders-taskmanager-1-1' } },
    ]);
  });

  it.each<[string, Partial<ServiceMonitorSpec>, string[]]>([
    ['of every service for an empty selector', { selector: {} }, ['orders-metrics', 'orders-rest']],
    ['of a label in', { selector: expression('component', 'In', ['metrics', 'x']) }, ['orders-metrics']],
    ['of a label not in', { selector: expression('component', 'NotIn', ['metrics']) }, ['orders-rest']],
    ['of a label that exists', { selector: expression('component', 'Exists') }, ['orders-metrics']],
    ['of a label that does not', { selector: expression('component', 'DoesNotExist') }, ['orders-rest']],
    ['of no operator known', { selector: expression('component', 'Like', ['x']) }, []],
    ['of any namespace', { namespaceSelector: { any: true } }, ['orders-metrics', 'their-metrics']],
    ['of named namespaces', { namespaceSelector: { matchNames: ['other'] } }, ['their-metrics']],
    ['of a port that is absent', { endpoints: [{ port: 'none' }] }, []],
  ])('%s', (_what, spec, expected) => {
    const found = targetsOf({ selector: metrics, endpoints, ...spec });
    expect([...new Set(found.map(({ labels }) => labels['service']))]).toEqual(expected);
  });

  it('are of every port for an endpoint without one', () => {
    const found = targetsOf({ selector: metrics, endpoints: [{}] });
    expect(found.map(({ targets, labels }) => [targets[0], labels['endpoint']])).toEqual([
      ['127.0.0.1:21000', 'metrics'],
      ['127.0.0.1:21001', 'web'],
      ['127.0.0.1:22000', 'metrics'],
      ['127.0.0.1:22001', 'web'],
    ]);
  });

  it.each([
    ['team', 'sales'],
    ['absent', 'orders-metrics'],
  ])('take the job from the label %s: %s', (jobLabel, job) => {
    expect(targetsOf({ selector: metrics, endpoints, jobLabel })[0]?.labels['job']).toBe(job);
  });

  it.each([
    [{}, {}],
    [
      { path: '/prom', scheme: 'HTTPS' },
      { __metrics_path__: '/prom', __scheme__: 'https' },
    ],
    [{ interval: '30s' }, { __scrape_interval__: '30s', __scrape_timeout__: '10s' }],
    [{ interval: '1m30s' }, { __scrape_interval__: '1m30s', __scrape_timeout__: '10s' }],
    [{ interval: '500ms' }, { __scrape_interval__: '500ms', __scrape_timeout__: '500ms' }],
    [
      { interval: '5s', scrapeTimeout: '3s' },
      { __scrape_interval__: '5s', __scrape_timeout__: '3s' },
    ],
  ])('are scraped as %j says', (endpoint, expected) => {
    const [target] = targetsOf({ selector: metrics, endpoints: [{ port: 'metrics', ...endpoint }] });
    const scraping = Object.entries(target?.labels ?? {}).filter(([name]) => name.startsWith('__'));
    expect(Object.fromEntries(scraping)).toEqual(expected);
  });
});

function expression(key: string, operator: string, values?: string[]) {
  return { matchExpressions: [{ key, operator, ...(values !== undefined && { values }) }] };
}
