import { type API, ConnectionPool, metadataV12, parseBroker, ResponseError } from '@platformatic/kafka';
import { clientOptions, type KafkaAccess } from './access.ts';
import { classifyFailure } from './library-errors.ts';

type Metadata = Awaited<ReturnType<typeof metadataV12.api.async>>;

/** Requests to a Kafka cluster with the answers as they came, item by item. Failures are `KafkaError`s. */
export interface KafkaConnection {
  /** Topics by name, none, or with `null` all. */
  metadata(topics: readonly string[] | null): Promise<Metadata>;
  /** Asks any broker. */
  ask<Arguments extends unknown[], Answer>(
    api: API<Arguments, Answer>,
    ...parameters: Arguments
  ): Promise<Answer>;
  /** Asks the broker that leads the cluster's changes. With KRaft every broker hands them on. */
  askController<Arguments extends unknown[], Answer>(
    api: API<Arguments, Answer>,
    ...parameters: Arguments
  ): Promise<Answer>;
  close(): Promise<void>;
}

/** How long a broker may take for an answer, and for changes. */
export const requestTimeoutMs = 10_000;

/**
 * The library's own administration client makes one error of an answer of which one item is refused, and throws the rest
 * away. Below it are requests and answers of the protocol, which are used here: those of Kafka 3.0 to 4.3.
 */
export function createKafkaConnection(access: KafkaAccess): KafkaConnection {
  const { bootstrapBrokers, ...options } = clientOptions(access);
  const pool = new ConnectionPool('sdp', {
    ...options,
    connectTimeout: 5_000,
    requestTimeout: requestTimeoutMs,
  });
  const bootstrap = bootstrapBrokers.map((broker) => parseBroker(broker));
  let known: readonly { readonly host: string; readonly port: number }[] = [];
  let controller: { readonly host: string; readonly port: number } | undefined;

  const send = async <Arguments extends unknown[], Answer>(
    connect: () => ReturnType<typeof pool.get>,
    api: API<Arguments, Answer>,
    parameters: Arguments,
  ): Promise<Answer> => {
    try {
      return await api.async(await connect(), ...parameters);
    } catch (error) {
      if (error instanceof ResponseError && error['response'] !== undefined)
        return error['response'] as Answer;
      controller = undefined;
      throw classifyFailure(error);
    }
  };
  const any = () => pool.getFirstAvailable([...bootstrap, ...known]);

  const metadata = async (topics: readonly string[] | null): Promise<Metadata> => {
    const answer = await send(any, metadataV12.api, [topics === null ? null : [...topics], false, false]);
    known = answer.brokers.map(({ host, port }) => ({ host, port }));
    controller = answer.brokers.find(({ nodeId }) => nodeId === answer.controllerId) ?? known[0];
    return answer;
  };

  return {
    metadata,
    ask: (api, ...parameters) => send(any, api, parameters),
    async askController(api, ...parameters) {
      if (controller === undefined) await metadata([]);
      const leader = controller;
      return send(leader === undefined ? any : () => pool.get(leader), api, parameters);
    },
    close: () => pool.close().catch(() => undefined),
  };
}
