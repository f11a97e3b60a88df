import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { checkOpenFields } from '../open-fields.ts';
import type { KafkaConnectParams } from './params.ts';
import { checkBuild, checkPluginNames } from './plugins.ts';

/** `KafkaConnectSpec.FORBIDDEN_PREFIXES` of Strimzi 1.2.0: configuration that the operator drops with a line in its log. */
const forbiddenPrefixes = [
  'group.id',
  'config.storage.topic',
  'offset.storage.topic',
  'status.storage.topic',
  'ssl.',
  'sasl.',
  'security.',
  'listeners',
  'plugin.path',
  'rest.',
  'bootstrap.servers',
  'consumer.interceptor.classes',
  'producer.interceptor.classes',
  'prometheus.metrics.reporter.',
];
const allowedKeys = new Set([
  'ssl.endpoint.identification.algorithm',
  'ssl.cipher.suites',
  'ssl.protocol',
  'ssl.enabled.protocols',
]);

const authenticationTypes = ['tls', 'scram-sha-256', 'scram-sha-512', 'plain', 'custom'];

const templateFields = [
  'apiService',
  'buildConfig',
  'buildContainer',
  'buildPod',
  'buildServiceAccount',
  'clusterRoleBinding',
  'connectContainer',
  'headlessService',
  'initContainer',
  'jmxSecret',
  'pod',
  'podDisruptionBudget',
  'podSet',
  'serviceAccount',
];

/** What is wrong with a Connect cluster before anybody runs it. */
export function checkConnect(name: string, params: KafkaConnectParams): readonly Diagnostic[] {
  return [
    ...checkName(name),
    ...checkStorageTopics(params),
    ...Object.keys(params.config ?? {}).flatMap(checkConfigKey),
    ...checkAuthentication(params.authentication),
    ...checkCertificates(params.tls),
    ...checkRequired(params),
    ...checkOpenFields(params.template, templateFields, ['template']),
    ...(params.build === undefined ? [] : checkBuild(params.build)),
    ...checkPluginNames(params.plugins ?? [], ['plugins']),
  ];
}

/** The longest name that the operator derives is that of the Service `<name>-connect-api`. */
function checkName(name: string): readonly Diagnostic[] {
  if (/^[a-z]([-a-z0-9]{0,49}[a-z0-9])?$/.test(name)) return [];
  return [
    {
      severity: 'error',
      reason: 'InvalidName',
      summary: `${JSON.stringify(name)} cannot be the name of a Connect cluster`,
      detail:
        `The operator makes a Service ${name}-connect-api. Use at most 51 lower-case letters, digits and "-", ` +
        'a letter first and a letter or digit last.',
      path: ['name'],
    },
  ];
}

function checkStorageTopics(params: KafkaConnectParams): readonly Diagnostic[] {
  const fields = ['configStorageTopic', 'offsetStorageTopic', 'statusStorageTopic'] as const;
  return fields.flatMap((field, index): Diagnostic[] => {
    if (!fields.slice(0, index).some((other) => params[other] === params[field])) return [];
    return [
      {
        severity: 'error',
        reason: 'ConflictingArguments',
        summary: `Topic ${params[field]} is to store two things`,
        detail:
          'Two of config_storage_topic, offset_storage_topic and status_storage_topic name it, and the workers cannot read it then. Give each its own.',
        path: [field],
      },
    ];
  });
}

/** Whether Strimzi sets a key of the workers' configuration itself, and drops it from `config`. */
export function isReservedKey(key: string): boolean {
  return !allowedKeys.has(key) && forbiddenPrefixes.some((prefix) => key.startsWith(prefix));
}

function checkConfigKey(key: string): readonly Diagnostic[] {
  if (!isReservedKey(key)) return [];
  return [
    {
      severity: 'error',
      reason: 'ReservedConfigKey',
      summary: `config must not set ${key}`,
      detail: `Strimzi sets ${key} itself and drops it from config, so it would have no effect. Remove it and use the field for it.`,
      path: ['config', key],
    },
  ];
}

function checkAuthentication(
  authentication: Readonly<Record<string, unknown>> | undefined,
): readonly Diagnostic[] {
  const type = authentication?.['type'];
  if (authentication === undefined || (typeof type === 'string' && authenticationTypes.includes(type)))
    return [];
  return [
    {
      severity: 'error',
      reason: 'InvalidValue',
      summary: 'Invalid value for authentication.type',
      detail: `${JSON.stringify(type) ?? 'Nothing'} is no kind of authentication that Strimzi knows. Use one of ${authenticationTypes.join(', ')}.`,
      path: ['authentication'],
    },
  ];
}

/** Rules of the CRD between fields (`oneOf`). */
function checkCertificates(tls: KafkaConnectParams['tls']): readonly Diagnostic[] {
  return (tls?.trustedCertificates ?? []).flatMap(
    ({ secretName, certificate, pattern }, index): Diagnostic[] => {
      if ((certificate === undefined) !== (pattern === undefined)) return [];
      const both = certificate !== undefined;
      return [
        {
          severity: 'error',
          reason: both ? 'ConflictingArguments' : 'MissingValue',
          summary: `${both ? 'Both certificate and pattern are' : 'Neither certificate nor pattern is'} set for Secret ${secretName}`,
          detail:
            'The API refuses it: one of them says which keys of the Secret are trusted. Set exactly one.',
          path: ['tls', 'trustedCertificates', index, 'certificate'],
        },
      ];
    },
  );
}

/** Rules of the CRD between fields (`x-kubernetes-validations`). */
function checkRequired({ rack, metricsConfig }: KafkaConnectParams): readonly Diagnostic[] {
  const byVariable = rack?.type === 'environment-variable';
  return [
    ...missing(
      rack !== undefined && !byVariable && (rack.topologyKey ?? '') === '',
      'rack.topology_key',
      ['rack', 'topologyKey'],
      'a rack of type topology-label is read from the label of that name',
    ),
    ...missing(
      byVariable && (rack?.envVarName ?? '') === '',
      'rack.env_var_name',
      ['rack', 'envVarName'],
      'a rack of type environment-variable is read from the variable of that name',
    ),
    ...missing(
      metricsConfig?.type === 'jmxPrometheusExporter' && metricsConfig.valueFrom === undefined,
      'metrics_config.value_from',
      ['metricsConfig', 'valueFrom'],
      'jmxPrometheusExporter has its rules from a ConfigMap',
    ),
  ];
}

function missing(
  isMissing: boolean,
  name: string,
  path: readonly string[],
  why: string,
): readonly Diagnostic[] {
  if (!isMissing) return [];
  return [
    {
      severity: 'error',
      reason: 'MissingValue',
      summary: `Missing value for ${name}`,
      detail: `The API refuses it without: ${why}. Set ${name}.`,
      path,
    },
  ];
}
