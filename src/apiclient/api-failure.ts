import { ApiError, type ApiErrorReason, type StatusCause } from './client.ts';

/** Reasons by HTTP status, for answers that are no Status (a proxy's, a load balancer's). */
const REASONS_BY_CODE: ReadonlyMap<number, ApiErrorReason> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [409, 'Conflict'],
  [410, 'Expired'],
  [413, 'RequestEntityTooLarge'],
  [415, 'UnsupportedMediaType'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
]);

const REASONS: ReadonlySet<string> = new Set([...REASONS_BY_CODE.values(), 'AlreadyExists']);
const RETRYABLE_CODES = new Set([429, 500, 502, 503, 504]);

/** Errors of a connection that was never made: the request cannot have had an effect. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);

interface StatusShape {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly name?: string; readonly causes?: readonly StatusCause[] };
}

/** The name of the object that a 404 is about; absent when the resource type itself is unknown. */
export function missingObjectName(error: unknown): string | undefined {
  return error instanceof ApiError && error.reason === 'NotFound' ? missingNames.get(error) : undefined;
}

const missingNames = new WeakMap<ApiError, string>();

/** An answer of 400 and above, or the Status of a watch's ERROR event; `refused` is put behind the server's words. */
export function fromAnswer(code: number, body: string, what: string, refused = ''): ApiError {
  const status = parseStatus(body);
  const reason = reasonOf(status.reason, code);
  const message = status.message ?? (body.trim().slice(0, 500) || `the server answered ${code}`);
  const error = new ApiError(reason, `${what}: ${message}${refused}`, {
    code,
    retryable: RETRYABLE_CODES.has(code),
    causes: status.details?.causes ?? [],
  });
  if (status.details?.name !== undefined) missingNames.set(error, status.details.name);
  return error;
}

function reasonOf(reason: string | undefined, code: number): ApiErrorReason {
  // Older servers say Gone where newer ones say Expired.
  if (reason === 'Gone') return 'Expired';
  if (reason !== undefined && REASONS.has(reason)) return reason as ApiErrorReason;
  return REASONS_BY_CODE.get(code) ?? 'Unknown';
}

function parseStatus(body: string): StatusShape {
  try {
    const value: unknown = JSON.parse(body);
    const isStatus =
      typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status';
    return isStatus ? (value as StatusShape) : {};
  } catch {
    return {};
  }
}

/** A request that got no answer. */
export function fromTransport(cause: unknown, what: string, server: string): ApiError {
  if (cause instanceof ApiError) return cause;
  const code = transportCode(cause);
  const why = cause instanceof Error ? cause.message : String(cause);
  if (isRefusedByProxy(cause)) {
    return new ApiError('Unreachable', `${what}: the proxy gives no way to ${server} (${why})`, { cause });
  }
  if (isAborted(cause)) return new ApiError('Timeout', `${what}: the request was aborted`, { cause });
  if (TIMEOUTS.has(code)) {
    return new ApiError('Timeout', `${what}: no answer from ${server} in time (${why})`, {
      retryable: true,
      cause,
    });
  }
  // The server's word, once it has seen the client's certificate.
  if (/^ERR_SSL_.*ALERT/u.test(code)) {
    return new ApiError('Unauthorized', `${what}: ${server} refuses the client certificate (${code})`, {
      cause,
    });
  }
  if (isUntrusted(code)) {
    return new ApiError('Untrusted', `${what}: ${server} shows a certificate that ${distrust(code, why)}`, {
      cause,
    });
  }
  return new ApiError('Unreachable', `${what}: ${server} cannot be reached (${code || why})`, {
    retryable: true,
    cause,
  });
}

export function wasNeverSent(error: ApiError): boolean {
  return error.code === 0 && NEVER_SENT.has(transportCode(error.cause));
}

function isAborted(cause: unknown): boolean {
  return cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'TimeoutError');
}

/** The server's certificate is not taken; asking again does not change that. */
function isUntrusted(code: string): boolean {
  return /^ERR_TLS|CERT|SELF_SIGNED|UNABLE_TO_VERIFY/u.test(code);
}

function distrust(code: string, why: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'is not valid yet';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `is for another name (${why})`;
  return `no authority that is known signed (${code})`;
}

/** undici calls that an abort. */
function isRefusedByProxy(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('Proxy response');
}

function transportCode(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  const { code } = cause as { code?: unknown };
  if (typeof code === 'string') return code;
  // Connecting to a name with several addresses fails with one error for each.
  if (cause instanceof AggregateError) return transportCode(cause.errors[0]);
  return transportCode(cause.cause);
}
