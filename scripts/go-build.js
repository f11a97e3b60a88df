// Programs that tests by hand compare sdp with, built once from their Go modules into sdp's cache.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

export function cacheFolder() {
  if (process.env.SDP_CACHE) return process.env.SDP_CACHE;
  if (process.env.XDG_CACHE_HOME) return join(process.env.XDG_CACHE_HOME, 'sdp');
  return platform() === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'sdp')
    : join(homedir(), '.cache', 'sdp');
}

export function fail(summary, detail) {
  console.error(`Error: ${summary}\n${detail}`);
  process.exit(1);
}

/** The path of a program that was built before. */
export function findGoProgram(name, version) {
  const binary = join(cacheFolder(), `${name}-${version}`, name);
  return existsSync(binary) ? binary : undefined;
}

/**
 * The path of a program, built when it is not in the cache yet. `goMod` may be a function of the folder that it is
 * built in, called once Go is known to be there.
 * @param {{ name: string, title: string, version: string, module: string, goMod: string | ((folder: string) => string), ldflags?: string }} program
 */
export function buildGoProgram({ name, title, version, module, goMod, ldflags = '-s -w' }) {
  const built = findGoProgram(name, version);
  if (built !== undefined) return built;
  const folder = join(cacheFolder(), `${name}-${version}`);
  const binary = join(folder, name);
  const found = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  if (found.error !== undefined || found.status !== 0) {
    fail(
      'go was not found',
      `${title} ${version} is built from its Go modules. Install Go 1.24.13 or newer and put it on PATH.`,
    );
  }
  console.error(`• Building ${title} ${version} with ${found.stdout.trim()}, once, into ${folder}`);
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), `${name}-build-`));
  try {
    writeFileSync(join(work, 'go.mod'), typeof goMod === 'string' ? goMod : goMod(work));
    go(title, ['get', '-tool', `${module}@v${version}`], work);
    go(title, ['build', '-o', name, '-ldflags', ldflags, module], work);
    mkdirSync(folder, { recursive: true });
    renameSync(join(work, name), binary);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return binary;
}

// A repository around the build folder is none of the build's business.
const goEnvironment = { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', GOTOOLCHAIN: 'local' };

function go(title, args, cwd) {
  console.error(`$ go ${args.join(' ')}`);
  const { status, error } = spawnSync('go', args, { cwd, stdio: 'inherit', env: goEnvironment });
  if (error !== undefined || status !== 0)
    fail(`${title} could not be built`, `go ${args[0]} ended with ${error?.message ?? status}; see above.`);
}

/** The go.mod file of a published module. */
export function readGoMod(module, version, cwd) {
  const { status, stdout, stderr } = spawnSync('go', ['mod', 'download', '-json', `${module}@v${version}`], {
    cwd,
    encoding: 'utf8',
    env: { ...goEnvironment, GOFLAGS: '' },
  });
  if (status !== 0) fail(`${module} ${version} could not be downloaded`, stderr);
  return JSON.parse(stdout).GoMod;
}
