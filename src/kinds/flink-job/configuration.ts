import { lastStateFallback, savepointOnDeletion } from './changes.ts';

/** Flink's configuration as far as it decides what becomes of a job's state. */
export type Configuration = Readonly<Record<string, string>>;

/** Whether Flink keeps what leads to its jobs' checkpoints when a JobManager ends. */
export function isHighlyAvailable(configuration: Configuration): boolean {
  const type = configuration['high-availability.type'] ?? configuration['high-availability'] ?? 'NONE';
  return type.toUpperCase() !== 'NONE';
}

export const retentionKey = 'execution.checkpointing.externalized-checkpoint-retention';
export const retained = 'RETAIN_ON_CANCELLATION';

/** What the operator runs a job under where its configuration says nothing (`FlinkConfigBuilder`, 1.15.0). */
export function missingDefaults(
  upgradeMode: string | undefined,
  configuration: Configuration,
): Configuration {
  const defaults = {
    [retentionKey]: retained,
    ...(upgradeMode === 'last-state' && { 'execution.checkpointing.interval': '5 min' }),
  };
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => configuration[key] === undefined));
}

/** Whether a job's last checkpoint is still there after the job was cancelled. */
export function retainsCheckpoints(configuration: Configuration): boolean {
  return (configuration[retentionKey] ?? retained) === retained;
}

/** Where a session job has its savepoints, unless that is its cluster's affair. */
export function ownSavepointFolder({
  deploymentName,
  flinkConfiguration = {},
}: {
  readonly deploymentName?: string | undefined;
  readonly flinkConfiguration?: Configuration | undefined;
}): string | undefined {
  if (deploymentName === undefined) return undefined;
  return (
    flinkConfiguration['execution.checkpointing.savepoint-dir'] ?? flinkConfiguration['state.savepoints.dir']
  );
}

/** What of a configuration verdicts go by. */
const telling = [
  'high-availability.type',
  'high-availability',
  retentionKey,
  'state.checkpoints.dir',
  'execution.checkpointing.dir',
  'state.savepoints.dir',
  'execution.checkpointing.savepoint-dir',
  savepointOnDeletion,
  lastStateFallback,
];

export function pickTelling(configuration: Configuration): Configuration {
  return Object.fromEntries(
    telling.flatMap((key) => {
      const value = configuration[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
