import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../src/package-file.ts';
import { type Figure, printFigures } from './figures.ts';

/**
 * `npm run bench -- delivery [RUNS]`: the seconds from `sdp new team` to the first row, on a platform that starts empty and warm
 * (engines installed, class data archives recorded), and those of sdp's own steps of a pipeline.
 */
const runs = Number(process.argv[2] ?? 3);
const figures: readonly Figure[] = [
  { name: 'sdp up --detach', digits: 1 },
  { name: 'sdp new team', digits: 1 },
  { name: 'sdp init', digits: 1 },
  { name: 'sdp apply', digits: 1 },
  { name: 'sdp consume, first row', digits: 1 },
  { name: 'first rows, 5 commands', digits: 1, most: 180 },
  { name: 'step: sdp init', digits: 1 },
  { name: 'step: sdp validate', digits: 1 },
  { name: 'step: sdp policy', digits: 1 },
  { name: 'step: sdp comment', digits: 1 },
  { name: 'steps of a plan, without terraform', digits: 1, most: 10 },
];
const results = new Map<string, number[]>();
const record = (name: string, seconds: number) =>
  void results.set(name, [...(results.get(name) ?? []), seconds]);

for (let run = 1; run <= runs; run += 1) {
  await measure();
  console.error(`run ${run}: load ${loadavg()[0]?.toFixed(1)}`);
}
console.log(
  `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, ${runs} runs, seconds`,
);
printFigures(figures, ['sdp'], new Map([['sdp', results]]));

async function measure(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'sdp-bench-'));
  const project = join(scratch, 'orders', 'terraform');
  const env = { ...process.env, SDP_DATA: join(scratch, 'data'), CI_PIPELINE_ID: '1' };
  const sdp = (cwd: string, ...args: readonly string[]): number => {
    const begin = performance.now();
    const { status, stdout, stderr } = spawnSync(packageFile('bin', 'sdp.js'), args, {
      cwd,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`sdp ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return (performance.now() - begin) / 1000;
  };
  try {
    const stages: readonly (readonly [string, number])[] = [
      ['sdp up --detach', sdp(scratch, 'up', '--detach')],
      ['sdp new team', sdp(scratch, 'new', 'team', 'orders')],
      ['sdp init', sdp(project, 'init')],
      ['sdp apply', sdp(project, 'apply', '-auto-approve')],
      ['sdp consume, first row', await firstRow(project, env)],
    ];
    for (const [name, seconds] of stages) record(name, seconds);
    record(
      'first rows, 5 commands',
      stages.reduce((sum, [, seconds]) => sum + seconds, 0),
    );

    const reports = join(scratch, 'reports');
    mkdirSync(reports);
    sdp(project, 'plan', '-out', join(reports, 'change.tfplan'), '--reports', reports);
    const steps: readonly (readonly [string, number])[] = [
      ['step: sdp init', sdp(project, 'init')],
      ['step: sdp validate', sdp(project, 'validate', '--code-quality', join(reports, 'code-quality.json'))],
      [
        'step: sdp policy',
        sdp(project, 'policy', '--plan', join(reports, 'change.tfplan'), '--environment', 'tst'),
      ],
      ['step: sdp comment', sdp(project, 'comment', '--dry-run', join(reports, 'plan.md'))],
    ];
    for (const [name, seconds] of steps) record(name, seconds);
    record(
      'steps of a plan, without terraform',
      steps.reduce((sum, [, seconds]) => sum + seconds, 0),
    );
  } finally {
    sdp(scratch, 'down', '--purge');
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Seconds until `sdp consume` prints a row. */
function firstRow(cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const begin = performance.now();
  const child = spawn(packageFile('bin', 'sdp.js'), ['consume', 'sensor-averages', '--follow'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`sdp consume ended with ${code} before a row came`)));
    child.stdout.once('data', () => {
      resolve((performance.now() - begin) / 1000);
      child.kill('SIGINT');
    });
  });
}
