import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate, User } from '../auth/authenticate.ts';
import type { Rbac } from '../auth/rbac.ts';
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import type { ApiObject } from '../json.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { Resource } from '../registry/resource.ts';
import type { Store, Target } from '../registry/store.ts';
import { badRequest } from '../status.ts';
import type { Storage } from '../storage/storage.ts';
import type { ResourcePath } from './request-path.ts';
import type { WatchLimit } from './watch-limit.ts';

export interface PodReference {
  readonly namespace: string;
  readonly name: string;
}

export interface PodLogOptions {
  readonly container?: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly limitBytes?: number;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** Reads a pod's log. A `StatusError` that it throws is the answer; any other error is an internal one. */
export type PodLogs = (pod: PodReference, options: PodLogOptions) => Promise<AsyncIterable<Uint8Array>>;

/** Where a port of a pod answers, given its name or number; `undefined` when the pod has no such port. */
export type PodAddress = (pod: ApiObject, port: string) => Address | undefined;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What all requests share. */
export interface ApiContext {
  readonly storage: Storage;
  readonly catalog: Catalog;
  readonly store: Store;
  readonly authenticate: Authenticate;
  readonly rbac: Rbac;
  readonly serviceAccounts: ServiceAccountTokens;
  readonly watchLimit: WatchLimit;
  readonly podLogs: PodLogs | undefined;
  readonly podAddress: PodAddress;
  /** Ends with the server; watches end with it. */
  readonly closing: AbortSignal;
}

/** One request for a resource, authorised. */
export interface ResourceRequest {
  readonly api: ApiContext;
  readonly resource: Resource;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly user: User;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export function targetOf({ resource, path }: ResourceRequest): Target {
  if (path.name === undefined) throw badRequest('the request names no object');
  return { resource, namespace: path.namespace, name: path.name };
}

export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== 'false' && value !== '0';
}

/** A whole number of the query; throws `BadRequest` for anything else. */
export function count(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^\d{1,12}$/u.test(value))
    throw badRequest(`${name} must be a whole number, not ${JSON.stringify(value)}`);
  return Number(value);
}
