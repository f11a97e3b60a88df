import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from '../status.ts';
import { authenticatedGroup, type User } from './authenticate.ts';
import { type Attributes, type Authorize, refusal } from './authorize.ts';

/**
 * The user that a request wants to act as (`kubectl --as`), once its sender may: the verb `impersonate` on the user or
 * ServiceAccount and on each group (Kubernetes' `WithImpersonation` filter). Without such headers, the sender.
 */
export function impersonate(sender: User, headers: IncomingHttpHeaders, authorize: Authorize): User {
  const name = textOf(headers['impersonate-user']);
  const groups = listOf(headers['impersonate-group']);
  const uid = textOf(headers['impersonate-uid']);
  if (name === undefined) {
    if (groups.length > 0 || uid !== undefined) {
      throw badRequest('a group or uid is impersonated without a user: set Impersonate-User as well');
    }
    return sender;
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/u.exec(name);
  const asked = [
    account === null
      ? { plural: 'users', kind: 'User', name }
      : { plural: 'serviceaccounts', kind: 'ServiceAccount', name: account[2], namespace: account[1] },
    ...groups.map((group) => ({ plural: 'groups', kind: 'Group', name: group })),
    ...(uid === undefined
      ? []
      : [{ group: 'authentication.k8s.io', plural: 'uids', kind: 'UID', name: uid }]),
  ];
  for (const one of asked) {
    const attributes: Attributes = {
      user: sender,
      verb: 'impersonate',
      group: '',
      subresource: undefined,
      namespace: undefined,
      ...one,
    };
    if (!authorize(attributes)) throw refusal(attributes);
  }
  const implied =
    account === null || groups.length > 0
      ? []
      : ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`];
  return {
    name,
    groups: [...new Set([...groups, ...implied, authenticatedGroup])],
    ...(uid !== undefined && { uid }),
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text === '' ? undefined : text;
}

/** Node joins repeated headers of a name that it does not know. */
function listOf(header: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '');
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
