import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../src/package-file.ts';

interface Outcome {
  readonly rows: readonly unknown[];
  readonly seconds: Readonly<Record<string, number>>;
  readonly memory: { readonly totalBytes: number; readonly processes: Readonly<Record<string, number>> };
}

/**
 * `npm start -- --once` from an empty data folder to rows, warm (engines installed, class data archives recorded): the
 * seconds of each stage and the resident memory of each process, as median and range of several runs.
 */
const runs = Number(process.argv[2] ?? 3);
const outcomes = Array.from({ length: runs }, (_, run) => {
  const outcome = startOnce();
  const total = Object.values(outcome.seconds).reduce((sum, value) => sum + value, 0);
  console.error(
    `run ${run + 1}: ${outcome.rows.length} rows in ${total.toFixed(1)} s, load ${loadavg()[0]?.toFixed(1)}`,
  );
  return outcome;
});

console.log(`${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, ${runs} runs`);
console.log('stage             median   min   max  (s)');
for (const stage of Object.keys(outcomes[0]?.seconds ?? {}))
  print(
    stage,
    outcomes.map(({ seconds }) => seconds[stage] ?? 0),
  );
print(
  'total',
  outcomes.map(({ seconds }) => Object.values(seconds).reduce((sum, value) => sum + value, 0)),
);
console.log('memory            median   min   max  (MB)');
for (const name of Object.keys(outcomes[0]?.memory.processes ?? {})) {
  print(
    name,
    outcomes.map(({ memory }) => (memory.processes[name] ?? 0) / 1e6),
    0,
  );
}
print(
  'total',
  outcomes.map(({ memory }) => memory.totalBytes / 1e6),
  0,
);

function startOnce(): Outcome {
  const data = mkdtempSync(join(tmpdir(), 'sdp-bench-'));
  try {
    const { stdout, status, stderr } = spawnSync(
      'npm',
      ['start', '--silent', '--', '--once', '--json', '--data', data],
      { cwd: packageFile(), encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
    );
    if (status !== 0) throw new Error(`npm start ended with ${status}:\n${stdout}${stderr}`);
    return JSON.parse(stdout.slice(stdout.indexOf('{\n'))) as Outcome;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function print(name: string, values: readonly number[], digits = 1): void {
  const sorted = [...values].sort((left, right) => left - right);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const cells = [median, sorted[0] ?? 0, sorted.at(-1) ?? 0].map((value) =>
    value.toFixed(digits).padStart(6),
  );
  console.log(`${name.padEnd(18)}${cells.join('')}`);
}
