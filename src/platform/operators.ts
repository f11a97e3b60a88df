import type { ApiClient } from '../apiclient/client.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { type Controller, dependsOn, ownerKeys, startController } from '../controller/controller.ts';
import { createEventRecorder } from '../controller/events.ts';
import { type Informer, keyOf } from '../controller/informer.ts';
import { createConnectClient } from '../engines/connect/client.ts';
import { createPyFlinkInstallation } from '../engines/flink/pyflink-installation.ts';
import type { HostAliases } from '../engines/host-aliases.ts';
import type { FlinkDeploymentObject } from '../kinds/flink-deployment/desired.ts';
import { createDeploymentReconciler } from '../kinds/flink-deployment/reconcile.ts';
import { needsPyFlink } from '../kinds/flink-job/wait-for-python.ts';
import type { FlinkSessionJobObject } from '../kinds/flink-session-job/decide.ts';
import { createSessionJobReconciler } from '../kinds/flink-session-job/reconcile.ts';
import { summarizeSessionJob } from '../kinds/flink-session-job/summary.ts';
import type { FlinkStateSnapshotObject } from '../kinds/flink-state-snapshot/decide.ts';
import { createTargetFinder } from '../kinds/flink-state-snapshot/find-target.ts';
import { createSnapshotReconciler } from '../kinds/flink-state-snapshot/reconcile.ts';
import type { KafkaObject } from '../kinds/kafka/desired.ts';
import { createKafkaReconciler } from '../kinds/kafka/reconcile.ts';
import type { KafkaConnectObject } from '../kinds/kafka-connect/desired.ts';
import {
  createConnectReconciler,
  describeWaiting,
  findWorker,
  podsOf,
} from '../kinds/kafka-connect/reconcile.ts';
import type { KafkaConnectorObject } from '../kinds/kafka-connector/decide.ts';
import { createConnectorReconciler } from '../kinds/kafka-connector/reconcile.ts';
import type { KafkaTopicObject } from '../kinds/kafka-topic/decide.ts';
import { createTopicReconciler } from '../kinds/kafka-topic/reconcile.ts';
import { clusterLabel } from '../kinds/kafka-topic/resource-type.ts';
import { watchRivals } from '../kinds/kafka-topic/rivals.ts';
import type { KafkaUserObject } from '../kinds/kafka-user/kind.ts';
import { memoryRoom } from '../pods/memory-room.ts';
import type { Pod } from '../pods/pod.ts';
import { createKafkaClusters } from './kafka-clusters.ts';
import { isLocalKafka, platformKafkaName } from './local-kafka.ts';
import { startUserOperator, type UserOperator } from './user-operator.ts';

export interface Watched {
  readonly kafkas: Informer<KafkaObject>;
  readonly topics: Informer<KafkaTopicObject>;
  readonly connects: Informer<KafkaConnectObject>;
  readonly connectors: Informer<KafkaConnectorObject>;
  readonly users: Informer<KafkaUserObject>;
  /** Secrets of Kafka's users. */
  readonly userSecrets: Informer<KubernetesObject>;
  readonly deployments: Informer<FlinkDeploymentObject>;
  readonly sessionJobs: Informer<FlinkSessionJobObject>;
  readonly snapshots: Informer<FlinkStateSnapshotObject>;
  readonly pods: Informer<Pod>;
}

export interface Operators {
  stop(): Promise<void>;
}

export interface LocalSurroundings {
  /** Images that folders of this machine stand for. */
  readonly images: readonly string[];
  readonly hostAliases: HostAliases;
}

/** The local operators. They know the Kubernetes API and the engines, and not which server answers. */
export function startOperators(
  client: ApiClient,
  watched: Watched,
  { images, hostAliases }: LocalSurroundings,
  onError: (key: string, error: unknown) => void,
): Operators {
  const { kafkas, topics, connects, connectors, deployments, sessionJobs, snapshots, pods } = watched;
  const events = createEventRecorder(client, 'sdp');
  const brokers = createKafkaClusters(
    [platformKafkaName, ...kafkas.list().map(({ metadata }) => metadata.name)],
    (name) => {
      for (const topic of topics.list()) {
        if (topic.metadata.labels?.[clusterLabel] === name) topicController.enqueue(keyOf(topic));
      }
      userOperator.onAnswering(name);
    },
  );
  const rivals = watchRivals(topics);
  const pyflink = createPyFlinkInstallation();
  const podOf = (namespace: string, name: string) => pods.get(`${namespace}/${name}`);

  const topicController: Controller = startController<KafkaTopicObject>({
    name: 'kafkatopics',
    informer: topics,
    // As many as one request to Kafka holds.
    concurrency: 200,
    onError,
    alsoWatch: [rivals.dependency],
    reconcile: createTopicReconciler({ client, rivalsOf: rivals.of, clusterOf: brokers.of }),
  });

  const userOperator: UserOperator = startUserOperator({
    client,
    kafkas,
    users: watched.users,
    userSecrets: watched.userSecrets,
    clusters: brokers,
    onError,
  });

  const kafkaController = startController<KafkaObject>({
    name: 'kafkas',
    informer: kafkas,
    onError,
    alsoWatch: [dependsOn(pods, (pod) => ownerKeys(pod, 'Kafka'))],
    reconcile: createKafkaReconciler({
      client,
      podOf,
      environment: process.env,
      connect: brokers.connect,
      onState: brokers.set,
    }),
  });

  const podsIn = (namespace: string) => pods.list().filter((pod) => pod.metadata.namespace === namespace);
  const connectorsOf = ({ metadata }: KafkaConnectObject) =>
    connectors
      .list()
      .filter(
        (connector) =>
          connector.metadata.namespace === metadata.namespace &&
          connector.metadata.labels?.[clusterLabel] === metadata.name,
      );

  const connectorController: Controller = startController<KafkaConnectorObject>({
    name: 'kafkaconnectors',
    informer: connectors,
    concurrency: 8,
    onError,
    alsoWatch: [dependsOn(connects, (connect) => connectorsOf(connect).map(keyOf))],
    reconcile: createConnectorReconciler({
      client,
      connectOf: (namespace, name) => connects.get(`${namespace}/${name}`),
      accessOf(connect) {
        const workers = podsOf(connect, podsIn(connect.metadata.namespace ?? ''));
        const url = findWorker(workers);
        if (url !== undefined) return { client: createConnectClient(url) };
        const { message } = describeWaiting(workers);
        return { missing: `Kafka Connect cluster ${connect.metadata.name} does not answer: ${message}` };
      },
      async missingTopics({ spec }, names) {
        const calls = isLocalKafka(spec.bootstrapServers) ? brokers.of(platformKafkaName)?.calls : undefined;
        if (calls === undefined) return [];
        const found = await Promise.all(names.map((name) => calls.describe(name).catch(() => 'not known')));
        return names.filter((_, index) => found[index] === undefined);
      },
      now: () => new Date(),
    }),
  });

  const connectController: Controller = startController<KafkaConnectObject>({
    name: 'kafkaconnects',
    informer: connects,
    onError,
    alsoWatch: [
      dependsOn(pods, (pod) => ownerKeys(pod, 'KafkaConnect')),
      // What is no longer declared goes from Connect.
      (enqueue) =>
        connectors.onChange(({ metadata }, change) => {
          const cluster = metadata.labels?.[clusterLabel];
          if (change === 'deleted' && cluster !== undefined) enqueue(`${metadata.namespace}/${cluster}`);
        }),
    ],
    reconcile: createConnectReconciler({
      client,
      listPods: podsIn,
      connectorsOf: (connect) => connectorsOf(connect).map(({ metadata }) => metadata.name),
      connect: (url) => createConnectClient(url),
      onReady: (connect) => connectorsOf(connect).map(keyOf).forEach(connectorController.enqueue),
    }),
  });

  const jobsOf = (namespace: string, deployment: string) =>
    sessionJobs
      .list()
      .filter(({ metadata, spec }) => metadata.namespace === namespace && spec.deploymentName === deployment);

  const snapshotsOf = (namespace: string) =>
    snapshots.list().filter(({ metadata }) => metadata.namespace === namespace);

  /** Why session jobs wait for slots that there are none of, by key. */
  const shortages = new Map<string, string>();
  const deploymentController = startController<FlinkDeploymentObject>({
    name: 'flinkdeployments',
    informer: deployments,
    concurrency: 8,
    onError,
    alsoWatch: [
      dependsOn(pods, (pod) => ownerKeys(pod, 'FlinkDeployment')),
      // TaskManagers follow the slots that jobs take.
      dependsOn(sessionJobs, ({ metadata, spec }) => [`${metadata.namespace}/${spec.deploymentName}`]),
    ],
    reconcile: createDeploymentReconciler({
      client,
      events,
      pyflink,
      listPods: podsIn,
      snapshotsOf,
      isMapped: (image) => images.includes(image),
      roomBeside: (own) => memoryRoom(pods.list(), own),
      sessionJobsOf: (namespace, name) => jobsOf(namespace, name).map(summarizeSessionJob),
      onShortage(namespace, name, found) {
        for (const job of jobsOf(namespace, name)) {
          const key = keyOf(job);
          const message = found.get(job.metadata.name);
          if (shortages.get(key) === message) continue;
          if (message === undefined) shortages.delete(key);
          else shortages.set(key, message);
          sessionJobController.enqueue(key);
        }
      },
    }),
  });

  const sessionJobController: Controller = startController<FlinkSessionJobObject>({
    name: 'flinksessionjobs',
    informer: sessionJobs,
    concurrency: 8,
    onError,
    alsoWatch: [
      dependsOn(deployments, ({ metadata }) => jobsOf(metadata.namespace ?? '', metadata.name).map(keyOf)),
    ],
    reconcile: createSessionJobReconciler({
      client,
      events,
      podOf,
      deploymentOf: (namespace, name) => deployments.get(`${namespace}/${name}`),
      snapshotsOf,
      shortageOf: (namespace, name) => shortages.get(`${namespace}/${name}`),
      pyflink,
      hostAliases,
    }),
  });

  const snapshotController = startController<FlinkStateSnapshotObject>({
    name: 'flinkstatesnapshots',
    informer: snapshots,
    onError,
    reconcile: createSnapshotReconciler({
      client,
      events,
      findTarget: createTargetFinder({
        podOf,
        sessionJobOf: (namespace, name) => sessionJobs.get(`${namespace}/${name}`),
        deploymentOf: (namespace, name) => deployments.get(`${namespace}/${name}`),
      }),
    }),
  });

  // A JobManager that comes back starts its jobs itself: they need it too, though nobody submits them.
  sessionJobs.onChange(({ metadata: { namespace }, spec: { job, deploymentName, flinkConfiguration } }) => {
    const cluster = deployments.get(`${namespace}/${deploymentName}`);
    const configuration = { ...cluster?.spec.flinkConfiguration, ...flinkConfiguration };
    if (needsPyFlink({ ...job, flinkConfiguration: configuration })) pyflink.start();
  });
  deployments.onChange(({ spec: { job, flinkConfiguration = {} } }) => {
    if (job !== undefined && needsPyFlink({ ...job, flinkConfiguration })) pyflink.start();
  });

  return {
    async stop() {
      const controllers = [
        kafkaController,
        topicController,
        connectController,
        connectorController,
        deploymentController,
        sessionJobController,
        snapshotController,
      ];
      await Promise.all([...controllers.map((controller) => controller.stop()), userOperator.stop()]);
      await Promise.all([brokers.close(), pyflink.stop()]);
    },
  };
}
