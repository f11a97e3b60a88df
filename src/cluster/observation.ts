import type { ObjectName } from '../diagnostics/diagnostic.ts';
import type { NeededRight } from './cluster-rights.ts';

/** What `sdp doctor --cluster` has seen of a cluster and of one namespace in it. */
export interface ClusterObservation {
  readonly server: string;
  /** `v1.32.13` */
  readonly version: string;
  readonly namespace: string;
  /** How far this machine's clock is ahead of the server's, in milliseconds; undefined where it does not say its time. */
  readonly clockAheadMs?: number;
  readonly kinds: readonly KindObservation[];
  readonly rights: readonly (NeededRight & { readonly isAllowed: boolean })[];
  readonly objects: readonly ObjectObservation[];
  readonly engines: readonly EngineObservation[];
  /** Connectors of Connect clusters that take none as resources. */
  readonly ignoredConnectors: readonly IgnoredConnectors[];
  /** Absent where the cluster has no Deployments, as a local platform. */
  readonly operators?: OperatorsObservation;
}

export interface IgnoredConnectors {
  readonly connect: ObjectName;
  readonly connectors: readonly string[];
}

export type OperatorName =
  | 'Strimzi cluster operator'
  | 'Strimzi topic operator'
  | 'Strimzi user operator'
  | 'Flink Kubernetes Operator';

export interface OperatorsObservation {
  readonly operators: readonly OperatorObservation[];
  /** What could not be read. */
  readonly hidden: readonly string[];
}

export interface OperatorObservation {
  readonly operator: OperatorName;
  /** `namespace/name` */
  readonly deployment: string;
  readonly isReady: boolean;
  /** Absent where it could not be read. */
  readonly watches?: 'all' | readonly string[];
  /** Of the Flink operator, by key. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface KindObservation {
  readonly kind: string;
  readonly group: string;
  /** The version that sdp writes. */
  readonly version: string;
  /** Versions of the group that the cluster serves the kind in. */
  readonly served: readonly string[];
}

/** Whether an operator has looked at an object. */
export interface ObjectObservation {
  readonly object: ObjectName;
  readonly generation: number;
  readonly observedGeneration?: number;
  /** Milliseconds since somebody changed it, or made it. */
  readonly unchangedMs: number;
  /** Configuration keys of state that lies on the pods' own disks. */
  readonly localState: readonly string[];
}

/** Flink's or Connect's REST API, through the API server's service proxy. */
export interface EngineObservation {
  readonly object: ObjectName;
  readonly engine: 'Flink' | 'Connect';
  /** Absent where it answered. */
  readonly problem?: { readonly status: number; readonly text: string };
}
