import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../../apiclient/client.ts';
import type { KubernetesObject, ObjectReference, ResourceType } from '../../apiclient/object.ts';
import type { Listings } from './listings.ts';
import { usualPatience } from './patient-client.ts';

/** The longest wait for quiet. Milliseconds. */
const quietWithin = 5_000;

export type Sight =
  | { readonly seen: true; readonly object: KubernetesObject | undefined }
  /** `failure` is given to the first that looks. */
  | { readonly seen: false; readonly failure?: unknown };

/**
 * What is on the API beside the objects of a plan: for its words, never for its values. An API that does not answer is
 * asked once, and a plan goes on without it.
 */
export interface Surroundings {
  find(type: ResourceType, reference: ObjectReference): Promise<Sight>;
  /** The objects of a namespace, as far as they are known. */
  objects(type: ResourceType, namespace: string | undefined): Promise<readonly KubernetesObject[]>;
  /** Their names. */
  names(type: ResourceType, namespace: string | undefined): Promise<readonly string[]>;
  /** How a request failed that only makes words better; undefined where it did not, or there is no point in it. */
  attempt(type: ResourceType, work: () => Promise<void>): Promise<unknown>;
  /** Another resource is being planned. */
  planning(): void;
  /** Resolves once Terraform seems to have planned all that it can at this time. */
  quiet(): Promise<void>;
  /** From the first write on, the run's own objects come and go: there is nothing more to say. */
  expire(): void;
  readonly expired: boolean;
}

export function createSurroundings(listings: Listings, patience = usualPatience): Surroundings {
  let expired = false;
  let unreachable = false;
  let lastPlan = 0;
  const unreadable = new Set<string>();

  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    const over = new AbortController();
    const limit = delay(patience.look, undefined, { signal: over.signal }).then(() => {
      throw new ApiError('Timeout', `the API did not answer within ${patience.look / 1000} s`);
    });
    for (const late of [limit, work]) late.catch(() => undefined);
    return Promise.race([work, limit]).finally(() => over.abort());
  };

  const isClosed = (type: ResourceType) => expired || unreachable || unreadable.has(nameOf(type));

  const objects = async (type: ResourceType, namespace: string | undefined) => {
    try {
      return isClosed(type) ? [] : await inTime(listings.all<KubernetesObject>(type, namespace));
    } catch {
      return [];
    }
  };

  return {
    async find(type, reference) {
      if (isClosed(type)) return { seen: false };
      try {
        const object = await inTime(listings.find(type, reference));
        return expired ? { seen: false } : { seen: true, object };
      } catch (failure) {
        const known = isClosed(type);
        // An answer tells of this kind alone, unless it knows nobody.
        const code = failure instanceof ApiError ? failure.code : 0;
        if (code > 0 && code !== 401) unreadable.add(nameOf(type));
        else unreachable = true;
        return known ? { seen: false } : { seen: false, failure };
      }
    },
    objects,
    async names(type, namespace) {
      return (await objects(type, namespace)).map(({ metadata }) => metadata.name);
    },
    async attempt(type, work) {
      if (isClosed(type)) return undefined;
      try {
        await inTime(work());
        return undefined;
      } catch (failure) {
        return expired ? undefined : failure;
      }
    },
    planning() {
      lastPlan = Date.now();
    },
    async quiet() {
      const end = Date.now() + quietWithin;
      for (let now = Date.now(); now < Math.min(lastPlan + patience.quiet, end); now = Date.now()) {
        await delay(Math.min(lastPlan + patience.quiet, end) - now);
      }
    },
    expire() {
      expired = true;
    },
    get expired() {
      return expired;
    },
  };
}

function nameOf({ group, plural }: ResourceType): string {
  return `${plural}.${group}`;
}
