// `npm start`: everything from a fresh clone to a running platform with an example on it.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './install-dependencies.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const begin = performance.now();
const report = (message) => console.log(`• ${message}`);

installDependencies(report);
const { buildAll } = await import('./build.js');
await buildAll(report);
const child = spawn(process.execPath, [join(root, 'dist', 'quickstart.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, SDP_SET_UP_MS: String(Math.round(performance.now() - begin)) },
});
// A terminal sends Ctrl-C to both: the child ends itself well.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
