import type { KafkaUserObject } from './kind.ts';
import { readSecretKey, type Secret } from './secret.ts';

/** A condition without its time. Strimzi's user operator writes `NotReady` with status True. */
export interface UserCondition {
  readonly type: 'Ready' | 'NotReady' | 'ReconciliationPaused' | 'Warning';
  readonly status: 'True';
  readonly reason?: string;
  readonly message?: string;
}

export interface ObservedUser {
  readonly user: KafkaUserObject;
  /** The Secret of the user's name. */
  readonly secret: Secret | undefined;
  /** The Secret that the spec names for the password. */
  readonly passwordSecret: Secret | undefined;
  /** An older resource of the same name for the same cluster, in another namespace. */
  readonly older: KafkaUserObject | undefined;
}

export type UserDecision =
  | { readonly do: 'nothing'; readonly condition: UserCondition; readonly keepGeneration?: boolean }
  /** `password` absent: the user has none. `generate`: a new one. */
  | { readonly do: 'carry-out'; readonly password?: string | { readonly generate: true } };

/** What the user operator does for one resource. Read in Strimzi's source, since no recording has it. */
export function decideUser({ user, secret, passwordSecret, older }: ObservedUser): UserDecision {
  if (user.metadata.annotations?.['strimzi.io/pause-reconciliation'] === 'true') {
    return {
      do: 'nothing',
      condition: { type: 'ReconciliationPaused', status: 'True' },
      keepGeneration: true,
    };
  }
  if (older !== undefined) {
    const { namespace, name } = older.metadata;
    return invalid(`User ${name} of this cluster is that of KafkaUser ${namespace}/${name}.`);
  }
  const { authentication, authorization } = user.spec;
  const nameless = authorization?.acls.find(
    ({ resource }) => resource.type !== 'cluster' && resource.name === undefined,
  );
  if (nameless !== undefined) return invalid(`Name is required for resource type: ${nameless.resource.type}`);
  if (authentication === undefined) return { do: 'carry-out' };
  if (authentication.type !== 'scram-sha-512') {
    return invalid(
      `Authentication of type ${authentication.type} needs listeners with TLS and their certificate authority, which this platform does not have. Use scram-sha-512.`,
    );
  }
  if (authentication.password !== undefined) {
    const { name, key } = authentication.password.valueFrom.secretKeyRef ?? {};
    if (name === undefined || key === undefined) {
      return invalid(
        "Resource requests custom SCRAM-SHA-512 password but doesn't specify the secret name and/or key",
      );
    }
    if (passwordSecret === undefined) {
      return invalid(`Secret ${name} in namespace ${user.metadata.namespace} not found`);
    }
    if (passwordSecret.data?.[key] === undefined) {
      return invalid(`Secret ${name} does not contain the key ${key} with requested user password.`);
    }
    const password = readSecretKey(passwordSecret, key);
    return password === undefined
      ? invalid('The requested user password is empty.')
      : { do: 'carry-out', password };
  }
  return { do: 'carry-out', password: readSecretKey(secret, 'password') ?? { generate: true } };
}

export function invalid(message: string): UserDecision {
  return { do: 'nothing', condition: failure('InvalidResourceException', message) };
}

export function failure(reason: string, message: string): UserCondition {
  return { type: 'NotReady', status: 'True', reason, message };
}
