import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { OperatorName, OperatorObservation, OperatorsObservation } from './observation.ts';

interface Operator {
  /** What it acts on. */
  readonly kinds: string;
  readonly watch: string;
  /** Whether a team does without it that declares none of its kinds. */
  readonly isOptional: boolean;
}

const strimziWatch =
  'STRIMZI_NAMESPACE of its Deployment (watchNamespaces or watchAnyNamespace of its Helm chart)';
const operators: Readonly<Record<OperatorName, Operator>> = {
  'Strimzi cluster operator': {
    kinds: 'KafkaConnect and KafkaConnector',
    watch: strimziWatch,
    isOptional: false,
  },
  'Strimzi topic operator': {
    kinds: 'KafkaTopic',
    watch:
      'STRIMZI_NAMESPACE of its Deployment, or watchedNamespace of the Kafka resource: it watches one. deploy/entity-operators has one for a team',
    isOptional: false,
  },
  'Strimzi user operator': {
    kinds: 'KafkaUser',
    watch:
      'STRIMZI_NAMESPACE of its Deployment, or watchedNamespace of the Kafka resource: it watches one. deploy/entity-operators has one for a team',
    isOptional: true,
  },
  'Flink Kubernetes Operator': {
    kinds: 'FlinkDeployment and FlinkSessionJob',
    watch: 'watchNamespaces of its Helm chart, which also makes its rights in the namespace',
    isOptional: false,
  },
};

/** Settings of the Flink operator that plans and commands go by, as they are from the start. */
const flinkSettings: readonly { key: string; value: string; otherwise: string }[] = [
  {
    key: 'kubernetes.operator.snapshot.resource.enabled',
    value: 'true',
    otherwise:
      'It leaves FlinkStateSnapshots alone: sdp savepoint and the snapshots that modules declare wait for ever',
  },
  {
    key: 'kubernetes.operator.job.upgrade.last-state-fallback.enabled',
    value: 'true',
    otherwise:
      'A job that is not healthy is not upgraded from its last checkpoint: an apply that repairs it waits until it runs',
  },
  {
    key: 'kubernetes.operator.savepoint.dispose-on-delete',
    value: 'false',
    otherwise: 'Savepoints go with their resource: what a destroyed job left cannot be restored',
  },
];

/** What there is to say of operators and their settings. */
export function judgeOperatorSettings(
  { operators: seen, hidden }: OperatorsObservation,
  namespace: string,
): readonly Diagnostic[] {
  const names = Object.keys(operators) as OperatorName[];
  return [
    ...names.flatMap((name) =>
      judgeOne(
        name,
        seen.filter(({ operator }) => operator === name),
        namespace,
        hidden.length > 0,
      ),
    ),
    ...seen.filter(({ operator }) => operator === 'Flink Kubernetes Operator').flatMap(judgeFlink),
    ...(hidden.length === 0 ? [] : [notSeen(hidden)]),
  ];
}

function judgeOne(
  name: OperatorName,
  ones: readonly OperatorObservation[],
  namespace: string,
  isHidden: boolean,
): readonly Diagnostic[] {
  const { kinds, watch, isOptional } = operators[name];
  if (ones.length === 0) {
    if (isHidden || isOptional) return [];
    return [
      {
        severity: 'warning',
        reason: 'OperatorNotFound',
        summary: `No Deployment of a ${name} is seen`,
        detail: `It acts on ${kinds}. Install it, unless it is there in a form that sdp does not know.`,
      },
    ];
  }
  const watching = ones.filter(({ watches }) => watches === undefined || isWatched(watches, namespace));
  if (watching.length === 0) {
    const where = ones.map(
      ({ deployment, watches }) => `${deployment} watches ${[watches ?? []].flat().join(', ')}`,
    );
    if (isHidden || isOptional) return [];
    return [
      {
        severity: 'error',
        reason: 'NamespaceNotWatched',
        summary: `No ${name} watches namespace ${namespace}`,
        detail: `${where.join('; ')}: nobody acts on ${kinds} here. Add ${namespace} to ${watch}.`,
      },
    ];
  }
  if (watching.some(({ isReady }) => isReady)) return [];
  const [{ deployment } = { deployment: '' }] = watching;
  const [home, its] = deployment.split('/');
  return [
    {
      severity: 'error',
      reason: 'OperatorDown',
      summary: `The ${name} is down`,
      detail: `No pod of Deployment ${deployment} is ready, so nothing is done about ${kinds}, and its webhook, where it has one, refuses changes. See kubectl -n ${home} describe deployment ${its}, and the logs of its pods.`,
    },
  ];
}

function isWatched(watches: 'all' | readonly string[], namespace: string): boolean {
  return watches === 'all' || watches.includes(namespace);
}

function judgeFlink({ deployment, settings }: OperatorObservation): readonly Diagnostic[] {
  return flinkSettings.flatMap(({ key, value, otherwise }): Diagnostic[] => {
    const set = settings[key];
    if (set === undefined || set === value) return [];
    return [
      {
        severity: 'warning',
        reason: 'OperatorSetting',
        summary: `The Flink Kubernetes Operator ${deployment} has ${key}: ${set}`,
        detail: `${otherwise}. Plans and verdicts of sdp go by ${value}: set that in defaultConfiguration of its Helm chart (ConfigMap flink-operator-config).`,
      },
    ];
  });
}

function notSeen(hidden: readonly string[]): Diagnostic {
  return {
    severity: 'warning',
    reason: 'NotSeen',
    summary: 'Settings of operators are not looked at',
    detail: `You may not read ${[...new Set(hidden)].join(', ')}. Whether operators run, watch this namespace and have the settings that plans go by shows to who may: run "sdp doctor --cluster" as an administrator once.`,
  };
}
