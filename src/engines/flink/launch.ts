import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ApiClient } from '../../apiclient/client.ts';
import { readArtifactAccess } from '../artifact-access.ts';
import { type Engine, imageName, type LaunchContext, type LaunchPlan } from '../engine.ts';
import type { HostAliases } from '../host-aliases.ts';
import { classDataArchive } from '../java.ts';
import { type FlinkInstallation, installFlink } from './install.ts';
import { moduleOptions, runnerJar } from './java-options.ts';
import { localizeJars } from './job-classpath.ts';
import { releaseLeadership } from './leader-lock.ts';
import { askedImageVariable, findLibraries, type LocalImage } from './local-image.ts';
import { findCauseInLog } from './log-cause.ts';
import { readMemoryOptions } from './memory-options.ts';
import { pyflinkExecutable } from './pyflink.ts';
import { findReporterPorts } from './reporter-ports.ts';
import { chooseS3Access, installS3Plugin, mapBuckets } from './s3.ts';

/** Where the operator mounts `config.yaml`, as in Flink's image. */
export const configMountPath = '/opt/flink/conf';
/** Where checkpoints, savepoints and high availability data of a namespace lie. */
export const storageMountPath = '/flink-data';

/**
 * A JobManager of a session cluster or of an application, or a TaskManager, told apart by the container's first argument
 * as in Flink's image: `jobmanager`, `standalone-job`, `taskmanager`.
 */
export function createFlinkEngine(
  images: Readonly<Record<string, LocalImage>> = {},
  hostAliases: HostAliases = {},
): Engine<FlinkInstallation> {
  return {
    name: 'flink',
    runs: (image) => imageName(image) === 'flink',
    install: installFlink,
    plan: (installation, context) =>
      planProcess(installation, context, images[context.env[askedImageVariable] ?? ''] ?? {}, hostAliases),
    beforeStart,
    findCause: findCauseInLog,
  };
}

const mainClasses = {
  jobmanager: 'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint',
  'standalone-job': 'org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint',
  taskmanager: 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner',
} as const;

type Command = keyof typeof mainClasses;

async function planProcess(
  installation: FlinkInstallation,
  context: LaunchContext,
  image: LocalImage,
  hostAliases: HostAliases,
): Promise<LaunchPlan | undefined> {
  const [first = '', ...rest] = context.args;
  const command: Command = first in mainClasses ? (first as Command) : 'jobmanager';
  const role = command === 'taskmanager' ? 'taskmanager' : 'jobmanager';
  const declared = readConfiguration(context.mounts[configMountPath]);
  const addresses = role === 'jobmanager' ? jobManagerAddresses(context) : findJobManager(declared, context);
  if (addresses === undefined) return undefined;
  const { workFolder } = context;
  const s3 = chooseS3Access(declared, Object.keys(context.env));
  const plugins =
    s3 === 'plugin'
      ? await installS3Plugin(installation, context.report, context.signal)
      : installation.plugins;
  const configFolder = join(workFolder, 'conf');
  const temporary = join(workFolder, 'tmp');
  const configuration = {
    ...localDefaults,
    ...pythonDefaults(),
    ...mapMountedPaths(
      s3 === 'folder' ? mapBuckets(declared, bucketFolder(context)) : declared,
      context.mounts,
    ),
    ...addresses,
    ...findReporterPorts(declared, context.containerPorts),
    ...highAvailability(declared, context),
    ...(role === 'taskmanager' && { 'taskmanager.resource-id': context.pod }),
    // The plugin's own default is a folder that nobody would clear.
    ...(s3 === 'plugin' && { 'fs.s3a.buffer.dir': join(temporary, 's3a') }),
    'io.tmp.dirs': temporary,
    'web.tmpdir': temporary,
  };
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  await mkdir(configFolder, { recursive: true });
  const configFile = { path: join(configFolder, 'config.yaml'), content: stringify(configuration) };
  await writeFile(configFile.path, configFile.content);
  const libraries = [
    ...installation.libraries,
    installation.python,
    await runnerJar(),
    ...(await findLibraries(image)),
  ];
  const memory = await readMemoryOptions(role, installation, configuration, configFolder);
  const archive = await classDataArchive(`flink-${role}`, libraries, workFolder);
  const program =
    command === 'standalone-job'
      ? [
          ...recoveryArguments(configuration),
          ...(await localizeJars(rest, workFolder, image, hostAliases, readArtifactAccess(context.env))),
        ]
      : [];
  const logging = join(configFolder, 'log4j-console.properties');
  return {
    argv: [
      'java',
      ...memory.jvm,
      '-XX:+UseSerialGC',
      // The JobManager is short of start time, not of peak speed.
      ...(role === 'jobmanager' ? ['-XX:TieredStopAtLevel=1'] : []),
      ...archive.options,
      ...moduleOptions,
      ...loopbackOptions,
      `-Djava.io.tmpdir=${temporary}`,
      // Names of months in data must not depend on where the laptop stands.
      '-Duser.language=en',
      `-Dlog4j.configurationFile=${logging}`,
      '-cp',
      libraries.join(':'),
      mainClasses[command],
      '--configDir',
      configFolder,
      ...memory.dynamic,
      ...program,
    ],
    env: {
      FLINK_CONF_DIR: configFolder,
      FLINK_LIB_DIR: join(installation.folder, 'lib'),
      FLINK_OPT_DIR: installation.opt,
      FLINK_PLUGINS_DIR: plugins,
    },
    workingFolder: workFolder,
    files: [configFile, { path: logging, content: consoleLogging }],
    ...(archive.record !== undefined && { archive: archive.record }),
  };
}

/** Where the folders lie that stand for buckets: beside the checkpoints of the namespace. */
function bucketFolder({ mounts, workFolder }: LaunchContext): string {
  return join(mounts[storageMountPath] ?? workFolder, 's3');
}

/** The entry point takes what a job starts from as arguments, and writes over what the configuration says of it. */
function recoveryArguments(configuration: Readonly<Record<string, string>>): readonly string[] {
  const path = configuration['execution.state-recovery.path'];
  if (path === undefined) return [];
  const ignore = configuration['execution.state-recovery.ignore-unclaimed-state'] === 'true';
  return ['--fromSavepoint', path, ...(ignore ? ['--allowNonRestoredState'] : [])];
}

/** Where one machine differs from a cluster: a lost peer refuses connections at once, so it may be noticed sooner. */
const localDefaults: Readonly<Record<string, string>> = {
  'heartbeat.interval': '2000',
  'heartbeat.timeout': '20000',
  'web.submit.enable': 'true',
  // The last checkpoint of a job that has ended is read here: an answer of before the end may name one that was replaced,
  // whose files are gone.
  'rest.cache.checkpoint-statistics.timeout': '0 ms',
  // Kept in files, a job that was suspended once, since its JobManager lost the leadership for a while, is deleted from the
  // list of jobs by the very write that records its end: nobody would find it any more.
  'jobstore.type': 'Memory',
  'jobstore.max-capacity': '100',
};

/** Where Python with PyFlink will be, once a job needs it: a running cluster is not started again for that. */
function pythonDefaults(): Record<string, string> {
  return { 'python.executable': pyflinkExecutable(), 'python.client.executable': pyflinkExecutable() };
}

function jobManagerAddresses({ ports }: LaunchContext): Record<string, string> {
  return {
    'jobmanager.rpc.address': '127.0.0.1',
    'jobmanager.bind-host': '127.0.0.1',
    'jobmanager.rpc.port': String(ports['jobmanager-rpc'] ?? 6123),
    'rest.address': '127.0.0.1',
    'rest.bind-address': '127.0.0.1',
    'rest.port': String(ports.rest ?? 8081),
    'rest.bind-port': String(ports.rest ?? 8081),
  };
}

function findJobManager(
  declared: Readonly<Record<string, string>>,
  context: LaunchContext,
): Record<string, string> | undefined {
  const service = declared['jobmanager.rpc.address']?.split('.')[0] ?? '';
  const address = context.resolveService(service, 'jobmanager-rpc');
  if (address === undefined) return undefined;
  return {
    'jobmanager.rpc.address': address.host,
    'jobmanager.rpc.port': String(address.port),
    'taskmanager.host': '127.0.0.1',
    'taskmanager.bind-host': '127.0.0.1',
  };
}

/** A cluster has one JobManager here, so whoever leads is the process before this one. */
async function beforeStart(client: ApiClient, context: LaunchContext): Promise<void> {
  const declared = readConfiguration(context.mounts[configMountPath]);
  const clusterId = declared['kubernetes.cluster-id'];
  if (context.args[0] === 'taskmanager' || clusterId === undefined) return;
  if (declared['high-availability.type'] !== 'kubernetes') return;
  await releaseLeadership(client, context.namespace, clusterId);
}

/** Flink's own Kubernetes services outside of a pod: facts measured against kube-apiserver 1.32. */
function highAvailability(
  declared: Readonly<Record<string, string>>,
  context: LaunchContext,
): Record<string, string> {
  if (declared['high-availability.type'] !== 'kubernetes') return {};
  return {
    'kubernetes.config.file': join(context.serviceAccountFolder, 'kubeconfig'),
    'kubernetes.namespace': context.namespace,
  };
}

function readConfiguration(folder: string | undefined): Record<string, string> {
  if (folder === undefined) return {};
  const parsed: unknown = parse(readFileSync(join(folder, 'config.yaml'), 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) return {};
  return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
}

/** A process has no mounts: `file:///flink-data/…` becomes the folder of the volume that is mounted there. */
function mapMountedPaths(
  configuration: Readonly<Record<string, string>>,
  mounts: Readonly<Record<string, string>>,
): Record<string, string> {
  const mapped = Object.entries(configuration).map(([key, value]) => {
    const mount = Object.entries(mounts).find(([path]) => uriPattern(path).test(value));
    return [key, mount === undefined ? value : value.replace(uriPattern(mount[0]), `file://${mount[1]}$1`)];
  });
  return Object.fromEntries(mapped) as Record<string, string>;
}

function uriPattern(mountPath: string): RegExp {
  return new RegExp(`^(?:file:(?://)?)?${mountPath.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(/|$)`);
}

/** The Prometheus reporter listens on every address of the machine, and has no setting for it. */
const loopbackOptions: readonly string[] = [
  '--add-exports=jdk.httpserver/sun.net.httpserver=ALL-UNNAMED',
  '-Dcom.sun.net.httpserver.HttpServerProvider=internal.sdp.runner.LoopbackHttpServerProvider',
];

/**
 * Flink knows for most lines which job they are about (`MdcUtils`): the first 8 digits of its id stand in brackets after
 * the logger, `CheckpointCoordinator [024464cf] - …`, so that the lines of one job can be told from those of the others.
 */
const consoleLogging = `rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.name = console
appender.console.type = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1}%notEmpty{ [%.-8X{flink-job-id}]} - %m%n
logger.kafka.name = org.apache.flink.kafka.shaded.org.apache.kafka
logger.kafka.level = WARN
logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
`;
