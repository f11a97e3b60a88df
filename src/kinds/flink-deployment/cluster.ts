import { parse } from 'yaml';
import type { ApiClient } from '../../apiclient/client.ts';
import { configMapType, ingressType, podType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { EventRecorder } from '../../controller/events.ts';
import { applyOwned, type OwnedObject, replaceOwned } from '../../controller/owned-objects.ts';
import type { Pod } from '../../pods/pod.ts';
import {
  buildDeploymentObjects,
  type Configuration,
  configFileName,
  configMapName,
  type FlinkDeploymentObject,
  jobManagerPodName,
} from './desired.ts';
import { buildIngress } from './ingress.ts';
import { type Connect, type ObservedCluster, observeCluster, podTrouble } from './observe.ts';
import { describeReplacements } from './replacements.ts';
import {
  idleTimeoutMs,
  nameTaskManagers,
  planTaskManagers,
  type Room,
  type SlotDemand,
  type TaskManagerPlan,
} from './task-managers.ts';

export interface ClusterOptions {
  readonly client: ApiClient;
  readonly events: EventRecorder;
  listPods(namespace: string): readonly Pod[];
  /** Whether folders of this machine stand for what is in an image. */
  isMapped(image: string): boolean;
  /** Memory that pods other than these may ask for. */
  roomBeside(pods: readonly Pod[]): Room;
  readonly connect?: Connect;
  readonly now?: () => number;
}

const fieldManager = 'sdp-flink-operator';
const settingsCheckMs = 30_000;

export interface AppliedCluster {
  /** All pods are those that are wanted. */
  readonly inPlace: boolean;
  readonly plan: TaskManagerPlan;
  /** Why a TaskManager does not come up. */
  readonly trouble: string | undefined;
}

/** Brings the pods, Services and configuration of Flink clusters to what is wanted, and looks at them. */
export function createClusters(options: ClusterOptions) {
  const { client, events, now = Date.now } = options;
  /** Since when all slots of a TaskManager are free, by the uid of its pod. */
  const idleSince = new Map<string, number>();
  const replacements = new Map<string, string>();
  /** What each cluster's configuration and Services were last written as. */
  const settings = new Map<string, { readonly text: string; readonly at: number }>();

  function podsOf({ metadata: { namespace = 'default', name } }: KubernetesObject): readonly Pod[] {
    return options.listPods(namespace).filter(({ metadata }) => metadata.labels?.app === name);
  }

  async function apply(
    deployment: FlinkDeploymentObject,
    configuration: Configuration,
    observed: ObservedCluster,
    demands: readonly SlotDemand[],
  ): Promise<AppliedCluster> {
    const pods = podsOf(deployment);
    const plan = planTaskManagers(
      deployment.spec,
      demands,
      options.roomBeside(taskManagersOf(deployment, pods)),
    );
    const names = nameTaskManagers(
      deployment.metadata.name,
      plan.count,
      knownTaskManagers(deployment, pods, observed),
      idleTimeoutMs(deployment.spec),
    );
    const wanted = buildDeploymentObjects(deployment, names, configuration);
    const ingress = buildIngress(deployment);
    await applySettings(deployment, [wanted.config, ...wanted.services, ...(ingress ? [ingress] : [])]);
    const all = [wanted.jobManager, ...wanted.taskManagers];
    const wantedNames = new Set(all.map(({ manifest }) => manifest.metadata.name));
    const surplus = pods.filter((pod) => !wantedNames.has(pod.metadata.name));
    await Promise.all(surplus.map((pod) => client.delete(podType, pod.metadata)));
    const there = await Promise.all(
      all.map((object) => {
        const current = pods.find(({ metadata }) => metadata.name === object.manifest.metadata.name);
        return replaceOwned(client, deployment, object, current, fieldManager);
      }),
    );
    const troubles = taskManagersOf(deployment, pods).flatMap((pod) => podTrouble(pod) ?? []);
    return { inPlace: there.every(Boolean), plan, trouble: troubles[0] };
  }

  /** Objects that can change are written when they are others than before, and now and then in case they are gone. */
  async function applySettings(
    deployment: FlinkDeploymentObject,
    objects: readonly OwnedObject[],
  ): Promise<void> {
    const { uid = '' } = deployment.metadata;
    const text = JSON.stringify(objects);
    const before = settings.get(uid);
    if (before?.text === text && now() - before.at < settingsCheckMs) return;
    await Promise.all(objects.map((object) => applyOwned(client, deployment, object, fieldManager)));
    if (deployment.spec.ingress === undefined) await deleteIngress(deployment);
    settings.set(uid, { text, at: now() });
  }

  /** One of the same name that is somebody else's stays. */
  async function deleteIngress({ metadata: { namespace = 'default', name, uid } }: KubernetesObject) {
    const ingress = await client.get(ingressType, { namespace, name });
    const isOwn = ingress?.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
    if (isOwn) await client.delete(ingressType, { namespace, name });
  }

  function knownTaskManagers(
    deployment: FlinkDeploymentObject,
    pods: readonly Pod[],
    observed: ObservedCluster,
  ) {
    return taskManagersOf(deployment, pods)
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata: { name, uid = '' } }) => {
        const info = observed.taskManagers.find(({ id }) => id === name);
        if (info === undefined || info.freeSlots < info.slotsNumber) {
          idleSince.delete(uid);
          return { name, idleMs: 0 };
        }
        const since = idleSince.get(uid) ?? now();
        idleSince.set(uid, since);
        return { name, idleMs: now() - since };
      });
  }

  /** Deletes pods of a cluster and answers whether any is left. */
  async function end(pods: readonly Pod[]): Promise<boolean> {
    await Promise.all(
      pods
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(({ metadata }) => client.delete(podType, metadata)),
    );
    return pods.length > 0;
  }

  /** The configuration that the cluster was last started with. */
  async function readConfiguration(deployment: FlinkDeploymentObject): Promise<Configuration | undefined> {
    const { namespace = 'default' } = deployment.metadata;
    const name = configMapName(deployment);
    const map = await client.get<KubernetesObject & { data?: Record<string, string> }>(configMapType, {
      namespace,
      name,
    });
    const text = map?.data?.[configFileName];
    return text === undefined ? undefined : (parse(text) as Configuration);
  }

  /** Says once of a cluster what of its spec no process here stands for. */
  async function announceReplacements(deployment: FlinkDeploymentObject) {
    const messages = describeReplacements(deployment.spec, options.isMapped);
    const { uid = '', generation } = deployment.metadata;
    const key = `${generation} ${messages.join('\n')}`;
    if (messages.length === 0 || replacements.get(uid) === key) return;
    replacements.set(uid, key);
    for (const message of messages) await events.record(deployment, 'Warning', 'ReplacedLocally', message);
  }

  return {
    podsOf,
    apply,
    end,
    readConfiguration,
    announceReplacements,
    observe: (deployment: FlinkDeploymentObject) =>
      observeCluster(deployment, podsOf(deployment), options.connect),
  };
}

export type Clusters = ReturnType<typeof createClusters>;

export function taskManagersOf(deployment: KubernetesObject, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ metadata }) => metadata.name !== jobManagerPodName(deployment));
}
