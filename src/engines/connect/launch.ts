import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Engine, imageName, type LaunchContext, type LaunchPlan } from '../engine.ts';
import type { HostAliases } from '../host-aliases.ts';
import { classDataArchive } from '../java.ts';
import { findLoggedTrace } from '../logged-trace.ts';
import { findRootCause } from '../root-cause.ts';
import { type ConnectInstallation, installConnect } from './install.ts';
import { installPlugin, type Plugin } from './plugins.ts';
import { listZip } from './unpack.ts';

/** Where the operator mounts the worker's configuration, as Strimzi does, and the files in it. */
export const configMountPath = '/opt/kafka/custom-config';
export const propertiesFile = 'kafka-connect.properties';
export const loggingFile = 'log4j2.properties';
/** The plugins as JSON: an image holds them on a cluster. */
export const pluginsFile = 'plugins.json';

/** A Connect worker (distributed mode), listening on loopback only. The container's arguments are options of its JVM. */
export function createConnectEngine(hostAliases: HostAliases = {}): Engine<ConnectInstallation> {
  return {
    name: 'connect',
    runs: (image) => imageName(image) === 'kafka-connect',
    install: installConnect,
    plan: (installation, context) => planWorker(installation, context, hostAliases),
    findCause: findCauseInLog,
  };
}

function findCauseInLog(lines: readonly string[]): string | undefined {
  const trace = findLoggedTrace(lines);
  return trace === undefined ? undefined : findRootCause(trace);
}

async function planWorker(
  installation: ConnectInstallation,
  context: LaunchContext,
  hostAliases: HostAliases,
): Promise<LaunchPlan | undefined> {
  const { workFolder, ports, mounts, args, env, report, signal } = context;
  const configuration = mounts[configMountPath] ?? workFolder;
  const bootstrapServers = resolveServers(env.KAFKA_CONNECT_BOOTSTRAP_SERVERS ?? '', context);
  if (bootstrapServers === undefined) return undefined;
  const plugins = JSON.parse(readFileSync(join(configuration, pluginsFile), 'utf8')) as readonly Plugin[];
  const pluginFolders = await Promise.all(
    plugins.map((plugin) => installPlugin(plugin, report, signal, { hostAliases })),
  );
  const declared = readFileSync(join(configuration, propertiesFile), 'utf8').trimEnd();
  const properties = join(workFolder, 'worker.properties');
  const archive = await classDataArchive('connect', installation.libraries, workFolder);
  return {
    argv: [
      'java',
      ...(args.some((option) => /^-XX:\+Use\w+GC$/.test(option)) ? [] : ['-XX:+UseSerialGC']),
      '-XX:+ExitOnOutOfMemoryError',
      ...args,
      ...archive.options,
      `-Dlog4j2.configurationFile=${join(configuration, loggingFile)}`,
      '-cp',
      installation.libraries.join(':'),
      'org.apache.kafka.connect.cli.ConnectDistributed',
      properties,
    ],
    // Strimzi's config provider asks the API as the pod's ServiceAccount.
    env: { KUBECONFIG: join(context.serviceAccountFolder, 'kubeconfig') },
    workingFolder: workFolder,
    files: [
      {
        path: properties,
        content: [
          ...localDefaults,
          ...((await needScanning(pluginFolders)) ? [] : ['plugin.discovery=service_load']),
          declared,
          // What only this machine knows; of two lines with one key the later counts.
          `bootstrap.servers=${bootstrapServers}`,
          `listeners=http://127.0.0.1:${ports['rest-api']}`,
          'rest.advertised.host.name=127.0.0.1',
          `rest.advertised.port=${ports['rest-api']}`,
          // Connect takes no empty one; without it, it finds its own converters all the same.
          ...(pluginFolders.length === 0 ? [] : [`plugin.path=${pluginFolders.join(',')}`]),
          '',
        ].join('\n'),
      },
    ],
    ...(archive.record !== undefined && { archive: archive.record }),
  };
}

/**
 * Where one machine differs from a cluster: a killed worker is back within seconds, so nothing waits for it longer than
 * that; and the topics of one worker need few partitions. What a source has read is noted every second instead of every
 * minute: a Debezium connector that is killed before the first note takes its snapshot again, and never tells of rows
 * that were deleted in between.
 */
const localDefaults: readonly string[] = [
  'offset.flush.interval.ms=1000',
  'scheduled.rebalance.max.delay.ms=3000',
  'session.timeout.ms=6000',
  'heartbeat.interval.ms=2000',
  'consumer.session.timeout.ms=6000',
  'consumer.heartbeat.interval.ms=2000',
  'offset.storage.partitions=4',
  'status.storage.partitions=1',
];

/** Plugins of before Kafka 3.6 say nowhere which classes they have: then all jars are searched, which takes seconds. */
export async function needScanning(folders: readonly string[]): Promise<boolean> {
  const found = await Promise.all(folders.map(hasManifests));
  return found.includes(false);
}

const manifest =
  /^META-INF\/services\/org\.apache\.kafka\.(?:connect\.|common\.config\.provider\.).*(?:Connector|Converter|Transformation|Predicate|ConfigProvider)$/;

/** What plugins are written against says what it has itself, and many a plugin comes with it. */
const kafkaLibrary = /^(?:connect-(?:api|json|runtime|transforms)|kafka-clients)-\d/;

async function hasManifests(folder: string): Promise<boolean> {
  const files = await readdir(folder, { recursive: true });
  const jars = files.filter((name) => name.endsWith('.jar') && !kafkaLibrary.test(basename(name)));
  for (const jar of jars) {
    const names = await listZip(join(folder, jar)).catch(() => []);
    if (names.some((name) => manifest.test(name))) return true;
  }
  return false;
}

function resolveServers(servers: string, context: LaunchContext): string | undefined {
  const resolved = servers.split(',').map((server) => context.resolveAddress(server.trim()));
  return resolved.includes(undefined) ? undefined : resolved.join(',');
}
