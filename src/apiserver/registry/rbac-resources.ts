import { AGE, NAME } from '../discovery/core-columns.ts';
import { type ApiObject, equalJson, listAt, objectAt, stringAt } from '../json.ts';
import { invalidValue, notSupported, requiredValue } from '../schema/validate.ts';
import type { FieldProblem } from '../status.ts';
import { define } from './define-resource.ts';
import type { Column, Resource, ResourceRules } from './resource.ts';

const group = 'rbac.authorization.k8s.io';

/** These names may have what is legal in a path: `system:discovery`. */
function checkPathSegment(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`;
  const illegal = ['/', '%'].find((part) => name.includes(part));
  return illegal === undefined ? undefined : `may not contain '${illegal}'`;
}

const roleRules = (isCluster: boolean): ResourceRules => ({
  validateName: checkPathSegment,
  validate: (next) =>
    listAt(next, 'rules').flatMap((rule, index) => {
      const field = `rules[${index}]`;
      const count = (name: string) => listAt(rule, name).length;
      const problems: FieldProblem[] = [];
      if (count('verbs') === 0)
        problems.push(requiredValue(`${field}.verbs`, 'verbs must contain at least one value'));
      if (count('nonResourceURLs') > 0) {
        if (!isCluster) {
          const why = 'namespaced rules cannot apply to non-resource URLs';
          problems.push(invalidValue(`${field}.nonResourceURLs`, listAt(rule, 'nonResourceURLs'), why));
        }
        return problems;
      }
      if (count('apiGroups') === 0) {
        problems.push(
          requiredValue(`${field}.apiGroups`, 'resource rules must supply at least one api group'),
        );
      }
      if (count('resources') === 0) {
        problems.push(
          requiredValue(`${field}.resources`, 'resource rules must supply at least one resource'),
        );
      }
      return problems;
    }),
});

const bindingRules = (isCluster: boolean): ResourceRules => ({
  validateName: checkPathSegment,
  prepare(next) {
    const roleRef = objectAt(next, 'roleRef');
    if (roleRef !== undefined) roleRef['apiGroup'] ||= group;
    for (const subject of listAt(next, 'subjects') as Record<string, unknown>[]) {
      if (subject['kind'] === 'ServiceAccount') continue;
      subject['apiGroup'] ||= group;
    }
  },
  validate(next, live) {
    const problems: FieldProblem[] = [];
    const kinds = isCluster ? ['ClusterRole'] : ['Role', 'ClusterRole'];
    const kind = stringAt(next, 'roleRef', 'kind') ?? '';
    if (!kinds.includes(kind)) problems.push(notSupported('roleRef.kind', kind, kinds));
    if ((stringAt(next, 'roleRef', 'name') ?? '') === '') problems.push(requiredValue('roleRef.name'));
    if (live !== undefined && !equalJson(next['roleRef'], live['roleRef'])) {
      problems.push(invalidValue('roleRef', next['roleRef'], 'cannot change roleRef'));
    }
    listAt(next, 'subjects').forEach((subject, index) => {
      problems.push(...checkSubject(subject, `subjects[${index}]`, isCluster));
    });
    return problems;
  },
});

function checkSubject(subject: unknown, field: string, isCluster: boolean): readonly FieldProblem[] {
  const kind = stringAt(subject, 'kind') ?? '';
  const problems: FieldProblem[] = [];
  if ((stringAt(subject, 'name') ?? '') === '') problems.push(requiredValue(`${field}.name`));
  if (!['ServiceAccount', 'User', 'Group'].includes(kind)) {
    problems.push(notSupported(`${field}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
  }
  // A RoleBinding means its own namespace.
  if (kind === 'ServiceAccount' && isCluster && (stringAt(subject, 'namespace') ?? '') === '') {
    problems.push(requiredValue(`${field}.namespace`));
  }
  return problems;
}

const CREATED: Column = {
  name: 'Created At',
  type: 'date',
  cell: (object) => object.metadata.creationTimestamp ?? '<unknown>',
};

const subjectColumn = (name: string, kind: string): Column => ({
  name,
  type: 'string',
  priority: 1,
  cell: (object) =>
    listAt(object, 'subjects')
      .filter((subject) => stringAt(subject, 'kind') === kind)
      .map((subject) => [stringAt(subject, 'namespace'), stringAt(subject, 'name')].filter(Boolean).join('/'))
      .join(', '),
});

const BINDING_COLUMNS: readonly Column[] = [
  NAME,
  {
    name: 'Role',
    type: 'string',
    cell: (object: ApiObject) =>
      `${stringAt(object, 'roleRef', 'kind') ?? ''}/${stringAt(object, 'roleRef', 'name') ?? ''}`,
  },
  AGE,
  subjectColumn('Users', 'User'),
  subjectColumn('Groups', 'Group'),
  subjectColumn('ServiceAccounts', 'ServiceAccount'),
];

/** Roles and their bindings; src/apiserver/auth carries them out. */
export const RBAC_RESOURCES: readonly Resource[] = [
  define([group, 'v1', 'ClusterRole', 'clusterroles', 'Cluster'], {
    columns: [NAME, CREATED],
    rules: roleRules(true),
  }),
  define([group, 'v1', 'ClusterRoleBinding', 'clusterrolebindings', 'Cluster'], {
    columns: BINDING_COLUMNS,
    rules: bindingRules(true),
  }),
  define([group, 'v1', 'Role', 'roles', 'Namespaced'], {
    columns: [NAME, CREATED],
    rules: roleRules(false),
  }),
  define([group, 'v1', 'RoleBinding', 'rolebindings', 'Namespaced'], {
    columns: BINDING_COLUMNS,
    rules: bindingRules(false),
  }),
];
