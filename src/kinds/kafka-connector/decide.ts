import type { KubernetesObject } from '../../apiclient/object.ts';
import type { ConnectorConfig, ConnectorStatus } from '../../engines/connect/client.ts';
import { reservedKeys } from './config.ts';
import type { KafkaConnectorSpec, KafkaConnectorStatus } from './spec.ts';

export interface KafkaConnectorObject extends KubernetesObject {
  spec: KafkaConnectorSpec;
  status?: KafkaConnectorStatus;
}

/** Annotations by which a user asks for something once; the operator takes them off when it is done. */
export const restartAnnotation = 'strimzi.io/restart';
export const restartTaskAnnotation = 'strimzi.io/restart-task';
export const offsetsAnnotation = 'strimzi.io/connector-offsets';
export const pauseAnnotation = 'strimzi.io/pause-reconciliation';

/** A value of `config` that is none: Strimzi takes texts, numbers and booleans. */
export class UnsupportedValue {
  readonly message: string;

  constructor(key: string, value: unknown) {
    const type = Array.isArray(value) ? 'java.util.ArrayList' : 'java.util.LinkedHashMap';
    this.message = `${key}: Unsupported type class ${type} in configuration for this key`;
  }
}

/** The configuration that Connect is to have, as texts; numbers and booleans are sent as such. */
export function buildConfig(name: string, spec: KafkaConnectorSpec): ConnectorConfig | UnsupportedValue {
  const config: Record<string, string> = {};
  for (const [key, value] of Object.entries(spec.config ?? {})) {
    if (Object.hasOwn(reservedKeys, key)) continue;
    if (typeof value === 'object' && value !== null) return new UnsupportedValue(key, value);
    config[key] = String(value);
  }
  return {
    ...config,
    name,
    ...(spec.class !== undefined && { 'connector.class': spec.class }),
    ...(spec.tasksMax !== undefined && { 'tasks.max': String(spec.tasksMax) }),
    ...(spec.version !== undefined && { 'connector.plugin.version': spec.version }),
  };
}

/** What brings a connector from the state that Connect reports to the declared one; nothing in states that pass. */
export function decideTransition(
  state: string | undefined,
  wanted: KafkaConnectorSpec['state'] = 'running',
): 'pause' | 'resume' | 'stop' | 'cannot-pause' | undefined {
  const from = { RUNNING: 'running', PAUSED: 'paused', STOPPED: 'stopped', FAILED: 'failed' }[state ?? ''];
  if (from === undefined || from === wanted) return undefined;
  if (wanted === 'stopped') return 'stop';
  if (wanted === 'paused') return from === 'failed' ? 'cannot-pause' : 'pause';
  return from === 'failed' ? undefined : 'resume';
}

export function failedTasks({ tasks = [] }: ConnectorStatus): readonly number[] {
  return tasks.filter(({ state }) => state === 'FAILED').map(({ id }) => id);
}

export function hasFailed(status: ConnectorStatus): boolean {
  return status.connector?.state === 'FAILED' || failedTasks(status).length > 0;
}

type AutoRestart = KafkaConnectorStatus['autoRestart'];

export interface AutoRestartDecision {
  readonly restart: boolean;
  /** What the status says of it after that. */
  readonly autoRestart: AutoRestart;
}

/**
 * Whether failed parts are started again now. After restart n the operator waits min(n² + n, 60) minutes; after more than
 * that time without a failure it forgets the count.
 */
export function decideAutoRestart(
  settings: KafkaConnectorSpec['autoRestart'],
  previous: AutoRestart,
  reported: ConnectorStatus,
  now: Date,
): AutoRestartDecision {
  if (settings === undefined || settings.enabled === false) return { restart: false, autoRestart: undefined };
  const { count = 0, lastRestartTimestamp } = previous ?? {};
  const minutes =
    lastRestartTimestamp === undefined
      ? Number.POSITIVE_INFINITY
      : Math.floor((now.getTime() - Date.parse(lastRestartTimestamp)) / 60_000);
  const pause = Math.min(count * count + count, 60);
  if (!hasFailed(reported)) {
    return { restart: false, autoRestart: count > 0 && minutes > pause ? undefined : previous };
  }
  const { maxRestarts = Number.POSITIVE_INFINITY } = settings;
  const first = lastRestartTimestamp === undefined;
  if (!first && (count >= maxRestarts || minutes < pause)) return { restart: false, autoRestart: previous };
  return {
    restart: true,
    autoRestart: { count: count + 1, lastRestartTimestamp: now.toISOString() },
  };
}

/** `strimzi.io/restart`: `true`, or what to restart, separated by commas. `undefined` when it is written otherwise. */
export function readRestart(
  value: string,
): { readonly includeTasks: boolean; readonly onlyFailed: boolean } | undefined {
  const words = value.split(',').map((word) => word.trim().toLowerCase());
  if (words.every((word) => word === 'true')) return { includeTasks: false, onlyFailed: false };
  if (!words.every((word) => word === 'includetasks' || word === 'onlyfailed')) return undefined;
  return { includeTasks: words.includes('includetasks'), onlyFailed: words.includes('onlyfailed') };
}

/** `strimzi.io/restart-task`: the number of a task. */
export function readTask(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
