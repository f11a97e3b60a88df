import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { classDataArchive, keepClassDataArchive } from '../../../engines/java.ts';
import { openPortAllocator } from '../../../pods/ports.ts';
import { startJava } from './java-process.ts';

export interface ConnectWorker {
  /** Of its REST API. */
  readonly url: string;
  output(): string;
  stop(): Promise<void>;
}

const readyTimeoutMs = 60_000;

/** A worker of a Kafka Connect cluster, ready for connectors, with the KUBECONFIG that its config providers read. */
export async function startConnect(options: {
  readonly folder: string;
  readonly libraries: readonly string[];
  readonly bootstrapServers: string;
  readonly kubeconfig: string;
  readonly properties: Readonly<Record<string, string>>;
}): Promise<ConnectWorker> {
  const { folder, libraries, bootstrapServers, kubeconfig } = options;
  await mkdir(folder, { recursive: true });
  const { rest = 0 } = await (await openPortAllocator(join(folder, 'ports.json'))).allocate('connect', [
    'rest',
  ]);
  const properties = {
    'bootstrap.servers': bootstrapServers,
    'group.id': 'connect',
    listeners: `http://127.0.0.1:${rest}`,
    'plugin.discovery': 'service_load',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'config.storage.topic': 'connect-configs',
    'offset.storage.topic': 'connect-offsets',
    'status.storage.topic': 'connect-status',
    'config.storage.replication.factor': '1',
    'offset.storage.replication.factor': '1',
    'offset.storage.partitions': '1',
    'status.storage.replication.factor': '1',
    'status.storage.partitions': '1',
    'scheduled.rebalance.max.delay.ms': '0',
    ...options.properties,
  };
  const file = join(folder, 'worker.properties');
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(file, lines.join(''));
  const logging = join(folder, 'log4j2.properties');
  await writeFile(
    logging,
    'rootLogger.level = INFO\nrootLogger.appenderRef.console.ref = console\nappender.console.name = console\nappender.console.type = Console\nappender.console.layout.type = PatternLayout\nappender.console.layout.pattern = %p %c{1} - %m%n\n',
  );
  const archive = await classDataArchive('connect-for-tests', libraries, folder);
  const java = startJava(
    [
      'java',
      '-Xmx384m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      `-Dlog4j2.configurationFile=${logging}`,
      ...archive.options,
      '-cp',
      libraries.join(':'),
      'org.apache.kafka.connect.cli.ConnectDistributed',
      file,
    ],
    folder,
    { KUBECONFIG: kubeconfig },
  );
  const worker: ConnectWorker = {
    url: `http://127.0.0.1:${rest}`,
    output: java.output,
    async stop() {
      await java.stop();
      if (archive.record !== undefined) await keepClassDataArchive(archive.record);
    },
  };
  const limit = Date.now() + readyTimeoutMs;
  try {
    while (!(await isReady(worker.url))) {
      java.check();
      if (Date.now() > limit) throw new Error(`Connect is not ready:\n${java.output().slice(-4_000)}`);
      await sleep(100);
    }
  } catch (error) {
    await worker.stop();
    throw error;
  }
  return worker;
}

/** It answers before it has joined its group; then it knows its connectors. */
async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/connectors`)).ok;
  } catch {
    return false;
  }
}
