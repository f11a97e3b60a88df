import { type ApiClient, ApiError, type ListOptions } from '../../apiclient/client.ts';
import type { KubernetesObject, ObjectReference, ResourceType } from '../../apiclient/object.ts';
import { resourcePath } from '../../apiclient/object.ts';

/** How long a list serves reads. A refresh of thousands of resources takes seconds; other processes write meanwhile. */
const freshFor = 20_000;

/** Reads of single objects, served from one LIST per kind and namespace. */
export interface Listings {
  /** `undefined` when the kind is known and there is no such object. */
  find<T extends KubernetesObject>(
    type: ResourceType,
    reference: ObjectReference,
    labelSelector?: string,
  ): Promise<T | undefined>;
  /** All objects of a namespace, from the same LIST: the same array for as long as that serves. */
  all<T extends KubernetesObject>(type: ResourceType, namespace: string | undefined): Promise<readonly T[]>;
  /** To be called after a write, also one that failed: a list that was asked for meanwhile may be from before it. */
  forget(type: ResourceType, namespace: string | undefined): void;
}

export function createListings(connect: () => Promise<ApiClient>, signal: AbortSignal): Listings {
  const lists = new Map<string, { until: number; objects: Promise<Listed | undefined> }>();

  const list = (type: ResourceType, namespace: string | undefined, labelSelector: string | undefined) => {
    const key = `${resourcePath(type, { namespace })}?${labelSelector ?? ''}`;
    const known = lists.get(key);
    if (known !== undefined && known.until > Date.now()) return known.objects;
    const objects = fetchList(connect, type, { namespace, labelSelector, signal });
    lists.set(key, { until: Date.now() + freshFor, objects });
    objects.catch(() => lists.delete(key));
    return objects;
  };

  return {
    async find<T extends KubernetesObject>(
      type: ResourceType,
      reference: ObjectReference,
      labelSelector?: string,
    ) {
      const objects = await list(type, reference.namespace, labelSelector);
      if (objects !== undefined) return objects.byName.get(reference.name) as T | undefined;
      return (await connect()).get<T>(type, reference);
    },
    async all<T extends KubernetesObject>(type: ResourceType, namespace: string | undefined) {
      const objects = await list(type, namespace, undefined);
      // Asked once more for the words of the refusal.
      if (objects === undefined) return (await (await connect()).list<T>(type, { namespace })).items;
      return objects.items as readonly T[];
    },
    forget(type, namespace) {
      const prefix = `${resourcePath(type, { namespace })}?`;
      for (const key of lists.keys()) if (key.startsWith(prefix)) lists.delete(key);
    },
  };
}

interface Listed {
  readonly items: readonly KubernetesObject[];
  readonly byName: ReadonlyMap<string, KubernetesObject>;
}

/** Undefined when the credentials may get single objects but not list them. */
async function fetchList(
  connect: () => Promise<ApiClient>,
  type: ResourceType,
  options: ListOptions,
): Promise<Listed | undefined> {
  const client = await connect();
  try {
    const { items } = await client.list<KubernetesObject>(type, options);
    return { items, byName: new Map(items.map((item) => [item.metadata.name, item])) };
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'Forbidden') return undefined;
    throw error;
  }
}
