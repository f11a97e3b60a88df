import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import { secretType } from '../../apiclient/core-types.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import { KafkaError } from '../../engines/kafka/kafka-error.ts';
import type { KafkaUserClient } from '../../engines/kafka/user-client.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import { writeStrimziStatus } from '../write-strimzi-status.ts';
import { compareAcls, compareQuotas, toAcls } from './acls.ts';
import { decideUser, failure, type UserCondition } from './decide.ts';
import { type KafkaUserObject, kafkaUserType } from './kind.ts';
import { buildUserSecret, generatePassword, readSecretKey, type Secret } from './secret.ts';
import type { KafkaUserStatus } from './spec.ts';

/** A Kafka cluster as its users see it. */
export interface UserCluster {
  /** `undefined` while it is not known where it answers. */
  readonly users: KafkaUserClient | undefined;
  /** How long it has not answered; 0 while it does, and before it was started for the first time. */
  silentMs(): number;
  /** Told after each try whether a broker answered. */
  heard(answered: boolean): void;
  /** Why nobody can log in there, where it is known. */
  readonly warning: string | undefined;
}

export interface UserReconcilerOptions {
  readonly client: ApiClient;
  /** All KafkaUsers. */
  listUsers(): readonly KafkaUserObject[];
  /** `undefined` when there is no Kafka cluster of this name. */
  clusterOf(name: string): UserCluster | undefined;
}

const resyncMs = 120_000;
/** A broker that is restarted is back before: statuses do not flap. */
const graceMs = 20_000;
const retryMs = 2_000;
const fieldManager = 'sdp-user-operator';

/**
 * Carries out one KafkaUser as Strimzi's user operator does: password, rules and quotas in Kafka, and the Secret. What was
 * deleted is taken away by `createUserSweep`, since a KafkaUser has no finalizer.
 */
export function createUserReconciler(options: UserReconcilerOptions) {
  const { client } = options;

  return async (_key: string, user: KafkaUserObject | undefined): Promise<ReconcileResult | undefined> => {
    if (user === undefined || user.metadata.deletionTimestamp !== undefined) return undefined;
    const cluster = options.clusterOf(user.metadata.labels?.[clusterLabel] ?? '');
    if (cluster === undefined) return undefined;
    try {
      return await reconcile(user, cluster);
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
      throw error;
    }
  };

  async function reconcile(user: KafkaUserObject, cluster: UserCluster): Promise<ReconcileResult> {
    const { namespace, name } = user.metadata;
    const passwordName = user.spec.authentication?.password?.valueFrom.secretKeyRef?.name;
    const [secret, passwordSecret] = await Promise.all([
      readSecret(namespace, name),
      passwordName === undefined ? undefined : readSecret(namespace, passwordName),
    ]);
    const older = findOlder(user, options.listUsers());
    const decision = decideUser({ user, secret, passwordSecret, older });
    if (decision.do === 'nothing') {
      const generation = decision.keepGeneration ? (user.status?.observedGeneration ?? 0) : undefined;
      await writeStatus(user, [decision.condition], { generation });
      // A Secret that is missing comes without a change of the user.
      return { requeueAfterMs: decision.keepGeneration ? resyncMs : 5 * retryMs };
    }
    const password = typeof decision.password === 'object' ? generatePassword() : decision.password;
    try {
      if (cluster.users === undefined) throw new KafkaError('UNREACHABLE', 'no broker', true);
      await bringAbout(cluster.users, user, password);
      cluster.heard(true);
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      if (error.code !== 'UNREACHABLE') {
        await writeStatus(user, [toCondition(error)]);
        return { requeueAfterMs: resyncMs };
      }
      cluster.heard(false);
      if (cluster.silentMs() >= graceMs) await writeStatus(user, [toCondition(error)]);
      return { requeueAfterMs: retryMs };
    }
    if (password !== undefined && readSecretKey(secret, 'password') !== password) {
      await client.apply(secretType, buildUserSecret(user, password), { fieldManager, force: true });
    }
    const ready: UserCondition = { type: 'Ready', status: 'True' };
    const { warning } = cluster;
    const conditions: readonly UserCondition[] =
      warning === undefined || password === undefined
        ? [ready]
        : [ready, { type: 'Warning', status: 'True', reason: 'NoListener', message: warning }];
    await writeStatus(user, conditions, { secret: password === undefined ? undefined : name });
    return { requeueAfterMs: resyncMs };
  }

  async function readSecret(namespace: string | undefined, name: string): Promise<Secret | undefined> {
    return client.get<Secret>(secretType, { namespace, name });
  }

  async function writeStatus(
    user: KafkaUserObject,
    conditions: readonly UserCondition[],
    about: { readonly generation?: number | undefined; readonly secret?: string | undefined } = {},
  ): Promise<void> {
    const { name, generation = 1 } = user.metadata;
    const isReady = conditions[0]?.type === 'Ready';
    const status: KafkaUserStatus = {
      conditions: [...conditions],
      observedGeneration: about.generation ?? generation,
      ...(isReady && { username: name }),
      ...(about.secret !== undefined && { secret: about.secret }),
    };
    await writeStrimziStatus(client, kafkaUserType, user, status);
  }
}

/** Password, rules and quotas as the resource says. The password is set each time: Kafka does not tell what it is. */
async function bringAbout(
  kafka: KafkaUserClient,
  { metadata: { name }, spec }: KafkaUserObject,
  password: string | undefined,
): Promise<void> {
  const current = await kafka.describeUser(name);
  if (password !== undefined || current.hasPassword) await kafka.setPassword(name, password);
  const { add, remove } = compareAcls(toAcls(spec.authorization?.acls ?? []), current.acls);
  if (remove.length > 0) await kafka.removeAcls(name, remove);
  if (add.length > 0) await kafka.addAcls(name, add);
  const quotas = compareQuotas(spec.quotas, current.quotas);
  if (Object.keys(quotas).length > 0) await kafka.setQuotas(name, quotas);
}

const noAuthorizer =
  'Simple authorization ACL rules are configured but not supported in the Kafka cluster configuration.';

function toCondition({ code, message }: KafkaError): UserCondition {
  if (code === 'SECURITY_DISABLED') return failure('InvalidResourceException', noAuthorizer);
  const [, exception, text] = /^(?:[\w.]+\.)?(\w+Exception): (.*)$/s.exec(message) ?? [];
  if (exception !== undefined) return failure(exception, text ?? message);
  return failure('TimeoutException', 'Timed out waiting for a node assignment.');
}

/** Users of one name in two namespaces are one user in Kafka: it is the older one's. */
function findOlder(user: KafkaUserObject, all: readonly KafkaUserObject[]): KafkaUserObject | undefined {
  const age = ({ metadata }: KafkaUserObject) => `${metadata.creationTimestamp} ${metadata.uid}`;
  return all.find(
    (other) =>
      other.metadata.uid !== user.metadata.uid &&
      other.metadata.name === user.metadata.name &&
      other.metadata.labels?.[clusterLabel] === user.metadata.labels?.[clusterLabel] &&
      age(other) < age(user),
  );
}
