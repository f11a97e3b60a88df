import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFlinkClient } from '../../src/engines/flink/client.ts';
import { runFlinkClientContract } from '../../src/engines/flink/client-contract.ts';
import { installFlink } from '../../src/engines/flink/install.ts';
import { packageFile } from '../../src/package-file.ts';
import { eventually, platformCommands, run } from '../e2e/commands.ts';
import { type BuiltJob, buildJavaScaffold } from './java-scaffold.ts';

const platform = platformCommands(inject('dataFolder'));
let project: string;
let built: BuiltJob;
let server: Server;
let url: string;
/** A jar with functions for SQL. */
let functions: Buffer;

interface Total {
  readonly key: string;
  readonly count: number;
  readonly sum: number;
}

const declared = (jar: string, more = '') => `
terraform {
  required_providers {
    sdp = { source = "sdp.internal/platform/sdp" }
  }
}

provider "sdp" {
  project = "java"
}

module "amounts" {
  source     = "${packageFile('terraform-modules', 'kafka', 'topic')}"
  name       = "java-amounts"
  partitions = 2

  force_destroy = true
}

module "topic" {
  source = "${packageFile('terraform-modules', 'kafka', 'topic')}"
  name   = "java-totals"

  force_destroy = true
}

module "session" {
  source = "${packageFile('terraform-modules', 'flink', 'session-cluster')}"
  name   = "java"

  # Each submission writes the ConfigMap that the lease is renewed in: one conflict after another costs the leadership.
  flink_configuration = {
    "high-availability.kubernetes.leader-election.lease-duration" = "120 s"
    "high-availability.kubernetes.leader-election.renew-deadline" = "100 s"
  }
}

module "totals" {
  source            = "${packageFile('terraform-modules', 'flink', 'java-job')}"
  job_name          = "java-totals"
  session_cluster   = module.session.name
  jar_uri           = "${jar}"
  args              = { from = module.amounts.name, to = module.topic.name }
  checkpoint_config = { interval = "500 ms" }
${more}
}
`;

beforeAll(async () => {
  built = await buildJavaScaffold('totals');
  const content = await readFile(built.jar);
  functions = await buildFunctions();
  server = createServer((request, response) => {
    if (request.url === '/totals-1.0.0.jar') response.end(content);
    else if (request.url === '/functions.jar') response.end(functions);
    else if (request.url === '/login') response.end('<html>log in</html>');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  project = await mkdtemp(join(tmpdir(), 'sdp-java-job-'));
  await write(declared(`${url}/totals-1.0.0.jar`));
  await platform.sdp(['init', project, '--project', 'java']);
  const { code, output } = await platform.terraform(project, ['init']);
  if (code !== 0) throw new Error(`terraform init failed:\n${output}`);
});

afterAll(async () => {
  await platform.terraform(project, ['destroy', '-auto-approve']);
  server.close();
  await built.remove();
  await rm(project, { recursive: true, force: true });
});

const write = (text: string) => writeFile(join(project, 'main.tf'), text);

async function apply(): Promise<{ code: number; output: string }> {
  const { code, output } = await platform.terraform(project, ['apply', '-auto-approve']);
  // Terraform breaks lines at the width of the terminal.
  return { code, output: output.replaceAll(/\s+/g, ' ') };
}

async function send(amounts: readonly (readonly [string, number])[]): Promise<void> {
  const file = join(project, 'amounts.csv');
  await writeFile(file, ['key,amount', ...amounts.map((row) => row.join(',')), ''].join('\n'));
  await platform.sdp(['produce', 'java-amounts', '--file', file, '--key', 'key']);
}

const totals = (count: number) =>
  eventually(
    () => platform.consume<Total>('java-totals'),
    (rows) => rows.length >= count,
    60_000,
  );

describe('a Java job on a session cluster', () => {
  it('is fetched, checked, and runs', async () => {
    const { code, output } = await apply();
    expect(code, output).toBe(0);
    await send([
      ['a', 1],
      ['b', 5],
      ['a', 2],
    ]);
    expect(await totals(3)).toEqual(
      expect.arrayContaining([
        { key: 'a', count: 2, sum: 3 },
        { key: 'b', count: 1, sum: 5 },
      ]),
    );
  });

  it('goes on from a savepoint when it changes', async () => {
    await write(declared(`${url}/totals-1.0.0.jar`, '  parallelism = 2\n'));
    const { code, output } = await apply();
    expect(code, output).toBe(0);
    await send([['a', 10]]);
    const rows = await totals(4);
    expect(rows).toHaveLength(4);
    expect(rows).toContainEqual({ key: 'a', count: 3, sum: 13 });
  });

  it('is saved by a snapshot that is declared, whose files go with it', async () => {
    const snapshot = `
resource "sdp_flink_state_snapshot" "now" {
  name          = "totals-now"
  job_reference = { kind = "FlinkSessionJob", name = module.totals.name }
  savepoint     = {}

  # Its files go with it, since nothing else is said of them.
  allow_state_loss = true
}

resource "sdp_rollout" "now" {
  kind     = "FlinkStateSnapshot"
  name     = sdp_flink_state_snapshot.now.name
  revision = sdp_flink_state_snapshot.now.revision
}
`;
    await write(`${declared(`${url}/totals-1.0.0.jar`, '  parallelism = 2\n')}${snapshot}`);
    const made = await apply();
    expect(made.code, made.output).toBe(0);
    const { status } = await platform.getJson<{ status: { path: string } }>([
      'flinkstatesnapshot',
      'totals-now',
    ]);
    const folder = fileURLToPath(status.path.replace(/^file:\/+/, 'file:///'));
    expect(await readdir(folder)).toContain('_metadata');
    await write(declared(`${url}/totals-1.0.0.jar`, '  parallelism = 2\n'));
    const removed = await apply();
    expect(removed.code, removed.output).toBe(0);
    await eventually(
      () => readdir(folder).catch(() => undefined),
      (files) => files === undefined,
    );
  });

  it.each([
    ['is not there', '/totals-9.jar', '', 'answered 404 Not Found. Check job.jarURI'],
    ['is none', '/login', '', 'is no jar: its 19 bytes begin with "<htm"'],
    [
      'has no such class',
      '/totals-1.0.0.jar',
      '  entry_class = "com.example.Nothing"\n',
      'com.example.Nothing',
    ],
  ])('fails with the reason when its jar %s', async (_what, path, more, reason) => {
    await write(declared(`${url}${path}`, `  parallelism = 2\n${more}`));
    const { code, output } = await apply();
    expect(code).toBe(1);
    expect(output).toContain('Flink job java-totals does not run');
    expect(output).toContain(reason);
  });

  it('runs again with the jar put right, with its state', async () => {
    await write(declared(`${url}/totals-1.0.0.jar`, '  parallelism = 2\n'));
    const { code, output } = await apply();
    expect(code, output).toBe(0);
    await send([['a', 100]]);
    expect(await totals(5)).toContainEqual({ key: 'a', count: 4, sum: 113 });
  });
});

/** The jar of one Flink function, `udf.Twice`. */
async function buildFunctions(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-functions-'));
  try {
    const source = join(folder, 'Twice.java');
    await writeFile(
      source,
      `package udf;
public class Twice extends org.apache.flink.table.functions.ScalarFunction {
  public Long eval(Long value) { return 2 * value; }
}
`,
    );
    const { libraries } = await installFlink(() => undefined, new AbortController().signal);
    await run('javac', ['-proc:none', '-cp', libraries.join(delimiter), '-d', folder, source]);
    await run('jar', ['cf', join(folder, 'functions.jar'), '-C', folder, 'udf']);
    return await readFile(join(folder, 'functions.jar'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a SQL job that calls a function of a jar', () => {
  const declaredWith = async (sha256: string) => {
    const kafka = "'connector' = 'kafka', 'properties.bootstrap.servers' = '${bootstrap_servers}'";
    await mkdir(join(project, 'sql', 'jobs'), { recursive: true });
    await writeFile(
      join(project, 'sql', 'jobs', 'doubled.sql'),
      `CREATE FUNCTION twice AS 'udf.Twice' USING JAR '${url}/functions.jar#sha256=${sha256}';
CREATE TABLE amounts (key STRING, amount BIGINT) WITH (${kafka}, 'topic' = 'java-amounts',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE doubled (key STRING, amount BIGINT) WITH (${kafka}, 'topic' = 'java-doubled', 'format' = 'json');
INSERT INTO doubled SELECT key, twice(amount) FROM amounts;
`,
    );
    await write(`${declared(`${url}/totals-1.0.0.jar`, '  parallelism = 2\n')}
module "doubled_topic" {
  source        = "${packageFile('terraform-modules', 'kafka', 'topic')}"
  name          = "java-doubled"
  force_destroy = true
}

module "doubled" {
  source          = "${packageFile('terraform-modules', 'flink', 'sql-job')}"
  job_name        = "doubled"
  session_cluster = module.session.name
  depends_on      = [module.doubled_topic]
}
`);
    await platform.terraform(project, ['init']);
    return apply();
  };

  it('runs with the jar that its checksum names, and with no other', async () => {
    const wrong = await declaredWith('0'.repeat(64));
    expect(wrong.code).toBe(1);
    expect(wrong.output).toMatch(
      /sql\/jobs\/doubled\.sql:1:\d+: the jar \S+ cannot be loaded: its SHA-256 is/,
    );

    const { code, output } = await declaredWith(createHash('sha256').update(functions).digest('hex'));
    expect(code, output).toBe(0);
    const rows = await eventually(
      () => platform.consume<{ key: string; amount: number }>('java-doubled'),
      (found) => found.length >= 5,
    );
    const amountsOf = (key: string) => rows.filter((row) => row.key === key).map(({ amount }) => amount);
    expect(amountsOf('a').toSorted((a, b) => a - b)).toEqual([2, 4, 20, 200]);
    expect(amountsOf('b')).toEqual([10]);
  });
});

const checkpointing = {
  'execution.checkpointing.interval': '300 ms',
  'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
};

runFlinkClientContract('a session cluster', async () => {
  const pod = await platform.getJson<{ metadata: { annotations: Record<string, string> } }>([
    'pod',
    'java-jobmanager-0',
  ]);
  const { rest } = JSON.parse(pod.metadata.annotations['sdp.internal/ports'] ?? '{}') as { rest?: number };
  const jar = { name: 'totals.jar', file: built.jar };
  return {
    client: createFlinkClient(`http://127.0.0.1:${rest}`),
    endless: {
      jar,
      args: ['--from', 'java-amounts', '--to', 'java-totals', '--name', 'contract'],
      flinkConfiguration: checkpointing,
    },
    broken: { jar, args: [], flinkConfiguration: {} },
    close: async () => undefined,
  };
});
