import type { FastifyReply } from 'fastify';
import { defaultTokenLife, shortestToken } from '../auth/service-account-tokens.ts';
import { formatTime, listAt, objectAt } from '../json.ts';
import { badRequest, invalid } from '../status.ts';
import { sendJson } from './answer.ts';
import { type ResourceRequest, targetOf } from './api-context.ts';
import { readBodyObject } from './read-body.ts';

const subject = { group: 'authentication.k8s.io', plural: 'tokenrequests', kind: 'TokenRequest' };

/** `serviceaccounts/token`: a token for `kubectl create token` and for pods. Tokens bound to other objects are refused. */
export async function handleTokenRequest(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, request, reply } = asked;
  const { metadata } = api.store.get(targetOf(asked));
  const spec = objectAt(readBodyObject(request), 'spec') ?? {};
  const seconds = spec['expirationSeconds'] ?? defaultTokenLife;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < shortestToken) {
    const message = `Invalid value: ${JSON.stringify(seconds)}: may not specify a duration less than 10 minutes`;
    throw invalid(subject, '', [{ field: 'spec.expirationSeconds', reason: 'FieldValueInvalid', message }]);
  }
  if ((spec['boundObjectRef'] ?? null) !== null) {
    throw badRequest('spec.boundObjectRef is not supported: ask for a token of the ServiceAccount itself');
  }
  const audiences = listAt(spec, 'audiences').filter((item) => typeof item === 'string');
  const { namespace = '', name, uid = '' } = metadata;
  const { token, expires } = await api.serviceAccounts.issue(
    { namespace, name, uid },
    seconds,
    ...(audiences.length > 0 ? [audiences] : []),
  );
  return sendJson(reply, 201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: formatTime(new Date()) },
    spec: { ...spec, expirationSeconds: seconds },
    status: { token, expirationTimestamp: formatTime(expires) },
  });
}
