import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { buildKubernetes } from '../../scripts/kubernetes-original.js';
import { ensureServerCertificate } from '../../src/apiserver/certificates.ts';
import { buildKubeconfig } from '../../src/apiserver/kubeconfig.ts';
import { isFree } from '../../src/pods/ports.ts';

export interface KubernetesPrograms {
  readonly etcd: string;
  readonly apiserver: string;
}

export interface Kubernetes {
  /** `https://127.0.0.1:<port>`. */
  readonly server: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** By user. `admin` is of the group system:masters. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly pids: { readonly etcd: number; readonly apiserver: number };
  stop(): Promise<void>;
}

export interface KubernetesOptions {
  /** Users besides `admin`, with their groups: what they may do is up to RBAC objects. */
  readonly users?: Readonly<Record<string, readonly string[]>>;
  /** Further arguments of the API server. */
  readonly args?: readonly string[];
}

/** The same with a kubeconfig of `admin` in the folder, on programs that are built when they are not there. */
export async function startWithKubeconfig(
  folder: string,
): Promise<{ readonly kubeconfig: string; readonly stop: Kubernetes['stop'] }> {
  const { server, ca, tokens, stop } = await startKubernetes(folder, buildKubernetes());
  const kubeconfig = join(folder, 'kubeconfig');
  const content = buildKubeconfig({ server, ca, token: tokens['admin'] ?? '', user: 'admin' });
  await writeFile(kubeconfig, content, { mode: 0o600 });
  return { kubeconfig, stop };
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts etcd and kube-apiserver on free loopback ports, with everything they write in `folder`: data, certificates,
 * tokens and the logs `etcd.log` and `apiserver.log`. Resolves when the server is ready to serve. There is no controller
 * manager: nothing is garbage collected, and deleted namespaces stay.
 */
export async function startKubernetes(
  folder: string,
  programs: KubernetesPrograms,
  { users = {}, args = [] }: KubernetesOptions = {},
): Promise<Kubernetes> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pki = join(folder, 'pki');
  const { ca } = await ensureServerCertificate(pki);
  const groups: Record<string, readonly string[]> = { admin: ['system:masters'], ...users };
  const tokens = Object.fromEntries(
    Object.keys(groups).map((user) => [user, randomBytes(16).toString('hex')]),
  );
  const tokenFile = join(folder, 'tokens.csv');
  const lines = Object.entries(groups).map(
    ([user, of]) => `${tokens[user]},${user},${user},"${of.join(',')}"\n`,
  );
  await writeFile(tokenFile, lines.join(''), { mode: 0o600 });
  const [client, peer, secure] = await findFreePorts();
  const etcdUrl = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  const etcd = await startProgram(join(folder, 'etcd.log'), programs.etcd, [
    '--name=conformance',
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=conformance=${peerUrl}`,
  ]);
  const server = `https://127.0.0.1:${secure}`;
  const log = join(folder, 'apiserver.log');
  const apiserver = await startProgram(log, programs.apiserver, [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${secure}`,
    `--cert-dir=${pki}`,
    `--tls-cert-file=${join(pki, 'server.crt')}`,
    `--tls-private-key-file=${join(pki, 'server.key')}`,
    `--client-ca-file=${join(pki, 'ca.crt')}`,
    `--token-auth-file=${tokenFile}`,
    '--authorization-mode=RBAC',
    `--service-account-key-file=${join(pki, 'server.crt')}`,
    `--service-account-signing-key-file=${join(pki, 'server.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/24',
    '--endpoint-reconciler-type=none',
    // Its objects are a controller's work: without them no Pod would be let in.
    '--disable-admission-plugins=ServiceAccount',
    ...args,
  ]);
  const stop = async (): Promise<void> => {
    await stopProgram(apiserver);
    await stopProgram(etcd);
  };
  try {
    await waitUntilReady(server, ca, [etcd, apiserver]);
  } catch (error) {
    await stop();
    const end = (await readFile(log, 'utf8')).split('\n').slice(-20).join('\n');
    throw new Error(`kube-apiserver did not become ready:\n${end}`, { cause: error });
  }
  return { server, ca, tokens, pids: { etcd: pidOf(etcd), apiserver: pidOf(apiserver) }, stop };
}

async function findFreePorts(): Promise<[number, number, number]> {
  for (;;) {
    const first = randomInt(20_000, 32_765);
    const ports: [number, number, number] = [first, first + 1, first + 2];
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return ports;
  }
}

async function startProgram(log: string, program: string, args: readonly string[]): Promise<ChildProcess> {
  const file = await open(log, 'a', 0o600);
  try {
    const child = spawn(program, args, { stdio: ['ignore', file.fd, file.fd] });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } finally {
    await file.close();
  }
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the process did not start');
  return pid;
}

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function stopProgram(child: ChildProcess): Promise<void> {
  if (isOver(child)) return;
  const over = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await over;
  clearTimeout(timer);
}

async function waitUntilReady(server: string, ca: string, programs: readonly ChildProcess[]): Promise<void> {
  const dispatcher = new Agent({ connect: { ca } });
  try {
    const limit = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < limit) {
      if (programs.some(isOver)) throw new Error('one of its programs has ended');
      if (await isReady(server, dispatcher)) return;
      await sleep(100);
    }
    throw new Error(`not ready after ${START_TIMEOUT_MS / 1000} s`);
  } finally {
    await dispatcher.destroy();
  }
}

async function isReady(server: string, dispatcher: Agent): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`${server}/readyz`, { dispatcher });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
