import type { KubernetesObject } from '../../apiclient/object.ts';
import { annotationAfter } from '../annotation-after.ts';
import {
  arrow,
  type FieldChange,
  type FieldRule,
  type FieldRules,
  type FieldVerdict,
  isParam,
  judgeFields,
  listNames,
} from '../judge-fields.ts';
import { directionOf } from '../kafka-connector/direction.ts';
import { kafkaConnectorType } from '../kafka-connector/resource-type.ts';
import type { KafkaConnectorSpec } from '../kafka-connector/spec.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import type { Change, Judging, Look, Verdict } from '../verdict.ts';
import type { KafkaConnectParams } from './params.ts';
import { isReservedKey } from './validate.ts';

/** What has to be known of a live KafkaConnect. */
export interface ConnectDigest {
  /** Value of `strimzi.io/pause-reconciliation`. */
  readonly paused?: string;
  /** The connectors on it by name; absent where they cannot be read. */
  readonly connectors?: Readonly<Record<string, 'source' | 'sink' | 'unknown'>>;
  /** KafkaConnectors on it with lists or objects as values: they keep the cluster NotReady. */
  readonly culprits: readonly string[];
}

type ConnectChange = Change<KafkaConnectParams, ConnectDigest>;
type Rule = FieldRule<KafkaConnectParams, ConnectDigest>;

const pauseAnnotation = 'strimzi.io/pause-reconciliation';

export const connectVerdicts: Judging<KafkaConnectParams, ConnectDigest> = {
  guards: [],
  digest: readDigest,
  judge(change) {
    if (change.after === undefined) return judgeDeletion(change);
    if (change.before === undefined) return judgeCreation(change);
    return change.replaced ? [...judgeDeletion(change), ...judgeCreation(change)] : judgeUpdate(change);
  },
};

async function readDigest({ metadata }: KubernetesObject, look: Look): Promise<ConnectDigest> {
  const all = await look.objects<KubernetesObject & { readonly spec?: KafkaConnectorSpec }>(
    kafkaConnectorType,
  );
  const own = all
    ?.filter((connector) => connector.metadata.labels?.[clusterLabel] === metadata.name)
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const paused = metadata.annotations?.[pauseAnnotation];
  const isOpen = (value: unknown) => typeof value === 'object' && value !== null;
  return {
    ...(paused !== undefined && { paused }),
    ...(own !== undefined && {
      connectors: Object.fromEntries(
        own.map(
          ({ metadata: { name }, spec }) => [name, directionOf(spec?.class ?? '', {}) ?? 'unknown'] as const,
        ),
      ),
    }),
    culprits: (own ?? []).flatMap(({ metadata: { name }, spec }) =>
      Object.values(spec?.config ?? {}).some(isOpen) ? [name] : [],
    ),
  };
}

function judgeCreation({ after }: ConnectChange): readonly Verdict[] {
  const { groupId, configStorageTopic, offsetStorageTopic, replicas } = after?.params ?? {};
  const name = after?.metadata.name;
  if (after?.metadata.annotations?.[pauseAnnotation] === 'true') {
    return [{ effect: 'ignored', reason: `Connect cluster ${name} is not started: ${pausedWhy}` }];
  }
  return [
    {
      effect: 'create',
      reason:
        `Connect cluster ${name} starts with ${replicas} workers as group ${groupId}. What an earlier cluster left in ${configStorageTopic} and ` +
        `${offsetStorageTopic} is its own: connectors that no resource declares are deleted from it, the others go on at their offsets.`,
    },
  ];
}

const pausedWhy = `the operator leaves the cluster as it is as long as annotation ${pauseAnnotation} is "true".`;

function judgeUpdate(change: ConnectChange): readonly Verdict[] {
  const { after, before, digest } = change;
  const inert = annotationAfter(change, pauseAnnotation, digest?.paused) === 'true';
  const empty = before?.params.replicas === 0 && after?.params.replicas === 0;
  const verdicts = judgeFields(change, connectRules, (verdict, field) => {
    if (inert)
      return isParam(field) || verdict.effect !== 'in-place'
        ? { effect: 'ignored', what: pausedWhy }
        : verdict;
    return empty && verdict.effect === 'restart'
      ? { effect: 'in-place', what: 'there are no workers; it counts when there are.' }
      : verdict;
  });
  const culprits = digest?.culprits ?? [];
  return [
    ...(verdicts.length > 0
      ? verdicts
      : [{ effect: 'in-place' as const, reason: 'The Connect cluster goes on as it is.' }]),
    ...(culprits.length === 0 || inert
      ? []
      : [
          {
            effect: 'in-place' as const,
            reason: `KafkaConnector ${listNames(culprits)} has a list or an object as value: the cluster stays NotReady on Strimzi until it is corrected.`,
          },
        ]),
  ];
}

/** `connectors a, b`, as the subject of a sentence. */
function connectorsOf({ digest }: ConnectChange, direction?: 'source' | 'sink'): string {
  if (digest?.connectors === undefined)
    return direction === undefined ? 'its connectors' : `its ${direction}s`;
  const names = Object.entries(digest.connectors)
    .filter(([, known]) => direction === undefined || known === direction || known === 'unknown')
    .map(([name]) => name);
  if (names.length === 0)
    return direction === undefined ? 'no connectors (it has none)' : `no ${direction}s (it has none)`;
  return `${direction ?? 'connector'}s ${listNames(names)}`;
}

const replaced: Rule = (_field, change) => ({
  effect: 'restart',
  what: `workers are replaced one after another, and with them ${connectorsOf(change)} start again at their offsets.`,
});
const unheeded: Rule = () => ({ effect: 'in-place', what: 'workers and connectors go on.' });
const nextBuild: Rule = () => ({ effect: 'in-place', what: 'it counts for the next build; workers go on.' });
const built: Rule = (_field, change) => ({
  effect: 'restart',
  what: `an image is built first; then workers are replaced one after another, and with them ${connectorsOf(change)} start again at their offsets.`,
});

function all(rule: Rule, paths: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(paths.map((path) => [path, rule]));
}

const probeFields = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
];

/** What a change of each field does, where the operator heeds the resource. */
export const connectRules: FieldRules<KafkaConnectParams, ConnectDigest> = {
  ...all(replaced, [
    'version',
    'image',
    'clientRackInitImage',
    'tls.trustedCertificates.*.secretName',
    'tls.trustedCertificates.*.certificate',
    'tls.trustedCertificates.*.pattern',
    'authentication.*',
    'resources.requests.*',
    'resources.limits.*',
    ...probeFields.flatMap((field) => [`livenessProbe.${field}`, `readinessProbe.${field}`]),
    'jvmOptions.xms',
    'jvmOptions.xmx',
    'jvmOptions.xx.*',
    'jvmOptions.gcLoggingEnabled',
    'jvmOptions.javaSystemProperties.*.name',
    'jvmOptions.javaSystemProperties.*.value',
    'jmxOptions.authentication.type',
    'rack.type',
    'rack.topologyKey',
    'rack.envVarName',
    'metricsConfig.type',
    'metricsConfig.values.allowList.*',
    'tracing.type',
    'plugins.*.name',
    'plugins.*.artifacts.*.type',
    'plugins.*.artifacts.*.reference',
    'plugins.*.artifacts.*.pullPolicy',
  ]),
  ...all(built, [
    'build.output.image',
    'build.plugins.*.name',
    ...[
      'type',
      'url',
      'sha512sum',
      'insecure',
      'fileName',
      'group',
      'artifact',
      'version',
      'repository',
      'includeScope',
      'mirrors.*.url',
    ].map((field) => `build.plugins.*.artifacts.*.${field}`),
  ]),
  ...all(nextBuild, [
    'build.output.type',
    'build.output.pushSecret',
    'build.output.additionalBuildOptions.*',
    'build.output.additionalPushOptions.*',
    'build.resources.requests.*',
    'build.resources.limits.*',
  ]),
  'config.*': (field, change) =>
    isReservedKey(field.key)
      ? {
          effect: 'ignored',
          what: 'Strimzi sets it itself, and drops it from config with no more than a line in its log.',
        }
      : replaced(field, change),
  ...all(judgeLogging, [
    'logging.type',
    'logging.loggers.*',
    'logging.valueFrom.configMapKeyRef.name',
    'logging.valueFrom.configMapKeyRef.key',
    'logging.valueFrom.configMapKeyRef.optional',
  ]),
  ...all(replaced, [
    'metricsConfig.valueFrom.configMapKeyRef.name',
    'metricsConfig.valueFrom.configMapKeyRef.key',
    'metricsConfig.valueFrom.configMapKeyRef.optional',
  ]),
  'template.*': judgeTemplate,
  replicas: judgeReplicas,
  bootstrapServers: (field, change) => ({
    effect: 'reprocessed',
    what: `if these are brokers of another Kafka cluster, offsets are not there: ${connectorsOf(change)} begin anew. If they are the same by another address, everything goes on.`,
    subject: arrow(field),
  }),
  groupId: judgeGroup,
  configStorageTopic: (field, change) => ({
    effect: 'restart',
    what: `workers are replaced; the operator creates ${connectorsOf(change)} again from their resources, and they go on at their offsets. Connectors without a resource are gone.`,
    subject: arrow(field),
  }),
  offsetStorageTopic: (field, change) => ({
    effect: 'reprocessed',
    what: `the offsets of sources are those of the new topic: where it is empty, ${connectorsOf(change, 'source')} begin anew. Sinks go on: their offsets are in consumer groups.`,
    subject: arrow(field),
  }),
  statusStorageTopic: (field, change) => ({
    ...one(replaced(field, change)),
    subject: arrow(field),
  }),
  'metadata.name': unheeded,
  'metadata.namespace': unheeded,
  'metadata.labels.*': judgeLabel,
  'metadata.annotations.*': unheeded,
  'metadata.annotations.strimzi.io/use-connector-resources': () => ({
    effect: 'ignored',
    what: 'it is always "true": otherwise KafkaConnectors would have no effect.',
  }),
  [`metadata.annotations.${pauseAnnotation}`]: judgePaused,
};

function one(verdicts: FieldVerdict | readonly FieldVerdict[]): FieldVerdict {
  return [verdicts].flat()[0] ?? { effect: 'in-place', what: '' };
}

/** Strimzi's log4j2 looks at its file every 30 s; workers on a laptop read it when they start. */
function judgeLogging(_field: FieldChange, change: ConnectChange): FieldVerdict {
  return {
    effect: 'restart',
    what: `on Strimzi the workers take it within 30 s and go on; on the local platform they are replaced one after another, and with them ${connectorsOf(change)} start again at their offsets.`,
  };
}

const ofPods = ['pod', 'connectContainer', 'initContainer'];

function judgeTemplate(field: FieldChange, change: ConnectChange): FieldVerdict {
  const [part = ''] = field.key.split('.');
  if (part === '' || ofPods.includes(part)) return one(replaced(field, change));
  return part.startsWith('build') ? one(nextBuild(field, change)) : one(unheeded(field, change));
}

function judgeReplicas(field: FieldChange, change: ConnectChange): FieldVerdict {
  const subject = arrow(field);
  const [from, to] = [Number(field.before ?? 0), Number(field.after ?? 0)];
  if (to === 0)
    return {
      effect: 'stop',
      what: `no worker is left: ${connectorsOf(change)} stop, offsets stay.`,
      subject,
    };
  if (from === 0)
    return { effect: 'restart', what: `${connectorsOf(change)} go on at their offsets.`, subject };
  return {
    effect: 'in-place',
    what: `tasks of ${connectorsOf(change)} are spread anew over the workers; those that move start again at their offsets.`,
    subject,
  };
}

function judgeGroup(field: FieldChange, change: ConnectChange): FieldVerdict {
  const subject = arrow(field);
  const workers = Math.max(change.before?.params.replicas ?? 0, change.after?.params.replicas ?? 0);
  if (workers <= 1) {
    return {
      effect: 'restart',
      what: `the worker is replaced; ${connectorsOf(change)} go on at their offsets, which do not depend on the group.`,
      subject,
    };
  }
  return {
    effect: 'reprocessed',
    what: `until the last worker is replaced there are two groups that both run ${connectorsOf(change)}: what is copied meanwhile is copied twice.`,
    subject,
  };
}

/** `Labels.STRIMZI_LABELS_EXCLUSION_PATTERN` of Strimzi 1.2.0: all others are put on the pods too. */
const keptOffPods = /^app\.kubernetes\.io\/(?!part-of)|^kustomize\.toolkit\.fluxcd\.io/;

function judgeLabel(field: FieldChange, change: ConnectChange): FieldVerdict {
  if (keptOffPods.test(field.key)) return one(unheeded(field, change));
  return {
    effect: 'restart',
    what: `Strimzi puts labels of the resource on its pods, so workers are replaced one after another, and with them ${connectorsOf(change)} start again at their offsets.`,
  };
}

function judgePaused({ before, after }: FieldChange, change: ConnectChange): FieldVerdict {
  if (after === 'true') {
    return {
      effect: 'in-place',
      what: 'workers and connectors run on, and from then on the operator ignores changes of the cluster.',
    };
  }
  if (before === 'true') {
    return {
      effect: 'restart',
      what: `the operator brings about what has been declared meanwhile; if it differs, workers are replaced, and ${connectorsOf(change)} start again at their offsets.`,
    };
  }
  return { effect: 'in-place', what: 'only "true" has a meaning; the operator goes on.' };
}

function judgeDeletion(change: ConnectChange): readonly Verdict[] {
  const { before } = change;
  const { groupId, configStorageTopic, offsetStorageTopic, replicas } = before?.params ?? {};
  const name = before?.metadata.name;
  const ends = replicas === 0 ? 'It has no workers.' : `Its workers end: ${connectorsOf(change)} stop.`;
  return [
    {
      effect: 'stop',
      reason:
        `Connect cluster ${name} is deleted. ${ends} Their resources stay and become NotReady (NoSuchResourceException). ` +
        `Topics ${configStorageTopic} and ${offsetStorageTopic} stay: a cluster with them and group ${groupId} goes on at the offsets.`,
    },
  ];
}
