// `npm test`: sets up, checks, and tests all but what takes long; `npm run test:full` the rest. The last line is `N passed,
// N failed`, all runners summed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './install-dependencies.js';

const named = process.argv.slice(2);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const reports = mkdtempSync(join(tmpdir(), 'sdp-test-'));

/** Each answers how many passed and failed. `npm test -- unit e2e` runs only those, and all but `full` when none is named. */
const runners = {
  check: async () => {
    const results = [];
    for (const [title, ...argv] of [
      ['types', 'tsc', '--noEmit'],
      ['format', 'biome', 'check', '.'],
      ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
    ]) {
      const code = await run(join(root, 'node_modules', '.bin', argv[0]), argv.slice(1));
      if (code !== 0) console.error(`Failed: ${title}`);
      results.push(code === 0);
    }
    for (const [script, ...args] of [['module-docs.js', '--check'], ['docs-site.js']]) {
      results.push((await run(process.execPath, [join(root, 'scripts', script), ...args])) === 0);
    }
    return { passed: results.filter(Boolean).length, failed: results.filter((ok) => !ok).length };
  },
  runner: () => runMaven('runner'),
  'vertica-sink': () => runMaven('connect-plugins/vertica-sink'),
  unit: () => runVitest('unit'),
  e2e: () => runVitest('e2e'),
  full: async () => {
    const alone = await runVitest('full-alone');
    const together = await runVitest('full');
    const older = await runMaven('runner', '-Pflink-1.20');
    return {
      passed: alone.passed + together.passed + older.passed,
      failed: alone.failed + together.failed + older.failed,
    };
  },
};

async function runMaven(folder, ...options) {
  let summary;
  const args = ['-B', '-ntp', '-f', join(root, folder, 'pom.xml'), ...options, 'test'];
  const code = await run('mvn', args, (line) => {
    const match =
      /^\S*(?:\[\S*(?:INFO|ERROR|WARNING)\S*\] )?\S*Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)\S*\s*$/.exec(
        line,
      );
    if (match) summary = match.slice(1).map(Number);
  });
  if (summary === undefined) return { passed: 0, failed: 1 };
  const [all, failures, errors, skipped] = summary;
  const failed = failures + errors;
  return { passed: all - failed - skipped, failed: failed === 0 && code !== 0 ? 1 : failed };
}

async function runVitest(project) {
  const report = join(reports, `${project}.json`);
  const vitest = join(root, 'node_modules', '.bin', 'vitest');
  const code = await run(vitest, [
    'run',
    '--project',
    project,
    // Of the end-to-end tests two files at a time: they wait for engines more than they compute.
    '--maxWorkers',
    String(project === 'unit' ? availableParallelism() : 2),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    // An error outside of any test fails the run as well.
    return { passed: numPassedTests, failed: numFailedTests === 0 && code !== 0 ? 1 : numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function run(command, args, onLine) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', onLine ? 'pipe' : 'inherit', 'inherit'],
    });
    let rest = '';
    child.stdout?.on('data', (chunk) => {
      process.stdout.write(chunk);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    });
    child.once('error', (error) => {
      console.error(`Failed: ${error.message}`);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

const chosen = named.length > 0 ? named : Object.keys(runners).filter((name) => name !== 'full');
const report = (message) => console.log(`• ${message}`);
installDependencies(report);
const { buildAll } = await import('./build.js');
await buildAll(report);
const total = { passed: 0, failed: 0 };
for (const [name, runner] of Object.entries(runners)) {
  if (!chosen.includes(name)) continue;
  report(`Testing: ${name}`);
  const begin = performance.now();
  const { passed, failed } = await runner();
  total.passed += passed;
  total.failed += failed;
  report(
    `${name}: ${passed} passed, ${failed} failed in ${((performance.now() - begin) / 1000).toFixed(0)} s`,
  );
}
rmSync(reports, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
