import { cpus, loadavg } from 'node:os';
import { flinkDeploymentType } from '../../src/kinds/flink-deployment/resource-type.ts';
import { type Figure, printFigures } from '../figures.ts';
import { measureEdits } from './edit.ts';
import { measureMemory } from './memory.ts';
import { buildCluster, clusterReady, createTopic, fieldManager, startPlatform } from './platform.ts';
import { type Keep, measureRecovery, measureStart, measureSubmission } from './submission.ts';
import { measureUpgrades } from './upgrade.ts';

const figures: readonly Figure[] = [
  { name: 'cluster ready', digits: 1, most: 5 },
  { name: 'job RUNNING', digits: 1, most: 3, mostRatio: 1 },
  { name: '  all its tasks run', digits: 1 },
  { name: "  runner's own share", digits: 3, most: 0.3 },
  { name: 'SQL edit to new rows', digits: 1, most: 4 },
  { name: 'JobManager killed to RUNNING', digits: 1, most: 10 },
  { name: 'savepoint upgrade, 100 MB', digits: 1, mostRatio: 1.3 },
  { name: 'two session clusters', digits: 0 },
  { name: 'and a standalone job', digits: 0, most: 3_500 },
];
const topics = ['trades', 'yearly-prices', 'edited', 'wide', 'latest'];

/** Measures what is named, or everything, and prints medians: seconds, and for memory MB. */
export async function measure(rounds: number, named: readonly string[]): Promise<void> {
  const results = new Map([
    ['sdp', new Map<string, number[]>()],
    ['by hand', new Map<string, number[]>()],
  ]);
  const keep: Keep = (target, figure, value) => {
    const values = results.get(target);
    values?.set(figure, [...(values.get(figure) ?? []), value]);
    console.error(`${target}: ${figure.trim()} ${value.toFixed(2)}, load ${loadavg()[0]?.toFixed(1)}`);
  };
  const wanted = (name: string) => named.length === 0 || named.includes(name);
  const platform = await startPlatform();
  try {
    for (const topic of topics) await createTopic(platform, topic);
    await platform.client.apply(flinkDeploymentType, (await buildCluster('session')).manifest, {
      fieldManager,
    });
    const session = await clusterReady(platform, 'session');
    // The first job of a JobManager waits for its planner to be loaded: not what is measured.
    await measureSubmission(platform, session, () => undefined);
    for (let round = 1; round <= rounds; round += 1) {
      if (wanted('start')) await measureStart(platform, round, keep);
      if (wanted('submit')) await measureSubmission(platform, session, keep);
    }
    if (wanted('edit')) await measureEdits(platform, rounds, keep);
    if (wanted('upgrade')) await measureUpgrades(platform, session, rounds, keep);
    for (let round = 1; round <= rounds && wanted('recover'); round += 1) {
      await measureRecovery(platform, session, keep);
    }
    if (wanted('memory')) await measureMemory(platform, keep);
  } finally {
    await platform.stop();
  }
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, ${rounds} rounds`,
  );
  const measured = figures.filter(({ name }) => results.get('sdp')?.has(name));
  printFigures(measured, ['sdp', 'by hand'], results);
}
