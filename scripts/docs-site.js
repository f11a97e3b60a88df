// `npm run docs:site [-- --base /PATH/]`: the documentation as a site, in dist/site. Options are VitePress's.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programOptions } from './bundle-options.js';
import { installDependencies } from './install-dependencies.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
installDependencies((message) => console.error(`• ${message}`));
const { build } = await import('esbuild');
const outdir = join(root, 'dist', 'write-site');
await build({
  entryPoints: [join(root, 'src', 'documentation', 'write-site.ts')],
  outdir,
  ...programOptions,
});
for (const [command, ...args] of [
  [process.execPath, join(outdir, 'write-site.js')],
  [join(root, 'node_modules', '.bin', 'vitepress'), 'build', 'docs', ...process.argv.slice(2)],
]) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
