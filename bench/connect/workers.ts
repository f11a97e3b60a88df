import { podType } from '../../src/apiclient/core-types.ts';
import { fileSource } from '../../src/connectors/file-source/template.ts';
import { namespace, pidOf } from '../flink/platform.ts';
import {
  clusterReady,
  removeCluster,
  timeReplacement,
  workerMemory,
  workerPod,
  writeCluster,
} from './cluster.ts';
import type { Part } from './measure.ts';

/** A worker with the file connectors, of the default size. */
export const workers: Part = {
  name: 'workers',
  figures: [
    { name: 'KafkaConnect, write to Ready', digits: 2, most: 5 },
    { name: 'its pod deleted to Ready', digits: 2, most: 5 },
    { name: 'its worker killed to Ready', digits: 2 },
    { name: 'memory of an idle worker (MB)', digits: 0 },
  ],
  open: async (platform) => ({
    async measure(round, keep) {
      const cluster = `fresh-${round}`;
      const plugins = [{ name: 'file', artifacts: fileSource.artifacts }];
      const begin = await writeCluster(platform, cluster, plugins);
      await clusterReady(platform, cluster);
      keep('KafkaConnect, write to Ready', (Date.now() - begin) / 1000);
      keep('memory of an idle worker (MB)', await workerMemory(platform, cluster));
      const deleted = await timeReplacement(platform, cluster, async ({ metadata }) => {
        await platform.client.delete(podType, { namespace, name: metadata.name });
      });
      keep('its pod deleted to Ready', deleted);
      const pid = await pidOf(platform, workerPod(cluster));
      const killed = await timeReplacement(platform, cluster, async () => void process.kill(pid, 'SIGKILL'));
      keep('its worker killed to Ready', killed);
      await removeCluster(platform, cluster);
    },
  }),
};
