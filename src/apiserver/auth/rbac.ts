import { type ApiObject, type JsonObject, stringAt } from '../json.ts';
import type { Storage } from '../storage/storage.ts';
import type { User } from './authenticate.ts';
import type { Attributes, Authorize } from './authorize.ts';
import { allows, type PolicyRule, readRules, readSubjects, type Subject } from './rbac-rules.ts';
import { serviceAccountUser } from './service-account-tokens.ts';

export const rbacGroup = 'rbac.authorization.k8s.io';

/** Passes every check, as in Kubernetes: the way back in when roles lock everybody out. */
export const mastersGroup = 'system:masters';

/** Role-based access control over the stored roles and bindings. */
export interface Rbac {
  readonly authorize: Authorize;
  /** The rules that hold for a user in a namespace; undefined: at the cluster's scope only. */
  rulesOf(user: User, namespace: string | undefined): readonly PolicyRule[];
  /** The rules that a binding's `roleRef` stands for; undefined when there is no such role. */
  rulesOfRole(roleRef: JsonObject, namespace: string | undefined): readonly PolicyRule[] | undefined;
}

interface Binding {
  readonly subjects: readonly Subject[];
  readonly roleRef: JsonObject;
  /** Of a RoleBinding. */
  readonly namespace: string | undefined;
}

/** Follows the storage: a role holds from the commit that brought it. */
export function createRbac(storage: Storage): Rbac {
  const roles = new Map<string, readonly PolicyRule[]>();
  const bindings = new Map<string, Binding>();

  const remember = (resource: string, object: ApiObject) => {
    const { namespace, name } = object.metadata;
    const key = `${namespace ?? ''}/${name}`;
    if (resource.endsWith('roles')) roles.set(key, readRules(object));
    else {
      const roleRef = object['roleRef'] as JsonObject | undefined;
      bindings.set(key, { subjects: readSubjects(object), roleRef: roleRef ?? {}, namespace });
    }
  };
  const stored = ['clusterroles', 'roles', 'clusterrolebindings', 'rolebindings'].map(
    (plural) => `${rbacGroup}/${plural}`,
  );
  for (const resource of stored) {
    for (const object of storage.list(resource).objects) remember(resource, object);
  }
  storage.subscribe((changes) => {
    for (const { type, key, object } of changes) {
      if (!stored.includes(key.resource)) continue;
      if (type !== 'DELETED') remember(key.resource, object);
      else {
        const held = key.resource.endsWith('roles') ? roles : bindings;
        held.delete(`${key.namespace}/${key.name}`);
      }
    }
  });

  const rulesOfRole = (roleRef: JsonObject, namespace: string | undefined) => {
    const name = stringAt(roleRef, 'name') ?? '';
    const isClusterRole = stringAt(roleRef, 'kind') === 'ClusterRole';
    return roles.get(`${isClusterRole ? '' : (namespace ?? '')}/${name}`);
  };

  const rulesOf = (user: User, namespace: string | undefined): readonly PolicyRule[] =>
    [...bindings.values()]
      .filter((binding) => binding.namespace === undefined || binding.namespace === namespace)
      .filter(({ subjects, namespace: home }) => subjects.some((subject) => means(subject, user, home)))
      .flatMap((binding) => rulesOfRole(binding.roleRef, binding.namespace) ?? []);

  return {
    authorize: (asked: Attributes) =>
      asked.user.groups.includes(mastersGroup) ||
      rulesOf(asked.user, asked.namespace).some((rule) => allows(rule, asked)),
    rulesOf,
    rulesOfRole,
  };
}

function means({ kind, name, namespace }: Subject, user: User, home: string | undefined): boolean {
  if (kind === 'User') return user.name === name;
  if (kind === 'Group') return user.groups.includes(name);
  return user.name === serviceAccountUser(namespace ?? home ?? '', name);
}
