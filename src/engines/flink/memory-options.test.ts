import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FlinkInstallation } from './install.ts';
import { readMemoryOptions } from './memory-options.ts';

/** Answers as Flink 2.2's BashJavaUtils does, log lines before it, and notes what it was asked. */
const java = `#!/bin/sh
echo "$@" >>"$(dirname "$0")/asked"
[ -e "$(dirname "$0")/silent" ] && exit 0
[ -e "$(dirname "$0")/refusal" ] && cat "$(dirname "$0")/refusal" && exit 1
echo "INFO  [] - Loading configuration property: taskmanager.memory.process.size, 1 gb"
echo "BASH_JAVA_UTILS_EXEC_RESULT:-Xmx160m -Xms160m  -XX:MaxMetaspaceSize=256m"
echo "BASH_JAVA_UTILS_EXEC_RESULT:-D taskmanager.memory.network.min=67108864b -D taskmanager.cpu.cores=2.0"
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-flink-memory-'));
  await writeFile(join(folder, 'java'), java, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  vi.stubEnv('SDP_CACHE', join(folder, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const installation: FlinkInstallation = {
  folder: '/flink',
  libraries: ['/flink/lib/flink-dist-2.2.0.jar', '/flink/lib/flink-table.jar', '/flink/lib/log4j-core.jar'],
  python: '/flink/opt/flink-python-2.2.0.jar',
  opt: '/flink/opt',
  plugins: '/flink/plugins',
  javaUtils: '/flink/bin/bash-java-utils.jar',
};
const read = (
  configuration: Record<string, string> = {},
  role: 'jobmanager' | 'taskmanager' = 'taskmanager',
) => readMemoryOptions(role, installation, configuration, '/conf');
const asked = async () =>
  (await readFile(join(folder, 'asked'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
const options = {
  jvm: ['-Xmx160m', '-Xms160m', '-XX:MaxMetaspaceSize=256m'],
  dynamic: ['-D', 'taskmanager.memory.network.min=67108864b', '-D', 'taskmanager.cpu.cores=2.0'],
};

it('reads the two lines of options from Flink’s own calculation', async () => {
  expect(await read()).toEqual(options);
  expect(await asked()).toEqual([
    '-XX:TieredStopAtLevel=1 -cp /flink/bin/bash-java-utils.jar:/flink/lib/flink-dist-2.2.0.jar:/flink/lib/log4j-core.jar org.apache.flink.runtime.util.bash.BashJavaUtils GET_TM_RESOURCE_PARAMS --configDir /conf',
  ]);
  await read({}, 'jobmanager');
  expect((await asked())[1]).toContain('GET_JM_RESOURCE_PARAMS');
});

it('asks again only when something changes that the memory is computed from', async () => {
  const memory = { 'taskmanager.memory.process.size': '1 gb', 'taskmanager.numberOfTaskSlots': '2' };
  expect(await read(memory)).toEqual(options);
  expect(await read(Object.fromEntries(Object.entries(memory).reverse()))).toEqual(options);
  expect(await read({ ...memory, 'rest.port': '8081', 'parallelism.default': '2' })).toEqual(options);
  expect(await asked()).toHaveLength(1);
  await read({ ...memory, 'taskmanager.numberOfTaskSlots': '3' });
  expect(await asked()).toHaveLength(2);
});

it('bears with several that ask the same at once', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => read()));
  expect(answers).toEqual([options, options, options, options, options]);
});

it('does not keep an answer without options', async () => {
  await writeFile(join(folder, 'silent'), '');
  await expect(read()).rejects.toThrow('BashJavaUtils');
  await rm(join(folder, 'silent'));
  expect(await read()).toEqual(options);
});

/** Recorded from Flink 2.2.0, with its frames. */
const refusal = `Exception in thread "main" org.apache.flink.configuration.IllegalConfigurationException: JVM Overhead and Metaspace do not fit.
\tat org.apache.flink.runtime.util.bash.BashJavaUtils.main(BashJavaUtils.java:54)
Caused by: org.apache.flink.configuration.IllegalConfigurationException: Sum of configured JVM Metaspace (256.000mb (268435456 bytes)) and JVM Overhead (192.000mb (201326592 bytes)) exceed configured Total Process Memory (200.000mb (209715200 bytes)).
${'\tat org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils.x(ProcessMemoryUtils.java:1)\n'.repeat(12)}`;

it('says what to raise when the memory is too little for Flink', async () => {
  await writeFile(join(folder, 'refusal'), refusal);
  await expect(read()).rejects.toMatchObject({
    diagnostics: [
      {
        reason: 'MemoryRefused',
        detail: expect.stringMatching(
          /^Raise tm_resource\.memory .* Flink says: Sum of configured JVM Metaspace .*\(209715200 bytes\)\)\.$/,
        ) as string,
      },
    ],
  });
});
