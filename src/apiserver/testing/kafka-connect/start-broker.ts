import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configMountPath, kafkaEngine } from '../../../engines/kafka/launch.ts';
import { runCommand } from '../../../engines/run-command.ts';
import { openPortAllocator } from '../../../pods/ports.ts';
import { type JavaProcess, startJava } from './java-process.ts';

/** Of a single broker, whose internal topics have one copy. */
const properties = [
  'offsets.topic.replication.factor=1',
  'offsets.topic.num.partitions=1',
  'group.initial.rebalance.delay.ms=0',
  '',
].join('\n');

/** A Kafka broker with its data in `folder`. It may still be starting: clients wait for it. */
export async function startBroker(
  folder: string,
  signal: AbortSignal,
): Promise<JavaProcess & { readonly bootstrapServers: string }> {
  const config = join(folder, 'config');
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'server.properties'), properties);
  const installation = await kafkaEngine.install(() => undefined, signal);
  const allocator = await openPortAllocator(join(folder, 'ports.json'));
  const ports = await allocator.allocate('broker', ['plain', 'controller']);
  const plan = await kafkaEngine.plan(installation, {
    namespace: 'default',
    pod: 'broker',
    image: 'kafka',
    args: [],
    env: { CLUSTER_ID: 'c2RwLXRlc3QtY2x1c3Rlcg' },
    mounts: { [configMountPath]: config },
    ports,
    containerPorts: {},
    workFolder: folder,
    serviceAccountFolder: folder,
    report: () => undefined,
    signal: new AbortController().signal,
    resolveService: () => undefined,
    resolveAddress: (address) => address,
  });
  if (plan === undefined) throw new Error('the broker waits for something');
  for (const { path, content } of plan.files) await writeFile(path, content);
  if (plan.before !== undefined) await runCommand('format the storage', plan.before, { signal });
  return {
    ...startJava(plan.argv, folder, { ...plan.env }),
    bootstrapServers: `127.0.0.1:${ports['plain']}`,
  };
}
