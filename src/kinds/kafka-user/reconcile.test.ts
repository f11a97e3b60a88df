import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customResourceDefinitionType, namespaceType, secretType } from '../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { createFakeKafkaUsers, type FakeKafkaUsers } from '../../engines/kafka/fake-kafka-users.ts';
import { KafkaError } from '../../engines/kafka/kafka-error.ts';
import { buildCustomResourceDefinition } from '../crd.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import { type KafkaUserObject, kafkaUser, kafkaUserType } from './kind.ts';
import { createUserReconciler } from './reconcile.ts';
import { readSecretKey, type Secret } from './secret.ts';
import type { KafkaUserSpec } from './spec.ts';
import { createUserSweep } from './sweep.ts';

/** The user operator, as Strimzi's source says, up to the Secret and the status in the API and the user in Kafka. */

let server: TestServer;
let kafka: FakeKafkaUsers;
let namespace: string;
let count = 0;
let silentMs = 0;
let warning: string | undefined;
beforeAll(async () => {
  server = await startTestServer();
  await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kafkaUser), {
    fieldManager: 'test',
  });
});
afterAll(() => server?.close());
beforeEach(async () => {
  kafka = createFakeKafkaUsers();
  silentMs = 0;
  warning = undefined;
  count += 1;
  namespace = `users-${count}`;
  await makeNamespace(namespace);
});

const makeNamespace = (name: string) =>
  server.client.create(namespaceType, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const read = (where = namespace) =>
  server.client.get<KafkaUserObject>(kafkaUserType, { namespace: where, name: 'u' });
const readSecret = (name = 'u') => server.client.get<Secret>(secretType, { namespace, name });
const createSecret = (name: string, data: Record<string, string>) =>
  server.client.create(secretType, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    data: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  });

async function create(spec: KafkaUserSpec, where = namespace): Promise<void> {
  await server.client.create(kafkaUserType, {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaUser',
    metadata: { namespace: where, name: 'u', labels: { [clusterLabel]: 'kafka' } },
    spec,
  });
  await reconcile(where);
}
async function change(patch: Record<string, unknown>): Promise<void> {
  await server.client.patch(kafkaUserType, { namespace, name: 'u' }, patch);
  await reconcile();
}
async function reconcile(where = namespace): Promise<number | undefined> {
  const { items } = await server.client.list<KafkaUserObject>(kafkaUserType);
  const result = await createUserReconciler({
    client: server.client,
    listUsers: () => items.filter(({ metadata }) => metadata.namespace?.startsWith(namespace)),
    clusterOf: (name) =>
      name === 'kafka'
        ? { users: kafka, silentMs: () => silentMs, heard: () => undefined, warning }
        : undefined,
  })(`${where}/u`, await read(where));
  return result?.requeueAfterMs;
}
async function status(where = namespace): Promise<object> {
  const { conditions = [], ...rest } = (await read(where))?.status ?? {};
  return { ...rest, conditions: conditions.map(({ lastTransitionTime: _time, ...condition }) => condition) };
}
const ready = [{ type: 'Ready', status: 'True' }];
const notReady = (reason: string, message: unknown) => [
  { type: 'NotReady', status: 'True', reason, message },
];

const scram = { authentication: { type: 'scram-sha-512' } } as const;
const own = (name?: string, key?: string): KafkaUserSpec => ({
  authentication: {
    type: 'scram-sha-512',
    password: {
      valueFrom: { secretKeyRef: { ...(name !== undefined && { name }), ...(key !== undefined && { key }) } },
    },
  },
});
const rule = {
  resource: { type: 'topic', name: 'orders-', patternType: 'prefix' },
  operations: ['Read', 'Describe'],
} as const;
const acls = (...rules: (typeof rule)[]): KafkaUserSpec['authorization'] => ({
  type: 'simple',
  acls: rules.map((one) => ({ ...one, operations: [...one.operations] })),
});

describe('a user who logs in with SCRAM', () => {
  it('gets a password of 32 letters and digits, and a Secret that goes with the user', async () => {
    await create(scram);
    const secret = await readSecret();
    const password = readSecretKey(secret, 'password') ?? '';
    expect(password).toMatch(/^[A-Za-z][A-Za-z0-9]{31}$/);
    expect(readSecretKey(secret, 'sasl.jaas.config')).toBe(
      `org.apache.kafka.common.security.scram.ScramLoginModule required username="u" password="${password}";`,
    );
    expect(secret?.metadata.labels).toMatchObject({
      [clusterLabel]: 'kafka',
      'strimzi.io/kind': 'KafkaUser',
      'app.kubernetes.io/managed-by': 'strimzi-user-operator',
    });
    expect(secret?.metadata.ownerReferences).toMatchObject([
      { kind: 'KafkaUser', name: 'u', controller: false },
    ]);
    expect(kafka.users.get('u')?.password).toBe(password);
    expect(await status()).toEqual({
      conditions: ready,
      observedGeneration: 1,
      username: 'u',
      secret: 'u',
    });
  });

  it('keeps the password, and the Secret comes back with another when it was deleted', async () => {
    await create(scram);
    const password = kafka.users.get('u')?.password;
    await reconcile();
    expect(kafka.users.get('u')?.password).toBe(password);
    await server.client.delete(secretType, { namespace, name: 'u' });
    await reconcile();
    expect(kafka.users.get('u')?.password).not.toBe(password);
    expect(readSecretKey(await readSecret(), 'password')).toBe(kafka.users.get('u')?.password);
  });

  it('has the password of a Secret that is named, and follows it', async () => {
    await createSecret('own', { p: 'first' });
    await create(own('own', 'p'));
    expect(kafka.users.get('u')?.password).toBe('first');
    expect(readSecretKey(await readSecret(), 'password')).toBe('first');
    await server.client.patch(secretType, { namespace, name: 'own' }, { stringData: { p: 'second' } });
    await reconcile();
    expect(readSecretKey(await readSecret(), 'password')).toBe('second');
  });

  it.each<[string, KafkaUserSpec, RegExp]>([
    ['that is not there', own('none', 'p'), /^Secret none in namespace users-\d+ not found$/],
    [
      'without the key',
      own('own', 'q'),
      /^Secret own does not contain the key q with requested user password\.$/,
    ],
    ['whose key is empty', own('own', 'empty'), /^The requested user password is empty\.$/],
    ['that is not named', own(undefined, 'p'), /doesn't specify the secret name and\/or key$/],
  ])('is refused with a Secret %s, and looked at again soon', async (_, spec, message) => {
    await createSecret('own', { p: 'first', empty: '' });
    await create(spec);
    expect(await status()).toEqual({
      conditions: notReady('InvalidResourceException', expect.stringMatching(message)),
      observedGeneration: 1,
    });
    expect(await reconcile()).toBe(10_000);
    expect(kafka.calls).toEqual([]);
  });

  it('is warned where there is no listener to log in', async () => {
    warning = 'no listener';
    await create(scram);
    expect(await status()).toMatchObject({
      conditions: [
        ...ready,
        { type: 'Warning', status: 'True', reason: 'NoListener', message: 'no listener' },
      ],
    });
    const user = await read();
    expect(user && kafkaUser.assessHealth(user)).toEqual({ state: 'healthy', message: 'no listener' });
  });

  it('loses the password with the authentication', async () => {
    await create(scram);
    await change({ spec: { authentication: null } });
    expect(kafka.users.has('u')).toBe(false);
    expect(await status()).toEqual({ conditions: ready, observedGeneration: 2, username: 'u' });
  });
});

describe('rules and quotas', () => {
  it('are made exactly the declared ones, and nothing is done twice', async () => {
    await create({ ...scram, authorization: acls(rule), quotas: { producerByteRate: 100 } });
    expect(kafka.users.get('u')?.acls.map(({ operation }) => operation)).toEqual(['Read', 'Describe']);
    expect(kafka.users.get('u')?.quotas).toEqual({ producer_byte_rate: 100 });
    const before = kafka.calls.length;
    await reconcile();
    expect(kafka.calls.slice(before)).toEqual(['set password u']);
    await change({
      spec: {
        authorization: { acls: [{ ...rule, operations: ['Read'] }] },
        quotas: { producerByteRate: null },
      },
    });
    expect(kafka.users.get('u')?.acls.map(({ operation }) => operation)).toEqual(['Read']);
    expect(kafka.users.get('u')?.quotas).toEqual({});
  });

  it('are kept for a name that does not log in', async () => {
    await create({ authorization: acls(rule) });
    expect(kafka.users.get('u')?.acls).toHaveLength(2);
    expect(kafka.users.get('u')?.password).toBeUndefined();
    expect(await readSecret()).toBeUndefined();
  });

  it('are refused without an authorizer, in the words of Strimzi', async () => {
    kafka.addAcls = () => Promise.reject(new KafkaError('SECURITY_DISABLED', 'no authorizer', false));
    await create({ ...scram, authorization: acls(rule) });
    const message =
      'Simple authorization ACL rules are configured but not supported in the Kafka cluster configuration.';
    expect(await status()).toMatchObject({ conditions: notReady('InvalidResourceException', message) });
  });
});

describe('what is not carried out', () => {
  it.each(['tls', 'tls-external'] as const)('%s, and why', async (type) => {
    await create({ authentication: { type } });
    expect(await status()).toMatchObject({
      conditions: notReady(
        'InvalidResourceException',
        expect.stringMatching(`^Authentication of type ${type} needs`),
      ),
    });
    expect(kafka.calls).toEqual([]);
  });

  it('a paused user, whose observedGeneration stands still', async () => {
    await create(scram);
    await change({
      metadata: { annotations: { 'strimzi.io/pause-reconciliation': 'true' } },
      spec: { authorization: acls(rule) },
    });
    expect(await status()).toEqual({
      conditions: [{ type: 'ReconciliationPaused', status: 'True' }],
      observedGeneration: 1,
    });
    expect(kafka.users.get('u')?.acls).toEqual([]);
  });

  it('the second user of a name, in another namespace', async () => {
    await create(scram);
    const other = `${namespace}-other`;
    await makeNamespace(other);
    // Ages are whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await create(scram, other);
    const message = `User u of this cluster is that of KafkaUser ${namespace}/u.`;
    expect(await status(other)).toMatchObject({ conditions: notReady('InvalidResourceException', message) });
    expect(kafka.calls).toEqual(['set password u']);
  });
});

describe('while no broker answers', () => {
  it('nothing is said for a while, then that it is so, and all goes on when one does', async () => {
    kafka.answers = false;
    await create(scram);
    expect(await read()).not.toHaveProperty('status');
    silentMs = 20_000;
    expect(await reconcile()).toBe(2_000);
    expect(await status()).toMatchObject({
      conditions: notReady('TimeoutException', 'Timed out waiting for a node assignment.'),
    });
    // No Secret with a password that Kafka does not know.
    expect(await readSecret()).toBeUndefined();
    kafka.answers = true;
    await reconcile();
    expect(await status()).toMatchObject({ conditions: ready });
  });
});

describe('a user who is gone', () => {
  const sweep = (options: { own: boolean; gone?: string[]; declared?: string[] }) =>
    createUserSweep({
      declaredOf: () => new Set(options.declared),
      goneOf: () => new Set(options.gone),
      onRemoved: (_, name) => removed.push(name),
      isOwn: () => options.own,
      clientOf: () => kafka,
    })('sdp-system/kafka');
  let removed: string[];
  beforeEach(async () => {
    removed = [];
    const acl = { type: 'allow', resourceType: 'topic', patternType: 'literal', host: '*' } as const;
    for (const name of ['declared', 'gone', 'by-hand']) {
      await kafka.setPassword(name, 'p');
      await kafka.addAcls(name, [{ ...acl, resourceName: 't', operation: 'Read' }]);
      await kafka.setQuotas(name, { producer_byte_rate: 1 });
    }
  });

  it('is taken out of a cluster that runs here, as is everybody whom no resource declares', async () => {
    expect(await sweep({ own: true, gone: ['gone'], declared: ['declared'] })).toEqual({
      requeueAfterMs: 120_000,
    });
    expect([...kafka.users.keys()]).toEqual(['declared']);
    expect(removed).toEqual(['by-hand', 'gone']);
  });

  it('is taken out of a cluster of somebody else, alone', async () => {
    await sweep({ own: false, gone: ['gone', 'declared'], declared: ['declared'] });
    expect([...kafka.users.keys()]).toEqual(['declared', 'by-hand']);
    expect(removed).toEqual(['gone']);
  });

  it('is tried again while no broker answers', async () => {
    kafka.answers = false;
    expect(await sweep({ own: true })).toEqual({ requeueAfterMs: 5_000 });
  });
});
