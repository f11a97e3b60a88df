import { statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename, join } from 'node:path';
import fastify from 'fastify';
import { buildKubernetes } from '../../scripts/kubernetes-original.js';
import type { ApiClient } from '../../src/apiclient/client.ts';
import { namespaceType } from '../../src/apiclient/core-types.ts';
import { createApiClient } from '../../src/apiclient/http-client.ts';
import { apiVersionOf } from '../../src/apiclient/object.ts';
import { ensureServerCertificate } from '../../src/apiserver/certificates.ts';
import { buildKubeconfig } from '../../src/apiserver/kubeconfig.ts';
import { flinkDeploymentType } from '../../src/kinds/flink-deployment/resource-type.ts';
import { kafkaType } from '../../src/kinds/kafka/kind.ts';
import { kafkaConnectType } from '../../src/kinds/kafka-connect/resource-type.ts';
import { packageFile } from '../../src/package-file.ts';
import { registerStateBackend, statePath } from '../../src/platform/state-backend.ts';
import { installProvider } from '../../src/terraform/install-provider.ts';
import { startKubernetes } from '../../test/conformance/start-kubernetes.ts';
import { installKinds } from '../apiserver/steps.ts';
import { withFolder } from '../apiserver/targets.ts';
import { median } from '../figures.ts';
import { largeProject } from '../large-project/large-project.ts';
import { type Run, terraform, terraformEnvironment } from '../large-project/run-terraform.ts';
import { readManifests, writeKubectlProject } from './kubectl-project.ts';
import { writePlainProject } from './plain-project.ts';

const planRuns = 3;
const plain = { name: 'plain', port: 9092, type: 'internal', tls: false };
const connect = {
  replicas: 1,
  bootstrapServers: 'kafka-kafka-bootstrap:9092',
  groupId: 'connect',
  configStorageTopic: 'connect-configs',
  statusStorageTopic: 'connect-status',
  offsetStorageTopic: 'connect-offsets',
};
const statePassword = 'benchmark';
/** Terraform's own share of a plan at most, the kubectl provider's at least, and bytes of the provider's memory. */
const held = { floor: 1.8, kubectl: 3, memory: 600e6 };

interface Cluster {
  readonly client: ApiClient;
  stateAddress(project: string): string;
  /** What Terraform is run with for a namespace, which is made. */
  environment(namespace: string): Promise<NodeJS.ProcessEnv>;
  /** Bytes of etcd's file. */
  storeSize(): number;
}

interface Project {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

type Projects = Readonly<Record<string, Project>>;

export async function measure(named: readonly string[]): Promise<void> {
  console.log(`${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}`);
  await withFolder((folder) =>
    withCluster(folder, async (cluster) => {
      const [first] = named.filter((name) => name !== 'modules');
      for (const name of named) {
        if (name === 'modules') await measureModules(folder, cluster);
        else await measureResources(folder, cluster, Number(name), name === first);
      }
    }),
  );
}

async function measureModules(folder: string, cluster: Cluster): Promise<void> {
  const modules = 1_000;
  const project = largeProject(modules, undefined);
  console.log(`\n${project.description}`);
  const projects = {
    sdp: await prepare(folder, cluster, 'modules-sdp', true, (path, address) =>
      project.write(path, address, false),
    ),
    floor: await prepare(folder, cluster, 'modules-floor', false, (path, address) =>
      project.write(path, address, true),
    ),
  };
  await comparePlans(folder, cluster, projects, 'default');
}

async function measureResources(
  folder: string,
  cluster: Cluster,
  resources: number,
  withKubectl: boolean,
): Promise<void> {
  console.log(`\n${resources} resources without modules`);
  const name = `plain-${resources}`;
  const projects = {
    sdp: await prepare(folder, cluster, `${name}-sdp`, true, (path, address) =>
      writePlainProject(path, resources, address, `${name}-sdp`),
    ),
    floor: await prepare(folder, cluster, `${name}-floor`, false, (path, address) =>
      writePlainProject(path, resources, address, undefined),
    ),
  };
  await createClusters(cluster.client, `${name}-sdp`);
  await comparePlans(folder, cluster, projects, withKubectl ? `${name}-sdp` : undefined);
}

/** The clusters that the resources name: a plan warns of each that names one in vain. */
async function createClusters(client: ApiClient, namespace: string): Promise<void> {
  const clusters = [
    { type: kafkaType, name: 'kafka', spec: { kafka: { listeners: [plain] } } },
    { type: kafkaConnectType, name: 'connect', spec: connect },
    { type: flinkDeploymentType, name: 'session', spec: { flinkVersion: 'v2_2', flinkConfiguration: {} } },
  ];
  for (const { type, name, spec } of clusters) {
    const metadata = { name, namespace };
    await client.create(type, { apiVersion: apiVersionOf(type), kind: type.kind, metadata, spec });
  }
}

/**
 * Applies each project, and plans them in turns when nothing has changed. With the kubectl provider beside them where a
 * namespace is named: it declares what is in there.
 */
async function comparePlans(
  folder: string,
  cluster: Cluster,
  own: { readonly sdp: Project; readonly floor: Project },
  declaredIn: string | undefined,
): Promise<void> {
  const applies = new Map([
    ['sdp', await run(own.sdp, 'apply', '-auto-approve')],
    ['floor', await run(own.floor, 'apply', '-auto-approve')],
  ]);
  let projects: Projects = own;
  if (declaredIn !== undefined) {
    const name = `${basename(own.sdp.folder)}-kubectl`;
    const manifests = await readManifests(cluster.client, declaredIn, name);
    const kubectl = await prepare(folder, cluster, name, false, (path, address) =>
      writeKubectlProject(path, manifests, address, declaredIn === 'default'),
    );
    projects = { ...own, kubectl };
    applies.set('kubectl', await run(kubectl, 'apply', '-auto-approve'));
  }
  for (const [name, { seconds, peakMemory }] of applies) {
    console.log(`first apply, ${name}: ${seconds.toFixed(1)} s, provider ${megabytes(peakMemory)} MB`);
  }
  const plans = new Map<string, Run[]>(Object.keys(projects).map((name) => [name, []]));
  for (let round = 0; round < planRuns; round += 1) {
    for (const [name, project] of Object.entries(projects)) {
      plans.get(name)?.push(await run(project, 'plan', '-detailed-exitcode'));
    }
  }
  const seconds = (name: string) => median((plans.get(name) ?? []).map((plan) => plan.seconds));
  for (const [name, runs] of plans) {
    const memory = Math.max(...runs.map(({ peakMemory }) => peakMemory));
    console.log(`no-op plan, ${name}: ${seconds(name).toFixed(2)} s, provider ${megabytes(memory)} MB`);
    if (name === 'sdp') print('  memory of its provider, MB', memory / 1e6, held.memory / 1e6, false);
  }
  print('sdp / floor', seconds('sdp') / seconds('floor'), held.floor, false);
  if (declaredIn !== undefined)
    print('kubectl / sdp', seconds('kubectl') / seconds('sdp'), held.kubectl, true);
  console.log(`etcd ${megabytes(cluster.storeSize())} MB, load ${loadavg()[0]?.toFixed(1)}`);
}

/** A namespace and a project of the same name. */
async function prepare(
  folder: string,
  cluster: Cluster,
  name: string,
  withProvider: boolean,
  write: (path: string, stateAddress: string) => void,
): Promise<Project> {
  const path = join(folder, name);
  const environment = await cluster.environment(name);
  write(path, cluster.stateAddress(name));
  if (withProvider) await installProvider(packageFile('dist', 'terraform-provider-sdp'), { project: path });
  const project = { folder: path, environment };
  await run(project, 'init');
  return project;
}

const run = ({ folder, environment }: Project, ...args: readonly string[]) =>
  terraform(folder, environment, ...args);

/** A kube-apiserver with all kinds and no controllers, and a state backend beside it. */
async function withCluster(folder: string, action: (cluster: Cluster) => Promise<void>): Promise<void> {
  const kubernetes = await startKubernetes(join(folder, 'kubernetes'), buildKubernetes());
  const { server, ca, tokens } = kubernetes;
  const token = tokens['admin'] ?? '';
  const client = createApiClient({ server, ca, token: async () => token });
  const certificate = await ensureServerCertificate(join(folder, 'certificates'));
  const app = fastify({ https: { key: certificate.key, cert: certificate.certificate }, bodyLimit: 2 ** 28 });
  registerStateBackend(app, { folder: join(folder, 'states'), token: statePassword });
  try {
    await installKinds({ client });
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    await action({
      client,
      stateAddress: (project) => `${address}${statePath(project, 'bench')}`,
      async environment(namespace) {
        await client.create(namespaceType, {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: namespace },
        });
        const kubeconfig = join(folder, `${namespace}.kubeconfig`);
        const content = buildKubeconfig({ server, ca, token, user: 'admin', namespace });
        writeFileSync(kubeconfig, content, { mode: 0o600 });
        return terraformEnvironment(kubeconfig, statePassword, certificate.ca);
      },
      storeSize: () => statSync(join(folder, 'kubernetes', 'etcd', 'member', 'snap', 'db')).size,
    });
  } finally {
    await client.close();
    await app.close();
    await kubernetes.stop();
  }
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

function print(what: string, value: number, limit: number, atLeast: boolean): void {
  const isKept = atLeast ? value >= limit : value <= limit;
  const limits = `held to ${atLeast ? 'at least' : 'at most'} ${limit}${isKept ? '' : ': MISSED'}`;
  console.log(`${what} ${value.toFixed(2)}   ${limits}`);
}
