import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, imageName, type LaunchContext, type LaunchPlan } from '../engine.ts';
import { classDataArchive } from '../java.ts';
import { installKafka, type KafkaInstallation } from './install.ts';

/** Where the operator mounts the broker's configuration and its storage. */
export const configMountPath = '/opt/kafka/config';
export const storageMountPath = '/var/lib/kafka/data';

/** A broker that is its own controller (KRaft), listening on loopback only. */
export const kafkaEngine: Engine<KafkaInstallation> = {
  name: 'kafka',
  runs: (image) => imageName(image) === 'kafka',
  install: installKafka,
  plan: planBroker,
};

async function planBroker(installation: KafkaInstallation, context: LaunchContext): Promise<LaunchPlan> {
  const { workFolder, ports, mounts, env } = context;
  const storage = mounts[storageMountPath] ?? join(workFolder, 'data');
  const properties = join(workFolder, 'server.properties');
  const logging = join(workFolder, 'log4j2.properties');
  const archive = await classDataArchive('kafka', installation.libraries, workFolder);
  const java = [
    'java',
    ...(env.KAFKA_HEAP_OPTS ?? '-Xmx512m').split(' '),
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:+ExitOnOutOfMemoryError',
    `-Dlog4j2.configurationFile=${logging}`,
  ] as const;
  const classpath = ['-cp', installation.libraries.join(':')];
  const formatted = existsSync(join(storage, 'meta.properties'));
  return {
    argv: [...java, ...archive.options, ...classpath, 'kafka.Kafka', properties],
    env: {},
    workingFolder: workFolder,
    files: [
      { path: properties, content: brokerProperties(mounts[configMountPath], storage, ports) },
      { path: logging, content: consoleLogging },
    ],
    ...(!formatted && {
      before: [
        ...java,
        ...(archive.record === undefined ? archive.options : []),
        ...classpath,
        'kafka.tools.StorageTool',
        'format',
        '-t',
        env.CLUSTER_ID ?? '',
        '-c',
        properties,
        '--standalone',
        '--ignore-formatted',
      ] as const,
    }),
    ...(archive.record !== undefined && { archive: archive.record }),
  };
}

/**
 * The operator's properties and what only this machine knows: addresses, ports, folders. A port `scram` is a second listener
 * where users log in.
 */
function brokerProperties(
  configFolder: string | undefined,
  storage: string,
  ports: Readonly<Record<string, number>>,
): string {
  const declared =
    configFolder === undefined ? '' : readFileSync(join(configFolder, 'server.properties'), 'utf8');
  const listeners = [
    ['PLAINTEXT', 'PLAINTEXT', ports.plain],
    ...(ports.scram === undefined ? [] : [['SCRAM', 'SASL_PLAINTEXT', ports.scram]]),
    ['CONTROLLER', 'PLAINTEXT', ports.controller],
  ] as const;
  const addresses = listeners.map(([name, , port]) => `${name}://127.0.0.1:${port}`).join(',');
  const module = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return [
    declared.trimEnd(),
    'process.roles=broker,controller',
    'node.id=0',
    `listeners=${addresses}`,
    `advertised.listeners=${addresses}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `listener.security.protocol.map=${listeners.map(([name, protocol]) => `${name}:${protocol}`).join(',')}`,
    ...(ports.scram === undefined
      ? []
      : [
          'listener.name.scram.sasl.enabled.mechanisms=SCRAM-SHA-512',
          `listener.name.scram.scram-sha-512.sasl.jaas.config=${module}`,
        ]),
    `controller.quorum.bootstrap.servers=127.0.0.1:${ports.controller}`,
    `log.dirs=${storage}`,
    '',
  ].join('\n');
}

const consoleLogging = `rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.name = console
appender.console.type = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1} - %m%n
logger.config.name = org.apache.kafka.common.config.AbstractConfig
logger.config.level = WARN
`;
