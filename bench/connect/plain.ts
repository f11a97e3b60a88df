import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { installConnect } from '../../src/engines/connect/install.ts';
import { installPlugin } from '../../src/engines/connect/plugins.ts';
import { packageFile } from '../../src/package-file.ts';
import { type Postgres, postgresPassword, postgresUser } from '../../test/full/postgres.ts';
import type { BenchPlatform } from '../flink/platform.ts';
import { sinkPlugin, type Trades } from './trades.ts';

/** `staged`, `indexed` and `rows` are described in PlainUpserts.java. */
export interface PlainLoop {
  readonly loop: 'staged' | 'indexed' | 'rows';
  readonly source: 'topic' | 'memory';
}

export interface PlainProcess {
  /** Seconds that a loop takes for all of a topic. */
  run(plain: PlainLoop, trades: Trades, batch: number): Promise<number>;
  stop(): Promise<void>;
}

/** A JVM like the worker's, with Kafka's client, Jackson and PostgreSQL's driver. */
export async function startPlain(platform: BenchPlatform, postgres: Postgres): Promise<PlainProcess> {
  const signal = new AbortController().signal;
  const { libraries } = await installConnect(() => undefined, signal);
  const plugin = await installPlugin(sinkPlugin, () => undefined, signal);
  const files = await readdir(plugin, { recursive: true });
  const drivers = files.filter((file) => file.endsWith('.jar')).map((file) => join(plugin, file));
  const child = spawn(
    'java',
    [
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-cp',
      [...libraries, ...drivers].join(':'),
      packageFile('bench', 'connect', 'PlainUpserts.java'),
      platform.bootstrapServers,
      postgres.jdbcUrl,
      postgresUser,
      postgresPassword,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-4_000);
  });
  const ended = once(child, 'exit');
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run({ loop, source }, { topic, records }, batch) {
      child.stdin.write(`${loop} ${source} ${topic} ${records} ${batch}\n`);
      for (;;) {
        const { value, done } = await answers.next();
        if (done === true) throw new Error(`the plain loop ended: ${said}`);
        // Whatever a library prints stands between the answers.
        if (/^\d+\.\d+(E-?\d+)?$/.test(value)) return Number(value);
      }
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
