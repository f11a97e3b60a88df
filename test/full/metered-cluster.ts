import { stringify } from 'yaml';

const labels = (component: string) => ({ app: 'metered', component, type: 'flink-native-kubernetes' });

const configuration = {
  'jobmanager.rpc.address': 'metered.default',
  'jobmanager.memory.process.size': '1g',
  'taskmanager.memory.process.size': '1g',
  'metrics.reporter.prom.factory.class': 'org.apache.flink.metrics.prometheus.PrometheusReporterFactory',
  'metrics.reporter.prom.port': '9249',
};

/** A Flink cluster of three processes as the objects that an operator would make, its metrics and its web interface. */
export const meteredCluster: readonly object[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'metered-config' },
    data: { 'config.yaml': stringify(configuration) },
  },
  service('metered', { publishNotReadyAddresses: true }, { name: 'jobmanager-rpc', port: 6123 }),
  service('metered-rest', {}, { name: 'rest', port: 8081 }),
  service('metered-metrics', { clusterIP: 'None' }, { name: 'metrics', port: 9249 }, 'metrics'),
  pod('metered-jobmanager-0', 'jobmanager', [
    { name: 'rest', containerPort: 8081 },
    { name: 'jobmanager-rpc', containerPort: 6123 },
  ]),
  pod('metered-taskmanager-1-1', 'taskmanager', []),
  pod('metered-taskmanager-1-2', 'taskmanager', []),
  {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: 'metered' },
    spec: {
      selector: { matchLabels: { app: 'metered', 'app.kubernetes.io/component': 'metrics' } },
      endpoints: [{ port: 'metrics', interval: '2s' }],
    },
  },
  ingress('metered', {}, 'metered.flink.localhost', '/', 'Prefix'),
  ingress(
    'metered-path',
    { 'nginx.ingress.kubernetes.io/rewrite-target': '/$2' },
    'flink.example.com',
    '/default/metered(/|$)(.*)',
    'ImplementationSpecific',
  ),
];

function service(name: string, more: object, port: object, component = 'rest') {
  const selector =
    component === 'metrics' ? { app: 'metered', type: 'flink-native-kubernetes' } : labels('jobmanager');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { app: 'metered', 'app.kubernetes.io/component': component } },
    spec: { selector, ports: [port], ...more },
  };
}

function pod(name: string, component: string, ports: object[]) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: labels(component) },
    spec: {
      containers: [
        {
          name: 'flink-main-container',
          image: 'flink:2.2.0',
          args: [component],
          ports: [...ports, { name: 'metrics', containerPort: 9249 }],
          volumeMounts: [{ name: 'config', mountPath: '/opt/flink/conf' }],
          ...(component === 'jobmanager' && {
            readinessProbe: { httpGet: { path: '/v1/overview', port: 'rest' } },
          }),
        },
      ],
      volumes: [{ name: 'config', configMap: { name: 'metered-config' } }],
    },
  };
}

function ingress(name: string, annotations: object, host: string, path: string, pathType: string) {
  const backend = { service: { name: 'metered-rest', port: { number: 8081 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations },
    spec: { rules: [{ host, http: { paths: [{ path, pathType, backend }] } }] },
  };
}
