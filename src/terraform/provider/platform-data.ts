import { z } from 'zod';
import { ApiError } from '../../apiclient/client.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { apiVersionOf } from '../../apiclient/object.ts';
import { type Diagnostic, DiagnosticError, type ObjectName } from '../../diagnostics/diagnostic.ts';
import { flinkDeploymentType } from '../../kinds/flink-deployment/resource-type.ts';
import { flinkSessionJobType } from '../../kinds/flink-session-job/resource-type.ts';
import { kafkaType } from '../../kinds/kafka/kind.ts';
import { clusterLabel, kafkaTopicType } from '../../kinds/kafka-topic/resource-type.ts';
import type { KindDefinition } from '../../kinds/kind.ts';
import type { DataSource } from '../framework/resource.ts';
import { type Attribute, attribute } from '../framework/schema.ts';
import type { ObjectValue } from '../framework/value.ts';
import { describeObject } from './api-diagnostics.ts';
import { defineDataSource } from './data-sources.ts';
import { revisionAnnotation } from './ownership.ts';
import type { Session } from './session.ts';

const namespaceParam = z.string().optional().describe("Namespace to look in. The provider's when absent.");

/** What is known of the platform behind the API. */
export function platformDataSources(
  kinds: readonly KindDefinition[],
  environment: NodeJS.ProcessEnv,
  session: () => Session | undefined,
): readonly DataSource[] {
  return [
    defineDataSource(
      {
        typeName: 'sdp_platform',
        description: 'The platform that the provider works on.',
        params: z.object({ namespace: namespaceParam }),
        answers: [
          computed(
            'bootstrap_servers',
            'string',
            'Bootstrap servers of the first Kafka cluster by name; null when none is known.',
          ),
          list('kafka_clusters', 'Kafka clusters of the namespace, by name.', [
            computed('name', 'string', 'Name of the cluster.'),
            computed(
              'bootstrap_servers',
              'string',
              'Where clients connect; null until the cluster is ready.',
            ),
            computed('version', 'string', 'Version of Kafka.'),
          ]),
          computed('console_url', 'string', 'The console, where SDP_CONSOLE_URL names it.'),
          computed('registry_url', 'string', 'The schema registry, where SDP_SCHEMA_REGISTRY_URL names it.'),
          computed('kubernetes_version', 'string', 'Version of the API server, such as v1.34.0.'),
          computed('kinds', ['list', 'string'], "Those of sdp's kinds that the API serves."),
        ],
        subject: () => ({ kind: 'Platform', name: 'version' }),
        async read(_params, namespace, current) {
          const client = await current.connect();
          const [clusters, version, served] = await Promise.all([
            listOrNone(current, namespace),
            client.request('GET', '/version').then(async (answer) => answer.text()),
            Promise.all(
              kinds.map(async ({ type }) =>
                (await current.discovery.serves({ apiVersion: apiVersionOf(type), kind: type.kind }))
                  ? [type.kind]
                  : [],
              ),
            ),
          ]);
          const kafkas = clusters.map(kafkaOf);
          return {
            bootstrap_servers:
              kafkas.find((item) => item['bootstrap_servers'] !== null)?.['bootstrap_servers'] ??
              known(environment['SDP_BOOTSTRAP_SERVERS']),
            kafka_clusters: kafkas,
            console_url: known(environment['SDP_CONSOLE_URL']),
            registry_url: known(environment['SDP_SCHEMA_REGISTRY_URL']),
            kubernetes_version: versionIn(version),
            kinds: served.flat().sort(),
          };
        },
      },
      session,
    ),

    defineDataSource(
      {
        typeName: 'sdp_flink_job',
        description: 'A Flink job as its operator sees it.',
        params: z.object({
          name: z.string().min(1).describe('Name of the object that declares the job.'),
          namespace: namespaceParam,
          kind: z
            .enum(['FlinkSessionJob', 'FlinkDeployment'])
            .optional()
            .describe('Kind of that object. FlinkSessionJob when absent.'),
        }),
        answers: [
          computed('state', 'string', 'State of the job in Flink: RUNNING, FINISHED, FAILED …'),
          computed('lifecycle_state', 'string', 'State of the object: STABLE, DEPLOYED, SUSPENDED …'),
          computed('job_id', 'string', "Flink's id of the job."),
          computed('last_savepoint', 'string', 'Path of the last savepoint.'),
          computed('last_checkpoint', 'string', 'Time of the last checkpoint that the operator asked for.'),
          computed('error', 'string', 'What the operator reports as wrong.'),
          computed('revision', 'string', 'Revision that the object carries.'),
        ],
        subject: ({ kind, name, namespace }) => objectName(kind ?? 'FlinkSessionJob', namespace, name),
        async read({ kind, name }, namespace, { listings }) {
          const type = kind === 'FlinkDeployment' ? flinkDeploymentType : flinkSessionJobType;
          const object = await listings.find<FlinkObject>(type, { namespace, name });
          if (object === undefined)
            throw new DiagnosticError(missing(objectName(type.kind, namespace, name)));
          return { kind: kind ?? null, ...jobOf(object) };
        },
      },
      session,
    ),

    defineDataSource(
      {
        typeName: 'sdp_kafka_topics',
        description: 'The topics that are declared in a namespace, by their KafkaTopics.',
        params: z.object({
          namespace: namespaceParam,
          cluster: z.string().optional().describe('Only topics of this Kafka cluster. Of all when absent.'),
        }),
        answers: [
          list('topics', 'The topics, by name.', [
            computed('name', 'string', 'Name of the object.'),
            computed('topic_name', 'string', 'Name of the topic in Kafka.'),
            computed('cluster', 'string', 'The Kafka cluster.'),
            computed('partitions', 'number', 'Number of partitions, where it is declared.'),
            computed('replicas', 'number', 'Replication factor, where it is declared.'),
            computed('ready', 'bool', 'Whether the topic is as declared.'),
          ]),
        ],
        subject: ({ namespace }) => objectName('KafkaTopic', namespace, '*'),
        type: kafkaTopicType,
        async read({ cluster }, namespace, { listings }) {
          const topics = await listings.all<TopicObject>(kafkaTopicType, namespace);
          const wanted = topics.filter(
            ({ metadata }) => cluster === undefined || metadata.labels?.[clusterLabel] === cluster,
          );
          return { cluster: cluster ?? null, topics: byName(wanted).map(topicOf) };
        },
      },
      session,
    ),
  ];
}

interface KafkaObject extends KubernetesObject {
  readonly status?: {
    readonly kafkaVersion?: string;
    readonly listeners?: readonly { readonly bootstrapServers?: string }[];
  };
}

interface TopicObject extends KubernetesObject {
  readonly spec?: { readonly topicName?: string; readonly partitions?: number; readonly replicas?: number };
  readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] };
}

interface FlinkObject extends KubernetesObject {
  readonly status?: {
    readonly error?: string;
    readonly lifecycleState?: string;
    readonly jobStatus?: {
      readonly state?: string;
      readonly jobId?: string;
      readonly upgradeSavepointPath?: string;
      readonly savepointInfo?: { readonly lastSavepoint?: { readonly location?: string } };
      readonly checkpointInfo?: { readonly lastCheckpoint?: { readonly timeStamp?: number } };
    };
  };
}

function kafkaOf({ metadata, status }: KafkaObject): ObjectValue {
  return {
    name: metadata.name,
    bootstrap_servers: status?.listeners?.[0]?.bootstrapServers ?? null,
    version: status?.kafkaVersion ?? null,
  };
}

function topicOf({ metadata, spec, status }: TopicObject): ObjectValue {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    name: metadata.name,
    topic_name: spec?.topicName ?? metadata.name,
    cluster: metadata.labels?.[clusterLabel] ?? null,
    partitions: spec?.partitions ?? null,
    replicas: spec?.replicas ?? null,
    ready: ready?.status === 'True',
  };
}

function jobOf({ metadata, status }: FlinkObject): ObjectValue {
  const job = status?.jobStatus;
  const checkpoint = job?.checkpointInfo?.lastCheckpoint?.timeStamp;
  return {
    state: job?.state ?? null,
    lifecycle_state: status?.lifecycleState ?? null,
    job_id: job?.jobId ?? null,
    last_savepoint: job?.savepointInfo?.lastSavepoint?.location ?? job?.upgradeSavepointPath ?? null,
    last_checkpoint: checkpoint === undefined ? null : new Date(checkpoint).toISOString(),
    error: known(status?.error),
    revision: metadata.annotations?.[revisionAnnotation] ?? null,
  };
}

/** A Kafka that is somebody else's is no object here. */
async function listOrNone({ listings }: Session, namespace: string): Promise<readonly KafkaObject[]> {
  try {
    return byName(await listings.all<KafkaObject>(kafkaType, namespace));
  } catch (error) {
    if (error instanceof ApiError && ['NotFound', 'Forbidden'].includes(error.reason)) return [];
    throw error;
  }
}

function byName<T extends KubernetesObject>(objects: readonly T[]): readonly T[] {
  return objects.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function versionIn(text: string): string | null {
  try {
    return (JSON.parse(text) as { gitVersion?: string }).gitVersion ?? null;
  } catch {
    return null;
  }
}

function known(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function objectName(kind: string, namespace: string | undefined, name: string): ObjectName {
  return { kind, name, ...(namespace !== undefined && { namespace }) };
}

function missing(object: ObjectName): Diagnostic {
  return {
    severity: 'error',
    reason: 'NotFound',
    summary: `There is no ${describeObject(object)}`,
    detail:
      'Correct name, namespace or kind. Where this project declares it, refer to that resource, so that it is made first.',
    object,
    path: ['name'],
  };
}

function computed(name: string, type: Parameters<typeof attribute>[1], description: string): Attribute {
  return attribute(name, type, 'computed', description);
}

function list(name: string, description: string, attributes: readonly Attribute[]): Attribute {
  return { name, field: name, description, presence: 'computed', shape: { nesting: 'list', attributes } };
}
