import { readTopic, type TopicRecord } from '../../src/engines/kafka/read-topic.ts';
import { sourcePartitions, sourceTopic } from './number-stream.ts';

export interface OutputOptions {
  readonly bootstrapServers: string;
  /** 0 to total - 1 went in. */
  readonly total: number;
  /** How long nothing may come while something is missing. */
  readonly stallMs: number;
}

const buckets = 10;
/** Rows that come twice come soon: with the next checkpoint, or after what restarted has caught up. */
const lateMs = 4_000;

/** What is wrong with the committed output, in sentences; nothing when every number arrived once. */
export async function checkOutput(options: OutputOptions): Promise<readonly string[]> {
  const wrongSource = await checkSource(options);
  if (wrongSource !== undefined) throw new Error(`the source itself is wrong: ${wrongSource}`);
  const [copies, sums] = await Promise.all([
    readRows<{ n: number }>('copies', options),
    readRows<Step>('sums', options),
  ]);
  return [...checkCopies(copies, options.total), ...checkSums(sums, options.total)];
}

/** Whether the topic holds each number once, without which the output would say nothing. */
async function checkSource({ bootstrapServers, total }: OutputOptions): Promise<string | undefined> {
  let count = 0;
  const { signal } = new AbortController();
  for await (const { partition, offset, value } of readTopic({
    bootstrapServers,
    topic: sourceTopic,
    follow: false,
    signal,
  })) {
    const { n } = JSON.parse(value ?? '{}') as { n: number };
    if (n !== Number(offset) * sourcePartitions + partition)
      return `${n} is at offset ${offset} of partition ${partition}`;
    count += 1;
  }
  return count === total ? undefined : `it has ${count} of ${total} numbers`;
}

/** Rows of a topic until there are as many as went in, and a little longer; fewer when no more come. */
async function readRows<Row>(topic: string, options: OutputOptions): Promise<Row[]> {
  const rows: Row[] = [];
  const stop = new AbortController();
  let timer = setTimeout(() => stop.abort(), options.stallMs);
  const add = ({ value }: TopicRecord) => {
    rows.push(JSON.parse(value ?? 'null') as Row);
    if (rows.length <= options.total) {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), rows.length < options.total ? options.stallMs : lateMs);
    }
  };
  const { bootstrapServers } = options;
  for await (const record of readTopic({ bootstrapServers, topic, follow: true, signal: stop.signal }))
    add(record);
  clearTimeout(timer);
  return rows;
}

export function checkCopies(rows: readonly { readonly n: number }[], total: number): readonly string[] {
  const times = new Map<number, number>();
  for (const { n } of rows) times.set(n, (times.get(n) ?? 0) + 1);
  const missing = Array.from({ length: total }, (_, n) => n).filter((n) => !times.has(n));
  const doubled = [...times].filter(([, count]) => count > 1).map(([n]) => n);
  const foreign = [...times.keys()].filter((n) => n >= total);
  return [
    ...describe('copies: missing', missing),
    ...describe('copies: more than once', doubled),
    ...describe('copies: never written', foreign),
  ];
}

/** One step of a bucket's running count and sum. */
export interface Step {
  readonly bucket: number;
  readonly count: number;
  readonly sum: number;
}

/** Each number is one step of its bucket: steps count up by one, whatever happened to the job between two of them. */
export function checkSums(steps: readonly Step[], total: number): readonly string[] {
  return Array.from({ length: buckets }, (_, bucket) => {
    const own = steps.filter((step) => step.bucket === bucket);
    const numbers = Array.from({ length: total }, (__, n) => n).filter((n) => n % buckets === bucket);
    const wrong = own.findIndex(({ count }, index) => count !== index + 1);
    if (wrong >= 0) return [`sums: step ${wrong + 1} of bucket ${bucket} has the count ${own[wrong]?.count}`];
    const expected = { bucket, count: numbers.length, sum: numbers.reduce((sum, n) => sum + n, 0) };
    const last = own.at(-1);
    const right = last?.count === expected.count && last.sum === expected.sum;
    return right
      ? []
      : [`sums: bucket ${bucket} ends with ${JSON.stringify(last)}, not ${JSON.stringify(expected)}`];
  }).flat();
}

function describe(what: string, numbers: readonly number[]): readonly string[] {
  if (numbers.length === 0) return [];
  const [first, last] = [Math.min(...numbers.slice(0, 1_000)), numbers.at(-1)];
  return [
    `${what}: ${numbers.length} numbers, first ${first}, last ${last}: ${numbers.slice(0, 10).join(', ')}`,
  ];
}
