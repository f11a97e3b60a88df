import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../e2e/commands.ts';
import { mavenFiles } from './maven-files.ts';

/** Pinned: Apicurio's registry with its storage in memory, and the format of Flink that speaks to it as to Confluent's. */
const registryArchive = 'io.apicurio:apicurio-registry-app:2.6.13.Final:tar.gz:all';
const avroFormat = 'org.apache.flink:flink-sql-avro-confluent-registry:2.2.0';

export interface SchemaRegistry {
  /** The interface of Confluent's registry. */
  readonly confluentUrl: string;
  /** Apicurio's own. */
  readonly apicurioUrl: string;
  /** Subjects with a schema. */
  listSubjects(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export async function startSchemaRegistry(): Promise<SchemaRegistry> {
  const folder = await mavenFiles('apicurio-registry-for-tests', 'unpack', registryArchive);
  const port = await freePort();
  const server = spawn(
    'java',
    [
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dquarkus.http.host=127.0.0.1',
      `-Dquarkus.http.port=${port}`,
      '-jar',
      join(folder, 'apicurio-registry-app-2.6.13.Final-runner.jar'),
    ],
    { stdio: 'ignore' },
  );
  process.once('exit', () => server.kill('SIGKILL'));
  const apis = `http://127.0.0.1:${port}/apis`;
  const listSubjects = async () =>
    (await (await fetch(`${apis}/ccompat/v7/subjects`)).json()) as readonly string[];
  await eventually(
    () => listSubjects().catch(() => undefined),
    (subjects) => subjects !== undefined || server.exitCode !== null,
  );
  return {
    confluentUrl: `${apis}/ccompat/v7`,
    apicurioUrl: `${apis}/registry/v2`,
    listSubjects,
    async stop() {
      if (server.exitCode !== null) return;
      server.kill();
      await once(server, 'exit');
    },
  };
}

/** A folder with Flink's format `avro-confluent`, as a team adds it to an image. */
export function avroFormatFolder(): Promise<string> {
  return mavenFiles('flink-avro-confluent-for-tests', 'copy', avroFormat);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
