import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fastify from 'fastify';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import {
  configMapType,
  customResourceDefinitionType,
  endpointSliceType,
  ingressType,
  podType,
  secretType,
  serviceType,
} from '../apiclient/core-types.ts';
import { createApiClient } from '../apiclient/http-client.ts';
import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';
import { ensureServerCertificate } from '../apiserver/certificates.ts';
import { apiServerOptions, type PodLogs } from '../apiserver/server.ts';
import { createEventRecorder } from '../controller/events.ts';
import { type Informer, startInformer } from '../controller/informer.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { createConnectEngine } from '../engines/connect/launch.ts';
import type { Engine } from '../engines/engine.ts';
import { installFlink } from '../engines/flink/install.ts';
import { createFlinkEngine } from '../engines/flink/launch.ts';
import { startPlanner } from '../engines/flink/planner.ts';
import { formatHostAliases, hostAliasesVariable } from '../engines/host-aliases.ts';
import { kafkaEngine } from '../engines/kafka/launch.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import type { FlinkDeploymentObject } from '../kinds/flink-deployment/desired.ts';
import { flinkDeploymentType } from '../kinds/flink-deployment/resource-type.ts';
import type { FlinkSessionJobObject } from '../kinds/flink-session-job/decide.ts';
import { flinkSessionJobType } from '../kinds/flink-session-job/resource-type.ts';
import type { FlinkStateSnapshotObject } from '../kinds/flink-state-snapshot/decide.ts';
import { flinkStateSnapshotType } from '../kinds/flink-state-snapshot/resource-type.ts';
import type { KafkaObject } from '../kinds/kafka/desired.ts';
import { kafkaType } from '../kinds/kafka/kind.ts';
import type { KafkaConnectObject } from '../kinds/kafka-connect/desired.ts';
import { kafkaConnectType } from '../kinds/kafka-connect/resource-type.ts';
import type { KafkaConnectorObject } from '../kinds/kafka-connector/decide.ts';
import { kafkaConnectorType } from '../kinds/kafka-connector/resource-type.ts';
import type { KafkaTopicObject } from '../kinds/kafka-topic/decide.ts';
import { kafkaTopicType } from '../kinds/kafka-topic/resource-type.ts';
import { type KafkaUserObject, kafkaUserType } from '../kinds/kafka-user/kind.ts';
import { userSecretSelector } from '../kinds/kafka-user/secret.ts';
import { serviceMonitorType } from '../kinds/service-monitor/kind.ts';
import { type Kubelet, startKubelet } from '../pods/kubelet.ts';
import { type Pod, type Service, schedulerName } from '../pods/pod.ts';
import { isFree, openPortAllocator, type PortAllocator } from '../pods/ports.ts';
import { type EndpointSlice, startEndpointController } from '../pods/service-endpoints.ts';
import { isHeld, tryLock } from '../process/lock-file.ts';
import { createBearers } from './api-bearer.ts';
import type { PlatformConfiguration } from './configuration.ts';
import { connectControlPlane, registerEmbeddedApi } from './control-plane.ts';
import { openCredentials } from './credentials.ts';
import { type DataFolder, writePlatformAddress } from './data-folder.ts';
import { startIngressController } from './ingress/controller.ts';
import type { IngressObject } from './ingress/ingress.ts';
import { startIngressListener } from './ingress/listener.ts';
import { buildPlatformKafka, localKafkaAddress, localKafkaPorts, systemNamespace } from './local-kafka.ts';
import { buildTargets, type ServiceMonitorObject, targetsPath } from './metrics/targets.ts';
import { startOperators } from './operators.ts';
import { registerPlanner } from './planner-route.ts';
import { revisionSelector, startRegistry, usualHosts } from './registry/start.ts';
import { createServiceAccounts } from './service-accounts.ts';
import { registerStateBackend } from './state-backend.ts';

export interface Platform {
  readonly url: string;
  readonly client: ApiClient;
  /** Ends every process well and then the platform. Jobs and data are there again at the next start. */
  stop(): Promise<void>;
}

export interface PlatformOptions {
  readonly folder: DataFolder;
  /** A kubeconfig of another API server, to be used in the place of the embedded one. */
  readonly kubeconfig?: string | undefined;
  readonly configuration: PlatformConfiguration;
  /** A line about something that went wrong inside and is tried again. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Starts the local platform on a data folder, or takes over what an earlier daemon left running: the Kubernetes API (or
 * another one, by its kubeconfig),
 * the operators and the kubelet in this process; Kafka and Flink as processes that outlive it.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { folder, configuration, onTrouble } = options;
  const { schemaRegistry } = configuration;
  const lock = await tryLock(folder.lockFile, 'sdp up');
  if (!isHeld(lock)) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'DataFolderInUse',
      summary: 'The data folder is in use',
      detail: `Process ${lock.pid} (${lock.purpose}, started ${lock.startTime} UTC) holds ${folder.path}. Use that platform, end it with "sdp down", or name another folder by --data or SDP_DATA.`,
    });
  }
  const undo: (() => unknown)[] = [() => lock.release()];
  const stopAll = async () => {
    for (const step of undo.reverse()) await step();
    undo.length = 0;
  };
  try {
    const ports = await openPortAllocator(join(folder.runtime, 'ports.json'));
    const [credentials, certificate, serverPort, ingressPort, registryPort, kafkaPorts] = await Promise.all([
      openCredentials(folder),
      ensureServerCertificate(join(folder.controlPlane, 'certificates')),
      choosePort(ports, 'https'),
      choosePort(ports, 'http'),
      choosePort(ports, 'registry'),
      ports.reserve(localKafkaPorts.owner, localKafkaPorts.names),
    ]);
    const registryHosts = [...usualHosts, ...(configuration.registry?.hosts ?? [])];
    const hostAliases = Object.fromEntries(registryHosts.map((host) => [host, `127.0.0.1:${registryPort}`]));
    const url = `https://127.0.0.1:${serverPort}`;
    let kubelet: Kubelet | undefined;
    const podLogs: PodLogs = async (pod, logOptions) => requireStarted(kubelet).readLog(pod, logOptions);

    const app = fastify({
      ...apiServerOptions,
      https: { key: certificate.key, cert: certificate.certificate },
    });
    // Shows no credentials of its own.
    let anonymous: ApiClient | undefined;
    const bearers = createBearers(() => requireStarted(anonymous));
    registerStateBackend(app, { folder: folder.states, token: credentials.state, bearers });
    const plannerToken = randomBytes(24).toString('base64url');
    const ending = new AbortController();
    const planner = registerPlanner(app, {
      token: plannerToken,
      start: async () =>
        startPlanner(await installFlink(() => undefined, ending.signal), ending.signal, hostAliases),
    });
    const controlPlane =
      options.kubeconfig === undefined
        ? await registerEmbeddedApi(app, {
            folder,
            credentials,
            server: url,
            ca: certificate.ca,
            podLogs,
            onError: (error) => onTrouble(`API server: ${describe(error)}`),
          })
        : await connectControlPlane(options.kubeconfig);
    undo.push(() => controlPlane.close());
    await app.listen({ host: '127.0.0.1', port: serverPort });
    undo.push(() => app.close());
    const { server, ca, admin, operators: client } = controlPlane;
    anonymous = createApiClient({ server, ca }, 'sdp-platform');
    undo.push(() => Promise.all([admin.close(), client.close(), anonymous?.close()]));
    await installKinds(admin);

    undo.push(
      () => ending.abort(),
      () => planner.stop(),
    );
    const watch = <T extends KubernetesObject>(type: ResourceType, labelSelector?: string): Informer<T> =>
      startInformer<T>(client, type, {
        ...(labelSelector !== undefined && { labelSelector }),
        signal: ending.signal,
        onError: (error) => onTrouble(`watching ${type.plural}: ${describe(error)}`),
      });
    const watched = {
      kafkas: watch<KafkaObject>(kafkaType),
      topics: watch<KafkaTopicObject>(kafkaTopicType),
      connects: watch<KafkaConnectObject>(kafkaConnectType),
      connectors: watch<KafkaConnectorObject>(kafkaConnectorType),
      users: watch<KafkaUserObject>(kafkaUserType),
      userSecrets: watch<KubernetesObject>(secretType, userSecretSelector),
      deployments: watch<FlinkDeploymentObject>(flinkDeploymentType),
      sessionJobs: watch<FlinkSessionJobObject>(flinkSessionJobType),
      snapshots: watch<FlinkStateSnapshotObject>(flinkStateSnapshotType),
      pods: watch<Pod>(podType),
    };
    const services = watch<Service>(serviceType);
    const slices = watch<EndpointSlice>(endpointSliceType);
    const ingresses = watch<IngressObject>(ingressType);
    const monitors = watch<ServiceMonitorObject>(serviceMonitorType);
    const revisions = watch<KubernetesObject>(configMapType, revisionSelector);
    const informers = [...Object.values(watched), services, slices, ingresses, monitors, revisions];
    await Promise.all(informers.map((informer) => informer.synced));
    const onError = (what: string) => (key: string, error: unknown) =>
      onTrouble(`${what} ${key}: ${describe(error)}`);

    const bootstrapServers = configuration.kafka?.bootstrapServers ?? `127.0.0.1:${kafkaPorts.plain}`;
    kubelet = await startKubelet({
      client,
      pods: watched.pods,
      services,
      ports,
      events: createEventRecorder(client, 'kubelet'),
      engines: [
        kafkaEngine as Engine,
        createConnectEngine(hostAliases) as Engine,
        createFlinkEngine(configuration.images, hostAliases) as Engine,
      ],
      scheduler: options.kubeconfig === undefined ? undefined : schedulerName,
      dataFolder: folder.runtime,
      environment: {
        KUBERNETES_SERVICE_HOST: new URL(server).hostname,
        KUBERNETES_SERVICE_PORT: new URL(server).port || '443',
        SDP_BOOTSTRAP_SERVERS: bootstrapServers,
        [hostAliasesVariable]: formatHostAliases(hostAliases),
        ...(schemaRegistry !== undefined && { SDP_SCHEMA_REGISTRY_URL: schemaRegistry.url }),
      },
      sharedServices: {
        namespace: systemNamespace,
        addresses: { [localKafkaAddress]: bootstrapServers },
      },
      serviceAccountFolder: createServiceAccounts(folder, { server, ca, client: admin }),
      onError: onError('pod'),
    });
    const endpoints = startEndpointController(
      client,
      { services, pods: watched.pods, slices },
      onError('service'),
    );
    const listener = await startIngressListener({
      port: ingressPort,
      ingresses: ingresses.list,
      services: services.list,
      pods: watched.pods.list,
      documents: {
        [targetsPath]: () => buildTargets(monitors.list(), services.list(), watched.pods.list()),
      },
      onError: (error) => onTrouble(`ingress: ${describe(error)}`),
    });
    undo.push(() => listener.close());
    const ingressController = startIngressController({
      client,
      ingresses,
      events: createEventRecorder(client, 'sdp-ingress'),
      port: ingressPort,
      onError: onError('ingress'),
    });
    const registry = await startRegistry({
      folder,
      port: registryPort,
      hosts: registryHosts,
      token: credentials.registry,
      bearers,
      users: () =>
        [watched.sessionJobs, watched.deployments, watched.connects, revisions].flatMap((informer) =>
          informer.list(),
        ),
      onError: (error) => onTrouble(`artifact registry: ${describe(error)}`),
    });
    undo.push(() => registry.close());
    const operators = startOperators(
      client,
      watched,
      { images: Object.keys(configuration.images), hostAliases },
      onError('resource'),
    );
    undo.push(async () => {
      await operators.stop();
      await Promise.all([endpoints.stop(), ingressController.stop()]);
      await kubelet?.stopAll();
    });
    await admin.apply(kafkaType, buildPlatformKafka(configuration), {
      fieldManager: 'sdp-platform',
      force: true,
    });
    await writePlatformAddress(folder, {
      url,
      kubeconfig: controlPlane.kubeconfig,
      ingressUrl: `http://127.0.0.1:${ingressPort}`,
      metricsUrl: `http://127.0.0.1:${ingressPort}${targetsPath}`,
      registryUrl: registry.url,
      hostAliases,
      mavenSettings: folder.mavenSettings,
      ...(schemaRegistry !== undefined && { schemaRegistryUrl: schemaRegistry.url }),
      caCertificate: certificate.ca,
      stateToken: credentials.state,
      registryToken: credentials.registry,
      plannerToken,
      pid: process.pid,
    });
    return { url, client: admin, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The same port at every start if it can be had: kubeconfigs, backend addresses and bookmarks name it. */
async function choosePort(ports: PortAllocator, name: 'https' | 'http' | 'registry'): Promise<number> {
  const { [name]: port } = await ports.allocate('platform', [name]);
  if (port !== undefined && (await isFree(port))) return port;
  throw new Error('the port that was just free is taken');
}

async function installKinds(client: ApiClient): Promise<void> {
  await Promise.all(
    kinds.map((kind) =>
      client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kind), {
        fieldManager: 'sdp-platform',
        force: true,
      }),
    ),
  );
}

function requireStarted<T>(part: T | undefined): T {
  if (part === undefined) throw new ApiError('ServiceUnavailable', 'the platform is still starting');
  return part;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
