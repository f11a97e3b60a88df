import { runConnectClientContract } from './client-contract.ts';
import { startFakeConnect } from './fake-connect.ts';

runConnectClientContract('the fake', async () => ({
  ...(await startFakeConnect()),
  file: '/some/file.txt',
  topic: 'lines',
}));
