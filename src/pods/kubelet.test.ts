import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { configMapType, eventType, namespaceType, podType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { startTestServer, TEST_TOKEN, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { isAlive, readProcessIdentity } from '../process/process-identity.ts';
import { bundleScript, runScript } from '../process/testing/run-script.ts';
import { type ContainerRecord, openRecordStore } from './container-record.ts';
import { stopLeftProcesses } from './left-processes.ts';
import {
  type Container,
  isReady,
  type Pod,
  type PodSpec,
  priorityAnnotation,
  processFinalizer,
  readPorts,
} from './pod.ts';
import { startTestKubelet, type TestKubelet } from './testing/start-test-kubelet.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.close());

let count = 0;
let namespace: string;
let folder: string;
const running: TestKubelet[] = [];
beforeEach(async () => {
  count += 1;
  namespace = `test-${count}`;
  folder = await mkdtemp(join(tmpdir(), 'sdp-kubelet-'));
  await server.client.create(namespaceType, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
});
afterEach(async () => {
  const errors = running.flatMap((kubelet) => kubelet.errors);
  for (const kubelet of running.splice(0)) await kubelet.stopAll();
  await stopLeftProcesses(folder);
  await rm(folder, { recursive: true, force: true });
  // Nothing may go wrong inside, whatever the test looks at.
  if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('\n'));
});

async function startKubelet(): Promise<TestKubelet> {
  const kubelet = await startTestKubelet(server.client, namespace, folder);
  running.push(kubelet);
  return kubelet;
}
async function stopKubelet(kubelet: TestKubelet): Promise<void> {
  await kubelet.stopAll();
  running.splice(running.indexOf(kubelet), 1);
}
function createPod(
  name: string,
  script: string,
  container: Partial<Container> = {},
  spec: Partial<PodSpec> = {},
  annotations: Readonly<Record<string, string>> = {},
): Promise<Pod> {
  return server.client.create<Pod>(podType, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, annotations },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: 'tiny', args: [script], ...container }],
      ...spec,
    },
  });
}
const getPod = (name: string) => server.client.get<Pod>(podType, { namespace, name });
const deletePod = (name: string) => server.client.delete(podType, { namespace, name });
const main = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0];

/** The pod, once it is as wanted. */
function until(name: string, holds: (pod: Pod) => boolean): Promise<Pod> {
  return vi.waitFor(
    async () => {
      const pod = await getPod(name);
      if (pod === undefined || !holds(pod)) throw new Error(JSON.stringify(pod?.status));
      return pod;
    },
    { timeout: 8000, interval: 20 },
  );
}
const untilGone = (name: string) =>
  vi.waitFor(async () => expect(await getPod(name)).toBeUndefined(), { timeout: 8000, interval: 20 });
const isRunning = (pod: Pod) => main(pod)?.state.running !== undefined;

const records = () => openRecordStore(join(folder, 'pods'));
/** The process of a pod, by the record that the kubelet keeps. */
async function processOf(pod: Pod) {
  const record = await records().read(pod.metadata.uid ?? '');
  if (record?.state.is !== 'running') throw new Error(`no process: ${JSON.stringify(record)}`);
  return record.state.process;
}
async function eventsOf(name: string): Promise<{ reason: string; message: string }[]> {
  const { items } = await server.client.list<
    KubernetesObject & { reason: string; message: string; involvedObject: { name: string } }
  >(eventType, { namespace });
  return items.filter(({ involvedObject }) => involvedObject.name === name);
}
async function logOf(kubelet: TestKubelet, name: string, options: { previous?: boolean } = {}) {
  const parts: Uint8Array[] = [];
  for await (const part of await kubelet.readLog({ namespace, name }, options)) parts.push(part);
  return Buffer.concat(parts).toString();
}
const linesOf = async (file: string) =>
  (await readFile(join(folder, file), 'utf8').catch(() => '')).split('\n').filter(Boolean);

describe('a pod', () => {
  it('runs as a process with real ports, and is ready once it answers', async () => {
    const kubelet = await startKubelet();
    await createPod(
      'web',
      `echo listening; exec node -e 'require("http").createServer((q, r) => r.end(process.env.WORD)).listen(process.env.PORT_http, "127.0.0.1")'`,
      {
        env: [{ name: 'WORD', value: 'hello' }],
        ports: [{ name: 'http', containerPort: 80 }],
        readinessProbe: { httpGet: { path: '/', port: 'http' } },
      },
    );
    const pod = await until('web', isReady);
    expect(pod.status).toMatchObject({ phase: 'Running', podIP: '127.0.0.1' });
    expect(main(pod)).toMatchObject({ ready: true, restartCount: 0, state: { running: {} } });
    expect(pod.metadata.finalizers).toEqual([processFinalizer]);
    const answer = await fetch(`http://127.0.0.1:${readPorts(pod).http}/`);
    expect(await answer.text()).toBe('hello');
    expect(await logOf(kubelet, 'web')).toBe('listening\n');
    expect(await eventsOf('web')).toEqual([expect.objectContaining({ reason: 'Started' })]);
  });

  it('is not ready before its port is open', async () => {
    await startKubelet();
    await createPod('shut', 'exec sleep 60', {
      ports: [{ name: 'tcp', containerPort: 80 }],
      readinessProbe: { tcpSocket: { port: 'tcp' } },
    });
    expect(isReady(await until('shut', isRunning))).toBe(false);
  });

  it('gets its ConfigMap as files, and says what it waits for until it is there', async () => {
    const kubelet = await startKubelet();
    await createPod(
      'reader',
      'cat "$MOUNT_config/greeting"; exec sleep 60',
      { volumeMounts: [{ name: 'config', mountPath: '/config' }] },
      { volumes: [{ name: 'config', configMap: { name: 'words' } }] },
    );
    const waiting = await until('reader', (pod) => main(pod)?.state.waiting?.message !== undefined);
    expect(main(waiting)?.state.waiting?.message).toContain('Volume config cannot be mounted');
    await server.client.create(configMapType, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name: 'words' },
      data: { greeting: 'hello\n' },
    });
    await until('reader', isRunning);
    await vi.waitFor(async () => expect(await logOf(kubelet, 'reader')).toBe('hello\n'));
    expect((await eventsOf('reader')).map(({ reason }) => reason)).toContain('FailedMount');
  });

  it.each([
    [
      'an image that nothing stands in for',
      { image: 'nginx:1' },
      'no engine here stands in for image nginx:1',
    ],
  ])('with %s is not started, and says why', async (_, container, message) => {
    await startKubelet();
    await createPod('odd', '', container);
    const pod = await until('odd', (found) => main(found)?.state.waiting?.reason === 'ErrImageNeverPull');
    expect(main(pod)?.state.waiting?.message).toContain(message);
    await deletePod('odd');
    await untilGone('odd');
  });
});

describe('a process that ends', () => {
  it('is started again, later each time, and the reason is told', async () => {
    const kubelet = await startKubelet();
    await createPod('crashing', 'date +%s%N >>"$TEST_DATA/starts"; echo cannot go on; exit 3');
    const pod = await until('crashing', (found) => (main(found)?.restartCount ?? 0) >= 3);
    const starts = (await linesOf('starts')).map((nanoseconds) => Number(nanoseconds) / 1e6);
    const pauses = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
    expect(pauses[0]).toBeLessThan(500);
    expect(pauses[1]).toBeGreaterThanOrEqual(490);
    expect(pauses[2]).toBeGreaterThanOrEqual(990);
    expect(pod.status?.phase).toBe('Running');
    const waiting = await until('crashing', (found) => main(found)?.state.waiting !== undefined);
    expect(main(waiting)?.state.waiting).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringContaining('cannot go on'),
    });
    expect(main(waiting)?.lastState.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(await logOf(kubelet, 'crashing', { previous: true })).toBe('cannot go on\n');
    expect((await eventsOf('crashing')).map(({ reason }) => reason)).toContain('BackOff');
    await deletePod('crashing');
    await untilGone('crashing');
  });

  it.each([
    ['at once and well', 'exit 0', 'Succeeded', { exitCode: 0, reason: 'Completed' }],
    ['at once and badly', 'exit 3', 'Failed', { exitCode: 3, reason: 'Error' }],
    ['after a while', 'sleep 0.3; exit 0', 'Succeeded', { exitCode: 0, reason: 'Completed' }],
    ['by a signal', 'kill -SEGV $$', 'Failed', { exitCode: 139, reason: 'Error' }],
  ])('%s is not started again when its policy is Never', async (_, script, phase, terminated) => {
    await startKubelet();
    await createPod('once', script, {}, { restartPolicy: 'Never' });
    const pod = await until('once', ({ status }) => status?.phase === phase);
    expect(main(pod)).toMatchObject({ restartCount: 0, state: { terminated } });
  });
});

describe('deletion', () => {
  it('asks the process to end, and the pod is gone when it has', async () => {
    await startKubelet();
    await createPod(
      'polite',
      'trap \'sleep 0.2; echo done >"$TEST_DATA/end"; exit 0\' TERM; while :; do sleep 0.05; done',
      {},
      { terminationGracePeriodSeconds: 30 },
    );
    const process = await processOf(await until('polite', isRunning));
    await sleep(100);
    await deletePod('polite');
    expect(await isAlive(process)).toBe(true);
    await untilGone('polite');
    expect(await isAlive(process)).toBe(false);
    expect(await linesOf('end')).toEqual(['done']);
    expect(await records().readAll()).toEqual([]);
  });

  it('kills a process that does not end in its grace time, with all that it started', async () => {
    await startKubelet();
    await createPod(
      'stubborn',
      'trap "" TERM; sleep 60 & echo $! >"$TEST_DATA/child"; while :; do sleep 1; done',
    );
    const leader = await processOf(await until('stubborn', isRunning));
    const [child] = await vi.waitFor(async () => {
      const lines = await linesOf('child');
      expect(lines).toHaveLength(1);
      return lines;
    });
    await sleep(100);
    const begin = Date.now();
    await deletePod('stubborn');
    await sleep(600);
    expect(await isAlive(leader)).toBe(true);
    await untilGone('stubborn');
    expect(Date.now() - begin).toBeGreaterThanOrEqual(990);
    expect(await isAlive(leader)).toBe(false);
    expect(await readProcessIdentity(Number(child))).toBeUndefined();
  });

  it('comes before the start of another pod of the same name', async () => {
    await startKubelet();
    const script =
      'echo "start $$" >>"$TEST_DATA/life"; trap \'echo "end $$" >>"$TEST_DATA/life"; exit\' TERM; while :; do sleep 0.05; done';
    await createPod('twin', script);
    await until('twin', isRunning);
    await vi.waitFor(async () => expect(await linesOf('life')).toHaveLength(1));
    await sleep(100);
    await deletePod('twin');
    await untilGone('twin');
    await createPod('twin', script);
    await until('twin', isRunning);
    await vi.waitFor(async () => expect(await linesOf('life')).toHaveLength(3));
    const words = (await linesOf('life')).map((line) => line.split(' ')[0]);
    expect(words).toEqual(['start', 'end', 'start']);
  });
});

describe('a kubelet that stops', () => {
  it('ends its processes by priority; the next one starts them again and counts no failure', async () => {
    const first = await startKubelet();
    const script = (name: string) =>
      `trap 'echo ${name} >>"$TEST_DATA/ends"; exit 143' TERM; while :; do sleep 0.05; done`;
    await createPod('storage', script('storage'), {}, {}, { [priorityAnnotation]: '10' });
    await createPod('client', script('client'));
    await until('storage', isRunning);
    await until('client', isRunning);
    await sleep(150);
    await stopKubelet(first);
    expect(await linesOf('ends')).toEqual(['client', 'storage']);
    expect(await records().readAll()).toMatchObject([
      { failures: 0, state: { is: 'exited', exit: { asked: true } } },
      { failures: 0, state: { is: 'exited', exit: { asked: true } } },
    ]);
    await startKubelet();
    expect(
      main(await until('storage', (pod) => main(pod)?.restartCount === 1 && isRunning(pod))),
    ).toBeDefined();
    await until('client', (pod) => main(pod)?.restartCount === 1 && isRunning(pod));
  });

  it('leaves alone what is not its own any more', async () => {
    const kubelet = await startKubelet();
    const pod = await createPod('reused', 'exec sleep 60');
    await until('reused', isRunning);
    await stopKubelet(kubelet);
    const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const record = (await records().read(pod.metadata.uid ?? '')) as ContainerRecord;
    const since = new Date().toISOString();
    const process = { pid: stranger.pid ?? 0, startTime: 'Thu Jan  1 00:00:00 1970' };
    await records().write({ ...record, state: { is: 'running', process, since } });
    const next = await startKubelet();
    const again = await until('reused', (found) => main(found)?.restartCount === 1 && isRunning(found));
    const own = await processOf(again);
    expect(own.pid).not.toBe(stranger.pid);
    await records().write({ ...record, state: { is: 'running', process, since } });
    await stopKubelet(next);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
    // The record no longer told of it.
    globalThis.process.kill(own.pid, 'SIGKILL');
  });
});

describe('a kubelet that is killed', () => {
  let daemon: string;
  beforeAll(async () => {
    daemon = await bundleScript(
      `import { createApiClient } from '../apiclient/http-client.ts';
       import { startTestKubelet } from './testing/start-test-kubelet.ts';
       const [server, ca, token, namespace, folder] = process.argv.slice(2);
       const client = createApiClient({ server, ca, token: async () => token }, 'test');
       console.log('starting');
       await startTestKubelet(client, namespace, folder);`,
      import.meta.dirname,
    );
  });
  afterAll(() => rm(daemon));

  const startDaemon = () =>
    runScript(daemon, server.access.server, server.access.ca ?? '', TEST_TOKEN, namespace, folder);

  it('leaves its processes to the next one, which goes on with them', async () => {
    const killed = startDaemon();
    await createPod('kept', 'echo here; exec sleep 60');
    const before = await until('kept', isRunning);
    const process = await processOf(before);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const kubelet = await startKubelet();
    await sleep(600);
    const after = await getPod('kept');
    expect(main(after)).toMatchObject({ restartCount: 0, state: main(before)?.state ?? {} });
    expect(await processOf(before)).toEqual(process);
    expect(await isAlive(process)).toBe(true);
    expect(await logOf(kubelet, 'kept')).toBe('here\n');
    // Nobody's child now: its end is seen all the same.
    globalThis.process.kill(process.pid, 'SIGKILL');
    const restarted = await until('kept', (pod) => main(pod)?.restartCount === 1 && isRunning(pod));
    expect((await processOf(restarted)).pid).not.toBe(process.pid);
  });

  it('while it was starting a process leaves one, or none, and the next one has one', async () => {
    for (let round = 0; round < 4; round += 1) {
      const name = `half-${round}`;
      await createPod(name, `echo $$ >>"$TEST_DATA/${name}"; exec sleep 60`);
      const killed = startDaemon();
      await once(killed.stdout, 'data');
      await sleep(60 + round * 25);
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      const kubelet = await startKubelet();
      const process = await processOf(await until(name, isRunning));
      const pids = await Promise.all((await linesOf(name)).map((pid) => readProcessIdentity(Number(pid))));
      expect(pids.filter((identity) => identity !== undefined)).toEqual([process]);
      await deletePod(name);
      await untilGone(name);
      await stopKubelet(kubelet);
    }
  });
});
