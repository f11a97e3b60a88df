import type { FastifyReply, FastifyRequest } from 'fastify';
import { chooseRepresentation, type Representation, representObject } from '../discovery/representation.ts';
import type { ApiObject } from '../json.ts';
import { badRequest, internalError, type Status, StatusError } from '../status.ts';
import type { ResourceRequest } from './api-context.ts';

/** The form that the client asks for. Throws 406 when it accepts nothing that this server speaks. */
export function representationFor(request: FastifyRequest): Representation {
  const representation = chooseRepresentation(request.headers.accept);
  if (representation !== undefined) return representation;
  throw new StatusError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

export function sendObject(
  { resource, query, request, reply }: ResourceRequest,
  object: ApiObject,
  code = 200,
): FastifyReply {
  const body = representObject(
    resource,
    object,
    representationFor(request),
    query.get('includeObject') ?? undefined,
  );
  return sendJson(reply, code, body);
}

export function sendJson(reply: FastifyReply, code: number, body: object): FastifyReply {
  return reply
    .code(code)
    .header('content-type', 'application/json')
    .header('cache-control', 'no-cache, private')
    .send(JSON.stringify(body));
}

export function sendStatus(reply: FastifyReply, status: Status): FastifyReply {
  const retryAfter = status.details?.retryAfterSeconds;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  return sendJson(reply, status.code, status);
}

export function addWarnings(reply: FastifyReply, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  const printed = warnings.map((text) => `299 - ${JSON.stringify(text.replaceAll(/[^\x20-\x7e]/gu, '?'))}`);
  reply.header('warning', printed);
}

/** Every failure as a Status; what nobody foresaw is logged by the caller and told without its stack. */
export function toStatus(error: unknown): Status {
  if (error instanceof StatusError) return error.status;
  if (error instanceof URIError) return badRequest('the path holds a malformed escape').status;
  const { code, statusCode, message } = describe(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new StatusError(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728').status;
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return badRequest(message).status;
  return internalError(message).status;
}

function describe(error: unknown): { code?: string; statusCode?: number; message: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof statusCode === 'number' ? { statusCode } : {}),
    message: error.message,
  };
}
