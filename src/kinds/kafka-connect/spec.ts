import { z } from 'zod';
import { strimziConditions } from '../strimzi-conditions.ts';
import { build, imagePlugins } from './plugins.ts';
import { connectResources } from './resources.ts';

const configMapKey = z
  .object({
    configMapKeyRef: z
      .object({
        name: z.string().optional().describe('Name of the ConfigMap.'),
        key: z.string().optional().describe('Key in the ConfigMap.'),
        optional: z.boolean().optional().describe('Whether the key may be missing. false when absent.'),
      })
      .optional()
      .describe('The key of a ConfigMap in the same namespace.'),
  })
  .describe('Where the configuration stands.');

const probe = z.object({
  initialDelaySeconds: z.int().min(0).optional().describe('Seconds before the first check. 15 when absent.'),
  timeoutSeconds: z.int().min(1).optional().describe('Seconds that a check may take. 5 when absent.'),
  periodSeconds: z.int().min(1).optional().describe('Seconds between two checks. 10 when absent.'),
  successThreshold: z
    .int()
    .min(1)
    .optional()
    .describe('Good checks in a row after which a failed pod counts as well again. 1 when absent.'),
  failureThreshold: z
    .int()
    .min(1)
    .optional()
    .describe('Failed checks in a row after which the pod counts as failed. 3 when absent.'),
});

const javaSystemProperties = z.array(
  z.object({
    name: z.string().optional().describe('Name of the property.'),
    value: z.string().optional().describe('Value of the property.'),
  }),
);

const heapSize = z.string().regex(/^[0-9]+[mMgG]?$/, {
  error: 'is not an amount of memory for the JVM: write a whole number and m or g, such as 512m',
});

/** The part of `jvmOptions` that has the same names for users; the others begin with `-`. */
const commonJvmOptions = {
  gcLoggingEnabled: z
    .boolean()
    .optional()
    .describe('Whether the JVM logs garbage collections. false when absent.'),
  javaSystemProperties: javaSystemProperties.optional().describe('System properties: `-Dname=value`.'),
};

/** `jvmOptions` as modules write it. */
export const jvmOptionsParams = z.object({
  xms: heapSize.optional().describe('Initial heap size (`-Xms`), such as 512m.'),
  xmx: heapSize
    .optional()
    .describe('Largest heap size (`-Xmx`), such as 1g. A share of the memory limit when absent.'),
  xx: z.record(z.string(), z.string()).optional().describe('Other options by name: `-XX:name=value`.'),
  ...commonJvmOptions,
});

export type JvmOptionsParams = z.output<typeof jvmOptionsParams>;

/** KafkaConnect spec of `kafka.strimzi.io/v1` (Strimzi 1.2.0). */
export const kafkaConnectSpec = z.object({
  version: z
    .string()
    .optional()
    .describe('Version of Kafka Connect, such as 4.3.1. The newest that the operator knows when absent.'),
  replicas: z.int().min(0).describe('Number of workers.'),
  image: z
    .string()
    .optional()
    .describe(
      "Container image of the workers. With build: the image that the plugins are added to. The operator's when absent.",
    ),
  bootstrapServers: z
    .string()
    .min(1)
    .describe('Kafka brokers to connect to: `host:port`, several separated by commas.'),
  groupId: z
    .string()
    .min(1)
    .describe('Consumer group by which the workers find each other. Unique in the Kafka cluster.'),
  configStorageTopic: z
    .string()
    .min(1)
    .describe('Topic in which the workers keep the configurations of the connectors.'),
  statusStorageTopic: z
    .string()
    .min(1)
    .describe('Topic in which the workers keep the states of connectors and tasks.'),
  offsetStorageTopic: z
    .string()
    .min(1)
    .describe('Topic in which the workers keep how far source connectors have read.'),
  config: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'Configuration of the workers. Connection, security and storage topics have fields of their own.',
    ),
  tls: z
    .object({
      trustedCertificates: z
        .array(
          z.object({
            secretName: z.string().describe('Name of the Secret that holds the certificate.'),
            certificate: z
              .string()
              .optional()
              .describe('Key of the certificate in the Secret. Or use pattern.'),
            pattern: z
              .string()
              .optional()
              .describe('Pattern of keys in the Secret, all of which are trusted: `*.crt`.'),
          }),
        )
        .optional()
        .describe("Certificates of authorities that may have signed the brokers' certificates."),
    })
    .optional()
    .describe(
      'Encryption of the connection to Kafka. An empty object trusts the public authorities. None when absent.',
    ),
  authentication: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'How the workers prove who they are to Kafka: `type` is tls, scram-sha-256, scram-sha-512, plain or custom; the rest, in camelCase, depends on it. Secrets are named, never written. None when absent.',
    ),
  resources: connectResources.optional().describe('CPU and memory of one worker.'),
  livenessProbe: probe.optional().describe('When a worker counts as dead and is started again.'),
  readinessProbe: probe.optional().describe('When a worker counts as ready for requests.'),
  jvmOptions: z
    .object({
      '-Xms': heapSize.optional(),
      '-Xmx': heapSize.optional(),
      '-XX': z.record(z.string(), z.string()).optional(),
      ...commonJvmOptions,
    })
    .optional()
    .describe("Options of the workers' JVM."),
  jmxOptions: z
    .object({
      authentication: z
        .object({ type: z.enum(['password']).describe('Kind of protection: password.') })
        .optional()
        .describe('Protects the port by user and password, which the operator puts into a Secret.'),
    })
    .optional()
    .describe('Opens a JMX port on each worker. None when absent.'),
  logging: z
    .object({
      type: z.enum(['inline', 'external']).describe('inline: loggers stand here. external: in a ConfigMap.'),
      loggers: z
        .record(z.string(), z.string())
        .optional()
        .describe('Log levels by logger, with `rootLogger.level` for all others. For type inline.'),
      valueFrom: configMapKey
        .optional()
        .describe('The ConfigMap with a log4j2 configuration. For type external.'),
    })
    .optional()
    .describe("Log levels of the workers. The operator's when absent."),
  clientRackInitImage: z
    .string()
    .optional()
    .describe("Image of the init container that finds out the worker's rack. The operator's when absent."),
  rack: z
    .object({
      type: z
        .enum(['topology-label', 'environment-variable'])
        .optional()
        .describe('Where the rack is read from. topology-label when absent.'),
      topologyKey: z
        .string()
        .optional()
        .describe('Label of the Kubernetes node that names the rack: `topology.kubernetes.io/zone`.'),
      envVarName: z.string().optional().describe('Environment variable that names the rack.'),
    })
    .optional()
    .describe('Lets the workers read from the nearest replicas (client.rack). Off when absent.'),
  metricsConfig: z
    .object({
      type: z
        .enum(['jmxPrometheusExporter', 'strimziMetricsReporter'])
        .describe('What makes the metrics for Prometheus.'),
      valueFrom: configMapKey
        .optional()
        .describe("The ConfigMap with the exporter's rules. For type jmxPrometheusExporter."),
      values: z
        .object({
          allowList: z
            .array(z.string())
            .optional()
            .describe('Regular expressions of the names of metrics to report. All when absent.'),
        })
        .optional()
        .describe('Settings of the reporter. For type strimziMetricsReporter.'),
    })
    .optional()
    .describe('Metrics for Prometheus on port 9404. None when absent.'),
  tracing: z
    .object({ type: z.enum(['opentelemetry']).describe('Kind of tracing: opentelemetry.') })
    .optional()
    .describe('Tracing of messages. None when absent.'),
  template: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'Changes to the objects that the operator makes (pod, connectContainer, apiService, serviceAccount, …), in camelCase as in Strimzi.',
    ),
  build: build.optional().describe('An image that the operator builds with connector plugins added.'),
  plugins: imagePlugins.optional().describe('Connector plugins that are mounted from images of their own.'),
});

export type KafkaConnectSpec = z.output<typeof kafkaConnectSpec>;

export const kafkaConnectStatus = z.object({
  conditions: strimziConditions.optional(),
  observedGeneration: z.int().optional(),
  url: z.string().optional(),
  replicas: z.int().optional(),
  labelSelector: z.string().optional(),
  connectorPlugins: z
    .array(
      z.object({
        class: z.string().optional(),
        type: z.string().optional(),
        version: z.string().optional(),
      }),
    )
    .optional(),
});

export type KafkaConnectStatus = z.output<typeof kafkaConnectStatus>;
