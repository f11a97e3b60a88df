import type { StatusCause } from '../apiclient/client.ts';

/** `meta/v1` Status: how every failure is told to a client. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Record<string, never>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  /** The HTTP status. */
  readonly code: number;
}

/** What a success says: its code is that of the answer. */
export type Success = Omit<Status, 'code'>;

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** Names what a Status is about: a resource, for `Invalid` a kind. */
export interface StatusSubject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** Carries a failure Status from where it is found to the HTTP answer. */
export class StatusError extends Error {
  readonly status: Status;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.name = 'StatusError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** One violation, in the words of apimachinery's `field.Error`. */
export interface FieldProblem {
  readonly field: string;
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueTypeInvalid';
  readonly message: string;
}

const qualified = (subject: StatusSubject): string =>
  subject.group === '' ? subject.plural : `${subject.plural}.${subject.group}`;

const detailsOf = (subject: StatusSubject, name?: string): StatusDetails => ({
  ...(name === undefined ? {} : { name }),
  ...(subject.group === '' ? {} : { group: subject.group }),
  kind: subject.plural,
});

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(
  subject: StatusSubject,
  name: string | undefined,
  why: string,
  causes?: readonly StatusCause[],
): StatusError {
  const what = name === undefined || name === '' ? qualified(subject) : `${qualified(subject)} "${name}"`;
  const details = { ...detailsOf(subject, name), ...(causes === undefined ? {} : { causes }) };
  return new StatusError(403, 'Forbidden', `${what} is forbidden: ${why}`, details);
}

export function notFound(subject: StatusSubject, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${qualified(subject)} "${name}" not found`,
    detailsOf(subject, name),
  );
}

/** The path leads to nothing that this server has. */
export function noSuchResource(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(
  message = 'the server does not allow this method on the requested resource',
) {
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

export function alreadyExists(subject: StatusSubject, name: string): StatusError {
  const message = `${qualified(subject)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, detailsOf(subject, name));
}

export function conflict(subject: StatusSubject, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(subject)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, detailsOf(subject, name));
}

export function staleObject(subject: StatusSubject, name: string): StatusError {
  return conflict(
    subject,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

/** Server-side apply met fields of other managers. */
export function applyConflict(message: string, causes: readonly StatusCause[]): StatusError {
  return new StatusError(409, 'Conflict', message, { causes });
}

export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

/** A client names a version that this server has not reached: it talks to another history. */
export function resourceVersionTooLarge(requested: number, current: number): StatusError {
  return new StatusError(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${requested}, current: ${current}`,
    {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  );
}

export function unsupportedMediaType(message: string): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', message);
}

export function invalid(
  subject: StatusSubject,
  name: string,
  problems: readonly FieldProblem[],
): StatusError {
  const texts = problems.map((problem) => `${problem.field}: ${problem.message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`;
  return new StatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${list}`, {
    ...(name === '' ? {} : { name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    kind: subject.kind,
    causes: problems.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

/** The client may come again in a second. */
export function tooManyRequests(message: string): StatusError {
  return new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds: 1 });
}

export function serviceUnavailable(message: string): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message);
}

export function internalError(message: string): StatusError {
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });
}

export function success(details: StatusDetails): Success {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
