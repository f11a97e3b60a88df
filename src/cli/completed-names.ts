import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../apiclient/client.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { listArtifacts } from './ask-registry.ts';
import { fullName } from './choose-by-name.ts';
import { listConnectors } from './choose-connector.ts';
import { listJobs } from './choose-job.ts';
import { type ClusterOptions, connectCluster } from './cluster-options.ts';
import { withKafka } from './kafka-session.ts';
import { requirePlatform } from './running-platform.ts';

export interface CompletedName {
  readonly name: string;
  readonly about: string;
}

/** Who waits for a shell would rather go on typing. */
const patienceMs = 2_000;

/** Names that the platform, or the cluster of the typed options, has; none when it does not tell them in time. */
export async function listCompletedNames(
  what: string,
  words: readonly string[],
): Promise<readonly CompletedName[]> {
  const list = async () => {
    const options = readOptions(words);
    if (what === 'used artifact') return listUsedArtifacts(readChdir(words));
    if (what === 'artifact') return listArtifactNames(options.data);
    const client = await connectCluster(options);
    try {
      return await listNames(client, what, options.namespace);
    } finally {
      await client.close();
    }
  };
  const late = sleep(patienceMs, [], { ref: false });
  return Promise.race([list().catch(() => []), late]);
}

async function listUsedArtifacts(folder: string): Promise<readonly CompletedName[]> {
  const { listArtifactsIn } = await import('../terraform/bump/bump-project.ts');
  return (await listArtifactsIn(folder)).map(({ name, versions }) => ({ name, about: versions.join(', ') }));
}

async function listArtifactNames(data: string | undefined): Promise<readonly CompletedName[]> {
  const { address } = await requirePlatform(data);
  const names = (await listArtifacts(address)).map(({ name }) => name);
  return [...new Set(names)].map((name) => ({ name, about: 'artifact' }));
}

async function listNames(
  client: ApiClient,
  what: string,
  namespace: string | undefined,
): Promise<readonly CompletedName[]> {
  if (what === 'topic') {
    const topics = await withKafka(client, ({ kafka }) => kafka.listTopics());
    return topics.map((name) => ({ name, about: 'topic' }));
  }
  const objects =
    what === 'job'
      ? (await listJobs(client, namespace)).map(({ object }) => object)
      : await listConnectors(client, namespace);
  return describeNames(objects);
}

/** Names that more than one object has are completed with their namespace. */
export function describeNames(objects: readonly KubernetesObject[]): readonly CompletedName[] {
  return objects.map(({ kind, metadata }) => {
    const same = objects.filter((item) => item.metadata.name === metadata.name);
    const name = same.length > 1 ? fullName(metadata) : metadata.name;
    return { name, about: `${kind} ${fullName(metadata)}` };
  });
}

/** Where to look, of the words of a command that is not complete yet. */
export function readOptions(words: readonly string[]): ClusterOptions {
  const found = {
    namespace: valueOf(words, '--namespace', '-n'),
    data: valueOf(words, '--data'),
    kubeconfig: valueOf(words, '--kubeconfig'),
    context: valueOf(words, '--context'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined && value !== ''));
}

function readChdir(words: readonly string[]): string {
  return valueOf(words, '--chdir') || '.';
}

function valueOf(words: readonly string[], ...names: readonly string[]): string | undefined {
  const index = words.findIndex((word) => names.includes(word));
  const [long] = names;
  const joined = words.find((word) => word.startsWith(`${long}=`));
  return index === -1 ? joined?.slice(`${long}=`.length) : words[index + 1];
}
