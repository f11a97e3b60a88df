import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { judgeOperatorSettings } from './judge-operators.ts';
import type {
  ClusterObservation,
  EngineObservation,
  IgnoredConnectors,
  KindObservation,
  ObjectObservation,
} from './observation.ts';

/** One thing that was looked at: what is well, in a line, or what is not. */
export interface Finding {
  readonly what: string;
  readonly problems: readonly Diagnostic[];
}

/** Above it, tokens of this machine's making are refused, and leases and rollouts go by another time. */
const mostClockMs = 60_000;
/** Operators act within seconds of a change, and look again every two minutes. */
const operatorMs = 5 * 60_000;

const operators: Readonly<Record<string, { readonly name: string; readonly install: string }>> = {
  'kafka.strimzi.io': {
    name: 'Strimzi',
    install:
      'Install Strimzi 0.49 or newer, whose CRDs have version v1: kubectl create -f https://strimzi.io/install/latest',
  },
  'flink.apache.org': {
    name: 'the Flink Kubernetes Operator',
    install:
      'Install the Flink Kubernetes Operator 1.10 or newer by its Helm chart, flink-kubernetes-operator',
  },
  'monitoring.coreos.com': {
    name: 'the Prometheus operator',
    install: 'Install the Prometheus operator, or declare no ServiceMonitor (metrics of standalone jobs)',
  },
};

/** What there is to say of a cluster, each with the remedy. */
export function judgeCluster(seen: ClusterObservation): readonly Finding[] {
  return [
    { what: `API server ${seen.version} at ${seen.server}`, problems: judgeClock(seen) },
    ...[...groupBy(seen.kinds, ({ group }) => group)].map(([group, kinds]) => ({
      what: `kinds of ${operators[group]?.name ?? group}: ${kinds.map(({ kind }) => kind).join(', ')}`,
      problems: judgeKinds(group, kinds),
    })),
    { what: `rights in namespace ${seen.namespace}`, problems: judgeRights(seen) },
    ...(seen.operators === undefined
      ? []
      : [
          {
            what: 'operators run, watch the namespace and have the settings that plans go by',
            problems: judgeOperatorSettings(seen.operators, seen.namespace),
          },
        ]),
    {
      what: `operators act on ${seen.objects.length} objects`,
      problems: [...judgeOperators(seen.objects), ...seen.ignoredConnectors.map(judgeIgnored)],
    },
    {
      what: `${seen.engines.length} clusters of Flink and Connect answer through the API server's proxy`,
      problems: seen.engines.flatMap(judgeEngine),
    },
    {
      what: 'state outlives pods',
      problems: isLocalPlatform(seen) ? [] : seen.objects.flatMap(judgeStorage),
    },
  ];
}

/** Its pods share the machine's disk. */
function isLocalPlatform({ version }: ClusterObservation): boolean {
  return version.includes('sdp');
}

function judgeClock({ clockAheadMs = 0 }: ClusterObservation): readonly Diagnostic[] {
  if (Math.abs(clockAheadMs) <= mostClockMs) return [];
  const seconds = Math.round(Math.abs(clockAheadMs) / 1000);
  return [
    {
      severity: 'warning',
      reason: 'ClocksDiffer',
      summary: `This machine's clock is ${seconds} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} the API server's`,
      detail:
        'Tokens and certificates are taken for expired or not yet valid where clocks differ by more. Set the clock of the wrong one by NTP.',
    },
  ];
}

function judgeKinds(group: string, kinds: readonly KindObservation[]): readonly Diagnostic[] {
  const operator = operators[group];
  return kinds.flatMap(({ kind, version, served }): Diagnostic[] => {
    if (served.includes(version)) return [];
    const install = operator?.install ?? `Install what defines ${kind}`;
    // Only metrics need it.
    const severity = group === 'monitoring.coreos.com' ? 'warning' : 'error';
    if (served.length === 0) {
      return [
        {
          severity,
          reason: 'KindMissing',
          summary: `The cluster has no ${kind}`,
          detail: `No CustomResourceDefinition of ${group} serves it, so what declares one cannot be applied. ${install}.`,
        },
      ];
    }
    return [
      {
        severity,
        reason: 'KindVersionMissing',
        summary: `The cluster serves ${kind} as ${served.join(', ')}, not as ${version}`,
        detail: `sdp writes ${group}/${version}. ${install}; the resources that are there are converted by the upgrade.`,
      },
    ];
  });
}

function judgeRights({ rights, namespace }: ClusterObservation): readonly Diagnostic[] {
  const missing = rights.filter(({ isAllowed }) => !isAllowed);
  return [...groupBy(missing, ({ group, resource }) => `${resource}${group === '' ? '' : `.${group}`}`)].map(
    ([resource, denied]): Diagnostic => ({
      severity: 'error',
      reason: 'RightsMissing',
      summary: `In namespace ${namespace} you may not ${denied.map(({ verb }) => verb).join(', ')} ${resource}`,
      detail: `${denied[0]?.what ?? ''}: an apply that does fails. Bind the ClusterRole sdp-deployer of deploy/roles in the namespace, or, to plan alone, sdp-viewer.`,
    }),
  );
}

function judgeOperators(objects: readonly ObjectObservation[]): readonly Diagnostic[] {
  const left = objects.filter(
    ({ generation, observedGeneration, unchangedMs }) =>
      unchangedMs > operatorMs && observedGeneration !== generation,
  );
  return [...groupBy(left, ({ object }) => object.kind)].map(([kind, ones]): Diagnostic => {
    const names = ones.map(({ object }) => object.name);
    const shown = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
    return {
      severity: 'error',
      reason: 'OperatorSilent',
      summary: `No operator acts on ${kind} ${shown}`,
      detail:
        'They were changed more than five minutes ago, and their status is of before, or there is none. See that the operator runs and that it watches this namespace (Strimzi: STRIMZI_NAMESPACE; Flink: watchNamespaces of its Helm chart), and read its log.',
    };
  });
}

function judgeIgnored({ connect, connectors }: IgnoredConnectors): Diagnostic {
  return {
    severity: 'error',
    reason: 'ConnectorsIgnored',
    summary: `KafkaConnect ${connect.name} takes no KafkaConnector`,
    detail: `${connectors.join(', ')} ${connectors.length === 1 ? 'names' : 'name'} it, and Strimzi does nothing about them: its annotation strimzi.io/use-connector-resources is not "true". The module kafka-connect/cluster and deploy/connect set it.`,
    object: connect,
  };
}

function judgeEngine({ object, engine, problem }: EngineObservation): readonly Diagnostic[] {
  if (problem === undefined) return [];
  const { status, text } = problem;
  const policy =
    engine === 'Connect'
      ? "Strimzi's network policy lets nobody but its operator reach Connect: add one for the control plane's addresses, as deploy/team/network-policies.yaml has it."
      : 'A network policy may keep the control plane out: deploy/team/network-policies.yaml lets it in.';
  const remedy: Readonly<Record<number, string>> = {
    401: 'Your credentials have expired: log in again.',
    403: 'Bind a role with get services/proxy, such as sdp-deployer of deploy/roles.',
    404: `There is no Service of it: see what kubectl describe ${object.kind.toLowerCase()} ${object.name} says.`,
    503: `No pod of it is ready, or it cannot be reached. ${policy}`,
    504: policy,
  };
  return [
    {
      severity: 'warning',
      reason: 'EngineUnreachable',
      summary: `${engine} of ${object.kind} ${object.name} does not answer through the API server: ${status === 0 ? text : `${status} ${text}`}`,
      detail: `A rollout then goes by the operator's status, which comes minutes later, and plans check less. ${remedy[status] ?? policy}`,
      object,
    },
  ];
}

function judgeStorage({ object, localState }: ObjectObservation): readonly Diagnostic[] {
  if (localState.length === 0) return [];
  return [
    {
      severity: 'error',
      reason: 'StateOnPods',
      summary: `${object.kind} ${object.name} keeps state on its pods' own disks`,
      detail: `${localState.join(', ')} ${localState.length === 1 ? 'is' : 'are'} of file:, and gone with the pod. Name a place that all pods reach, such as s3a://bucket/flink (storage_uri of the module).`,
      object,
    },
  ];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
