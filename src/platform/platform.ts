import { join } from 'node:path';
import fastify from 'fastify';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import {
  customResourceDefinitionType,
  endpointSliceType,
  ingressType,
  podType,
  serviceType,
} from '../apiclient/core-types.ts';
import { createApiClient } from '../apiclient/http-client.ts';
import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';
import { ensureServerCertificate } from '../apiserver/certificates.ts';
import { buildKubeconfig } from '../apiserver/kubeconfig.ts';
import {
  apiServerOptions,
  checkStorage,
  markClosed,
  openStorage,
  type PodLogs,
  registerKubernetesApi,
} from '../apiserver/server.ts';
import { createEventRecorder } from '../controller/events.ts';
import { type Informer, startInformer } from '../controller/informer.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Engine } from '../engines/engine.ts';
import { flinkEngine } from '../engines/flink/launch.ts';
import { kafkaEngine } from '../engines/kafka/launch.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import type { FlinkDeploymentObject } from '../kinds/flink-deployment/desired.ts';
import { flinkDeploymentType } from '../kinds/flink-deployment/kind.ts';
import type { FlinkSessionJobObject } from '../kinds/flink-session-job/decide.ts';
import { flinkSessionJobType } from '../kinds/flink-session-job/kind.ts';
import type { FlinkStateSnapshotObject } from '../kinds/flink-state-snapshot/decide.ts';
import { flinkStateSnapshotType } from '../kinds/flink-state-snapshot/kind.ts';
import type { KafkaObject } from '../kinds/kafka/desired.ts';
import { kafkaType } from '../kinds/kafka/kind.ts';
import type { KafkaTopicObject } from '../kinds/kafka-topic/decide.ts';
import { kafkaTopicType } from '../kinds/kafka-topic/kind.ts';
import { serviceMonitorType } from '../kinds/service-monitor/kind.ts';
import { type Kubelet, startKubelet } from '../pods/kubelet.ts';
import type { Pod, Service } from '../pods/pod.ts';
import { isFree, openPortAllocator, type PortAllocator } from '../pods/ports.ts';
import { type EndpointSlice, startEndpointController } from '../pods/service-endpoints.ts';
import { isHeld, tryLock } from '../process/lock-file.ts';
import { openCredentials, randomToken } from './credentials.ts';
import { type DataFolder, writePlatformAddress, writePrivately } from './data-folder.ts';
import { startIngressController } from './ingress/controller.ts';
import type { IngressObject } from './ingress/ingress.ts';
import { startIngressListener } from './ingress/listener.ts';
import { localKafka, localKafkaPorts, systemNamespace } from './local-kafka.ts';
import { buildTargets, type ServiceMonitorObject, targetsPath } from './metrics/targets.ts';
import { customGroups, operatorsRole, operatorsUser } from './operator-role.ts';
import { startOperators } from './operators.ts';
import { podAddress } from './pod-address.ts';
import { createServiceAccounts, podsRole } from './service-accounts.ts';
import { registerStateBackend } from './state-backend.ts';

export interface Platform {
  readonly url: string;
  readonly client: ApiClient;
  /** Ends every process well and then the platform. Jobs and data are there again at the next start. */
  stop(): Promise<void>;
}

export interface PlatformOptions {
  readonly folder: DataFolder;
  /** A line about something that went wrong inside and is tried again. */
  readonly onTrouble: (message: string) => void;
}

const engines: readonly Engine[] = [kafkaEngine as Engine, flinkEngine as Engine];

/**
 * Starts the local platform on a data folder, or takes over what an earlier daemon left running: the Kubernetes API,
 * the operators and the kubelet in this process; Kafka and Flink as processes that outlive it.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { folder, onTrouble } = options;
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
    const [credentials, certificate, serverPort, ingressPort, kafkaPorts] = await Promise.all([
      openCredentials(folder),
      ensureServerCertificate(join(folder.controlPlane, 'certificates')),
      choosePort(ports, 'https'),
      choosePort(ports, 'http'),
      ports.reserve(localKafkaPorts.owner, localKafkaPorts.names),
    ]);
    const url = `https://127.0.0.1:${serverPort}`;
    let kubelet: Kubelet | undefined;
    const podLogs: PodLogs = async (pod, logOptions) =>
      (await requireKubelet(kubelet)).readLog(pod, logOptions);

    // Of this process alone, so nobody has to keep them.
    const own = { platform: randomToken(), operators: randomToken() };
    const storageFolder = join(folder.controlPlane, 'storage');
    await checkStorage(storageFolder);
    const storage = openStorage(storageFolder);
    undo.push(async () => {
      await storage.close();
      await markClosed(storageFolder);
    });
    const app = fastify({
      ...apiServerOptions,
      https: { key: certificate.key, cert: certificate.certificate },
    });
    registerStateBackend(app, { folder: folder.states, token: credentials.state });
    await registerKubernetesApi(app, {
      storage,
      tokens: [
        { token: credentials.admin, user: 'admin', groups: ['system:masters'] },
        { token: own.platform, user: 'sdp-platform', groups: ['system:masters'] },
        { token: own.operators, user: operatorsUser },
      ],
      signingKey: credentials.signingKey,
      namespaces: [systemNamespace],
      groups: customGroups,
      roles: [operatorsRole, podsRole],
      podLogs,
      podAddress,
      onError: (error) => onTrouble(`API server: ${describe(error)}`),
    });
    await app.listen({ host: '127.0.0.1', port: serverPort });
    undo.push(() => app.close());

    const access = { server: url, ca: certificate.ca };
    await writePrivately(
      folder.kubeconfig,
      buildKubeconfig({ ...access, token: credentials.admin, user: 'admin' }),
    );
    const platformClient = createApiClient({ ...access, token: async () => own.platform }, 'sdp-platform');
    undo.push(() => platformClient.close());
    await installKinds(platformClient);
    const client = createApiClient({ ...access, token: async () => own.operators });
    undo.push(() => client.close());

    const ending = new AbortController();
    undo.push(() => ending.abort());
    const watch = <T extends KubernetesObject>(type: ResourceType): Informer<T> =>
      startInformer<T>(client, type, {
        signal: ending.signal,
        onError: (error) => onTrouble(`watching ${type.plural}: ${describe(error)}`),
      });
    const watched = {
      kafkas: watch<KafkaObject>(kafkaType),
      topics: watch<KafkaTopicObject>(kafkaTopicType),
      deployments: watch<FlinkDeploymentObject>(flinkDeploymentType),
      sessionJobs: watch<FlinkSessionJobObject>(flinkSessionJobType),
      snapshots: watch<FlinkStateSnapshotObject>(flinkStateSnapshotType),
      pods: watch<Pod>(podType),
    };
    const services = watch<Service>(serviceType);
    const slices = watch<EndpointSlice>(endpointSliceType);
    const ingresses = watch<IngressObject>(ingressType);
    const monitors = watch<ServiceMonitorObject>(serviceMonitorType);
    const informers = [...Object.values(watched), services, slices, ingresses, monitors];
    await Promise.all(informers.map((informer) => informer.synced));
    const onError = (what: string) => (key: string, error: unknown) =>
      onTrouble(`${what} ${key}: ${describe(error)}`);

    kubelet = await startKubelet({
      client,
      pods: watched.pods,
      services,
      ports,
      events: createEventRecorder(client, 'kubelet'),
      engines,
      dataFolder: folder.runtime,
      environment: {
        KUBERNETES_SERVICE_HOST: '127.0.0.1',
        KUBERNETES_SERVICE_PORT: String(serverPort),
        SDP_BOOTSTRAP_SERVERS: `127.0.0.1:${kafkaPorts.plain}`,
      },
      serviceAccountFolder: createServiceAccounts(folder, { ...access, client: platformClient }),
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
    const operators = startOperators(client, watched, onError('resource'));
    undo.push(async () => {
      await operators.stop();
      await Promise.all([endpoints.stop(), ingressController.stop()]);
      await kubelet?.stopAll();
    });
    await platformClient.apply(kafkaType, localKafka, { fieldManager: 'sdp-platform', force: true });
    await writePlatformAddress(folder, {
      url,
      ingressUrl: `http://127.0.0.1:${ingressPort}`,
      metricsUrl: `http://127.0.0.1:${ingressPort}${targetsPath}`,
      caCertificate: certificate.ca,
      stateToken: credentials.state,
      pid: process.pid,
    });
    return { url, client: platformClient, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The same port at every start if it can be had: kubeconfigs, backend addresses and bookmarks name it. */
async function choosePort(ports: PortAllocator, name: 'https' | 'http'): Promise<number> {
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

async function requireKubelet(kubelet: Kubelet | undefined): Promise<Kubelet> {
  if (kubelet === undefined) throw new ApiError('ServiceUnavailable', 'the platform is still starting');
  return kubelet;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
