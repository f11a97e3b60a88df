import type { ApiClient } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { KafkaAccess } from '../engines/kafka/access.ts';
import type { KafkaClient } from '../engines/kafka/client.ts';
import { KafkaError } from '../engines/kafka/kafka-error.ts';
import type { OffsetsClient } from '../engines/kafka/offsets-client.ts';
import { findKafka, requireKafkaAccess, withApi } from './running-platform.ts';

/** The platform's Kafka, as far as commands read it. */
export interface KafkaSession {
  /** Name of the Kafka resource, which topics name by their label. */
  readonly cluster: string;
  readonly kafka: Pick<KafkaClient, 'listTopics' | 'describeTopics'>;
  readonly offsets: Omit<OffsetsClient, 'close'>;
}

/** Runs a step with Kafka; the connections are closed after it. What Kafka refuses is a diagnostic. */
export async function withKafka<T>(
  client: ApiClient,
  step: (session: KafkaSession) => Promise<T>,
): Promise<T> {
  const resource = await withApi('read where Kafka answers', () => findKafka(client));
  return withKafkaAccess(client, async (access) => {
    const [{ createKafkaClient }, { createOffsetsClient }] = await Promise.all([
      import('../engines/kafka/client.ts'),
      import('../engines/kafka/offsets-client.ts'),
    ]);
    const kafka = createKafkaClient(access);
    const offsets = createOffsetsClient(access);
    try {
      return await step({ cluster: resource?.metadata.name ?? '', kafka, offsets });
    } finally {
      await Promise.all([kafka.close(), offsets.close()]);
    }
  });
}

/** Runs a step that reaches Kafka by itself. What Kafka refuses is a diagnostic. */
export async function withKafkaAccess<T>(
  client: ApiClient,
  step: (access: KafkaAccess) => Promise<T>,
): Promise<T> {
  const access = await withApi('read where Kafka answers', () => requireKafkaAccess(client));
  try {
    return await step(access);
  } catch (error) {
    throw toDiagnostic(error, access);
  }
}

/** A failure of Kafka's as a diagnostic; others as they are. */
export function toDiagnostic(error: unknown, { bootstrapServers }: KafkaAccess): unknown {
  if (!(error instanceof KafkaError)) return error;
  if (error.code !== 'UNREACHABLE') {
    return new DiagnosticError({
      severity: 'error',
      reason: 'KafkaRefused',
      summary: 'Kafka refused it',
      detail: error.message,
    });
  }
  return new DiagnosticError({
    severity: 'error',
    reason: 'KafkaUnreachable',
    summary: `Kafka does not answer at ${bootstrapServers}`,
    detail: `${error.message}. "sdp status" says how the local broker does. Addresses of a cluster's own network are not reachable from outside of it.`,
  });
}
