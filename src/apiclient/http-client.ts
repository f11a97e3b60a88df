import type { ApiAccess } from './api-access.ts';
import { fromAnswer, missingObjectName } from './api-failure.ts';
import { type ApiClient, ApiError, type ListOptions, type Patch, type WriteOptions } from './client.ts';
import {
  apiVersionOf,
  type KubernetesObject,
  type ObjectReference,
  type ResourceType,
  resourcePath,
} from './object.ts';
import { createTransport } from './transport.ts';
import { readWatch } from './watch-stream.ts';

export type { ApiAccess } from './api-access.ts';

const PAGE_SIZE = 1_000;
const DEFAULT_NAMESPACE = 'default';

interface ListPage<T> {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: readonly T[] | null;
}

/** A client for one API server. `userAgent` is also the default field manager of its writes. */
export function createApiClient(access: ApiAccess, userAgent = 'sdp'): ApiClient {
  const transport = createTransport(access, userAgent);
  const home = access.namespace ?? DEFAULT_NAMESPACE;

  function pathOf(type: ResourceType, reference: ObjectReference, subresource?: string): string {
    const { name } = reference;
    const namespace = type.namespaced ? (reference.namespace ?? home) : undefined;
    const path = resourcePath(type, { namespace, name });
    return subresource === undefined ? path : `${path}/${subresource}`;
  }

  async function sendObject<T>(
    method: string,
    path: string,
    query: Readonly<Record<string, string | undefined>>,
    body: { readonly contentType: string; readonly content: unknown } | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const text = await transport.send({
      method,
      path: `${path}${printQuery(query)}`,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': body.contentType }, body: JSON.stringify(body.content) }),
      signal,
    });
    return JSON.parse(text) as T;
  }

  const json = (content: unknown) => ({ contentType: 'application/json', content });

  async function listPages<T extends KubernetesObject>(
    type: ResourceType,
    options: ListOptions,
    limit: number | undefined,
  ): Promise<{ resourceVersion: string; items: T[] }> {
    const path = resourcePath(type, { namespace: options.namespace });
    const items: T[] = [];
    let next: string | undefined;
    let resourceVersion = '';
    do {
      const query = {
        ...selectors(options),
        limit: limit === undefined ? undefined : String(limit),
        continue: next,
      };
      const page: ListPage<T> = await sendObject('GET', path, query, undefined, options.signal);
      // Items of a typed list do not repeat its kind.
      for (const item of page.items ?? []) {
        items.push({ ...item, apiVersion: apiVersionOf(type), kind: type.kind });
      }
      resourceVersion = page.metadata.resourceVersion ?? '';
      next = page.metadata.continue;
    } while (next !== undefined && next !== '');
    return { resourceVersion, items };
  }

  return {
    async get(type, reference) {
      try {
        return await sendObject('GET', pathOf(type, reference), {}, undefined, undefined);
      } catch (error) {
        if (missingObjectName(error) === reference.name) return undefined;
        throw error;
      }
    },

    async list(type, options = {}) {
      try {
        return await listPages(type, options, PAGE_SIZE);
      } catch (error) {
        // The pages became too old while they were read.
        if (!(error instanceof ApiError) || error.reason !== 'Expired') throw error;
        return listPages(type, options, undefined);
      }
    },

    watch(type, options) {
      const path = resourcePath(type, { namespace: options.namespace });
      const query = printQuery({
        ...selectors(options),
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: options.resourceVersion,
      });
      return readWatch(transport, `${path}${query}`, options.signal);
    },

    create(type, manifest, options = {}) {
      const { namespace } = manifest.metadata;
      const path = resourcePath(type, { namespace: type.namespaced ? (namespace ?? home) : undefined });
      return sendObject('POST', path, writeQuery(options), json(manifest), options.signal);
    },

    update(type, object, options = {}) {
      const path = pathOf(type, object.metadata);
      return sendObject('PUT', path, writeQuery(options), json(object), options.signal);
    },

    updateStatus(type, object, options = {}) {
      const path = pathOf(type, object.metadata, 'status');
      return sendObject('PUT', path, writeQuery(options), json(object), options.signal);
    },

    patch(type, reference, patch: Patch, options = {}) {
      const path = pathOf(type, reference, options.subresource);
      const contentType = Array.isArray(patch)
        ? 'application/json-patch+json'
        : 'application/merge-patch+json';
      return sendObject('PATCH', path, writeQuery(options), { contentType, content: patch }, options.signal);
    },

    apply(type, manifest, options) {
      const path = pathOf(type, manifest.metadata, options.subresource);
      const query = { ...writeQuery(options), force: options.force === true ? 'true' : undefined };
      // JSON is YAML.
      const body = { contentType: 'application/apply-patch+yaml', content: manifest };
      return sendObject('PATCH', path, query, body, options.signal);
    },

    async delete(type, reference, options = {}) {
      const content = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(options.propagationPolicy === undefined ? {} : { propagationPolicy: options.propagationPolicy }),
        ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
      };
      try {
        await sendObject('DELETE', pathOf(type, reference), {}, json(content), options.signal);
      } catch (error) {
        if (missingObjectName(error) !== reference.name) throw error;
      }
    },

    async request(method, path, options = {}) {
      const answer = await transport.open({ method, path, ...options }, true);
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: answer.body,
        text: () => answer.body.text(),
        ...(answer.refused !== undefined && { refused: answer.refused }),
      };
    },

    close: () => transport.close(),
  };
}

/** The failure that a raw answer of 400 and above tells of. */
export function toApiError(status: number, body: string, what: string, refused?: string): ApiError {
  return fromAnswer(status, body, what, refused);
}

function selectors(options: ListOptions): Record<string, string | undefined> {
  return { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector };
}

function writeQuery(options: WriteOptions): Record<string, string | undefined> {
  return {
    fieldManager: options.fieldManager,
    dryRun: options.dryRun === true ? 'All' : undefined,
  };
}

function printQuery(query: Readonly<Record<string, string | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
