import { join } from 'node:path';
import type { ApiClient } from '../../apiclient/client.ts';
import { podType, serviceType } from '../../apiclient/core-types.ts';
import { createEventRecorder } from '../../controller/events.ts';
import { startInformer } from '../../controller/informer.ts';
import { type Kubelet, startKubelet } from '../kubelet.ts';
import type { Pod, Service } from '../pod.ts';
import { openPortAllocator } from '../ports.ts';
import { tinyEngine } from './tiny-engine.ts';

export interface TestKubelet extends Kubelet {
  readonly errors: readonly unknown[];
}

/** A kubelet for the pods of one namespace, with the tiny engine. */
export async function startTestKubelet(
  client: ApiClient,
  namespace: string,
  dataFolder: string,
): Promise<TestKubelet> {
  const ending = new AbortController();
  const selection = { namespace, signal: ending.signal };
  const pods = startInformer<Pod>(client, podType, selection);
  const services = startInformer<Service>(client, serviceType, selection);
  await Promise.all([pods.synced, services.synced]);
  const errors: unknown[] = [];
  const kubelet = await startKubelet({
    client,
    pods,
    services,
    events: createEventRecorder(client, 'kubelet'),
    engines: [tinyEngine],
    ports: await openPortAllocator(join(dataFolder, 'ports.json')),
    dataFolder,
    environment: { TEST_DATA: dataFolder },
    serviceAccountFolder: async () => dataFolder,
    onError: (_, error) => errors.push(error),
  });
  return {
    ...kubelet,
    errors,
    async stopAll() {
      await kubelet.stopAll();
      ending.abort();
    },
  };
}
