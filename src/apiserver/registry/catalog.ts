import type { Storage } from '../storage/storage.ts';
import { CORE_RESOURCES } from './core-resources.ts';
import { resourcesOf } from './custom-resource-definition.ts';
import { RBAC_RESOURCES } from './rbac-resources.ts';
import type { Resource } from './resource.ts';

export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';

/** What is served: the built-in kinds and those of the stored CustomResourceDefinitions. */
export interface Catalog {
  find(group: string, version: string, plural: string): Resource | undefined;
  /** The resource of a kind named by an ownerReference. */
  findKind(apiVersion: string, kind: string): Resource | undefined;
  /** Any served version of `<group>/<plural>`. */
  findStored(storageName: string): Resource | undefined;
  all(): readonly Resource[];
}

/** Follows the stored definitions: a new kind is served as soon as its definition is on disk. */
export function createCatalog(storage: Storage): Catalog {
  const custom = new Map<string, readonly Resource[]>();
  for (const definition of storage.list(DEFINITIONS).objects) {
    custom.set(definition.metadata.name, resourcesOf(definition));
  }
  let index = indexResources(custom);
  storage.subscribe((changes) => {
    const definitions = changes.filter(({ key }) => key.resource === DEFINITIONS);
    if (definitions.length === 0) return;
    for (const { type, key, object } of definitions) {
      if (type === 'DELETED') custom.delete(key.name);
      else custom.set(key.name, resourcesOf(object));
    }
    index = indexResources(custom);
  });
  const apiVersion = (group: string, version: string): string =>
    group === '' ? version : `${group}/${version}`;
  return {
    find: (group, version, plural) => index.byPath.get(`${apiVersion(group, version)}/${plural}`),
    findKind: (version, kind) => index.byKind.get(`${version}/${kind}`),
    findStored: (storageName) => index.byStorage.get(storageName),
    all: () => index.all,
  };
}

interface Index {
  readonly all: readonly Resource[];
  readonly byPath: ReadonlyMap<string, Resource>;
  readonly byKind: ReadonlyMap<string, Resource>;
  readonly byStorage: ReadonlyMap<string, Resource>;
}

function indexResources(custom: ReadonlyMap<string, readonly Resource[]>): Index {
  const all = [...CORE_RESOURCES, ...RBAC_RESOURCES, ...[...custom.values()].flat()];
  const byPath = new Map<string, Resource>();
  const byKind = new Map<string, Resource>();
  const byStorage = new Map<string, Resource>();
  for (const resource of all) {
    const { group, version, kind, plural } = resource.type;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    byPath.set(`${apiVersion}/${plural}`, resource);
    byKind.set(`${apiVersion}/${kind}`, resource);
    byStorage.set(`${group}/${plural}`, resource);
  }
  return { all, byPath, byKind, byStorage };
}

/** `v1` before `v2beta1` before `v1alpha1`: apimachinery's `version.CompareKubeAwareVersionStrings`, best first. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [rankVersion(left), rankVersion(right)];
  for (const index of [0, 1, 2] as const) {
    if (a[index] !== b[index]) return b[index] - a[index];
  }
  return left < right ? -1 : Number(left > right);
}

function rankVersion(version: string): readonly [number, number, number] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/u.exec(version);
  if (match === null) return [0, 0, 0];
  const stability = match[2] === undefined ? 3 : match[2] === 'beta' ? 2 : 1;
  return [stability, Number(match[1]), Number(match[3] ?? 0)];
}
