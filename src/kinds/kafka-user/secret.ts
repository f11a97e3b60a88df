import { randomInt } from 'node:crypto';
import type { KubernetesObject, Manifest } from '../../apiclient/object.ts';
import { ownerReferenceTo } from '../../controller/owned-objects.ts';
import type { KafkaUserObject } from './kind.ts';

export interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** Selects the Secrets of users. */
export const userSecretSelector = 'strimzi.io/kind=KafkaUser';

/** Value of a key as text; `undefined` when there is none or it is empty. */
export function readSecretKey(secret: Secret | undefined, key: string): string | undefined {
  const value = secret?.data?.[key];
  return value === undefined || value === '' ? undefined : Buffer.from(value, 'base64').toString('utf8');
}

/** The Secret that Strimzi's user operator makes for a user who logs in with SCRAM-SHA-512; it has the user's name. */
export function buildUserSecret(user: KafkaUserObject, password: string): Manifest {
  const { name, namespace, labels } = user.metadata;
  const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${name}" password="${password}";`;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: {
        ...labels,
        'app.kubernetes.io/instance': name,
        'app.kubernetes.io/managed-by': 'strimzi-user-operator',
        'app.kubernetes.io/name': 'strimzi-user-operator',
        'app.kubernetes.io/part-of': `strimzi-${name}`,
        'strimzi.io/kind': 'KafkaUser',
      },
      // It goes with the user.
      ownerReferences: [{ ...ownerReferenceTo(user), controller: false }],
    },
    data: {
      password: Buffer.from(password).toString('base64'),
      'sasl.jaas.config': Buffer.from(jaas).toString('base64'),
    },
  };
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** As Strimzi's: 32 letters and digits, a letter first. */
export function generatePassword(): string {
  const pick = (characters: string) => characters.charAt(randomInt(characters.length));
  return pick(letters) + Array.from({ length: 31 }, () => pick(`${letters}0123456789`)).join('');
}
