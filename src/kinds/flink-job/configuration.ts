/** Flink's configuration as far as it decides what becomes of a job's state. */
export type Configuration = Readonly<Record<string, string>>;

/** Whether Flink keeps what leads to its jobs' checkpoints when a JobManager ends. */
export function isHighlyAvailable(configuration: Configuration): boolean {
  const type = configuration['high-availability.type'] ?? configuration['high-availability'] ?? 'NONE';
  return type.toUpperCase() !== 'NONE';
}

export const retentionKey = 'execution.checkpointing.externalized-checkpoint-retention';
export const retained = 'RETAIN_ON_CANCELLATION';

/** What the operator runs a job under where nobody says otherwise (`FlinkConfigBuilder`, 1.15.0). */
export function jobDefaults(upgradeMode: string | undefined): Configuration {
  return {
    [retentionKey]: retained,
    ...(upgradeMode === 'last-state' && { 'execution.checkpointing.interval': '5 min' }),
  };
}

/** Whether a job's last checkpoint is still there after the job was cancelled. */
export function retainsCheckpoints(configuration: Configuration): boolean {
  return (configuration[retentionKey] ?? retained) === retained;
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
  'kubernetes.operator.job.savepoint-on-deletion',
  'kubernetes.operator.job.upgrade.last-state-fallback.enabled',
];

export function pickTelling(configuration: Configuration): Configuration {
  return Object.fromEntries(
    telling.flatMap((key) => {
      const value = configuration[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
