import { runKafkaClientContract } from './client-contract.ts';
import { createFakeKafka } from './fake-kafka.ts';

runKafkaClientContract('the fake', async () => createFakeKafka());
