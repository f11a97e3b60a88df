// `npm run soak -- --minutes 30 --seed N`: runs test/faults/soak.ts on a built sdp.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programOptions } from './bundle-options.js';
import { installDependencies } from './install-dependencies.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
installDependencies((message) => console.error(`• ${message}`));
const { buildAll } = await import('./build.js');
await buildAll((message) => console.error(`• ${message}`));
const { build } = await import('esbuild');
const outfile = join(root, 'dist', 'soak.js');
await build({
  entryPoints: { soak: join(root, 'test', 'faults', 'soak.ts') },
  outdir: join(root, 'dist'),
  ...programOptions,
});
process.exitCode =
  spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
