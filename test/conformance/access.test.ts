import { beforeAll, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, listAt, stringAt } from '../../src/apiserver/json.ts';
import type { Answer, Send } from './connect.ts';
import { forEachTarget } from './for-each-target.ts';
import { printJson, printOutcome } from './print-answer.ts';

const GROUP = 'rbac.authorization.k8s.io';

forEachTarget('access', (api) => {
  const path = (plural: string): string => `/apis/${GROUP}/v1/namespaces/${api.namespace}/${plural}`;
  const core = (plural: string): string => `/api/v1/namespaces/${api.namespace}/${plural}`;
  const as = (user: string, ...groups: string[]): Send => ({
    headers: {
      'impersonate-user': user,
      ...(groups.length > 0 && { 'impersonate-group': groups.join(', ') }),
    },
  });
  const outcome = async (method: string, at: string, options: Send = {}): Promise<string> =>
    printOutcome(await api.send(method, at, options));

  const role = (name: string, rules: readonly JsonObject[]): JsonObject => ({
    apiVersion: `${GROUP}/v1`,
    kind: 'Role',
    metadata: { name },
    rules,
  });
  const binding = (name: string, roleRef: JsonObject, ...subjects: JsonObject[]): JsonObject => ({
    apiVersion: `${GROUP}/v1`,
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: GROUP, ...roleRef },
    subjects,
  });
  const configMap = (name: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
  });
  const review = (kind: string, spec: JsonObject, options: Send = {}): Promise<Answer> =>
    api.send('POST', `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`, {
      ...options,
      body: { apiVersion: 'authorization.k8s.io/v1', kind, spec },
    });

  beforeAll(async () => {
    const rules = [
      { verbs: ['get', 'list'], apiGroups: [''], resources: ['configmaps'] },
      { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['one'] },
      { verbs: ['create'], apiGroups: [GROUP], resources: ['roles', 'rolebindings'] },
    ];
    await api.send('POST', path('roles'), { body: role('reader', rules) });
    const reader = { kind: 'Role', name: 'reader' };
    await api.send('POST', path('rolebindings'), {
      body: binding(
        'reader',
        reader,
        { kind: 'User', name: 'conformance-ann', apiGroup: GROUP },
        { kind: 'Group', name: 'conformance-readers', apiGroup: GROUP },
        { kind: 'ServiceAccount', name: 'reader', namespace: api.namespace },
      ),
    });
    await api.send('POST', core('serviceaccounts'), {
      body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader' } },
    });
  });

  test('a role lets through what it says, and the rest is refused with words', async () => {
    const ann = as('conformance-ann');
    expect(await outcome('GET', core('configmaps'), ann)).toBe('200');
    expect(await outcome('GET', core('secrets/one'), ann)).toMatchInlineSnapshot(`
      "404 NotFound
      secrets "one" not found
      details: { kind: "secrets", name: "one" }"
    `);
    expect(await outcome('GET', core('secrets/two'), ann)).toMatchInlineSnapshot(`
      "403 Forbidden
      secrets "two" is forbidden: User "conformance-ann" cannot get resource "secrets" in API group "" in the namespace "NAMESPACE"
      details: { kind: "secrets", name: "two" }"
    `);
    expect(await outcome('GET', core('secrets'), ann)).toMatchInlineSnapshot(`
      "403 Forbidden
      secrets is forbidden: User "conformance-ann" cannot list resource "secrets" in API group "" in the namespace "NAMESPACE"
      details: { kind: "secrets" }"
    `);
    expect(
      await outcome('POST', core('configmaps'), { ...ann, body: configMap('a') }),
    ).toMatchInlineSnapshot(`
      "403 Forbidden
      configmaps is forbidden: User "conformance-ann" cannot create resource "configmaps" in API group "" in the namespace "NAMESPACE"
      details: { kind: "configmaps" }"
    `);
    expect(await outcome('DELETE', core('configmaps'), ann)).toMatchInlineSnapshot(`
      "403 Forbidden
      configmaps is forbidden: User "conformance-ann" cannot deletecollection resource "configmaps" in API group "" in the namespace "NAMESPACE"
      details: { kind: "configmaps" }"
    `);
    expect(await outcome('GET', '/api/v1/namespaces', ann)).toMatchInlineSnapshot(`
      "403 Forbidden
      namespaces is forbidden: User "conformance-ann" cannot list resource "namespaces" in API group "" at the cluster scope
      details: { kind: "namespaces" }"
    `);
    expect(await outcome('GET', core('pods/p/log'), ann)).toMatchInlineSnapshot(`
      "403 Forbidden
      pods "p" is forbidden: User "conformance-ann" cannot get resource "pods/log" in API group "" in the namespace "NAMESPACE"
      details: { kind: "pods", name: "p" }"
    `);
    expect(await outcome('GET', '/apis', ann)).toBe('200');
  });

  test('groups and ServiceAccounts are bound as users are', async () => {
    expect(await outcome('GET', core('configmaps'), as('eve', 'conformance-readers'))).toBe('200');
    expect(await outcome('GET', core('configmaps'), as('eve', 'others'))).toMatchInlineSnapshot(`
      "403 Forbidden
      configmaps is forbidden: User "eve" cannot list resource "configmaps" in API group "" in the namespace "NAMESPACE"
      details: { kind: "configmaps" }"
    `);
    const account = `system:serviceaccount:${api.namespace}:reader`;
    expect(await outcome('GET', core('configmaps'), as(account))).toBe('200');
  });

  test('who may not act as another is told so', async () => {
    const sent = { ...as('conformance-ann') };
    expect(
      printOutcome(
        await review(
          'SelfSubjectAccessReview',
          { resourceAttributes: { verb: 'impersonate', resource: 'users' } },
          sent,
        ),
      ),
    ).toBe('201');
    expect(await outcome('GET', '/apis', { headers: { 'impersonate-group': 'x' } })).toMatch(/^(400|500)/u);
  });

  test('nobody gives away what he does not have', async () => {
    const ann = as('conformance-ann');
    const given = [{ verbs: ['get'], apiGroups: [''], resources: ['configmaps'] }];
    expect(await outcome('POST', path('roles'), { ...ann, body: role('given', given) })).toBe('201');
    const more = [{ verbs: ['get', 'delete'], apiGroups: [''], resources: ['configmaps'] }];
    const refused = await api.send('POST', path('roles'), { ...ann, body: role('more', more) });
    expect(refused.code).toBe(403);
    expect(stringAt(refused.body, 'message')).toMatch(
      /^roles\.rbac\.authorization\.k8s\.io "more" is forbidden: user "conformance-ann" \(groups=\["system:authenticated"\]\) is attempting to grant RBAC permissions not currently held:/u,
    );
    const all = binding('all', { kind: 'ClusterRole', name: 'cluster-admin' }, { kind: 'User', name: 'x' });
    expect((await api.send('POST', path('rolebindings'), { ...ann, body: all })).code).toBe(403);
  });

  const someRole = { kind: 'Role', name: 'r' };
  test.each<[string, string, JsonObject, string]>([
    [
      'a rule without verbs',
      'roles',
      role('r', [{ apiGroups: [''], resources: ['pods'] }]),
      'FieldValueRequired rules[0].verbs: Required value: verbs must contain at least one value',
    ],
    [
      'a rule without resources',
      'roles',
      role('r', [{ verbs: ['get'], apiGroups: [''] }]),
      'FieldValueRequired rules[0].resources: Required value: resource rules must supply at least one resource',
    ],
    [
      'a rule without groups',
      'roles',
      role('r', [{ verbs: ['get'], resources: ['pods'] }]),
      'FieldValueRequired rules[0].apiGroups: Required value: resource rules must supply at least one api group',
    ],
    [
      'a role of another kind',
      'rolebindings',
      binding('b', { kind: 'Pod', name: 'x' }),
      'FieldValueNotSupported roleRef.kind: Unsupported value: "Pod": supported values: "Role", "ClusterRole"',
    ],
    [
      'a role without name',
      'rolebindings',
      binding('b', { kind: 'Role', name: '' }),
      'FieldValueRequired roleRef.name: Required value',
    ],
    [
      'a subject without name',
      'rolebindings',
      binding('b', someRole, { kind: 'User' }),
      'FieldValueRequired subjects[0].name: Required value',
    ],
    [
      'a subject of another kind',
      'rolebindings',
      binding('b', someRole, { kind: 'Pod', name: 'x' }),
      'FieldValueNotSupported subjects[0].kind: Unsupported value: "Pod": supported values: "ServiceAccount", "User", "Group"',
    ],
    [
      'a name with a slash',
      'roles',
      role('a/b', []),
      `FieldValueInvalid metadata.name: Invalid value: "a/b": may not contain '/'`,
    ],
  ])('%s is refused', async (_what, plural, body, cause) => {
    const kind = String(body['kind']);
    const name = stringAt(body, 'metadata', 'name') ?? '';
    expect(await outcome('POST', path(plural), { body })).toBe(
      [
        '422 Invalid',
        `${kind}.${GROUP} ${JSON.stringify(name)} is invalid: `,
        `- ${cause}`,
        `details: { group: "${GROUP}", kind: "${kind}", name: ${JSON.stringify(name)} }`,
      ].join('\n'),
    );
  });

  test('a namespaced rule for URLs is refused', async () => {
    const body = role('r', [{ verbs: ['get'], nonResourceURLs: ['/x'] }]);
    // The original shows the value as Go code.
    expect(await outcome('POST', path('roles'), { body })).toMatch(
      /^422 Invalid\n.*\n- FieldValueInvalid rules\[0\]\.nonResourceURLs: Invalid value: .*: namespaced rules cannot apply to non-resource URLs\n/u,
    );
  });

  test('a binding keeps its role', async () => {
    const body = { roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: 'view' } };
    const type = 'application/merge-patch+json';
    expect(await outcome('PATCH', path('rolebindings/reader'), { type, body })).toMatch(
      /^422 Invalid\n.*\n- FieldValueInvalid roleRef: Invalid value: .*: cannot change roleRef\n/u,
    );
  });

  test('what is left out of a binding is filled in', async () => {
    const body = binding(
      'filled',
      { apiGroup: '', kind: 'Role', name: 'reader' },
      { kind: 'User', name: 'u' },
    );
    const made = await api.send('POST', path('rolebindings'), { body });
    expect(printJson([made.body['roleRef'], made.body['subjects']])).toMatchInlineSnapshot(`
      "[
        { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
        [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "u" }],
      ]"
    `);
  });

  test('reviews answer for oneself and for others', async () => {
    const ann = as('conformance-ann');
    const asked = (verb: string, resource: string): JsonObject => ({
      resourceAttributes: { verb, resource, namespace: api.namespace },
    });
    const allowed = async (answer: Promise<Answer>): Promise<unknown> => {
      const { code, body } = await answer;
      return code === 201 ? (body['status'] as JsonObject)['allowed'] : code;
    };
    expect(await allowed(review('SelfSubjectAccessReview', asked('list', 'configmaps'), ann))).toBe(true);
    expect(await allowed(review('SelfSubjectAccessReview', asked('list', 'secrets'), ann))).toBe(false);
    expect(
      await allowed(
        review('SelfSubjectAccessReview', { nonResourceAttributes: { path: '/apis', verb: 'get' } }, ann),
      ),
    ).toBe(true);
    const other = { ...asked('get', 'configmaps'), user: 'conformance-ann' };
    expect(await allowed(review('SubjectAccessReview', other))).toBe(true);
    expect(await allowed(review('SubjectAccessReview', { ...other, user: 'eve' }))).toBe(false);
    expect(await allowed(review('SubjectAccessReview', other, ann))).toBe(403);
    const rules = await review('SelfSubjectRulesReview', { namespace: api.namespace }, ann);
    const named = listAt(rules.body, 'status', 'resourceRules').filter(
      (rule) => isJsonObject(rule) && listAt(rule, 'resources').includes('configmaps'),
    );
    expect(printJson(named)).toMatchInlineSnapshot(
      `"[{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] }]"`,
    );
  });

  test('a ServiceAccount has tokens', async () => {
    const request = (spec: JsonObject): Promise<Answer> =>
      api.send('POST', core('serviceaccounts/reader/token'), {
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
      });
    expect(printOutcome(await request({ expirationSeconds: 10 }))).toMatchInlineSnapshot(`
      "422 Invalid
      TokenRequest.authentication.k8s.io "" is invalid: 
      - FieldValueInvalid spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes
      details: { group: "authentication.k8s.io", kind: "TokenRequest" }"
    `);
    const made = await request({ expirationSeconds: 3600 });
    expect(made.code).toBe(201);
    const token = stringAt(made.body, 'status', 'token') ?? '';
    const [, claims = ''] = token.split('.');
    const told = JSON.parse(Buffer.from(claims, 'base64url').toString()) as JsonObject;
    expect(told).toMatchObject({
      iss: 'https://kubernetes.default.svc',
      sub: `system:serviceaccount:${api.namespace}:reader`,
      'kubernetes.io': { namespace: api.namespace, serviceaccount: { name: 'reader' } },
    });
    const bearer: Send = { headers: { authorization: `Bearer ${token}` } };
    expect(await outcome('GET', core('configmaps'), bearer)).toBe('200');
    expect(await outcome('GET', core('secrets'), bearer)).toMatchInlineSnapshot(`
      "403 Forbidden
      secrets is forbidden: User "system:serviceaccount:NAMESPACE:reader" cannot list resource "secrets" in API group "" in the namespace "NAMESPACE"
      details: { kind: "secrets" }"
    `);
    const me = await api.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      ...bearer,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    const info = ((me.body['status'] as JsonObject)['userInfo'] ?? {}) as JsonObject;
    expect(info['username']).toBe(`system:serviceaccount:${api.namespace}:reader`);
    expect(info['groups']).toEqual([
      'system:serviceaccounts',
      `system:serviceaccounts:${api.namespace}`,
      'system:authenticated',
    ]);
    const wrong = { headers: { authorization: `Bearer ${token}x` } };
    expect(await outcome('GET', core('configmaps'), wrong)).toMatchInlineSnapshot(`
      "401 Unauthorized
      Unauthorized"
    `);
  });

  // The original's roles for people are put together by kube-controller-manager.
  test.runIf(api.isEmbedded)('edit and view are for people: view sees no Secrets', async () => {
    const bind = (name: string) =>
      api.send('POST', path('rolebindings'), {
        body: binding(name, { kind: 'ClusterRole', name }, { kind: 'User', name: `conformance-${name}` }),
      });
    await bind('edit');
    await bind('view');
    const editor = as('conformance-edit');
    const viewer = as('conformance-view');
    expect(await outcome('POST', core('configmaps'), { ...editor, body: configMap('e') })).toBe('201');
    expect(await outcome('GET', core('secrets'), editor)).toBe('200');
    expect(await outcome('POST', path('roles'), { ...editor, body: role('r', []) })).toMatch(/^403/u);
    expect(await outcome('GET', core('configmaps'), viewer)).toBe('200');
    expect(await outcome('GET', core('secrets'), viewer)).toMatch(/^403/u);
    expect(await outcome('DELETE', core('configmaps/e'), viewer)).toMatch(/^403/u);
  });

  test('discovery in one answer names groups, resources and subresources', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const { body, contentType } = await api.send('GET', '/apis', { headers: { accept } });
    expect(contentType).toContain('as=APIGroupDiscoveryList');
    const group = listAt(body, 'items').find((item) => stringAt(item, 'metadata', 'name') === GROUP);
    const [version] = listAt(group, 'versions');
    expect(printJson({ ...(version as JsonObject), freshness: undefined })).toMatchInlineSnapshot(`
      "{
        resources: [
          {
            resource: "clusterrolebindings",
            responseKind: { group: "", kind: "ClusterRoleBinding", version: "" },
            scope: "Cluster",
            singularResource: "clusterrolebinding",
            verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
          },
          {
            resource: "clusterroles",
            responseKind: { group: "", kind: "ClusterRole", version: "" },
            scope: "Cluster",
            singularResource: "clusterrole",
            verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
          },
          {
            resource: "rolebindings",
            responseKind: { group: "", kind: "RoleBinding", version: "" },
            scope: "Namespaced",
            singularResource: "rolebinding",
            verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
          },
          {
            resource: "roles",
            responseKind: { group: "", kind: "Role", version: "" },
            scope: "Namespaced",
            singularResource: "role",
            verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
          },
        ],
        version: "v1",
      }"
    `);
    const all = await api.send('GET', '/api', { headers: { accept } });
    const [v1] = listAt(listAt(all.body, 'items')[0], 'versions');
    const accounts = listAt(v1, 'resources').find(
      (resource) => stringAt(resource, 'resource') === 'serviceaccounts',
    );
    expect(printJson(accounts)).toMatchInlineSnapshot(`
      "{
        resource: "serviceaccounts",
        responseKind: { group: "", kind: "ServiceAccount", version: "" },
        scope: "Namespaced",
        shortNames: ["sa"],
        singularResource: "serviceaccount",
        subresources: [
          {
            responseKind: { group: "authentication.k8s.io", kind: "TokenRequest", version: "v1" },
            subresource: "token",
            verbs: ["create"],
          },
        ],
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      }"
    `);
  });
});
