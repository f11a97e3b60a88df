import { isJsonObject, type JsonObject, listAt, stringAt } from '../json.ts';
import type { Attributes } from './authorize.ts';

/** `rbac.authorization.k8s.io/v1` PolicyRule. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** `rbac.authorization.k8s.io/v1` Subject. */
export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly name: string;
  readonly namespace?: string;
}

export function readRules(role: JsonObject): readonly PolicyRule[] {
  return listAt(role, 'rules').flatMap((rule) => {
    if (!isJsonObject(rule)) return [];
    const texts = (field: string) => {
      const values = listAt(rule, field).filter((value) => typeof value === 'string');
      return values.length === 0 ? {} : { [field]: values };
    };
    return {
      verbs: [],
      ...texts('verbs'),
      ...texts('apiGroups'),
      ...texts('resources'),
      ...texts('resourceNames'),
      ...texts('nonResourceURLs'),
    };
  });
}

export function readSubjects(binding: JsonObject): readonly Subject[] {
  return listAt(binding, 'subjects').flatMap((subject) => {
    const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((field) => stringAt(subject, field));
    if (name === undefined || (kind !== 'User' && kind !== 'Group' && kind !== 'ServiceAccount')) return [];
    return { kind, name, ...(namespace !== undefined && { namespace }) };
  });
}

/** Whether a rule lets a request through (`pkg/apis/rbac/v1` `RuleAllows` of Kubernetes). */
export function allows(rule: PolicyRule, asked: Omit<Attributes, 'user' | 'kind' | 'namespace'>): boolean {
  const { verb, group, plural, subresource, name } = asked;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups, group) &&
    (has(rule.resources, resource) ||
      (subresource !== undefined && (rule.resources ?? []).includes(`*/${subresource}`))) &&
    // A rule for certain names never lets a request through that names none.
    (rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name)))
  );
}

function has(list: readonly string[] | undefined, item: string): boolean {
  return list !== undefined && (list.includes('*') || list.includes(item));
}

/**
 * What of `wanted` is in none of `owned`: who gives rights away has to have them. Each wanted rule is taken apart into
 * single verbs, groups, resources and names (`component-helpers` `validation.Covers`).
 */
export function uncoveredRules(
  owned: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): readonly PolicyRule[] {
  return wanted.flatMap(breakdown).filter((single) => !owned.some((rule) => covers(rule, single)));
}

function breakdown(rule: PolicyRule): readonly PolicyRule[] {
  const resources = (rule.apiGroups ?? []).flatMap((group) =>
    (rule.resources ?? []).flatMap((resource) =>
      (rule.resourceNames ?? [undefined]).map((name) => ({
        apiGroups: [group],
        resources: [resource],
        ...(name !== undefined && { resourceNames: [name] }),
      })),
    ),
  );
  const urls = (rule.nonResourceURLs ?? []).map((url) => ({ nonResourceURLs: [url] }));
  return rule.verbs.flatMap((verb) =>
    [...resources, ...urls].map((target) => ({ verbs: [verb], ...target })),
  );
}

function covers(owned: PolicyRule, single: PolicyRule): boolean {
  const every = (field: 'verbs' | 'apiGroups' | 'resources' | 'nonResourceURLs') =>
    (single[field] ?? []).every(
      (item) =>
        has(owned[field], item) || (field === 'resources' && coversSubresource(owned.resources, item)),
    );
  if (!every('verbs')) return false;
  if (single.nonResourceURLs !== undefined) {
    return single.nonResourceURLs.every((url) =>
      (owned.nonResourceURLs ?? []).some((own) =>
        own.endsWith('*') ? url.startsWith(own.slice(0, -1)) : own === url,
      ),
    );
  }
  if (!every('apiGroups') || !every('resources')) return false;
  return (
    owned.resourceNames === undefined ||
    (single.resourceNames ?? []).some((name) => owned.resourceNames?.includes(name))
  );
}

function coversSubresource(owned: readonly string[] | undefined, resource: string): boolean {
  const [, subresource] = resource.split('/');
  return subresource !== undefined && (owned ?? []).includes(`*/${subresource}`);
}
