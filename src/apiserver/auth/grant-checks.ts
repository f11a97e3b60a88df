import type { ApiObject, JsonObject } from '../json.ts';
import { objectAt, stringAt } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { forbidden, type StatusError } from '../status.ts';
import type { User } from './authenticate.ts';
import { mastersGroup, type Rbac, rbacGroup } from './rbac.ts';
import { type PolicyRule, readRules, uncoveredRules } from './rbac-rules.ts';

/**
 * Nobody gives rights away that he does not have: who writes a role needs all of its rules or the verb `escalate` on
 * it, who binds one needs them or the verb `bind` on the role (Kubernetes' RBAC registries).
 */
export function checkGrant(rbac: Rbac, user: User, resource: Resource, next: ApiObject): void {
  const { group, plural } = resource.type;
  if (group !== rbacGroup || user.groups.includes(mastersGroup)) return;
  const { namespace } = next.metadata;
  const given = plural.endsWith('bindings')
    ? rulesBound(rbac, user, next, namespace)
    : rulesWritten(rbac, user, resource, next);
  const missing = uncoveredRules(rbac.rulesOf(user, namespace), given);
  if (missing.length > 0) throw tooMuch(user, resource, next, missing);
}

function rulesWritten(rbac: Rbac, user: User, resource: Resource, next: ApiObject): readonly PolicyRule[] {
  const { name, namespace } = next.metadata;
  return may(rbac, user, 'escalate', resource.type.plural, name, namespace) ? [] : readRules(next);
}

function rulesBound(
  rbac: Rbac,
  user: User,
  next: ApiObject,
  namespace: string | undefined,
): readonly PolicyRule[] {
  const roleRef: JsonObject = objectAt(next, 'roleRef') ?? {};
  const plural = stringAt(roleRef, 'kind') === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (may(rbac, user, 'bind', plural, stringAt(roleRef, 'name'), namespace)) return [];
  return rbac.rulesOfRole(roleRef, namespace) ?? [];
}

function may(
  rbac: Rbac,
  user: User,
  verb: string,
  plural: string,
  name: string | undefined,
  namespace: string | undefined,
): boolean {
  const subresource = undefined;
  return rbac.authorize({ user, verb, group: rbacGroup, plural, kind: '', subresource, namespace, name });
}

function tooMuch(
  user: User,
  resource: Resource,
  { metadata: { name } }: ApiObject,
  missing: readonly PolicyRule[],
): StatusError {
  const rules = missing.map((rule) => JSON.stringify(rule)).join(', ');
  return forbidden(
    resource.type,
    name,
    `user "${user.name}" (groups=${JSON.stringify(user.groups)}) is attempting to grant RBAC permissions not currently held: ${rules}`,
  );
}
