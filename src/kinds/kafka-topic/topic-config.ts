import type { FieldVerdict } from '../judge-fields.ts';

export type TopicConfig = Readonly<Record<string, string | undefined>>;

interface ConfigChange {
  /** Before and after, with Kafka's default for what is not set. */
  readonly from: string;
  readonly to: string;
  readonly was: TopicConfig;
  readonly is: TopicConfig;
}

interface TopicKey {
  /** Kafka's own; a broker may be set to another. */
  readonly fallback: string;
  /** What is wrong with a value, as it goes on after it. */
  problemOf(value: string): string | undefined;
  /** A sentence where the topic goes on as it is. */
  readonly does: string | ((change: ConfigChange) => Omit<FieldVerdict, 'subject'>);
}

/** What a change of a key does to the topic. `undefined` before or after: not declared, so the broker's default holds. */
export function judgeConfigKey(
  key: string,
  before: string | undefined,
  after: string | undefined,
  was: TopicConfig,
  is: TopicConfig,
): FieldVerdict {
  const subject = `config.${key} ${describeValue(key, before)} → ${describeValue(key, after)}`;
  const known = topicKeys[key];
  if (known === undefined) return { effect: 'in-place', what: 'the topic takes it.', subject };
  const { fallback, does, problemOf } = known;
  const [from, to] = [before, after].map((value) =>
    value === undefined || problemOf(value) !== undefined ? fallback : value,
  );
  if (typeof does === 'string') return { effect: 'in-place', what: does, subject };
  return { ...does({ from: from ?? fallback, to: to ?? fallback, was, is }), subject };
}

/** Why a broker refuses a configuration: it takes all of it or nothing (recorded). */
export function findConfigProblems(config: TopicConfig): readonly string[] {
  const values = Object.entries(config).flatMap(([key, value]) => {
    const problem = value === undefined ? undefined : topicKeys[key]?.problemOf(value);
    return problem === undefined ? [] : [`${key} = ${JSON.stringify(value)} ${problem}`];
  });
  return values.length > 0 ? values : findConflicts(config);
}

/** Keys that Kafka 4.3 does not have: it refuses the whole configuration for one. */
export function findUnknownKeys(config: TopicConfig): readonly string[] {
  return Object.keys(config).filter((key) => config[key] !== undefined && topicKeys[key] === undefined);
}

/** `LogConfig#validateTopicLogConfigValues`, as far as a topic alone can tell. */
function findConflicts(config: TopicConfig): readonly string[] {
  const [least, most] = ['min.compaction.lag.ms', 'max.compaction.lag.ms'].map((key) =>
    numberOf(config, key),
  );
  return [
    ...((least ?? 0n) > (most ?? 0n)
      ? [`min.compaction.lag.ms (${least}) is above max.compaction.lag.ms (${most})`]
      : []),
    ...(isTrue(config, 'remote.storage.enable') && policyOf(config).has('compact')
      ? ['remote.storage.enable is for topics with cleanup.policy delete only']
      : []),
  ];
}

/** Of a topic whose records lie remote, too: that is turned off only by saying that what is there may go. */
export function findRemoteProblems(was: TopicConfig, is: TopicConfig): readonly string[] {
  const isTurnedOff = isTrue(was, 'remote.storage.enable') && !isTrue(is, 'remote.storage.enable');
  if (!isTurnedOff || isTrue(is, 'remote.log.delete.on.disable')) return [];
  return ['remote.storage.enable cannot be turned off without remote.log.delete.on.disable = "true"'];
}

const longest = 2n ** 63n - 1n;
const int = 2n ** 31n - 1n;

function number(
  fallback: string,
  range: { readonly least?: bigint; readonly most?: bigint },
  does: TopicKey['does'],
): TopicKey {
  const { least = -longest, most = longest } = range;
  return {
    fallback,
    does,
    problemOf(value) {
      if (!/^[+-]?\d{1,25}$/.test(value.trim())) return 'is no whole number';
      const amount = BigInt(value.trim().replace('+', ''));
      if (amount < least) return `is below ${least}`;
      return amount > most ? `is above ${most}` : undefined;
    },
  };
}

function flag(does: TopicKey['does']): TopicKey {
  return {
    fallback: 'false',
    does,
    problemOf: (value) => (/^\s*(true|false)\s*$/i.test(value) ? undefined : 'is neither true nor false'),
  };
}

function choice(fallback: string, values: readonly string[], does: TopicKey['does']): TopicKey {
  return {
    fallback,
    does,
    problemOf: (value) => (values.includes(value.trim()) ? undefined : `is not one of ${values.join(', ')}`),
  };
}

const newSegments = 'it counts for segments that begin from then on; no record goes.';
const newRecords = 'it counts for records that are written from then on.';
const throttled =
  'replication is throttled by it; Strimzi warns that it may conflict with throttled rebalances.';

/** `LogConfig` of Kafka 4.3.1: each key with its default, its range and what a change of it does. */
const topicKeys: Readonly<Record<string, TopicKey | undefined>> = {
  'cleanup.policy': {
    fallback: 'delete',
    does: judgePolicy,
    problemOf: (value) =>
      split(value).every((item) => item === 'compact' || item === 'delete')
        ? undefined
        : 'has something else than compact and delete',
  },
  'retention.ms': number('604800000', { least: -1n }, (change) =>
    judgeRetention(change, (to) =>
      to === 0n ? 'all records' : `records older than ${describeDuration(to)}`,
    ),
  ),
  'retention.bytes': number('-1', {}, (change) =>
    judgeRetention(
      change,
      (to) => `of each partition all but the newest ${describeBytes(to)}, the oldest records first,`,
    ),
  ),
  'local.retention.ms': number('-2', { least: -2n }, judgeLocal),
  'local.retention.bytes': number('-2', { least: -2n }, judgeLocal),
  'remote.storage.enable': flag(judgeRemote),
  'remote.log.copy.disable': flag(({ to }) => ({
    effect: 'in-place',
    what:
      to.toLowerCase() === 'true'
        ? 'nothing more is copied to the remote storage; what is there can be read.'
        : 'segments are copied to the remote storage again.',
  })),
  'remote.log.delete.on.disable': flag('it counts when remote.storage.enable is turned off.'),
  'delete.retention.ms': number('86400000', { least: 0n }, ({ from, to }) => ({
    effect: 'in-place',
    what:
      BigInt(to) < BigInt(from)
        ? `tombstones go after ${describeDuration(BigInt(to))}: a consumer that is further behind misses deletions.`
        : 'tombstones stay longer from then on.',
  })),
  'min.compaction.lag.ms': number('0', { least: 0n }, 'records are compacted once they are that old.'),
  'max.compaction.lag.ms': number(
    String(longest),
    { least: 1n },
    'records are compacted that soon at the latest, where the topic is compacted.',
  ),
  'min.cleanable.dirty.ratio': {
    fallback: '0.5',
    does: 'it decides how often the topic is compacted.',
    problemOf(value) {
      const ratio = value.trim() === '' ? Number.NaN : Number(value);
      if (Number.isNaN(ratio)) return 'is no number';
      return ratio < 0 || ratio > 1 ? 'is not between 0 and 1' : undefined;
    },
  },
  'segment.bytes': number('1073741824', { least: 1_048_576n, most: int }, newSegments),
  'segment.ms': number('604800000', { least: 1n }, newSegments),
  'segment.jitter.ms': number('0', { least: 0n }, newSegments),
  'segment.index.bytes': number('10485760', { least: 4n, most: int }, newSegments),
  'internal.segment.bytes': number('1073741824', { most: int }, newSegments),
  'flush.messages': number(String(longest), { least: 1n }, newRecords),
  'flush.ms': number(String(longest), { least: 0n }, newRecords),
  'index.interval.bytes': number('4096', { least: 0n, most: int }, newRecords),
  'file.delete.delay.ms': number('60000', { least: 0n }, 'files of segments that go stay for that long.'),
  'max.message.bytes': number('1048588', { least: 0n, most: int }, ({ from, to }) => ({
    effect: 'in-place',
    what:
      BigInt(to) < BigInt(from)
        ? 'larger batches of producers are refused from then on; records that are there stay.'
        : 'larger batches are taken from then on; consumers have to be able to take them too.',
  })),
  'min.insync.replicas': number(
    '1',
    { least: 1n, most: int },
    'with acks=all that many replicas have to have a record.',
  ),
  'unclean.leader.election.enable': flag(({ to }) => ({
    effect: 'in-place',
    what:
      to.toLowerCase() === 'true'
        ? 'from then on a replica that lags may become leader, and the records that it lacks are lost.'
        : 'only replicas that have all records become leaders.',
  })),
  'compression.type': choice(
    'producer',
    ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    newRecords,
  ),
  'compression.gzip.level': number('-1', { least: -1n, most: 9n }, newRecords),
  'compression.lz4.level': number('9', { least: 1n, most: 17n }, newRecords),
  'compression.zstd.level': number('3', { least: -131_072n, most: 22n }, newRecords),
  preallocate: flag(newSegments),
  'message.timestamp.type': choice('CreateTime', ['CreateTime', 'LogAppendTime'], newRecords),
  'message.timestamp.before.max.ms': number(
    String(longest),
    { least: 0n },
    'producers are refused records that are older than it allows.',
  ),
  'message.timestamp.after.max.ms': number(
    '3600000',
    { least: 0n },
    'producers are refused records that are further in the future than it allows.',
  ),
  'leader.replication.throttled.replicas': { fallback: '', does: throttled, problemOf: () => undefined },
  'follower.replication.throttled.replicas': { fallback: '', does: throttled, problemOf: () => undefined },
};

/** A limit that comes down takes records along; that is what it is for, so nothing guards it. */
function judgeRetention(
  { from, to, is }: ConfigChange,
  what: (to: bigint) => string,
): Omit<FieldVerdict, 'subject'> {
  if (!policyOf(is).has('delete')) {
    return { effect: 'in-place', what: 'it has no effect as long as cleanup.policy has no delete.' };
  }
  const [left, right] = [BigInt(from.trim()), BigInt(to.trim())];
  if (right < 0n) return { effect: 'in-place', what: 'records stay without this limit.' };
  if (left >= 0n && right >= left) return { effect: 'in-place', what: 'records stay longer.' };
  return { effect: 'data-lost', what: `${what(right)} go for good, as soon as their segments are closed.` };
}

function judgePolicy({ from, to, is }: ConfigChange): Omit<FieldVerdict, 'subject'> {
  const [was, now] = [new Set(split(from)), new Set(split(to))];
  const losses = [
    ...(now.has('compact') && !was.has('compact')
      ? [
          'of the records of one key all but the newest go for good, and producers are refused records without a key.',
        ]
      : []),
    ...(now.has('delete') && !was.has('delete') ? expiring(is) : []),
  ];
  if (losses.length > 0) return { effect: 'data-lost', what: losses.join(' Also, ') };
  const ends = [
    ...(was.has('compact') && !now.has('compact') ? ['records of one key are kept side by side.'] : []),
    ...(was.has('delete') && !now.has('delete') ? ['records no longer expire.'] : []),
  ];
  return { effect: 'in-place', what: ends.length === 0 ? 'it means the same.' : ends.join(' Also, ') };
}

function expiring(config: TopicConfig): readonly string[] {
  const [time, size] = ['retention.ms', 'retention.bytes'].map((key) => numberOf(config, key));
  const limits = [
    ...(time !== undefined && time >= 0n ? [`records older than ${describeDuration(time)}`] : []),
    ...(size !== undefined && size >= 0n
      ? [`of each partition all but the newest ${describeBytes(size)}`]
      : []),
  ];
  return limits.length === 0 ? [] : [`${limits.join(', and ')} go for good, also the newest of a key.`];
}

/** Local copies go once they are in the remote storage, from where they can still be read. */
function judgeLocal({ is }: ConfigChange): Omit<FieldVerdict, 'subject'> {
  return {
    effect: 'in-place',
    what: isTrue(is, 'remote.storage.enable')
      ? 'segments that have been copied to the remote storage go from the brokers by it; their records can still be read from there.'
      : 'it has no effect without remote.storage.enable.',
  };
}

function judgeRemote({ to, was }: ConfigChange): Omit<FieldVerdict, 'subject'> {
  if (to.trim().toLowerCase() === 'true') {
    return {
      effect: 'in-place',
      what: 'segments are copied to the remote storage; brokers without one refuse it, and all of config with it.',
    };
  }
  return isTrue(was, 'remote.storage.enable')
    ? { effect: 'data-lost', what: 'what lies in the remote storage only goes for good.' }
    : { effect: 'in-place', what: 'it means the same.' };
}

function policyOf(config: TopicConfig): ReadonlySet<string> {
  const written = config['cleanup.policy'] ?? 'delete';
  return new Set(split(topicKeys['cleanup.policy']?.problemOf(written) === undefined ? written : 'delete'));
}

function split(written: string): readonly string[] {
  return written
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
}

function isTrue(config: TopicConfig, key: string): boolean {
  return config[key]?.trim().toLowerCase() === 'true';
}

/** The number that holds, of a key that is one. */
function numberOf(config: TopicConfig, key: string): bigint | undefined {
  const known = topicKeys[key];
  if (known === undefined) return undefined;
  const value = config[key] ?? known.fallback;
  return BigInt((known.problemOf(value) === undefined ? value : known.fallback).trim());
}

/** A value with what it amounts to: `3600000 (1 h)`. */
function describeValue(key: string, value: string | undefined): string {
  if (value === undefined) {
    const fallback = topicKeys[key]?.fallback;
    return fallback === undefined || fallback === ''
      ? 'default'
      : `default (${describeAmount(key, fallback) ?? fallback})`;
  }
  const amount = describeAmount(key, value);
  return amount === undefined || amount === value ? value : `${value} (${amount})`;
}

function describeAmount(key: string, value: string): string | undefined {
  if (!/^[+-]?\d{1,25}$/.test(value.trim())) return undefined;
  const amount = BigInt(value.trim());
  if (amount === longest || (amount === -1n && key.startsWith('retention.'))) return 'no limit';
  if (amount < 0n) return undefined;
  if (key.endsWith('.ms')) return describeDuration(amount);
  return key.endsWith('.bytes') ? describeBytes(amount) : undefined;
}

/** Exact: `7 d`, `90 min`, `1500 ms`. */
function describeDuration(milliseconds: bigint): string {
  return describeIn(milliseconds, 'ms', [
    ['d', 86_400_000n],
    ['h', 3_600_000n],
    ['min', 60_000n],
    ['s', 1_000n],
  ]);
}

/** Exact: `1 GiB`, `1500 bytes`. */
function describeBytes(bytes: bigint): string {
  return describeIn(bytes, 'bytes', [
    ['GiB', 1_073_741_824n],
    ['MiB', 1_048_576n],
    ['KiB', 1_024n],
  ]);
}

function describeIn(amount: bigint, smallest: string, units: readonly (readonly [string, bigint])[]): string {
  const [unit, size] = units.find(([, each]) => amount > 0n && amount % each === 0n) ?? [smallest, 1n];
  return `${amount / size} ${unit}`;
}
