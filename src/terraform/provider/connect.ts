import { homedir } from 'node:os';
import type { Connect } from './session.ts';

/** The client's modules are loaded here: half of a plan's provider processes never talk to the API. */
export const connectToCluster: Connect = async (target) => {
  const [{ findAccess }, { createApiClient }] = await Promise.all([
    import('../../apiclient/find-access.ts'),
    import('../../apiclient/http-client.ts'),
  ]);
  const access = await findAccess(target, { environment: process.env, home: homedir() });
  return createApiClient(access, 'sdp');
};
