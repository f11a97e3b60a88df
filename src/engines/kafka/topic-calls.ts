import { collectCalls } from './batch.ts';
import type { ConfigChange, KafkaClient, NewTopic, TopicDescription } from './client.ts';

/** Administration of single topics. A refusal rejects with its `KafkaError`. */
export interface TopicCalls {
  describe(name: string): Promise<TopicDescription | undefined>;
  /** Resolves to the topic's id. */
  create(name: string, topic: NewTopic): Promise<string>;
  alterConfig(name: string, change: ConfigChange): Promise<void>;
  createPartitions(name: string, total: number): Promise<void>;
  delete(name: string): Promise<void>;
}

/** As much as one request of Kafka answers in well under a second. */
const size = 200;

/** Calls for single topics that go to Kafka together when they come together. */
export function collectTopicCalls(kafka: KafkaClient, lingerMs = 10): TopicCalls {
  const describe = collectCalls<undefined, TopicDescription | undefined>({
    lingerMs,
    size,
    run: (names) => kafka.describeTopics([...names.keys()]),
  });
  const remove = collectCalls<undefined, undefined>({
    lingerMs,
    size,
    run: (names) => kafka.deleteTopics([...names.keys()]),
  });
  return {
    describe: (name) => describe(name, undefined),
    create: collectCalls<NewTopic, string>({
      lingerMs,
      size,
      run: (topics) => kafka.createTopics(topics),
    }),
    alterConfig: collectCalls<ConfigChange, undefined>({
      lingerMs,
      size,
      run: (changes) => kafka.alterConfigs(changes),
    }),
    createPartitions: collectCalls<number, undefined>({
      lingerMs,
      size,
      run: (totals) => kafka.createPartitions(totals),
    }),
    delete: (name) => remove(name, undefined),
  };
}
