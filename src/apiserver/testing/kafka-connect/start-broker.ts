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
];

const authorization = [
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users=User:ANONYMOUS',
];

export interface TestBroker extends JavaProcess {
  readonly bootstrapServers: string;
  /** Where users log in, with the option `scram`. */
  readonly scramBootstrapServers: string;
}

export interface BrokerOptions {
  /** A listener with SCRAM-SHA-512, and an authorizer of which the plain listener is free. */
  readonly scram?: boolean;
  /** More properties, by the ports of the listeners; the last of a name counts. */
  properties?(ports: Readonly<Record<string, number>>): readonly string[];
}

/** A Kafka broker with its data in `folder`. It may still be starting: clients wait for it. */
export async function startBroker(
  folder: string,
  signal: AbortSignal,
  options: BrokerOptions = {},
): Promise<TestBroker> {
  const config = join(folder, 'config');
  await mkdir(config, { recursive: true });
  const installation = await kafkaEngine.install(() => undefined, signal);
  const allocator = await openPortAllocator(join(folder, 'ports.json'));
  const names = ['plain', 'controller', ...(options.scram ? ['scram'] : [])];
  const ports = await allocator.allocate('broker', names);
  const declared = [...properties, ...(options.scram ? authorization : []), ''].join('\n');
  await writeFile(join(config, 'server.properties'), declared);
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
  const more = options.properties?.(ports) ?? [];
  for (const { path, content } of plan.files) {
    const isProperties = path.endsWith('server.properties');
    await writeFile(path, isProperties ? [content, ...more, ''].join('\n') : content);
  }
  if (plan.before !== undefined) await runCommand('format the storage', plan.before, { signal });
  return {
    ...startJava(plan.argv, folder, { ...plan.env }),
    bootstrapServers: `127.0.0.1:${ports['plain']}`,
    scramBootstrapServers: `127.0.0.1:${ports['scram']}`,
  };
}
