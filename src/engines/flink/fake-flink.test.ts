import { runFlinkClientContract } from './client-contract.ts';
import { createFakeFlink } from './fake-flink.ts';

runFlinkClientContract('the fake', async () => ({
  client: createFakeFlink({ ticksItself: true }).client,
  endless: { args: ['runs'], flinkConfiguration: {} },
  broken: { args: ['throws'], flinkConfiguration: {} },
  close: async () => undefined,
}));
