import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticatedGroup, type User } from '../auth/authenticate.ts';
import { type Attributes, refusal } from '../auth/authorize.ts';
import { type JsonObject, listAt, objectAt, stringAt } from '../json.ts';
import { badRequest, unauthorized } from '../status.ts';
import { sendJson } from './answer.ts';
import type { ApiContext } from './api-context.ts';
import { readBodyObject } from './read-body.ts';

/** Something that is asked and not stored: the answer is the status of what was posted. */
export interface Review {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Whether everybody may ask, since it is about himself. */
  readonly isOpen: boolean;
  answer(
    api: ApiContext,
    user: User,
    spec: JsonObject,
    namespace: string | undefined,
  ): JsonObject | Promise<JsonObject>;
}

const authorization = { group: 'authorization.k8s.io', namespaced: false, isOpen: false };
const authentication = { group: 'authentication.k8s.io', namespaced: false, isOpen: false };

/** What `kubectl auth can-i`, `can-i --list` and `whoami` ask, and what servers behind this one do. */
export const REVIEWS: readonly Review[] = [
  {
    ...authorization,
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    isOpen: true,
    answer: (api, user, spec) => mayOne(api, user, spec),
  },
  {
    ...authorization,
    kind: 'SubjectAccessReview',
    plural: 'subjectaccessreviews',
    answer: (api, _user, spec) => mayOne(api, subjectOf(spec), spec),
  },
  {
    ...authorization,
    kind: 'LocalSubjectAccessReview',
    plural: 'localsubjectaccessreviews',
    namespaced: true,
    answer(api, _user, spec, namespace) {
      const asked = objectAt(spec, 'resourceAttributes');
      if (asked === undefined || stringAt(asked, 'namespace') !== namespace) {
        throw badRequest('spec.resourceAttributes.namespace must be that of the request');
      }
      return mayOne(api, subjectOf(spec), spec);
    },
  },
  {
    ...authorization,
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    isOpen: true,
    answer(api, user, spec) {
      const namespace = stringAt(spec, 'namespace') ?? '';
      if (namespace === '') throw badRequest('no namespace on request');
      const rules = api.rbac.rulesOf(user, namespace);
      return {
        resourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs === undefined),
        nonResourceRules: [
          ...rules.filter(({ nonResourceURLs }) => nonResourceURLs !== undefined),
          {
            verbs: ['get'],
            nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/openapi/*', '/version'],
          },
        ],
        incomplete: false,
      };
    },
  },
  {
    ...authentication,
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    isOpen: true,
    answer: (_api, user) => ({ userInfo: infoOf(user) }),
  },
  {
    ...authentication,
    kind: 'TokenReview',
    plural: 'tokenreviews',
    async answer(api, _user, spec) {
      const user = await api.authenticate(`Bearer ${stringAt(spec, 'token') ?? ''}`);
      return user === undefined ? { authenticated: false } : { authenticated: true, user: infoOf(user) };
    },
  },
];

export function registerReviews(
  app: FastifyInstance,
  api: ApiContext,
  userOf: (request: FastifyRequest) => User | undefined,
): void {
  for (const review of REVIEWS) {
    const { group, plural, namespaced } = review;
    const path = `/apis/${group}/v1/${namespaced ? 'namespaces/:namespace/' : ''}${plural}`;
    app.post(path, (request, reply) => {
      const user = userOf(request);
      if (user === undefined) throw unauthorized();
      return answerReview(review, api, user, request, reply);
    });
  }
}

async function answerReview(
  review: Review,
  api: ApiContext,
  user: User,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { group, plural, kind, isOpen } = review;
  const { namespace } = request.params as { namespace?: string };
  const attributes: Attributes = {
    user,
    verb: 'create',
    group,
    plural,
    kind,
    namespace,
    subresource: undefined,
    name: undefined,
  };
  if (!isOpen && !api.rbac.authorize(attributes)) throw refusal(attributes);
  const spec = objectAt(readBodyObject(request), 'spec') ?? {};
  const status = await review.answer(api, user, spec, namespace);
  const { token: _token, ...shown } = spec;
  return sendJson(reply, 201, {
    kind,
    apiVersion: `${group}/v1`,
    metadata: { creationTimestamp: null },
    ...(Object.keys(shown).length > 0 && { spec: shown }),
    status,
  });
}

function mayOne(api: ApiContext, user: User, spec: JsonObject): JsonObject {
  const asked = objectAt(spec, 'resourceAttributes');
  const path = stringAt(spec, 'nonResourceAttributes', 'path');
  if ((asked === undefined) === (path === undefined)) {
    throw badRequest('exactly one of spec.resourceAttributes and spec.nonResourceAttributes must be set');
  }
  // Discovery, health and version are open to everybody who is known.
  return { allowed: asked === undefined || api.rbac.authorize(attributesOf(api, user, asked)) };
}

function attributesOf(api: ApiContext, user: User, asked: JsonObject): Attributes {
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

function subjectOf(spec: JsonObject): User {
  const name = stringAt(spec, 'user') ?? '';
  const groups = listAt(spec, 'groups').filter((group) => typeof group === 'string');
  if (name === '' && groups.length === 0) throw badRequest('at least one of user or group must be specified');
  return { name, groups };
}

function infoOf({ name, uid, groups }: User): JsonObject {
  const shown = groups.length > 0 ? groups : [authenticatedGroup];
  return { username: name, ...(uid !== undefined && { uid }), groups: shown };
}
