import { findSimilar } from '../../diagnostics/similar-name.ts';
import { findRootCause } from '../root-cause.ts';

interface KnownFailure {
  readonly pattern: RegExp;
  /** What it means, and what to change. */
  advise(match: RegExpExecArray): string;
}

/** What fails tasks most often, and what to change then; the cause itself is told before it. */
const knownTaskFailures: readonly KnownFailure[] = [
  {
    pattern: /JsonConverter with schemas\.enable requires "schema" and "payload" fields/,
    advise: () =>
      'The records are JSON without a schema: set value.converter.schemas.enable (or key.converter.schemas.enable) to false.',
  },
  {
    pattern: /Converting byte\[\] to Kafka Connect data failed due to serialization error/,
    advise: () =>
      'The records are not what the converter reads: set key.converter and value.converter to the format that they were written in, or let them go to a dead letter topic.',
  },
  {
    pattern: /Could not initialize dead letter queue with topic=(\S+)[^]*InvalidReplicationFactor/,
    advise: ([, topic]) =>
      `Connect wants three copies of a dead letter topic that it makes itself: declare ${topic} with the module kafka/topic, or set errors.deadletterqueue.topic.replication.factor to -1.`,
  },
  {
    pattern:
      /password authentication failed for user|Invalid username or password|FATAL: role .* does not exist/i,
    advise: () =>
      'The database refuses user or password: correct the Secret that the configuration refers to, and restart the connector.',
  },
  {
    pattern:
      /Connection (?:to \S+ )?refused|UnknownHostException|The connection attempt failed|connect timed out/i,
    advise: () => 'Nothing answers at that address: correct it, or see that the server is up.',
  },
  {
    pattern: /logical decoding requires wal_level >= logical|wal_level/,
    advise: () => 'Change data capture needs a server with wal_level = logical.',
  },
  {
    pattern: /OutOfMemoryError/,
    advise: () =>
      "The worker's heap is too small: raise jvm_heap of the Connect cluster, and its memory with it.",
  },
];

/** An exception of sdp's own connectors: it says what was seen, what caused it and what to change. */
const ownException =
  /^(?:Caused by: )?org\.apache\.kafka\.connect\.errors\.\w+: ((?:(?!\n\tat )[^])*)\n\tat internal\.sdp\.connect\./m;

/** What failed a task, from its stack trace: the root cause, and for known ones what to change. */
export function explainTaskFailure(trace: string): string {
  const [, own] = ownException.exec(trace) ?? [];
  const cause = own ?? findRootCause(trace);
  for (const { pattern, advise } of knownTaskFailures) {
    const match = pattern.exec(trace);
    if (match !== null) return `${cause}${/[.!?]$/.test(cause) ? '' : '.'} ${advise(match)}`;
  }
  return cause;
}

/** What Connect answered to a configuration, without what wraps it, and with what to change where that is known. */
export function explainRefusal(message: string): string {
  const said = message
    .replace(/^(?:[\w$]+\.)+[\w$]*(?:Exception|Error): (?=(?:POST|PUT|GET) )/, '')
    .replace(/^(?:POST|PUT|GET) \S+ returned \d+ \(\d+\): /, '')
    .replace(/^org\.apache\.kafka\.connect\.errors\.ConnectException: /, '')
    .replace(/\nYou can also find the above list of errors at the endpoint .*$/s, '');
  const [, wanted] =
    /Failed to find any class that implements Connector and which name matches (\S+?),/.exec(said) ?? [];
  if (wanted !== undefined) return describeMissingClass(wanted, said);
  const [, name, namespace] = /^Secret (\S+) in namespace (\S+) not found/.exec(said) ?? [];
  if (name !== undefined) {
    return `Secret ${name} in namespace ${namespace} does not exist, and the configuration refers to it: make it with "sdp secret set ${name}", or correct the reference.`;
  }
  return said;
}

function describeMissingClass(wanted: string, said: string): string {
  const classes = [...said.matchAll(/klass=class ([\w.$]+)/g)].map(([, found = '']) => found);
  const simple = (name: string) => name.split('.').at(-1) ?? name;
  const similar = findSimilar(simple(wanted), classes, simple);
  return (
    `The Connect cluster has no connector ${wanted}. ${similar === undefined ? '' : `Did you mean ${similar}? `}` +
    `It has ${classes.join(', ')}. Correct the class, or add its plugin to build.plugins of the cluster.`
  );
}
