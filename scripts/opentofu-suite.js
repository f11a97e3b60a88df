// `npm run opentofu [-- TEST…]`: the contract tests with OpenTofu in place of Terraform. By hand, not
// part of `npm test`: the first run builds OpenTofu from its Go modules, some minutes of both CPU and download.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './install-dependencies.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const version = '1.10.10';

// OpenTofu's own go.mod has these two as well: a fork of HCL, without which it does not compile, and Go's TLS settings.
const goMod = `module opentofu-for-sdp

go 1.24.13

godebug tlsmlkem=0

replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828
`;

function cacheFolder() {
  if (process.env.SDP_CACHE) return process.env.SDP_CACHE;
  if (process.env.XDG_CACHE_HOME) return join(process.env.XDG_CACHE_HOME, 'sdp');
  return platform() === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'sdp')
    : join(homedir(), '.cache', 'sdp');
}

function fail(summary, detail) {
  console.error(`Error: ${summary}\n${detail}`);
  process.exit(1);
}

function go(args, cwd) {
  console.error(`$ go ${args.join(' ')}`);
  const { status, error } = spawnSync('go', args, {
    cwd,
    stdio: 'inherit',
    // A repository around the build folder is none of the build's business.
    env: { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', GOTOOLCHAIN: 'local' },
  });
  if (error !== undefined || status !== 0)
    fail('OpenTofu could not be built', `go ${args[0]} ended with ${error?.message ?? status}; see above.`);
}

/** The path of `tofu`, built when it is not in the cache yet. */
function buildOpenTofu() {
  const folder = join(cacheFolder(), `opentofu-${version}`);
  const binary = join(folder, 'tofu');
  if (existsSync(binary)) return binary;
  const found = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  if (found.error !== undefined || found.status !== 0) {
    fail(
      'go was not found',
      `OpenTofu ${version} is built from its Go modules. Install Go 1.24.13 or newer and put it on PATH, or name a tofu that is there: SDP_TERRAFORM=/path/to/tofu npm run opentofu`,
    );
  }
  console.error(`• Building OpenTofu ${version} with ${found.stdout.trim()}, once, into ${folder}`);
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'opentofu-build-'));
  try {
    writeFileSync(join(work, 'go.mod'), goMod);
    go(['get', '-tool', `github.com/opentofu/opentofu/cmd/tofu@v${version}`], work);
    const flags = '-s -w -X github.com/opentofu/opentofu/version.dev=no';
    go(['build', '-o', 'tofu', '-ldflags', flags, 'github.com/opentofu/opentofu/cmd/tofu'], work);
    mkdirSync(folder, { recursive: true });
    renameSync(join(work, 'tofu'), binary);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return binary;
}

const command = process.env.SDP_TERRAFORM || buildOpenTofu();
const shown = spawnSync(command, ['version'], { encoding: 'utf8' });
if (shown.status !== 0) fail(`${command} does not run`, shown.error?.message ?? shown.stderr);
console.error(`• ${shown.stdout.split('\n')[0]}`);
installDependencies((message) => console.error(`• ${message}`));
const chosen = process.argv.slice(2);
const tests = ['terraform', 'cli'].flatMap((part) =>
  readdirSync(join(root, 'src', part), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.contract.test.ts'))
    .map((file) => join('src', part, file)),
);
const { status } = spawnSync(
  join(root, 'node_modules', '.bin', 'vitest'),
  ['run', '--project', 'unit', ...(chosen.length > 0 ? chosen : tests)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, SDP_TERRAFORM: command } },
);
process.exitCode = status ?? 1;
