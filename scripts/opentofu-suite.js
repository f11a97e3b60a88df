// `npm run opentofu [-- TEST…]`: the contract tests with OpenTofu in place of Terraform. By hand, not
// part of `npm test`: the first run builds OpenTofu from its Go modules, some minutes of both CPU and download.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGoProgram, fail } from './go-build.js';
import { installDependencies } from './install-dependencies.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

// OpenTofu's own go.mod has these two as well: a fork of HCL, without which it does not compile, and Go's TLS settings.
const goMod = `module opentofu-for-sdp

go 1.24.13

godebug tlsmlkem=0

replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828
`;

const command =
  process.env.SDP_TERRAFORM ||
  buildGoProgram({
    name: 'tofu',
    title: 'OpenTofu',
    version: '1.10.10',
    module: 'github.com/opentofu/opentofu/cmd/tofu',
    goMod,
    ldflags: '-s -w -X github.com/opentofu/opentofu/version.dev=no',
  });
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
tests.push(join('test', 'full', 'module-tests.test.ts'));
const { status } = spawnSync(
  join(root, 'node_modules', '.bin', 'vitest'),
  ['run', '--project', 'unit', '--project', 'full', ...(chosen.length > 0 ? chosen : tests)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, SDP_TERRAFORM: command } },
);
process.exitCode = status ?? 1;
