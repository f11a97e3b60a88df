import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configMountPath, createConnectEngine, needScanning, pluginsFile, propertiesFile } from './launch.ts';

it('without plugins names no folder of plugins: Connect does not start with an empty one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-connect-'));
  try {
    await writeFile(join(folder, pluginsFile), '[]');
    await writeFile(join(folder, propertiesFile), 'group.id=di\n');
    const plan = await createConnectEngine().plan({ libraries: [] } as never, {
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

it.each([
  [['my-sink-1.0.jar'], false],
  // Kafka's own jars, which plugins bring along, say nothing of the plugin.
  [['connect-json-3.9.0.jar', 'kafka-clients-3.9.0.jar'], true],
  [[], true],
])('a plugin whose jars %j have manifests is searched for classes: %s', async (jars, expected) => {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-connect-'));
  try {
    const script = `import sys, zipfile
for name in sys.argv[1:]:
    with zipfile.ZipFile(name, 'w') as out: out.writestr('META-INF/services/org.apache.kafka.connect.storage.Converter', 'a.B')
with zipfile.ZipFile('converter.jar', 'w') as out: out.writestr('a/B.class', '')`;
    execFileSync('python3', ['-c', script, ...jars], { cwd: folder });
    expect(await needScanning([folder])).toBe(expected);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
