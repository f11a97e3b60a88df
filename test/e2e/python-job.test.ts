import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { packageFile } from '../../src/package-file.ts';
import { eventually, platformCommands, run } from './commands.ts';
import { type PythonArchives, servePythonArchives } from './python-archives.ts';

const data = inject('dataFolder');
const platform = platformCommands(data);
let archives: PythonArchives;
let project: string;

const moduleSource = (...path: readonly string[]) => packageFile('terraform-modules', ...path);

const topic = (name: string) => `
module "${name}" {
  source = "${moduleSource('kafka', 'topic')}"
  name   = "${name}"

  force_destroy = true
}
`;

const pythonJob = (name: string, module: string, archive: string, more: string) => `
module "${name}" {
  source          = "${moduleSource('flink', 'python-job')}"
  job_name        = "${name}"
  session_cluster = module.session.name
  py_module       = "${module}"
  py_archive_uri  = "${archives.url}/${archive}"
${more}
}
`;

const sqlJob = (name: string, archive: string) => `
module "${name}" {
  source          = "${moduleSource('flink', 'sql-job')}"
  job_name        = "${name}"
  session_cluster = module.session.name
  python = {
    archive_uri  = "${archives.url}/${archive}"
    requirements = ["loudness @ ${archives.url}/loudness-1.0-py3-none-any.whl"]
  }
  depends_on = [module.people, module.shouted-people]
}
`;

const sqlFiles = {
  'sql/ddl/people.sql': `CREATE FUNCTION shout AS 'team.functions.shout' LANGUAGE PYTHON;
CREATE FUNCTION whisper AS 'team.functions.whisper' LANGUAGE PYTHON;
CREATE TABLE people (name STRING) WITH (
  'connector' = 'kafka', 'topic' = 'people', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'properties.group.id' = 'shouted', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
CREATE TABLE shouted (name STRING, shouted STRING, seen BIGINT, PRIMARY KEY (name) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'shouted-people', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'key.format' = 'json', 'value.format' = 'json'
);
`,
  'sql/jobs/shouted.sql': `INSERT INTO shouted SELECT name, shout(name), COUNT(*) FROM people GROUP BY name;`,
  'sql/jobs/whispered.sql': `INSERT INTO shouted SELECT name, whisper(name), COUNT(*) FROM people GROUP BY name;`,
};

const readings = 'readings-1.0.0.tar.gz';
const published = 'packages/pyflink/1.0.1/pyflink-1.0.1.tar.gz';

const declared = (functions = 'functions-1.tar.gz') => `
terraform {
  required_providers {
    sdp = { source = "sdp.internal/platform/sdp" }
  }
}

provider "sdp" {
  project = "python"
}

module "session" {
  source     = "${moduleSource('flink', 'session-cluster')}"
  name       = "python"
  task_slots = 4
}
${['readings', 'temperatures', 'records', 'shouts', 'people', 'shouted-people'].map(topic).join('')}
${pythonJob(
  'convert',
  'readings.table_job',
  readings,
  `  py_archive_sha256 = "${archives.sha256}"
  args = { from = module.readings.name, to = module.temperatures.name }`,
)}
${pythonJob(
  'keep-records',
  'readings.stream_job',
  readings,
  `  checkpoint_config = { interval = "1 s" }
  args = { from = module.readings.name, to = module.records.name }`,
)}
${pythonJob(
  'pyflink-job',
  'pyflink.job',
  published,
  '  args = { arg1 = 1, arg2 = "val2", arg3 = "val3", arg4 = "4", to = module.shouts.name }',
)}
${sqlJob('shouted', functions)}`;

/** Jobs that cannot run, and what the apply has to say. */
const wrong = [
  [
    'absent',
    'readings.table_job',
    'readings-9.tar.gz',
    '',
    'the server answered 404 (Not Found). Publish it there',
  ],
  [
    'tampered',
    'readings.table_job',
    readings,
    `  py_archive_sha256 = "${'0'.repeat(64)}"`,
    `not ${'0'.repeat(64)}. Declare that of the archive that is there`,
  ],
  ['login', 'readings.table_job', 'login-1.0.0.tar.gz', '', 'this is no archive but a web page or XML'],
  ['mistyped', 'readings.table_jop', readings, '', 'Did you mean readings.table_job?'],
  [
    'incomplete',
    'pyflink.incomplete',
    published,
    '',
    "pyflink/incomplete.py:2: ModuleNotFoundError: No module named 'no_such_package'. Add it to",
  ],
  [
    'raises',
    'pyflink.job',
    published,
    '  args = { to = "x", arg1 = "raise" }',
    'job.py:14: RuntimeError: no words today',
  ],
] as const;

const apply = async (text: string) => {
  await writeFile(join(project, 'main.tf'), text);
  const init = await platform.terraform(project, ['init']);
  expect(init.code, init.output).toBe(0);
  const { code, output } = await platform.terraform(project, ['apply', '-auto-approve']);
  // Terraform breaks lines at the width of the terminal.
  return { code, output: output.replaceAll(/\s+/g, ' ') };
};

async function send(rows: readonly (readonly [string, number])[]): Promise<void> {
  const file = join(project, 'readings.csv');
  await writeFile(file, ['sensor,fahrenheit', ...rows.map((row) => row.join(',')), ''].join('\n'));
  await platform.sdp(['produce', 'readings', '--file', file, '--key', 'sensor']);
}

const rows = (of: string, count: number) =>
  eventually(
    () => platform.consume<object>(of),
    (found) => found.length >= count,
    120_000,
  );

beforeAll(async () => {
  [archives, project] = await Promise.all([
    servePythonArchives(),
    mkdtemp(join(tmpdir(), 'sdp-python-job-')),
  ]);
  for (const [name, text] of Object.entries(sqlFiles)) {
    await mkdir(join(project, name, '..'), { recursive: true });
    await writeFile(join(project, name), text);
  }
  await writeFile(join(project, 'main.tf'), declared());
  await platform.sdp(['init', project, '--project', 'python']);
});

afterAll(async () => {
  await platform.terraform(project, ['destroy', '-auto-approve']);
  await archives?.close();
  await rm(project, { recursive: true, force: true });
});

it('Python jobs of archives run beside each other, functions of their own modules included', async () => {
  const { code, output } = await apply(declared());
  expect(code, output).toBe(0);
  await send([
    ['a', 68],
    ['b', 212],
    ['a', 50],
  ]);
  expect(await rows('temperatures', 3)).toEqual(
    expect.arrayContaining([
      { sensor: 'a', celsius: 20 },
      { sensor: 'b', celsius: 100 },
      { sensor: 'a', celsius: 10 },
    ]),
  );
  expect(await rows('records', 2)).toEqual(
    expect.arrayContaining([
      { sensor: 'a', celsius: 20 },
      { sensor: 'b', celsius: 100 },
    ]),
  );
  // Where nobody had a Python job before, PyFlink is downloaded.
}, 400_000);

it('the published example runs: its package is itself called pyflink', async () => {
  expect(await rows('shouts', 2)).toEqual(
    expect.arrayContaining([
      { word: 'HELLO!', arguments: '1 val2 val3 4' },
      { word: 'WORLD!', arguments: '1 val2 val3 4' },
    ]),
  );
});

it('SQL calls functions of Python, and keeps its state when another archive has them', async () => {
  const meet = async (name: string) => {
    const file = join(project, 'people.csv');
    await writeFile(file, `name\n${name}\n`);
    await platform.sdp(['produce', 'people', '--file', file]);
  };
  await meet('ann');
  expect(await rows('shouted-people', 1)).toEqual([{ name: 'ann', shouted: 'ANN!', seen: 1 }]);
  await writeFile(join(project, 'main.tf'), declared('functions-2.tar.gz'));
  const plan = await platform.terraform(project, ['plan', '-detailed-exitcode']);
  expect(plan.code, plan.output).toBe(2);
  expect(plan.output).toMatch(/archive_uri += .*functions-1\.tar\.gz" -> .*functions-2\.tar\.gz"/);
  const { code, output } = await apply(declared('functions-2.tar.gz'));
  expect(code, output).toBe(0);
  await meet('ann');
  expect(await rows('shouted-people', 2)).toContainEqual({ name: 'ann', shouted: 'ANN?', seen: 2 });
});

it('a TaskManager that is killed takes its Python workers along, and the job goes on with its state', async () => {
  const workers = async (group: number) =>
    (await run('ps', ['-eo', 'pgid,args']))
      .split('\n')
      .filter((line) => line.trim().startsWith(`${group} `) && line.includes('beam_boot'));
  const { metadata } = await platform.getJson<{ metadata: { uid: string } }>([
    'pod',
    'python-taskmanager-1-1',
  ]);
  const group = Number(await readFile(join(data, 'pods', metadata.uid, 'pid'), 'utf8'));
  expect((await workers(group)).length).toBeGreaterThan(0);
  process.kill(group, 'SIGKILL');
  await eventually(
    () => workers(group),
    (left) => left.length === 0,
    10_000,
  );
  await send([
    ['a', 59],
    ['a', 77],
  ]);
  const found = await rows('records', 3);
  expect(found).toContainEqual({ sensor: 'a', celsius: 25 });
  expect(found).not.toContainEqual({ sensor: 'a', celsius: 15 });
});

it('what is wrong with an archive or a module is in the output of the apply, in one sentence', async () => {
  const jobs = wrong.map(([name, module, archive, more]) => pythonJob(name, module, archive, more));
  // Of a stateful one that fails again and again no savepoint can be taken, and its deletion would wait for one.
  const stops = '  args         = { to = module.shouts.name, words = "stop" }\n  upgrade_mode = "stateless"';
  const { code, output } = await apply(
    `${declared('functions-2.tar.gz')}${jobs.join('')}${sqlJob('whispered', 'functions-2.tar.gz')}${pythonJob('stops', 'pyflink.job', published, stops)}`,
  );
  expect(code).toBe(1);
  for (const [name, , , , says] of wrong) {
    expect(output).toContain(`Flink job ${name} does not run`);
    expect(output).toContain(says);
  }
  expect(output).toContain(
    "sql/ddl/people.sql (function whisper) line 1: AttributeError: module 'team.functions' has no attribute 'whisper'. Correct the name",
  );
  expect(output).not.toMatch(/\bat [\w.$]+\([\w.]+\.java/);
});

it('what a function raises is told with its line', async () => {
  const events = await eventually(
    () => platform.kubectl(['events', '--for', 'flinksessionjob/stops']),
    (text) => text.includes('JobException'),
  );
  expect(events).toContain('pyflink/functions.py:8: ValueError: no way to shout stop');
});
