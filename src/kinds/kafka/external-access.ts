import { readFile } from 'node:fs/promises';
import type { ApiClient } from '../../apiclient/client.ts';
import { secretType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Diagnosed } from '../../diagnostics/diagnostic.ts';
import { ok } from '../../diagnostics/diagnostic.ts';
import type { KafkaAccess } from '../../engines/kafka/access.ts';
import type { KafkaObject } from './desired.ts';
import { readExternal, resolveAccess } from './external.ts';

interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * How the cluster of a resource is reached from this process, its credentials from Secrets, files and the environment;
 * `undefined` while the resource does not say where it answers.
 */
export async function readAccess(
  client: ApiClient,
  kafka: KafkaObject,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Diagnosed<KafkaAccess | undefined>> {
  const external = readExternal(kafka);
  if (external === undefined) {
    const bootstrapServers = kafka.status?.listeners?.[0]?.bootstrapServers;
    return ok(bootstrapServers === undefined ? undefined : { bootstrapServers });
  }
  const { namespace } = kafka.metadata;
  return resolveAccess(external, {
    environment,
    readFile: (path) => readFile(path, 'utf8'),
    async readSecret(name) {
      const secret = await client.get<Secret>(secretType, { namespace, name });
      if (secret === undefined) return undefined;
      const entries = Object.entries(secret.data ?? {});
      return Object.fromEntries(
        entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
      );
    },
  });
}
