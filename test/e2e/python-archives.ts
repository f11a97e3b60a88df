import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from '../../src/engines/download-cache.ts';
import { createProject } from '../../src/scaffold/create-project.ts';
import { run } from './commands.ts';

/** Pinned, and without isolation: a build downloads nothing. */
const tools = ['build==1.6.1', 'pytest==9.2.0', 'setuptools==80.9.0', 'wheel==0.45.1'];

/** The archive of the published example: a package that is itself called pyflink, with a function in a module of its own. */
const published: Readonly<Record<string, string>> = {
  'pyproject.toml': `[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "pyflink"
version = "1.0.1"
[tool.setuptools]
packages = ["pyflink"]
`,
  'pyflink/__init__.py': '',
  'pyflink/functions.py': `from pyflink.table import DataTypes
from pyflink.table.udf import udf


@udf(result_type=DataTypes.STRING())
def shout(word):
    if word == "stop":
        raise ValueError("no way to shout " + word)
    return word.upper() + "!"
`,
  'pyflink/job.py': `import argparse
import os

from pyflink.functions import shout
from pyflink.table import EnvironmentSettings, TableEnvironment

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--words", default="hello,world")
for name in ("arg1", "arg2", "arg3", "arg4"):
    parser.add_argument("--" + name, default="")
arguments = parser.parse_args()
if arguments.arg1 == "raise":
    raise RuntimeError("no words today")

words = ", ".join("('%s')" % word for word in arguments.words.split(","))
environment = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
environment.create_temporary_function("shout", shout)
environment.execute_sql(f"""
    CREATE TEMPORARY TABLE shouts (word STRING, arguments STRING) WITH (
        'connector' = 'kafka',
        'topic' = '{arguments.to}',
        'properties.bootstrap.servers' = '{os.environ["SDP_BOOTSTRAP_SERVERS"]}',
        'format' = 'json'
    )""")
given = " ".join([arguments.arg1, arguments.arg2, arguments.arg3, arguments.arg4])
environment.execute_sql(f"INSERT INTO shouts SELECT shout(word), '{given}' FROM (VALUES {words}) AS t (word)")
`,
  'pyflink/incomplete.py': 'import os\nimport no_such_package\n',
};

/** Functions for SQL, in two versions that end with another sign, and what they need from outside their archive. */
const functions = (version: string, sign: string): Readonly<Record<string, string>> => ({
  [`functions-${version}/pyproject.toml`]: '',
  [`functions-${version}/team/functions.py`]: `from pyflink.table.udf import udf

import loudness


@udf(result_type="STRING")
def shout(word):
    return loudness.raise_voice(word) + "${sign}"
`,
});
const loudness: Readonly<Record<string, string>> = {
  'loudness.py': 'def raise_voice(word):\n    return word.upper()\n',
  'loudness-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  'loudness-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: loudness\nVersion: 1.0\n',
  'loudness-1.0.dist-info/RECORD': '',
};

export interface PythonArchives {
  /** Address of the folder they lie in: `functions-1.tar.gz`, `functions-2.tar.gz` and the wheel of what those need, too. */
  readonly url: string;
  /** SHA-256 of the scaffold's archive, `readings-1.0.0.tar.gz`. */
  readonly sha256: string;
  close(): Promise<void>;
}

/** Tests and builds the scaffold and the published example as a package index would get them, and serves them. */
export async function servePythonArchives(): Promise<PythonArchives> {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-python-'));
  const python = await installTools();
  const scaffold = join(folder, 'scaffold');
  await createProject({
    layers: ['python-job'],
    folder: scaffold,
    values: { project: 'readings' },
    version: '0.1.0',
  });
  const example = join(folder, 'example');
  await writeFiles(example, published);
  await run(python, ['-m', 'pytest', '-q'], { cwd: scaffold });
  const archives = join(folder, 'archives');
  await Promise.all(
    [scaffold, example].map((project) =>
      run(python, ['-m', 'build', '--sdist', '--no-isolation', '--outdir', archives], { cwd: project }),
    ),
  );
  for (const [version, sign] of Object.entries({ 1: '!', 2: '?' })) {
    await writeFiles(join(folder, version), functions(version, sign));
    await run('tar', ['-czf', join(archives, `functions-${version}.tar.gz`), '.'], {
      cwd: join(folder, version),
    });
  }
  await writeFiles(join(folder, 'loudness'), loudness);
  const wheel = join(archives, 'loudness-1.0-py3-none-any.whl');
  await run(python, ['-m', 'zipfile', '-c', wheel, ...(await readdir(join(folder, 'loudness')))], {
    cwd: join(folder, 'loudness'),
  });
  await writeFile(join(archives, 'login-1.0.0.tar.gz'), '<html>log in</html>');
  const server = createServer((request, response) => {
    readFile(join(archives, request.url?.split('/').at(-1) ?? '')).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const content = await readFile(join(archives, 'readings-1.0.0.tar.gz'));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sha256: createHash('sha256').update(content).digest('hex'),
    async close() {
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Answers the path of a Python that has them. */
async function installTools(): Promise<string> {
  const folder = await installOnce(
    {
      name: 'python-build-for-tests',
      key: tools.join(' '),
      async install(draft) {
        const environment = join(draft, 'venv');
        await run('python3', ['-m', 'venv', environment]);
        await run(join(environment, 'bin', 'python'), ['-m', 'pip', 'install', '-q', ...tools]);
      },
    },
    () => undefined,
    new AbortController().signal,
  );
  return join(folder, 'venv', 'bin', 'python');
}
