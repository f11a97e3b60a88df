import { randomUUID } from 'node:crypto';
import { type ApiObject, cloneJson, equalJson, formatTime, type JsonObject } from '../json.ts';
import type { Storage } from '../storage/storage.ts';
import { mastersGroup, rbacGroup } from './rbac.ts';
import type { PolicyRule, Subject } from './rbac-rules.ts';

/** A ClusterRole that exists from the start, and to whom it is bound in all namespaces. */
export interface DefaultRole {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  readonly subjects?: readonly Subject[];
}

const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];

/** What teams work with, besides the kinds of `groups`. */
const shared = ['configmaps', 'persistentvolumeclaims', 'pods', 'serviceaccounts', 'services'];

/**
 * Kubernetes' roles for people: `cluster-admin`, and for a namespace `admin`, `edit` and `view`. The kinds of `groups`
 * are theirs too. As there, Secrets are not for `view`; unlike there, nobody but `cluster-admin` may write through
 * the service proxy: PUT on Connect changes any connector, POST on Flink runs code.
 */
export function peoplesRoles(groups: readonly string[]): readonly DefaultRole[] {
  const view: PolicyRule[] = [
    { verbs: read, apiGroups: [''], resources: [...shared, 'endpoints', 'events', 'namespaces', 'pods/log'] },
    { verbs: read, apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'] },
    { verbs: read, apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'] },
    { verbs: read, apiGroups: groups, resources: ['*'] },
  ];
  const edit: PolicyRule[] = [
    ...view,
    { verbs: write, apiGroups: [''], resources: shared },
    { verbs: [...read, ...write], apiGroups: [''], resources: ['secrets'] },
    { verbs: ['create'], apiGroups: [''], resources: ['serviceaccounts/token'] },
    { verbs: ['get'], apiGroups: [''], resources: ['services/proxy', 'pods/proxy'] },
    { verbs: write, apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'] },
    { verbs: [...read, ...write], apiGroups: ['coordination.k8s.io'], resources: ['leases'] },
    { verbs: write, apiGroups: groups, resources: ['*'] },
  ];
  const admin: PolicyRule[] = [
    ...edit,
    { verbs: [...read, ...write], apiGroups: [rbacGroup], resources: ['roles', 'rolebindings'] },
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['localsubjectaccessreviews'],
    },
  ];
  return [
    {
      name: 'cluster-admin',
      rules: [
        { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
        { verbs: ['*'], nonResourceURLs: ['*'] },
      ],
      subjects: [{ kind: 'Group', name: mastersGroup }],
    },
    { name: 'admin', rules: admin },
    { name: 'edit', rules: edit },
    { name: 'view', rules: view },
  ];
}

/** Writes the roles and their bindings; those that somebody changed are as they should be after the next start. */
export async function ensureRoles(storage: Storage, roles: readonly DefaultRole[]): Promise<void> {
  await storage.write((transaction) => {
    const ensure = (plural: string, kind: string, name: string, content: JsonObject) => {
      const key = { resource: `${rbacGroup}/${plural}`, namespace: '', name };
      const live = transaction.get(key);
      const metadata = live?.metadata ?? {
        name,
        uid: randomUUID(),
        creationTimestamp: formatTime(new Date()),
        labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
      };
      const next: ApiObject = {
        apiVersion: `${rbacGroup}/v1`,
        kind,
        metadata,
        ...cloneJson(content),
      };
      if (live === undefined || !equalJson(live, next)) transaction.put(key, next);
    };
    for (const { name, rules, subjects = [] } of roles) {
      ensure('clusterroles', 'ClusterRole', name, { rules });
      if (subjects.length === 0) continue;
      ensure('clusterrolebindings', 'ClusterRoleBinding', name, {
        roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name },
        subjects: subjects.map((subject) => ({
          ...subject,
          ...(subject.kind !== 'ServiceAccount' && { apiGroup: rbacGroup }),
        })),
      });
    }
  });
}
