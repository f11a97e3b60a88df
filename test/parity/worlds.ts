import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startWithKubeconfig } from '../conformance/start-kubernetes.ts';
import { type PlatformCommands, platformCommands } from '../e2e/commands.ts';
import { flinkRest } from '../full/flink-rest.ts';
import { type ServedJob, serveTroubleJob } from '../full/trouble-job.ts';
import { type Group, groups } from './scenarios.ts';

/** Where a group of scenarios runs. */
export interface Place {
  /** KUBECONFIG. */
  readonly environment: Readonly<Record<string, string>>;
  readonly namespace: string;
  /** HCL of what the scenarios find: locals, and what they run on where it is not there already. */
  readonly base: string;
  /** `http://127.0.0.1:8081/v1` */
  flink(): Promise<string>;
  bootstrapServers(): Promise<string>;
}

export interface World {
  /**
   * `embedded`: sdp's API and operators. `kubernetes`: sdp's operators on a kube-apiserver. `original`: Strimzi's and
   * Flink's operators on one.
   */
  readonly name: 'embedded' | 'kubernetes' | 'original';
  place(group: Group): Place;
  close(): Promise<void>;
}

const cluster = z.strictObject({ kubeconfig: z.string(), namespace: z.string(), cluster: z.string() });
/** What runs the originals, by group: started by hand. */
const originals = z.strictObject({
  topics: cluster.extend({ bootstrap: z.string() }).optional(),
  connectors: cluster.extend({ topic: z.string() }).optional(),
  jobs: cluster.extend({ flink: z.string() }).optional(),
});

function readOriginals(file: string) {
  return originals.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The groups that a world has: all of them but where originals are started by hand. */
export function groupsOf(chosen: string): readonly Group[] {
  if (chosen === 'embedded' || chosen === 'kubernetes') return groups;
  const named = readOriginals(chosen);
  return groups.filter((group) => named[group] !== undefined);
}

/**
 * `chosen` is `embedded`, `kubernetes`, or the path of a JSON file for the originals; `data` the folder of a platform that
 * runs, for `embedded`.
 */
export async function openWorld(chosen: string, data: string | undefined): Promise<World> {
  const job = await serveTroubleJob();
  const folder = await mkdtemp(join(tmpdir(), 'sdp-parity-'));
  const closing = [job.close, () => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const each of closing) await each();
  };
  try {
    if (chosen !== 'embedded' && chosen !== 'kubernetes') {
      return { name: 'original', place: originalPlaces(chosen, job, folder), close };
    }
    const own = chosen === 'embedded' && data !== undefined ? data : join(folder, 'data');
    const platform = platformCommands(own);
    if (chosen === 'kubernetes') {
      const { kubeconfig, stop } = await startWithKubeconfig(join(folder, 'kubernetes'));
      closing.unshift(() => platform.sdp(['down', '--purge']).then(stop));
      await platform.sdp(['up', '--detach', '--kubeconfig', kubeconfig]);
    } else if (data === undefined) {
      closing.unshift(() => platform.sdp(['down', '--purge']).then(() => undefined));
      await platform.sdp(['up', '--detach']);
    }
    return { name: chosen, place: await ownPlaces(platform, job, folder), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Values as HCL. */
const locals = (values: Readonly<Record<string, string>>) =>
  `\nlocals {\n${Object.entries(values)
    .map(([name, value]) => `  ${name} = ${value}\n`)
    .join('')}}\n`;

async function ownPlaces(
  platform: PlatformCommands,
  job: ServedJob,
  folder: string,
): Promise<World['place']> {
  const bases: Readonly<Record<Group, string>> = {
    topics: locals({ cluster: '"kafka"' }),
    connectors: `${locals({ cluster: 'module.connect.name', topic: 'module.lines.name', folder: `"${folder}"` })}
module "lines" {
  source        = "./modules/kafka/topic"
  name          = "parity-lines"
  force_destroy = true
}

module "connect" {
  source  = "./modules/kafka-connect/cluster"
  name    = "parity"
  plugins = ["file-sink"]
}
`,
    jobs: `${locals({ cluster: 'module.session.name', jar_uri: `"${job.url}"` })}
module "session" {
  source              = "./modules/flink/session-cluster"
  name                = "parity"
  task_slots          = 24
  task_manager        = { memory = "2200m" }
  flink_configuration = { "taskmanager.memory.managed.size" = "256m" }
}
`,
  };
  const { KUBECONFIG = '' } = await platform.env();
  return (group) => ({
    environment: { KUBECONFIG },
    namespace: 'default',
    base: bases[group],
    flink: () => flinkRest(platform, 'parity'),
    bootstrapServers: async () => (await platform.env())['SDP_BOOTSTRAP_SERVERS'] ?? '',
  });
}

function originalPlaces(file: string, job: ServedJob, folder: string): World['place'] {
  const named = readOriginals(file);
  const baseOf = (group: Group): string =>
    locals({
      cluster: `"${named[group]?.cluster}"`,
      topic: `"${named.connectors?.topic}"`,
      folder: `"${folder}"`,
      jar_uri: `"${job.url}"`,
    });
  return (group) => ({
    environment: { KUBECONFIG: named[group]?.kubeconfig ?? '' },
    namespace: named[group]?.namespace ?? '',
    base: baseOf(group),
    flink: async () => named.jobs?.flink ?? '',
    bootstrapServers: async () => named.topics?.bootstrap ?? '',
  });
}
