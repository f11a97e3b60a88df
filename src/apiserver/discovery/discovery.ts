import type { JsonObject } from '../json.ts';
import { compareVersions } from '../registry/catalog.ts';
import { type Resource, STANDARD_VERBS, type Subresource } from '../registry/resource.ts';

/** The `/version` document. Clients compare it with their own version. */
export const VERSION: JsonObject = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0+sdp',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'sdp/embedded',
};

/** What discovery tells of a resource. Absent verbs: all that stored objects have. */
export type ServedResource = Pick<
  Resource,
  'type' | 'singular' | 'shortNames' | 'categories' | 'hasStatus' | 'subresources'
> & { readonly verbs?: readonly string[] };

interface GroupVersions {
  readonly name: string;
  /** Preferred first. */
  readonly versions: readonly string[];
}

function groupsOf(resources: readonly ServedResource[]): GroupVersions[] {
  const versions = new Map<string, Set<string>>();
  for (const { type } of resources) {
    if (type.group === '') continue;
    const known = versions.get(type.group) ?? new Set();
    versions.set(type.group, known.add(type.version));
  }
  return [...versions].map(([name, found]) => ({ name, versions: [...found].toSorted(compareVersions) }));
}

/** `/api`: the versions of the core group. */
export function buildApiVersions(): JsonObject {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
}

/** `/apis`. */
export function buildGroupList(resources: readonly ServedResource[]): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupsOf(resources).map(describeGroup),
  };
}

/** `/apis/<group>`; `undefined` when there is no such group. */
export function buildGroup(resources: readonly ServedResource[], name: string): JsonObject | undefined {
  const group = groupsOf(resources).find((candidate) => candidate.name === name);
  return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) };
}

function describeGroup({ name, versions }: GroupVersions): JsonObject {
  const described = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: described, preferredVersion: described[0] };
}

/** `/api/v1`, `/apis/<group>/<version>`; `undefined` when nothing is served there. */
export function buildResourceList(
  resources: readonly ServedResource[],
  group: string,
  version: string,
): JsonObject | undefined {
  const served = resources.filter(({ type }) => type.group === group && type.version === version);
  if (served.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: served.flatMap(describeResource).toSorted((a, b) => byName(a['name'], b['name'])),
  };
}

function byName(left: unknown, right: unknown): number {
  return String(left) < String(right) ? -1 : 1;
}

function describeResource(resource: ServedResource): JsonObject[] {
  const { kind, plural, namespaced } = resource.type;
  const entry = (name: string, kindName: string, verbs: readonly string[]): JsonObject => ({
    name,
    singularName: '',
    namespaced,
    kind: kindName,
    verbs,
  });
  return [
    {
      ...entry(plural, kind, resource.verbs ?? STANDARD_VERBS),
      singularName: resource.singular,
      ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
      ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    },
    ...subresourcesOf(resource).map(({ name, kind: kindName, group, verbs }) => ({
      ...entry(`${plural}/${name}`, kindName, verbs),
      ...(group !== undefined && { group, version: 'v1' }),
    })),
  ];
}

function subresourcesOf({ type: { kind }, hasStatus, subresources }: ServedResource): readonly Subresource[] {
  const status = { name: 'status', kind, verbs: ['get', 'patch', 'update'] };
  return hasStatus ? [status, ...subresources] : subresources;
}

/** `apidiscovery.k8s.io/v2` APIGroupDiscoveryList: all of `/api` or of `/apis` in one answer. */
export function buildAggregatedDiscovery(resources: readonly ServedResource[], isCore: boolean): JsonObject {
  const groups = isCore ? [{ name: '', versions: ['v1'] }] : groupsOf(resources);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { name, creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        resources: resources
          .filter(({ type }) => type.group === name && type.version === version)
          .toSorted((a, b) => byName(a.type.plural, b.type.plural))
          .map(discoverResource),
        freshness: 'Current',
      })),
    })),
  };
}

/** An empty group and version are those of the resource. */
function discoverResource(resource: ServedResource): JsonObject {
  const { kind, plural, namespaced } = resource.type;
  const subresources = subresourcesOf(resource);
  return {
    resource: plural,
    responseKind: { group: '', version: '', kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs ?? STANDARD_VERBS,
    ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
    ...(resource.categories.length > 0 && { categories: resource.categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((subresource) => ({
        subresource: subresource.name,
        responseKind: {
          group: subresource.group ?? '',
          version: subresource.group === undefined ? '' : 'v1',
          kind: subresource.kind,
        },
        verbs: subresource.verbs,
      })),
    }),
  };
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Whether a client takes the aggregated form of discovery before the plain one; then its content type. */
export function aggregatedType(accept: string | undefined): string | undefined {
  for (const range of (accept ?? '').split(',')) {
    const parts = range.split(';').map((part) => part.trim());
    if (!['application/json', 'application/*', '*/*'].includes(parts[0] ?? '')) continue;
    const as = parts.find((part) => part.startsWith('as='));
    if (as === undefined) return undefined;
    if (as === 'as=APIGroupDiscoveryList' && parts.includes('v=v2')) return AGGREGATED;
  }
  return undefined;
}
