// Bundles sdp into dist/ and builds the jars, where the sources are newer. Needs node_modules.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { programOptions } from './bundle-options.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const javaProjects = [
  { folder: 'runner', jar: 'sdp-runner.jar', what: 'the SQL runner' },
  { folder: 'connect-plugins/vertica-sink', jar: 'sdp-vertica-sink.jar', what: 'the Vertica sink' },
];

/** @param {(message: string) => void} report */
export async function buildAll(report = () => {}) {
  await buildBundles(report);
  await checkMachine();
  for (const project of javaProjects) buildJar(project, report);
}

async function buildBundles(report) {
  const stamp = join(root, 'dist', 'sources.sha256');
  const sources = hashFolder(['src', 'scripts', 'package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  report('Bundling sdp');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { build } = await import('esbuild');
  const { buildProvider } = await import('./build-provider.js');
  await build({
    entryPoints: {
      sdp: join(root, 'src/cli/main.ts'),
      quickstart: join(root, 'src/quickstart/main.ts'),
      prerequisites: join(root, 'src/platform/prerequisites.ts'),
    },
    outdir: join(root, 'dist'),
    ...programOptions,
    sourcemap: 'linked',
  });
  await buildProvider({ outfile: join(root, 'dist', 'terraform-provider-sdp') });
  writeFileSync(stamp, sources);
}

async function checkMachine() {
  const { checkPrerequisites } = await import(pathToFileURL(join(root, 'dist', 'prerequisites.js')).href);
  const problem = await checkPrerequisites();
  if (problem === undefined) return;
  console.error(`Error: ${problem.summary}\n${problem.detail.replace(/^/gm, '  ')}`);
  process.exit(1);
}

/** The runner for the older Flink that jobs may run on, which a release has too. Answers its jar. */
export function buildOlderRunner(report) {
  return buildJar(
    { folder: 'runner', jar: 'sdp-runner.jar', what: 'the runner for Flink 1.20', profile: 'flink-1.20' },
    report,
  );
}

/** @param {{ folder: string, jar: string, what: string, profile?: string }} project; a profile has a folder of its own. */
function buildJar({ folder, jar, what, profile }, report) {
  const target = join(root, folder, 'target', profile ?? '');
  const stamp = join(target, 'sources.sha256');
  const sources = hashFolder([`${folder}/pom.xml`, `${folder}/src/main`]);
  const built = join(target, jar);
  if (existsSync(built) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return built;
  report(`Building ${what}`);
  const profiles = profile === undefined ? [] : [`-P${profile}`];
  const args = [
    '-B',
    '-q',
    '-f',
    join(root, folder, 'pom.xml'),
    ...profiles,
    'package',
    '-Dmaven.test.skip=true',
  ];
  const { status } = spawnSync('mvn', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    console.error(`Error: ${what} could not be built; Maven says why above.`);
    process.exit(1);
  }
  writeFileSync(stamp, sources);
  return built;
}

/** One hash of the names and contents below some paths. */
function hashFolder(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const file = join(root, path);
    if (statSync(file).isDirectory()) {
      for (const name of readdirSync(file).sort()) visit(`${path}/${name}`);
    } else {
      hash.update(`${path}\0`).update(readFileSync(file));
    }
  };
  for (const path of paths) visit(path);
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll((message) => console.log(message));
