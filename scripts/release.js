// `npm run release`: all that others install of sdp, in one folder. The same source makes the same bytes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTimePackages } from './bundle-options.js';
import { installDependencies } from './install-dependencies.js';

// Zip archives hold times of the day, as the machine's clock shows them.
process.env.TZ = 'UTC';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The provider is a file that a shell starts: one for all platforms that have sh and Node. */
const platforms = ['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64'];
const address = ['sdp.internal', 'platform', 'sdp'];

/** Of the sources, what runs: the command line's data, and poms by which engines are downloaded. */
const packaged =
  /^(?:bin\/|scaffolds\/|terraform-modules\/|ci-templates\/|src\/engines\/[^/]+\/[^/]*pom\.xml$|LICENSE$|README\.md$|CHANGELOG\.md$)/;
/** Bundles that only a clone uses. */
const ofClone = ['quickstart.js', 'prerequisites.js'];

const jars = [
  { folder: 'runner', jar: 'sdp-runner.jar', name: 'sdp-runner', suffix: '-flink-2.2' },
  { folder: 'connect-plugins/vertica-sink', jar: 'sdp-vertica-sink.jar', name: 'vertica-sink' },
];

function fail(summary, detail) {
  console.error(`Error: ${summary}\n  ${detail}`);
  process.exit(1);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        version: { type: 'string' },
        out: { type: 'string', default: 'release' },
        'allow-dirty': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`Error: ${error.message}\n  npm run release -- --help`);
    process.exit(2);
  }
}

const options = readArguments();
if (options.help) {
  console.log(`npm run release -- [--version X.Y.Z] [--out DIR] [--allow-dirty]

Writes into release/: the npm package, the provider as a filesystem mirror, jars, the Terraform modules, CI templates and Dockerfiles, and
SHA256SUMS. --version sets the version in all files that have it first; commit them then, and tag the commit vX.Y.Z.`);
  process.exit(0);
}
if (options.version !== undefined && !/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/.test(options.version)) {
  console.error(
    `Error: ${options.version} is no version\n  Write three numbers: 1.4.0. Terraform takes a prerelease only where a constraint names it.`,
  );
  process.exit(2);
}
const out = resolve(options.out);
if (existsSync(out) && readdirSync(out).length > 0 && !existsSync(join(out, 'SHA256SUMS')))
  fail(`${out} is not empty, and no release`, 'It would be deleted. Name another folder by --out.');
const changed = git('status', '--porcelain').trim();
if (changed !== '' && !options['allow-dirty'])
  fail(
    'The sources have changes that are not committed',
    `Nobody could tell what the release was made of:\n${changed.replace(/^/gm, '  ')}\n  Commit them, or give --allow-dirty for a trial.`,
  );

const report = (message) => console.log(`• ${message}`);
installDependencies(report);
const { readVersions, setVersion } = await import('./version.js');
if (options.version !== undefined) {
  const files = setVersion(root, options.version);
  if (files.length > 0) report(`Version ${options.version} is set in ${files.join(', ')}`);
}
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
const strange = readVersions(root).filter(([, found]) => found !== version);
if (strange.length > 0)
  fail(
    'The sources have several versions',
    `package.json has ${version}, and ${strange.map(([file, found]) => `${file} ${found}`).join(', ')}. Set one by --version.`,
  );
const { buildAll, buildOlderRunner } = await import('./build.js');
const { buildProvider } = await import('./build-provider.js');
await buildAll(report);
const olderRunner = buildOlderRunner(report);

report('Writing the release');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const sources = git('ls-files', '-z', '--cached', '--others', '--exclude-standard')
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)))
  .sort();
const provider = join(out, '.provider');
await buildProvider({ outfile: provider, version });
await writeMirror();
writePackage();
for (const { folder, jar, name, suffix = '' } of jars)
  place(join(root, folder, 'target', jar), join(out, 'jars', `${name}-${version}${suffix}.jar`));
place(olderRunner, join(out, 'jars', `sdp-runner-${version}-flink-1.20.jar`));
for (const folder of ['terraform-modules/', 'ci-templates/', 'docker/']) {
  for (const file of sources.filter((name) => name.startsWith(folder)))
    place(join(root, file), join(out, file), isExecutable(file) ? 0o755 : 0o644);
}
rmSync(provider);
printRelease();

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

function isExecutable(file) {
  return (statSync(join(root, file)).mode & 0o100) !== 0;
}

function place(from, to, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

/** The packed layout that Terraform's filesystem_mirror takes: one archive for each platform. */
async function writeMirror() {
  const { ZipFile } = await import('yazl');
  const folder = join(out, 'mirror', ...address);
  mkdirSync(folder, { recursive: true });
  const content = readFileSync(provider);
  for (const platform of platforms) {
    const zip = new ZipFile();
    zip.addBuffer(content, `terraform-provider-sdp_v${version}`, {
      mtime: new Date('2026-01-01T00:00:00Z'),
      mode: 0o100755,
    });
    zip.end();
    const file = join(folder, `terraform-provider-sdp_${version}_${platform}.zip`);
    await pipeline(zip.outputStream, createWriteStream(file));
  }
}

/** The npm package, by npm itself: it writes no times and no order of the machine's. */
function writePackage() {
  const stage = join(out, '.package');
  for (const file of sources.filter((name) => packaged.test(name)))
    place(join(root, file), join(stage, file), file.startsWith('bin/') ? 0o755 : 0o644);
  for (const name of readdirSync(join(root, 'dist')).filter(
    (file) => file.endsWith('.js') && !ofClone.includes(file),
  ))
    place(join(root, 'dist', name), join(stage, 'dist', name));
  place(provider, join(stage, 'dist', 'terraform-provider-sdp'), 0o755);
  for (const { folder, jar } of jars)
    place(join(root, folder, 'target', jar), join(stage, folder, 'target', jar));
  writeManifest(stage);
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', out], {
    cwd: stage,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  rmSync(stage, { recursive: true });
}

/**
 * Most packages are in the bundles. The others are named with all that they need, each in the version of the lock file, which npm
 * does not take along.
 */
function writeManifest(stage) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { name, description, license, type, engines, bin } = manifest;
  const dependencies = {};
  const optionalDependencies = {};
  for (const path of reachable(lock.packages, runTimePackages)) {
    const needed = path.replace(/^node_modules\//, '');
    // Another version of one that is there, for a single package.
    if (needed.includes('node_modules/')) continue;
    const { version: pinned, optional } = lock.packages[path];
    (optional === true ? optionalDependencies : dependencies)[needed] = pinned;
  }
  const own = { name, version, description, license, type, engines, bin, dependencies, optionalDependencies };
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(own, undefined, 2)}\n`);
}

/** Paths of packages in a lock file that some of them need, found as Node does: the nearest node_modules first. */
function reachable(packages, names) {
  const found = new Set();
  const visit = (name, from) => {
    for (
      let folder = from;
      ;
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))
    ) {
      const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
      const entry = packages[path];
      if (entry !== undefined) {
        if (found.has(path)) return;
        found.add(path);
        const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = entry;
        for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(needed, path);
        for (const peer of Object.keys(peerDependencies ?? {}))
          if (peerDependenciesMeta?.[peer]?.optional !== true) visit(peer, path);
        return;
      }
      if (folder === '') return;
    }
  };
  for (const name of names) visit(name, '');
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

function printRelease() {
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(out, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
  const lines = files.map((file) => {
    const content = readFileSync(join(out, file));
    return { file, size: content.length, hash: createHash('sha256').update(content).digest('hex') };
  });
  writeFileSync(join(out, 'SHA256SUMS'), lines.map(({ file, hash }) => `${hash}  ${file}\n`).join(''));
  console.log(`sdp ${version} in ${out}:`);
  const shown = lines.filter(({ file }) => /\.(?:tgz|zip|jar)$/.test(file));
  const width = Math.max(...shown.map(({ file }) => file.length));
  for (const { file, size, hash } of shown)
    console.log(`  ${file.padEnd(width)}  ${`${(size / 1e6).toFixed(1)} MB`.padStart(8)}  ${hash}`);
  for (const folder of readdirSync(out, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const inside = lines.filter(
      ({ file }) => file.startsWith(`${folder.name}/`) && !shown.some((line) => line.file === file),
    );
    if (inside.length > 0) console.log(`  ${`${folder.name}/`.padEnd(width)}  ${inside.length} files`);
  }
  if (options.version !== undefined) {
    const files = git('status', '--porcelain').trim();
    if (files !== '')
      console.log(
        `Next: commit the version, then: git tag v${version}. The modules and CI templates are tagged v${version} in their projects.`,
      );
  }
}
