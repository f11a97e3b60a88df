import type { JsonObject } from '../json.ts';
import { compareVersions } from '../registry/catalog.ts';
import { type Resource, STANDARD_VERBS } from '../registry/resource.ts';

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

interface GroupVersions {
  readonly name: string;
  /** Preferred first. */
  readonly versions: readonly string[];
}

function groupsOf(resources: readonly Resource[]): GroupVersions[] {
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
export function buildGroupList(resources: readonly Resource[]): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupsOf(resources).map(describeGroup),
  };
}

/** `/apis/<group>`; `undefined` when there is no such group. */
export function buildGroup(resources: readonly Resource[], name: string): JsonObject | undefined {
  const group = groupsOf(resources).find((candidate) => candidate.name === name);
  return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) };
}

function describeGroup({ name, versions }: GroupVersions): JsonObject {
  const described = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: described, preferredVersion: described[0] };
}

/** `/api/v1`, `/apis/<group>/<version>`; `undefined` when nothing is served there. */
export function buildResourceList(
  resources: readonly Resource[],
  group: string,
  version: string,
): JsonObject | undefined {
  const served = resources.filter(({ type }) => type.group === group && type.version === version);
  if (served.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: served.flatMap(describeResource),
  };
}

function describeResource(resource: Resource): JsonObject[] {
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
      ...entry(plural, kind, STANDARD_VERBS),
      singularName: resource.singular,
      ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
      ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    },
    ...(resource.hasStatus ? [entry(`${plural}/status`, kind, ['get', 'patch', 'update'])] : []),
    ...resource.subresources.map(({ name, kind: kindName, verbs }) =>
      entry(`${plural}/${name}`, kindName, verbs),
    ),
  ];
}
