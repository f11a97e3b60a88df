import type { KubernetesObject } from '../apiclient/object.ts';

/** The parts of `v1.Pod` that are carried out here. */

export interface ContainerPort {
  name?: string;
  containerPort: number;
}

export interface Probe {
  httpGet?: { path: string; port: string };
  tcpSocket?: { port: string };
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    secretKeyRef?: { name: string; key: string; optional?: boolean };
    configMapKeyRef?: { name: string; key: string; optional?: boolean };
    fieldRef?: { fieldPath: string };
  };
}

export interface Container {
  name: string;
  image: string;
  args?: string[];
  env?: EnvVar[];
  ports?: ContainerPort[];
  volumeMounts?: { name: string; mountPath: string }[];
  readinessProbe?: Probe;
  /** Memory counts: what pods ask for fits the machine. */
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

export interface Volume {
  name: string;
  configMap?: { name: string };
  secret?: { secretName: string };
  persistentVolumeClaim?: { claimName: string };
  emptyDir?: object;
}

export interface PodSpec {
  containers: Container[];
  /** Who puts the pod on a machine: sdp's own pods name it, so that a cluster's scheduler leaves them alone. */
  schedulerName?: string;
  /** `default` when absent. */
  serviceAccountName?: string;
  volumes?: Volume[];
  restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  terminationGracePeriodSeconds?: number;
}

export interface ContainerState {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: { exitCode: number; reason: string; message?: string; startedAt?: string; finishedAt: string };
}

export interface PodStatus {
  phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  conditions?: { type: string; status: 'True' | 'False'; reason?: string; message?: string }[];
  hostIP?: string;
  podIP?: string;
  startTime?: string;
  containerStatuses?: {
    name: string;
    image: string;
    imageID: string;
    ready: boolean;
    started: boolean;
    restartCount: number;
    state: ContainerState;
    lastState: ContainerState;
  }[];
}

export interface Pod extends KubernetesObject {
  spec: PodSpec;
  status?: PodStatus;
}

export interface Service extends KubernetesObject {
  spec: {
    selector?: Record<string, string>;
    ports?: { name?: string; port: number; targetPort?: string | number }[];
    publishNotReadyAddresses?: boolean;
  };
}

/** By what a container's port is known here: its name, or its number when it has none. */
export function portKey({ name, containerPort }: ContainerPort): string {
  return name ?? String(containerPort);
}

/** Name of the kubelet of this machine as a scheduler. */
export const schedulerName = 'sdp';

/**
 * When the machine goes down, pods of lower priority end first, as by the kubelet's graceful node shutdown; 0 when absent. An
 * annotation, since a kube-apiserver takes `spec.priority` from its own PriorityClasses alone.
 */
export const priorityAnnotation = 'sdp.internal/priority';

/** Annotation with the real port of each container port, as JSON: `{"rest":40213}`. */
export const portsAnnotation = 'sdp.internal/ports';

/** Keeps a deleted Pod until its process has ended. */
export const processFinalizer = 'sdp.internal/process';

export function readPorts(pod: KubernetesObject): Readonly<Record<string, number>> {
  const text = pod.metadata.annotations?.[portsAnnotation];
  return text === undefined ? {} : (JSON.parse(text) as Record<string, number>);
}

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
