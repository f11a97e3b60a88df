import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { User } from '../auth/authenticate.ts';
import type { Authorize } from '../auth/authorize.ts';
import { objectAt, stringAt } from '../json.ts';
import { badRequest, unauthorized } from '../status.ts';
import { sendJson } from './answer.ts';
import type { ApiContext } from './api-context.ts';
import { objectFormat, parseBodyText } from './read-body.ts';

/** SelfSubjectAccessReview: what `kubectl auth can-i` asks. */
export function registerAccessReview(
  app: FastifyInstance,
  api: ApiContext,
  authorize: Authorize,
  userOf: (request: FastifyRequest) => User | undefined,
): void {
  app.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', (request, reply) => {
    const user = userOf(request);
    if (user === undefined) throw unauthorized();
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const review = parseBodyText(body, objectFormat(request.headers['content-type']));
    const asked = objectAt(review, 'spec', 'resourceAttributes');
    const path = stringAt(review, 'spec', 'nonResourceAttributes', 'path');
    if (asked === undefined && path === undefined) {
      throw badRequest('spec needs resourceAttributes or nonResourceAttributes');
    }
    // Discovery, health and version are open to everybody who is known.
    const allowed = asked === undefined || authorize(attributesOf(api, user, asked));
    return sendJson(reply, 201, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: {},
      spec: objectAt(review, 'spec') ?? {},
      status: { allowed },
    });
  });
}

function attributesOf(api: ApiContext, user: User, asked: Record<string, unknown>): Parameters<Authorize>[0] {
  const text = (field: string): string | undefined => stringAt(asked, field) || undefined;
  const group = text('group') ?? '';
  const plural = text('resource') ?? '';
  return {
    user,
    verb: text('verb') ?? '',
    group,
    plural,
    kind: api.catalog.findStored(`${group}/${plural}`)?.type.kind ?? '',
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
  };
}
