import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configMountPath, connectEngine, pluginsFile, propertiesFile } from './launch.ts';

it('without plugins names no folder of plugins: Connect does not start with an empty one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-connect-'));
  try {
    await writeFile(join(folder, pluginsFile), '[]');
    await writeFile(join(folder, propertiesFile), 'group.id=di\n');
    const plan = await connectEngine.plan({ libraries: [] } as never, {
      namespace: 'default',
      pod: 'di-connect-0',
      image: 'kafka-connect',
      args: [],
      env: { KAFKA_CONNECT_BOOTSTRAP_SERVERS: 'kafka:9092' },
      mounts: { [configMountPath]: folder },
      ports: { 'rest-api': 1 },
      containerPorts: {},
      workFolder: folder,
      serviceAccountFolder: folder,
      report: () => undefined,
      signal: new AbortController().signal,
      resolveService: () => undefined,
      resolveAddress: (address) => address,
    });
    const properties = plan?.files[0]?.content ?? '';
    expect(properties).toContain('group.id=di\nbootstrap.servers=kafka:9092\n');
    expect(properties).not.toContain('plugin.path');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
