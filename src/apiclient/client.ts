import type { KubernetesObject, Manifest, ObjectReference, ResourceType } from './object.ts';

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectList<T extends KubernetesObject> {
  readonly resourceVersion: string;
  readonly items: readonly T[];
}

export type WatchEvent<T extends KubernetesObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | {
      readonly type: 'BOOKMARK';
      readonly object: { readonly metadata: { readonly resourceVersion: string } };
    };

export interface WatchOptions extends ListOptions {
  /** Events after this version; `ApiError` with reason `Expired` when the server no longer has them. */
  readonly resourceVersion: string;
}

export interface WriteOptions {
  readonly fieldManager?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Takes fields over from other managers instead of answering `Conflict`. */
  readonly force?: boolean | undefined;
  readonly subresource?: 'status' | undefined;
}

/** RFC 6902 operations are a list, an RFC 7386 merge patch is an object. */
export type Patch =
  | readonly {
      readonly op: string;
      readonly path: string;
      readonly value?: unknown;
      readonly from?: string;
    }[]
  | Readonly<Record<string, unknown>>;

export interface DeleteOptions {
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' | undefined;
  /** Only delete the object with this uid. */
  readonly uid?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The one client of the Kubernetes API, for a cluster or the embedded server. Every failure is an `ApiError`.
 * Requests that the server refused for load (429, 503) or that never reached it are repeated with back-off and
 * jitter, honouring Retry-After; a write is repeated only when it certainly had no effect.
 */
export interface ApiClient {
  /** `undefined` when there is no such object (404 for the object; an unknown resource type is an `ApiError`). */
  get<T extends KubernetesObject>(type: ResourceType, reference: ObjectReference): Promise<T | undefined>;
  list<T extends KubernetesObject>(type: ResourceType, options?: ListOptions): Promise<ObjectList<T>>;
  /** Yields events until the signal aborts, the server ends the watch (then the iteration ends) or fails. */
  watch<T extends KubernetesObject>(type: ResourceType, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  create<T extends KubernetesObject>(
    type: ResourceType,
    manifest: Manifest,
    options?: WriteOptions,
  ): Promise<T>;
  update<T extends KubernetesObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T>;
  updateStatus<T extends KubernetesObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubernetesObject>(
    type: ResourceType,
    reference: ObjectReference,
    patch: Patch,
    options?: WriteOptions & { readonly subresource?: 'status' | undefined },
  ): Promise<T>;
  /** Server-side apply. */
  apply<T extends KubernetesObject>(
    type: ResourceType,
    manifest: Manifest,
    options: ApplyOptions,
  ): Promise<T>;
  /** Resolves once the deletion is accepted; finalizers may keep the object. `undefined` when it was not there. */
  delete(type: ResourceType, reference: ObjectReference, options?: DeleteOptions): Promise<void>;
  /** A raw request below the server's address: `/version`, the service proxy, pod logs. */
  request(method: string, path: string, options?: RawRequestOptions): Promise<RawResponse>;
  close(): Promise<void>;
}

export interface RawRequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, streamed; reading it is the caller's. */
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
  /** What the credential tells of itself where the server did not take it (401); else absent. */
  readonly refused?: string;
}

/**
 * `Unreachable`, `Untrusted` (the server's certificate is not accepted) and `Timeout` are the client's own; the rest are the
 * server's Status reasons.
 */
export type ApiErrorReason =
  | 'Unreachable'
  | 'Untrusted'
  | 'Timeout'
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Expired'
  | 'Invalid'
  | 'TooManyRequests'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'MethodNotAllowed'
  | 'ServiceUnavailable'
  | 'InternalError'
  | 'Unknown';

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export class ApiError extends Error {
  /** HTTP status, 0 when no answer came. */
  readonly code: number;
  readonly reason: ApiErrorReason;
  readonly retryable: boolean;
  readonly causes: readonly StatusCause[];

  constructor(
    reason: ApiErrorReason,
    message: string,
    options: { code?: number; retryable?: boolean; causes?: readonly StatusCause[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ApiError';
    this.reason = reason;
    this.code = options.code ?? 0;
    this.retryable = options.retryable ?? false;
    this.causes = options.causes ?? [];
  }
}
