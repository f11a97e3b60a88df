import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { configMapType, podType, serviceType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { OwnedObject } from '../../controller/owned-objects.ts';
import { configMountPath, storageMountPath } from '../../engines/flink/launch.ts';
import { askedImageVariable } from '../../engines/flink/local-image.ts';
import { flinkVersion } from '../../engines/flink/version.ts';
import { type Container, schedulerName } from '../../pods/pod.ts';
import { missingDefaults } from '../flink-job/configuration.ts';
import type { JobSpec } from '../flink-job/spec.ts';
import { mainContainerName, type PodParts, withTemplates } from './pod-template.ts';
import type { FlinkDeploymentSpec, FlinkDeploymentStatus } from './spec.ts';
import { jobManagerMemory, parallelismOf, taskManagerMemory } from './task-managers.ts';

export interface FlinkDeploymentObject extends KubernetesObject {
  spec: FlinkDeploymentSpec;
  status?: FlinkDeploymentStatus;
}

const storageClaim = 'flink-data';

/** A start of an application cluster. */
export interface ApplicationStart {
  readonly jobId: string;
  /** What the job starts from; high availability's own record of its last checkpoint goes first. */
  readonly savepointPath: string | undefined;
  /** Tells a start of the same job id from the one before it. */
  readonly start: string;
}

export interface DeploymentObjects {
  readonly config: OwnedObject;
  readonly services: readonly OwnedObject[];
  readonly jobManager: OwnedObject;
  readonly taskManagers: readonly OwnedObject[];
}

/** Key of the configuration in its ConfigMap. */
export const configFileName = 'config.yaml';

export function configMapName({ metadata }: KubernetesObject): string {
  return `flink-config-${metadata.name}`;
}

export function jobManagerPodName(deployment: KubernetesObject): string {
  return `${deployment.metadata.name}-jobmanager-0`;
}

/** The configuration that the processes get: the user's, under what the operator decides. */
export function effectiveConfiguration(
  deployment: FlinkDeploymentObject,
  application?: ApplicationStart,
): Configuration {
  const { name, namespace = 'default' } = deployment.metadata;
  const { spec } = deployment;
  return {
    ...(application !== undefined && { 'pipeline.name': name }),
    ...spec.flinkConfiguration,
    ...(application !== undefined && applicationConfiguration(deployment, application)),
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

export type Configuration = Readonly<Record<string, string>>;

/** As `FlinkConfigBuilder` and `ApplicationReconciler` set it (operator 1.15.0). */
function applicationConfiguration(
  { metadata, spec }: FlinkDeploymentObject,
  { jobId, savepointPath, start }: ApplicationStart,
): Configuration {
  const configured = spec.flinkConfiguration ?? {};
  const storage = configured['high-availability.storageDir'];
  return {
    '$internal.pipeline.job-id': jobId,
    ...(savepointPath !== undefined && { 'execution.state-recovery.path': savepointPath }),
    ...(spec.job?.allowNonRestoredState === true && {
      'execution.state-recovery.ignore-unclaimed-state': 'true',
    }),
    ...missingDefaults(spec.job?.upgradeMode, configured),
    'parallelism.default': String(parallelismOf(spec)),
    // The operator asks the JobManager how the job ended.
    'execution.shutdown-on-application-finish': 'false',
    'execution.submit-failed-job-on-application-error':
      configured['execution.submit-failed-job-on-application-error'] ?? 'true',
    ...(storage !== undefined && {
      'job-result-store.delete-on-commit': configured['job-result-store.delete-on-commit'] ?? 'false',
      // The result of an earlier start would keep the same job id from running again.
      'job-result-store.storage-path': `${storage}/job-result-store/${metadata.name}/${start}`,
    }),
  };
}

/** The objects of a cluster: one JobManager, the TaskManagers of the given names, their Services and configuration. */
export function buildDeploymentObjects(
  deployment: FlinkDeploymentObject,
  taskManagers: readonly string[],
  configuration: Configuration,
): DeploymentObjects {
  const { name } = deployment.metadata;
  const { spec } = deployment;
  const configName = configMapName(deployment);
  const data = { [configFileName]: stringify(configuration) };
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
  const pod = (podName: string, component: Component): OwnedObject => {
    const { args, process, memory, ...container } = component;
    const made: PodParts = {
      // A pod reads its configuration once: a change of it is a change of the pod.
      metadata: {
        name: podName,
        labels: labels(component.component),
        annotations: { 'sdp.internal/config': hashOf(data) },
      },
      spec: {
        ...(spec.serviceAccount !== undefined && { serviceAccountName: spec.serviceAccount }),
        schedulerName,
        terminationGracePeriodSeconds: 30,
        containers: [
          {
            name: mainContainerName,
            image: `flink:${flinkVersion}`,
            args,
            env: [
              { name: 'SDP_RESTART_NONCE', value: String(spec.restartNonce ?? 0) },
              ...(spec.image === undefined ? [] : [{ name: askedImageVariable, value: spec.image }]),
            ],
            resources: { requests: { memory: String(memory) } },
            volumeMounts: [
              { name: 'flink-config-volume', mountPath: configMountPath },
              { name: 'flink-data', mountPath: storageMountPath },
            ],
            ...container.container,
          },
        ],
        volumes: [
          { name: 'flink-config-volume', configMap: { name: configName } },
          { name: 'flink-data', persistentVolumeClaim: { claimName: storageClaim } },
        ],
      },
    };
    return {
      type: podType,
      manifest: {
        apiVersion: 'v1',
        kind: 'Pod',
        ...withTemplates(made, [spec.podTemplate, process?.podTemplate]),
      },
    };
  };
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
    jobManager: pod(jobManagerPodName(deployment), {
      component: 'jobmanager',
      process: spec.jobManager,
      memory: jobManagerMemory(spec),
      args: spec.job === undefined ? ['jobmanager'] : programArguments(spec.job),
      container: {
        ports: [
          { name: 'rest', containerPort: 8081 },
          { name: 'jobmanager-rpc', containerPort: 6123 },
        ],
        readinessProbe: { httpGet: { path: '/v1/overview', port: 'rest' } },
      },
    }),
    taskManagers: taskManagers.map((podName) =>
      pod(podName, {
        component: 'taskmanager',
        process: spec.taskManager,
        memory: taskManagerMemory(spec),
        args: ['taskmanager'],
        container: {},
      }),
    ),
  };
}

interface Component {
  readonly component: 'jobmanager' | 'taskmanager';
  readonly process: FlinkDeploymentSpec['jobManager'];
  /** Bytes. */
  readonly memory: number;
  readonly args: string[];
  readonly container: Partial<Container>;
}

/**
 * The command line of Flink's image for an application (`docker-entrypoint.sh`, `standalone-job`). Job id and savepoint
 * are in the configuration, as the operator writes them.
 */
function programArguments({ entryClass, jarURI, args = [] }: JobSpec): string[] {
  return [
    'standalone-job',
    ...(entryClass === undefined ? [] : ['--job-classname', entryClass]),
    ...(jarURI === undefined ? [] : ['--jars', jarURI]),
    // What follows is the program's own, whatever it looks like.
    '--',
    ...args,
  ];
}

/** Kubernetes writes 2Gi where Flink's MemorySize wants 2g; both are powers of two to Flink. */
function toFlinkMemory(text: string): string {
  return text.trim().replace(/i$/i, '').toLowerCase();
}

function hashOf(data: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 16);
}
