import { forbidden, type StatusError } from '../status.ts';
import type { User } from './authenticate.ts';

/** What a request wants, in the words of RBAC. */
export interface Attributes {
  readonly user: User;
  readonly verb: string;
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

export type Authorize = (attributes: Attributes) => boolean;

/** kube-apiserver's words for a refusal. */
export function refusal(attributes: Attributes): StatusError {
  const { user, verb, group, plural, subresource, namespace, name } = attributes;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return forbidden(
    attributes,
    name,
    `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
  );
}
