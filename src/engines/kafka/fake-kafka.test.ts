import { runKafkaClientContract } from './client-contract.ts';
import { createFakeKafka } from './fake-kafka.ts';
import { createFakeKafkaUsers } from './fake-kafka-users.ts';
import { runKafkaUserClientContract } from './user-client-contract.ts';

runKafkaClientContract('the fake', async () => createFakeKafka());
runKafkaUserClientContract('the fake', async () => createFakeKafkaUsers());
