import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { configMapType, podType, serviceType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { OwnedObject } from '../../controller/owned-objects.ts';
import { flinkVersion } from '../../engines/flink/install.ts';
import { configMountPath } from '../../engines/flink/launch.ts';
import type { FlinkDeploymentSpec, FlinkDeploymentStatus } from './spec.ts';

export interface FlinkDeploymentObject extends KubernetesObject {
  spec: FlinkDeploymentSpec;
  status?: FlinkDeploymentStatus;
}

/** Where checkpoints, savepoints and high availability data of a namespace lie. */
export const storageMountPath = '/flink-data';
const storageClaim = 'flink-data';

export interface DeploymentObjects {
  readonly config: OwnedObject;
  readonly services: readonly OwnedObject[];
  readonly jobManager: OwnedObject;
  readonly taskManagers: readonly OwnedObject[];
}

export function jobManagerPodName(deployment: KubernetesObject): string {
  return `${deployment.metadata.name}-jobmanager-0`;
}

/** The configuration that the processes get: the user's, under what the operator decides. */
export function effectiveConfiguration(deployment: FlinkDeploymentObject): Record<string, string> {
  const { name, namespace = 'default' } = deployment.metadata;
  const { spec } = deployment;
  return {
    ...spec.flinkConfiguration,
    'kubernetes.cluster-id': name,
    'kubernetes.namespace': namespace,
    'jobmanager.rpc.address': `${name}.${namespace}`,
    'jobmanager.memory.process.size': toFlinkMemory(spec.jobManager?.resource.memory ?? '1600m'),
    'taskmanager.memory.process.size': toFlinkMemory(spec.taskManager?.resource.memory ?? '1728m'),
    ...(spec.taskManager?.resource.cpu !== undefined && {
      'kubernetes.taskmanager.cpu.amount': String(spec.taskManager.resource.cpu),
    }),
    // Set by the operator so that only resources cancel jobs, not the web interface.
    'web.cancel.enable': 'false',
  };
}

/** The objects that make a session cluster: one JobManager, its TaskManagers, their Services and configuration. */
export function buildDeploymentObjects(deployment: FlinkDeploymentObject): DeploymentObjects {
  const { name } = deployment.metadata;
  const { spec } = deployment;
  const configName = `flink-config-${name}`;
  const data = { 'config.yaml': stringify(effectiveConfiguration(deployment)) };
  const labels = (component: string) => ({ app: name, component, type: 'flink-native-kubernetes' });
  const service = (serviceName: string, port: object, publishNotReadyAddresses: boolean): OwnedObject => ({
    type: serviceType,
    manifest: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: serviceName, labels: { app: name, type: 'flink-native-kubernetes' } },
      spec: { selector: labels('jobmanager'), ports: [port], publishNotReadyAddresses },
    },
  });
  const pod = (podName: string, component: string, container: object): OwnedObject => ({
    type: podType,
    manifest: {
      apiVersion: 'v1',
      kind: 'Pod',
      // A pod reads its configuration once: a change of it is a change of the pod.
      metadata: {
        name: podName,
        labels: labels(component),
        annotations: { 'sdp.internal/config': hashOf(data) },
      },
      spec: {
        ...(spec.serviceAccount !== undefined && { serviceAccountName: spec.serviceAccount }),
        terminationGracePeriodSeconds: 30,
        containers: [
          {
            name: 'flink-main-container',
            image: `flink:${flinkVersion}`,
            args: [component],
            env: [{ name: 'SDP_RESTART_NONCE', value: String(spec.restartNonce ?? 0) }],
            volumeMounts: [
              { name: 'flink-config-volume', mountPath: configMountPath },
              { name: 'flink-data', mountPath: storageMountPath },
            ],
            ...container,
          },
        ],
        volumes: [
          { name: 'flink-config-volume', configMap: { name: configName } },
          { name: 'flink-data', persistentVolumeClaim: { claimName: storageClaim } },
        ],
      },
    },
  });
  const replicas = spec.taskManager?.replicas ?? 1;
  return {
    config: {
      type: configMapType,
      manifest: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: configName, labels: { app: name } },
        data,
      },
    },
    services: [
      // TaskManagers start beside the JobManager, not after it.
      service(name, { name: 'jobmanager-rpc', port: 6123, targetPort: 'jobmanager-rpc' }, true),
      service(`${name}-rest`, { name: 'rest', port: 8081, targetPort: 'rest' }, false),
    ],
    jobManager: pod(jobManagerPodName(deployment), 'jobmanager', {
      ports: [
        { name: 'rest', containerPort: 8081 },
        { name: 'jobmanager-rpc', containerPort: 6123 },
      ],
      readinessProbe: { httpGet: { path: '/v1/overview', port: 'rest' } },
    }),
    taskManagers: Array.from({ length: replicas }, (_, index) =>
      pod(`${name}-taskmanager-1-${index + 1}`, 'taskmanager', {}),
    ),
  };
}

/** Kubernetes writes 2Gi where Flink's MemorySize wants 2g; both are powers of two to Flink. */
function toFlinkMemory(text: string): string {
  return text.trim().replace(/i$/i, '').toLowerCase();
}

function hashOf(data: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 16);
}
