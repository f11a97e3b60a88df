import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, type PlatformCommands, platformCommands } from '../e2e/commands.ts';
import { createSqlProject, declareModule, declareTopic, type SqlProject } from '../e2e/sql-project.ts';
import { avroFormatFolder, type SchemaRegistry, startSchemaRegistry } from './schema-registry.ts';

/** Avro with a schema registry: what Flink writes Connect reads, and the other way round. */

let folder: string;
let registry: SchemaRegistry;
let platform: PlatformCommands;
let project: SqlProject;

const image = 'registry.example.com/team/flink-avro:1';
const withKafka = (topic: string) =>
  `'connector' = 'kafka', 'topic' = '${topic}', 'properties.bootstrap.servers' = '\${bootstrap_servers}', 'scan.startup.mode' = 'earliest-offset'`;
const asAvro = "'format' = 'avro-confluent', 'avro-confluent.url' = '${schema_registry_url}'";
const files = {
  'sql/ddl/tables.sql': `
CREATE TABLE numbers (n BIGINT) WITH (${withKafka('numbers')}, 'format' = 'json');
CREATE TABLE squares (n BIGINT, square BIGINT) WITH (${withKafka('squares')}, ${asAvro});
CREATE TABLE lines (line STRING) WITH (${withKafka('lines')}, ${asAvro});
CREATE TABLE lengths (line STRING, length INT) WITH (${withKafka('lengths')}, 'format' = 'json');
`,
  'sql/jobs/avro.sql': `INSERT INTO squares SELECT n, n * n FROM numbers;
INSERT INTO lengths SELECT line, CHAR_LENGTH(line) FROM lines;
`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-avro-'));
  registry = await startSchemaRegistry();
  const configuration = join(folder, 'sdp.yaml');
  await writeFile(
    configuration,
    `images:
  ${image}: { lib: ${JSON.stringify(await avroFormatFolder())} }
schemaRegistry: { url: "${registry.confluentUrl}" }
`,
  );
  await writeFile(join(folder, 'in.txt'), 'one\nthree\n');
  platform = platformCommands(join(folder, 'data'));
  await platform.sdp(['up', '--detach', '--config', configuration]);
  project = await createSqlProject(platform, 'avro', files);
});

afterAll(async () => {
  await project?.remove();
  await platform?.sdp(['down', '--purge']);
  await registry?.stop();
  await rm(folder, { recursive: true, force: true });
});

const converter = () => `converters = { value = {
    class = "io.apicurio.registry.utils.converter.AvroConverter"
    config = {
      "apicurio.registry.url"             = "${registry.apicurioUrl}"
      "apicurio.registry.as-confluent"    = "true"
      "apicurio.registry.use-id"          = "contentId"
      "apicurio.registry.headers.enabled" = "false"
      "apicurio.registry.auto-register"   = "true"
    }
  } }`;

const all = () => [
  ...['numbers', 'squares', 'lines', 'lengths'].map((name) => declareTopic(name)),
  declareModule(
    'kafka-connect/cluster',
    'di',
    `  name    = "di"
  plugins = ["file-source", "file-sink"]
  build = {
    output = { image = "registry.example.com/team/connect:1" }
    plugins = [{
      name      = "apicurio-converter"
      artifacts = [{ type = "maven", group = "io.apicurio", artifact = "apicurio-registry-utils-converter", version = "2.6.13.Final" }]
    }]
  }`,
  ),
  declareModule(
    'kafka-connect/source-file',
    'from_file',
    `  name    = "from-file"
  cluster = module.di.name
  topic   = module.lines.name
  file    = "${join(folder, 'in.txt')}"
  ${converter()}
  transforms = [{ name = "named", type = "org.apache.kafka.connect.transforms.HoistField$Value", config = { field = "line" } }]`,
  ),
  declareModule(
    'kafka-connect/sink-file',
    'to_file',
    `  name    = "to-file"
  cluster = module.di.name
  topics  = module.squares.name
  file    = "${join(folder, 'out.txt')}"
  ${converter()}`,
  ),
  declareModule(
    'flink/session-cluster',
    'session',
    `  name         = "session"
  image        = "${image}"
  job_manager  = { memory = "900m" }
  task_manager = { memory = "1200m" }
  task_slots   = 2`,
  ),
  declareModule(
    'flink/sql-job',
    'job',
    `  job_name        = "avro"
  session_cluster = module.session.name
  depends_on      = [module.from_file, module.numbers, module.lengths, module.squares]`,
  ),
];

it('a job and connectors are applied with the format and the converter as they were added', async () => {
  const { code, output } = await project.apply(...all());
  expect(code, output).toBe(0);
}, 240_000);

it('Connect reads what Flink writes', async () => {
  await project.sendNumbers('numbers', 3, 5);
  const lines = async () =>
    (await readFile(join(folder, 'out.txt'), 'utf8').catch(() => '')).trim().split('\n');
  expect(await eventually(lines, (found) => found.length === 2)).toEqual([
    'Struct{n=3,square=9}',
    'Struct{n=4,square=16}',
  ]);
});

it('Flink reads what Connect writes', async () => {
  await appendFile(join(folder, 'in.txt'), 'seventeen\n');
  const lengths = () => platform.consume('lengths');
  expect(await eventually(lengths, (found) => found.length === 3)).toEqual([
    { line: 'one', length: 3 },
    { line: 'three', length: 5 },
    { line: 'seventeen', length: 9 },
  ]);
  expect((await registry.listSubjects()).toSorted()).toEqual(['lines-value', 'squares-value']);
});
