import { createApiClient } from '../../apiclient/http-client.ts';
import { readKubeconfig } from '../../apiclient/kubeconfig.ts';
import type { Connect } from './session.ts';

export const connectToCluster: Connect = async ({ kubeconfig, context }) =>
  createApiClient(await readKubeconfig(kubeconfig, context));
