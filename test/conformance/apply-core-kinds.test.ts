import { expect, test } from 'vitest';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { apply, printOwners, printSpec } from './gadget.ts';
import { printJson, printOutcome } from './print-answer.ts';

forEachTarget('apply: core kinds', (api) => {
  const pathOf = (plural: string): string => `/api/v1/namespaces/${api.namespace}/${plural}`;
  const object = (kind: string, name: string, fields: object): object => ({
    apiVersion: 'v1',
    kind,
    metadata: { name },
    ...fields,
  });

  test('a ConfigMap', async () => {
    const path = pathOf('configmaps');
    const created = await apply(api, path, 'a', object('ConfigMap', 'map', { data: { x: '1', y: '2' } }));
    expect(printOutcome(created)).toMatchInlineSnapshot(`"201"`);
    expect(printOwners(created)).toMatchInlineSnapshot(`"a Apply v1: { f:data: { f:x: {}, f:y: {} } }"`);
    const changed = await apply(
      api,
      path,
      'a',
      object('ConfigMap', 'map', { data: { y: '3' }, immutable: true }),
    );
    expect(changed.body['data']).toEqual({ y: '3' });
    expect(printOwners(changed)).toMatchInlineSnapshot(
      `"a Apply v1: { f:data: { f:y: {} }, f:immutable: {} }"`,
    );
  });

  test('two managers of a ConfigMap', async () => {
    const path = pathOf('configmaps');
    await apply(api, path, 'a', object('ConfigMap', 'two', { data: { x: '1' } }));
    const answer = await apply(api, path, 'b', object('ConfigMap', 'two', { data: { x: '2', y: '2' } }));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 1 conflict: conflict with "a": .data.x
      - FieldManagerConflict .data.x: conflict with "a"
      details: {}"
    `);
  });

  test('a Secret with data and stringData', async () => {
    const answer = await apply(
      api,
      pathOf('secrets'),
      'a',
      object('Secret', 'secret', { data: { a: 'YQ==' }, stringData: { b: 'b' } }),
    );
    expect(printJson({ data: answer.body['data'], type: answer.body['type'] })).toMatchInlineSnapshot(
      `"{ data: { a: "YQ==", b: "Yg==" }, type: "Opaque" }"`,
    );
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply v1: { f:data: { f:a: {} }, f:stringData: { f:b: {} } }"`,
    );
  });

  test('a Service: ports by port and protocol', async () => {
    const path = pathOf('services');
    const ports = [
      { port: 80, name: 'http' },
      { port: 53, protocol: 'UDP', name: 'dns' },
    ];
    const first = await apply(
      api,
      path,
      'a',
      object('Service', 'web', { spec: { selector: { app: 'x' }, ports } }),
    );
    expect(printOutcome(first)).toMatchInlineSnapshot(`"201"`);
    expect(printOwners(first)).toMatchInlineSnapshot(`
      "a Apply v1: {
        f:spec: {
          f:ports: {
            k:{"port":53,"protocol":"UDP"}: { .: {}, f:name: {}, f:port: {}, f:protocol: {} },
            k:{"port":80,"protocol":"TCP"}: { .: {}, f:name: {}, f:port: {} },
          },
          f:selector: {},
        },
      }"
    `);
    const second = await apply(
      api,
      path,
      'b',
      object('Service', 'web', { spec: { ports: [{ port: 443, name: 'https' }] } }),
    );
    expect(printOwners(second)).toMatchInlineSnapshot(`
      "a Apply v1: {
        f:spec: {
          f:ports: {
            k:{"port":53,"protocol":"UDP"}: { .: {}, f:name: {}, f:port: {}, f:protocol: {} },
            k:{"port":80,"protocol":"TCP"}: { .: {}, f:name: {}, f:port: {} },
          },
          f:selector: {},
        },
      }
      b Apply v1: { f:spec: { f:ports: { k:{"port":443,"protocol":"TCP"}: { .: {}, f:name: {}, f:port: {} } } } }"
    `);
    const third = await apply(
      api,
      path,
      'a',
      object('Service', 'web', { spec: { selector: { app: 'y' }, ports: ports.slice(0, 1) } }),
    );
    expect(printOwners(third)).toMatchInlineSnapshot(`
      "a Apply v1: {
        f:spec: { f:ports: { k:{"port":80,"protocol":"TCP"}: { .: {}, f:name: {}, f:port: {} } }, f:selector: {} },
      }
      b Apply v1: { f:spec: { f:ports: { k:{"port":443,"protocol":"TCP"}: { .: {}, f:name: {}, f:port: {} } } } }"
    `);
    const { selector, ports: left } = third.body['spec'] as Record<string, unknown>;
    expect(printJson({ selector, ports: left })).toMatchInlineSnapshot(`
      "{
        ports: [
          { name: "http", port: 80, protocol: "TCP", targetPort: 80 },
          { name: "https", port: 443, protocol: "TCP", targetPort: 443 },
        ],
        selector: { app: "y" },
      }"
    `);
  });

  test('a Pod: containers, env, ports and volumes by their keys', async () => {
    const spec = {
      containers: [
        {
          name: 'main',
          image: 'x',
          env: [{ name: 'A', value: '1' }],
          ports: [{ containerPort: 80 }],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          resources: { limits: { cpu: '1' } },
        },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
      nodeSelector: { os: 'linux' },
    };
    const answer = await apply(api, pathOf('pods'), 'a', object('Pod', 'pod', { spec }));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"201"`);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply v1: {
        f:spec: {
          f:containers: {
            k:{"name":"main"}: {
              .: {},
              f:env: { k:{"name":"A"}: { .: {}, f:name: {}, f:value: {} } },
              f:image: {},
              f:name: {},
              f:ports: { k:{"containerPort":80,"protocol":"TCP"}: { .: {}, f:containerPort: {} } },
              f:resources: { f:limits: { f:cpu: {} } },
              f:volumeMounts: { k:{"mountPath":"/data"}: { .: {}, f:mountPath: {}, f:name: {} } },
            },
          },
          f:nodeSelector: {},
          f:volumes: { k:{"name":"data"}: { .: {}, f:emptyDir: {}, f:name: {} } },
        },
      }"
    `);
  });

  test('a ServiceAccount', async () => {
    const answer = await apply(
      api,
      pathOf('serviceaccounts'),
      'a',
      object('ServiceAccount', 'robot', { imagePullSecrets: [{ name: 'pull' }] }),
    );
    expect(printOwners(answer)).toMatchInlineSnapshot(`"a Apply v1: { f:imagePullSecrets: {} }"`);
  });

  test('a Lease', async () => {
    const answer = await apply(api, `/apis/coordination.k8s.io/v1/namespaces/${api.namespace}/leases`, 'a', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'lease' },
      spec: { holderIdentity: 'me', leaseDurationSeconds: 15 },
    });
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ holderIdentity: "me", leaseDurationSeconds: 15 }"`);
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply coordination.k8s.io/v1: { f:spec: { f:holderIdentity: {}, f:leaseDurationSeconds: {} } }"`,
    );
  });

  test('an Ingress', async () => {
    const answer = await apply(api, `/apis/networking.k8s.io/v1/namespaces/${api.namespace}/ingresses`, 'a', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'door' },
      spec: {
        rules: [
          {
            host: 'x.example.org',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    });
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply networking.k8s.io/v1: { f:spec: { f:rules: {} } }"`,
    );
  });

  test('an EndpointSlice', async () => {
    const answer = await apply(
      api,
      `/apis/discovery.k8s.io/v1/namespaces/${api.namespace}/endpointslices`,
      'a',
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: 'slice' },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
        ports: [{ name: 'http', port: 80 }],
      },
    );
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply discovery.k8s.io/v1: { f:addressType: {}, f:endpoints: {}, f:ports: {} }"`,
    );
  });

  test('a field that the kind does not have', async () => {
    const answer = await apply(
      api,
      pathOf('configmaps'),
      'a',
      object('ConfigMap', 'wrong', { dat: { x: '1' } }),
    );
    if (differs(api, 'core-fields')) {
      expect(printOutcome(answer)).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "500 
      failed to create typed patch object (/wrong; /v1, Kind=ConfigMap): .dat: field not declared in schema"
    `);
    }
  });

  test('a value of another type', async () => {
    const answer = await apply(
      api,
      pathOf('configmaps'),
      'a',
      object('ConfigMap', 'wrong', { data: { x: 1 } }),
    );
    if (differs(api, 'core-fields')) {
      expect(printOutcome(answer)).toMatchInlineSnapshot(`
        "400 BadRequest
        failed to create typed patch object (/wrong; /v1, Kind=ConfigMap): .data.x: expected string, got &value.valueUnstructured{Value:1}"
      `);
    } else {
      expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "500 
      failed to create typed patch object (/wrong; /v1, Kind=ConfigMap): .data.x: expected string, got &value.valueUnstructured{Value:1}"
    `);
    }
  });
});
