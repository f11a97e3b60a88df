import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../src/package-file.ts';
import { statePath } from '../src/platform/state-backend.ts';
import { installProvider } from '../src/terraform/install-provider.ts';
import { createServerCertificate } from '../src/terraform/protocol/certificate.ts';
import { median } from './figures.ts';
import { startBenchServer } from './large-project/bench-server.ts';
import { largeProject } from './large-project/large-project.ts';
import { type Run, terraform } from './large-project/run-terraform.ts';

/**
 * A large team's project, by default 1,000 module calls (half topics, three tenths SQL jobs, a fifth connectors), on one
 * embedded API server with its state backend and no engines: first apply and no-op plan by real Terraform, beside the
 * same project with `terraform_data` inside the modules, which is what Terraform itself takes. Linux only: the
 * provider's memory is read from /proc.
 */
const modules = Number(process.argv[2] ?? 1_000);
const planRuns = 3;
const handshakeRuns = 20;
const bundle = packageFile('dist', 'terraform-provider-sdp');

const project = largeProject(modules, process.argv[3] === undefined ? undefined : Number(process.argv[3]));

const folder = mkdtempSync(join(tmpdir(), 'sdp-bench-terraform-'));
try {
  await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const server = await startBenchServer(folder);
  const { environment } = server;
  const { certificatePem } = createServerCertificate();
  const handshakes: number[] = [];
  while (handshakes.length < handshakeRuns) handshakes.push(await timeHandshake(certificatePem));

  const projects = { sdp: join(folder, 'sdp'), floor: join(folder, 'floor') };
  for (const [name, path] of Object.entries(projects)) {
    project.write(path, `${server.url}${statePath(name, 'bench')}`, name === 'floor');
    await installProvider(bundle, { project: path });
    await terraform(path, environment, 'init');
  }

  const first = {
    sdp: await terraform(projects.sdp, environment, 'apply', '-auto-approve'),
    floor: await terraform(projects.floor, environment, 'apply', '-auto-approve'),
  };
  progress('first apply', first.sdp.seconds, first.floor.seconds);
  const applyRequests = server.takeRequests();
  const plans: { sdp: Run; floor: Run }[] = [];
  let planRequests: readonly string[] = [];
  for (let run = 0; run < planRuns; run += 1) {
    const sdp = await terraform(projects.sdp, environment, 'plan', '-detailed-exitcode');
    planRequests = server.takeRequests();
    const floor = await terraform(projects.floor, environment, 'plan', '-detailed-exitcode');
    plans.push({ sdp, floor });
    progress('no-op plan', sdp.seconds, floor.seconds);
  }
  const sizes = { sdp: server.stateSize('sdp'), floor: server.stateSize('floor') };
  await server.close();

  const plan = {
    sdp: median(plans.map(({ sdp }) => sdp.seconds)),
    floor: median(plans.map(({ floor }) => floor.seconds)),
  };
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`,
  );
  console.log(project.description);
  console.log('                        sdp   floor   ratio');
  printPair('first apply (s)', first.sdp.seconds, first.floor.seconds, 5);
  printPair('no-op plan (s)', plan.sdp, plan.floor, 1.8);
  printPair('state (MB)', sizes.sdp / 1e6, sizes.floor / 1e6);
  console.log(`API requests            of an apply ${applyRequests.length}`);
  print('  of a plan', planRequests.length, 40, 0);
  for (const [request, count] of countEach(planRequests)) console.log(`    ${count} × ${request}`);
  console.log('provider, peak resident memory (MB)');
  print('  of an apply', first.sdp.peakMemory / 1e6, 300, 0);
  print('  of a plan', Math.max(...plans.map(({ sdp }) => sdp.peakMemory)) / 1e6, 300, 0);
  console.log(`provider, start to handshake (ms), median of ${handshakeRuns}`);
  print('  ', median(handshakes), 250, 0);
}

/** Milliseconds from the start of the process to its handshake line, as Terraform waits for it. */
async function timeHandshake(clientCertificate: string): Promise<number> {
  const begin = performance.now();
  const child = spawn(bundle, [], {
    env: {
      ...process.env,
      TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
      PLUGIN_PROTOCOL_VERSIONS: '6',
      PLUGIN_CLIENT_CERT: clientCertificate,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const milliseconds = performance.now() - begin;
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('close', resolve));
  return milliseconds;
}

function countEach(requests: readonly string[]): readonly [string, number][] {
  const found = new Map<string, number>();
  for (const request of requests) found.set(request, (found.get(request) ?? 0) + 1);
  return [...found].sort(([, left], [, right]) => right - left).slice(0, 12);
}

function progress(what: string, sdp: number, floor: number): void {
  console.error(
    `${what}: ${sdp.toFixed(1)} s, floor ${floor.toFixed(1)} s, load ${loadavg()[0]?.toFixed(1)}`,
  );
}

function printPair(name: string, sdp: number, floor: number, most?: number): void {
  const cells = [sdp, floor, sdp / floor].map((value) => value.toFixed(2).padStart(8)).join('');
  console.log(`${name.padEnd(19)}${cells}${most === undefined ? '' : verdict(sdp / floor, most)}`);
}

function print(name: string, value: number, most: number, digits: number): void {
  console.log(`${name.padEnd(19)}${value.toFixed(digits).padStart(8)}${verdict(value, most)}`);
}

function verdict(value: number, most: number): string {
  return `   held to ${most}${value > most ? ': MISSED' : ''}`;
}
