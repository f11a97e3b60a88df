import { beforeEach, expect, test } from 'vitest';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('strategic merge patch', (api) => {
  let pod = '';
  let service = '';
  let configMap = '';
  let count = 0;
  beforeEach(async () => {
    count += 1;
    const create = async (plural: string, kind: string, fields: object): Promise<string> => {
      const path = `/api/v1/namespaces/${api.namespace}/${plural}`;
      const name = `patched-${count}`;
      const answer = await api.send('POST', path, {
        body: { apiVersion: 'v1', kind, metadata: { name }, ...fields },
      });
      if (answer.code !== 201) throw new Error(answer.text);
      return `${path}/${name}`;
    };
    pod = await create('pods', 'Pod', {
      spec: {
        containers: [
          { name: 'main', image: 'x:1', env: [{ name: 'A', value: '1' }] },
          { name: 'side', image: 'y:1' },
        ],
        tolerations: [{ key: 'a', operator: 'Exists' }],
      },
    });
    service = await create('services', 'Service', {
      spec: {
        selector: { app: 'x' },
        ports: [
          { name: 'http', port: 80 },
          { name: 'https', port: 443 },
        ],
      },
    });
    configMap = await create('configmaps', 'ConfigMap', { data: { a: '1', b: '2' } });
  });

  const patch = (path: string, body: unknown) =>
    api.send('PATCH', path, { type: 'application/strategic-merge-patch+json', body });
  const spec = (answer: { body: Record<string, unknown> }): Record<string, unknown> =>
    answer.body['spec'] as Record<string, unknown>;
  const images = (answer: { body: Record<string, unknown> }): unknown =>
    (spec(answer)['containers'] as { name: string; image: string }[]).map(
      ({ name, image }) => `${name}=${image}`,
    );
  const ports = (answer: { body: Record<string, unknown> }): unknown =>
    (spec(answer)['ports'] as { name: string; port: number; targetPort: unknown }[]).map(
      ({ name, port, targetPort }) => `${name}=${port}:${String(targetPort)}`,
    );

  test('an item by its key', async () => {
    const answer = await patch(pod, { spec: { containers: [{ name: 'main', image: 'x:2' }] } });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(images(answer)).toEqual(['main=x:2', 'side=y:1']);
  });

  test('an item without its key', async () => {
    if (differs(api, 'client-errors')) {
      expect(
        printOutcome(await patch(pod, { spec: { containers: [{ image: 'x:2' }] } })),
      ).toMatchInlineSnapshot(`
        "400 BadRequest
        map: map[image:x:2] does not contain declared merge key: name"
      `);
    } else {
      expect(
        printOutcome(await patch(pod, { spec: { containers: [{ image: 'x:2' }] } })),
      ).toMatchInlineSnapshot(`
      "500 
      map: map[image:x:2] does not contain declared merge key: name"
    `);
    }
  });

  test('what a pod must not change', async () => {
    const answer = await patch(pod, {
      spec: { containers: [{ name: 'main', env: [{ name: 'B', value: '2' }] }] },
    });
    expect(answer.code).toBe(422);
    expect(answer.body['reason']).toBe('Invalid');
  });

  test('a new item goes first', async () => {
    const answer = await patch(service, { spec: { ports: [{ name: 'admin', port: 8080 }] } });
    expect(ports(answer)).toMatchInlineSnapshot(`
      [
        "admin=8080:8080",
        "http=80:80",
        "https=443:443",
      ]
    `);
  });

  test('an item is deleted', async () => {
    const answer = await patch(service, { spec: { ports: [{ port: 80, $patch: 'delete' }] } });
    expect(ports(answer)).toMatchInlineSnapshot(`
      [
        "https=443:443",
      ]
    `);
  });

  test('the list is replaced', async () => {
    const answer = await patch(service, {
      spec: { ports: [{ name: 'only', port: 1 }, { $patch: 'replace' }] },
    });
    expect(ports(answer)).toMatchInlineSnapshot(`
      [
        "only=1:1",
      ]
    `);
  });

  test('the order is set', async () => {
    const answer = await patch(service, {
      spec: { '$setElementOrder/ports': [{ port: 443 }, { port: 80 }] },
    });
    expect(ports(answer)).toMatchInlineSnapshot(`
      [
        "https=443:443",
        "http=80:80",
      ]
    `);
  });

  test('the order is set, with a new item', async () => {
    const answer = await patch(service, {
      spec: {
        '$setElementOrder/ports': [{ port: 443 }, { port: 1 }, { port: 80 }],
        ports: [{ port: 1, name: 'one' }],
      },
    });
    expect(ports(answer)).toMatchInlineSnapshot(`
      [
        "https=443:443",
        "one=1:1",
        "http=80:80",
      ]
    `);
  });

  test('a map merges and null removes', async () => {
    const answer = await patch(configMap, { data: { a: null, c: '3' } });
    expect(answer.body['data']).toEqual({ b: '2', c: '3' });
  });

  test('a map is replaced', async () => {
    const answer = await patch(configMap, { data: { $patch: 'replace', z: '1' } });
    expect(answer.body['data']).toEqual({ z: '1' });
  });

  test('a map is deleted', async () => {
    const answer = await patch(configMap, { data: { $patch: 'delete' } });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(answer.body['data']).toMatchInlineSnapshot(`undefined`);
  });

  test('finalizers are added to a list of texts', async () => {
    await patch(configMap, { metadata: { finalizers: ['example.org/a'] } });
    const answer = await patch(configMap, { metadata: { finalizers: ['example.org/b', 'example.org/a'] } });
    expect(answer.body['metadata']).toHaveProperty('finalizers', ['example.org/b', 'example.org/a']);
    const without = await patch(configMap, {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['example.org/a', 'example.org/b'] },
    });
    expect(without.body['metadata']).not.toHaveProperty('finalizers');
  });

  test('owners merge by uid', async () => {
    const owner = async (name: string) => {
      const { body } = await api.send('POST', `/api/v1/namespaces/${api.namespace}/configmaps`, {
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
      });
      const { uid } = body['metadata'] as { uid: string };
      return { apiVersion: 'v1', kind: 'ConfigMap', name, uid };
    };
    await patch(configMap, { metadata: { ownerReferences: [await owner('owner-a')] } });
    const answer = await patch(configMap, { metadata: { ownerReferences: [await owner('owner-b')] } });
    const owners = (answer.body['metadata'] as { ownerReferences: { name: string }[] }).ownerReferences;
    expect(owners.map(({ name }) => name).toSorted()).toEqual(['owner-a', 'owner-b']);
  });

  test('keys are kept by $retainKeys', async () => {
    const answer = await patch(configMap, { data: { $retainKeys: ['b', 'c'], c: '3' } });
    expect(answer.body['data']).toEqual({ b: '2', c: '3' });
  });

  test('an unknown directive', async () => {
    if (differs(api, 'client-errors')) {
      expect(printOutcome(await patch(configMap, { data: { $patch: 'explode' } }))).toMatchInlineSnapshot(`
        "400 BadRequest
        unknown patch type: explode in map: map[$patch:explode]"
      `);
    } else {
      expect(printOutcome(await patch(configMap, { data: { $patch: 'explode' } }))).toMatchInlineSnapshot(`
      "500 
      unknown patch type: explode in map: map[$patch:explode]"
    `);
    }
  });

  test('a list without a key is replaced', async () => {
    const answer = await patch(pod, {
      spec: {
        tolerations: [
          { key: 'a', operator: 'Exists' },
          { key: 'b', operator: 'Exists' },
        ],
      },
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    const keys = (spec(answer)['tolerations'] as { key: string }[]).map(({ key }) => key);
    expect(keys.filter((key) => !key.startsWith('node.kubernetes.io/'))).toEqual(['a', 'b']);
  });

  test('conditions of a status merge by type', async () => {
    const status = (type: string, value: string) => ({ status: { conditions: [{ type, status: value }] } });
    await patch(`${pod}/status`, status('example.org/a', 'True'));
    const answer = await patch(`${pod}/status`, status('example.org/b', 'False'));
    const conditions = (answer.body['status'] as { conditions: { type: string }[] }).conditions;
    expect(conditions.map(({ type }) => type)).toMatchInlineSnapshot(`
      [
        "example.org/b",
        "example.org/a",
      ]
    `);
  });

  test('a value of another type', async () => {
    if (differs(api, 'core-fields')) {
      expect(printOutcome(await patch(configMap, { data: 'x' }))).toMatchInlineSnapshot(`
        "422 Invalid
        ConfigMap "patched-18" is invalid: 
        - FieldValueInvalid data: Invalid value: "x": must be a map of strings
        details: { kind: "ConfigMap", name: "patched-18" }"
      `);
    } else {
      expect(printOutcome(await patch(configMap, { data: 'x' }))).toMatchInlineSnapshot(`
      "422 Invalid
       "" is invalid: 
      - FieldValueInvalid patch: Invalid value: "map[data:x]": cannot restore map from string
      details: {}"
    `);
    }
  });

  test('no object', async () => {
    expect(printOutcome(await patch(configMap, []))).toMatchInlineSnapshot(`
      "400 BadRequest
      json: cannot unmarshal array into Go value of type map[string]interface {}"
    `);
  });
});
