import { createHash } from 'node:crypto';
import { configMapType, podType, serviceType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { OwnedObject } from '../../controller/owned-objects.ts';
import { connectVersion } from '../../engines/connect/install.ts';
import { configMountPath, loggingFile, pluginsFile, propertiesFile } from '../../engines/connect/launch.ts';
import { priorityAnnotation, schedulerName } from '../../pods/pod.ts';
import { securityProperties } from './security.ts';
import type { KafkaConnectSpec, KafkaConnectStatus } from './spec.ts';
import { isReservedKey } from './validate.ts';

export interface KafkaConnectObject extends KubernetesObject {
  spec: KafkaConnectSpec;
  status?: KafkaConnectStatus;
}

/** Port of the REST API by its name, as Strimzi has it. */
export const restPort = 'rest-api';

export function serviceNameOf({ metadata }: KafkaConnectObject): string {
  return `${metadata.name}-connect-api`;
}

export function labelsOf({ metadata: { name } }: KafkaConnectObject): Record<string, string> {
  return {
    'strimzi.io/cluster': name,
    'strimzi.io/name': `${name}-connect`,
    'strimzi.io/kind': 'KafkaConnect',
  };
}

/** The objects that make a Connect cluster, one pod for each worker. */
export function buildConnectObjects(connect: KafkaConnectObject): {
  readonly config: OwnedObject;
  readonly service: OwnedObject;
  readonly pods: readonly OwnedObject[];
} {
  const { metadata, spec } = connect;
  const labels = labelsOf(connect);
  const configName = `${metadata.name}-connect-config`;
  const data = {
    [propertiesFile]: workerProperties(spec, metadata.namespace ?? 'default'),
    [pluginsFile]: JSON.stringify(spec.build?.plugins ?? [], undefined, 2),
    [loggingFile]: loggingProperties(spec),
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: serviceNameOf(connect), labels },
    spec: { selector: labels, ports: [{ name: restPort, port: 8083, targetPort: restPort }] },
  };
  const pod = (index: number) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${metadata.name}-connect-${index}`,
      labels,
      annotations: {
        // A worker reads its configuration when it starts: another one is another pod.
        'sdp.internal/configuration-hash': hashOf(data),
        // Ends before the brokers, and after nothing.
        [priorityAnnotation]: '100',
      },
    },
    spec: {
      schedulerName,
      serviceAccountName: `${metadata.name}-connect`,
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: `${metadata.name}-connect`,
          image: `kafka-connect:${connectVersion}`,
          args: jvmArguments(spec),
          env: [{ name: 'KAFKA_CONNECT_BOOTSTRAP_SERVERS', value: spec.bootstrapServers }],
          ports: [{ name: restPort, containerPort: 8083 }],
          volumeMounts: [{ name: 'config', mountPath: configMountPath }],
          readinessProbe: { httpGet: { path: '/health', port: restPort } },
          ...(spec.resources !== undefined && { resources: spec.resources }),
        },
      ],
      volumes: [{ name: 'config', configMap: { name: configName } }],
    },
  });
  return {
    config: {
      type: configMapType,
      manifest: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: configName, labels }, data },
    },
    service: { type: serviceType, manifest: service },
    pods: Array.from({ length: spec.replicas }, (_, index) => ({ type: podType, manifest: pod(index) })),
  };
}

/** Worker configuration as Strimzi generates it, with its defaults for what `config` leaves open. */
function workerProperties(spec: KafkaConnectSpec, namespace: string): string {
  const declared = Object.entries(spec.config ?? {}).filter(([key]) => !isReservedKey(key));
  const security = securityProperties(spec, namespace);
  const properties = {
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    ...Object.fromEntries(declared.map(([key, value]) => [key, String(value)])),
    'group.id': spec.groupId,
    'config.storage.topic': spec.configStorageTopic,
    'offset.storage.topic': spec.offsetStorageTopic,
    'status.storage.topic': spec.statusStorageTopic,
    ...security,
    ...withProvider(spec, Object.values(security)),
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeValue(value)}\n`)
    .join('');
}

/** Name of the provider by which the workers read what the resource itself refers to, beside those that users configure. */
const ownProvider = 'strimzisecrets';

function withProvider(spec: KafkaConnectSpec, values: readonly string[]): Record<string, string> {
  if (!values.some((value) => value.includes(`\${${ownProvider}:`))) return {};
  const declared = spec.config?.['config.providers'];
  return {
    'config.providers': typeof declared === 'string' ? `${declared},${ownProvider}` : ownProvider,
    [`config.providers.${ownProvider}.class`]: 'io.strimzi.kafka.KubernetesSecretConfigProvider',
  };
}

/** Options of the worker's JVM. */
function jvmArguments({ jvmOptions = {} }: KafkaConnectSpec): string[] {
  const { '-Xms': xms, '-Xmx': xmx = '512m', '-XX': xx = {}, javaSystemProperties = [] } = jvmOptions;
  const switches = Object.entries(xx).map(([name, value]) =>
    value === 'true' ? `-XX:+${name}` : value === 'false' ? `-XX:-${name}` : `-XX:${name}=${value}`,
  );
  return [
    ...(xms === undefined ? [] : [`-Xms${xms}`]),
    `-Xmx${xmx}`,
    ...switches,
    ...javaSystemProperties.map(({ name, value }) => `-D${name}=${value}`),
  ];
}

/** Strimzi's own, with the levels of `logging` of type inline. Values of configuration are not logged. */
function loggingProperties({ logging }: KafkaConnectSpec): string {
  const { 'rootLogger.level': root = 'INFO', ...others } = logging?.loggers ?? {};
  const levels = Object.entries(others).map(([key, value]) => `${key} = ${value}`);
  return [
    `rootLogger.level = ${root}`,
    'rootLogger.appenderRef.console.ref = console',
    'appender.console.name = console',
    'appender.console.type = Console',
    'appender.console.layout.type = PatternLayout',
    'appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %X{connector.context}%c{1} - %m%n',
    'logger.config.name = org.apache.kafka.common.config',
    'logger.config.level = WARN',
    // A line for every request.
    'logger.rest.name = org.apache.kafka.connect.runtime.rest.RestServer',
    'logger.rest.level = WARN',
    'logger.connectconfig.name = org.apache.kafka.connect.runtime.ConnectorConfig',
    'logger.connectconfig.level = WARN',
    ...levels,
    '',
  ].join('\n');
}

/** For a `.properties` file: a value is one line, and spaces at its start count. */
function escapeValue(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/\r/g, '\\r').replace(/\n/g, '\\n').replace(/^ /, '\\ ');
}

function hashOf(data: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 16);
}
