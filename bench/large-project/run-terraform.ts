import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Run {
  readonly seconds: number;
  /** Of the largest provider process, bytes. */
  readonly peakMemory: number;
  readonly output: string;
}

/** What Terraform is run with against an API, with its state in the HTTP backend of user `sdp`. `ca` is the backend's, PEM. */
export function terraformEnvironment(kubeconfig: string, password: string, ca: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    KUBECONFIG: kubeconfig,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_HTTP_USERNAME: 'sdp',
    TF_HTTP_PASSWORD: password,
    TF_HTTP_CLIENT_CA_CERTIFICATE_PEM: ca,
  };
}

/** Runs it to its end. Any other exit code than 0 is an exception, with the output. */
export async function terraform(
  cwd: string,
  env: NodeJS.ProcessEnv,
  ...args: readonly string[]
): Promise<Run> {
  const begin = performance.now();
  const [command = '', ...rest] = args;
  const child = spawn('terraform', [command, '-input=false', '-no-color', ...rest], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  let peakMemory = 0;
  const timer = setInterval(() => {
    peakMemory = Math.max(peakMemory, ...providersOf(child.pid ?? 0).map(peakMemoryOf));
  }, 50);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearInterval(timer));
  const seconds = (performance.now() - begin) / 1000;
  if (code !== 0) {
    const text = Buffer.concat(output).toString().slice(-4_000);
    throw new Error(`terraform ${args.join(' ')} in ${cwd} ended with ${code}:\n${text}`);
  }
  return { seconds, peakMemory, output: Buffer.concat(output).toString() };
}

/**
 * The children of Terraform that run a program of their own. Until it does, a forked child shares Terraform's memory,
 * so that Terraform's peak would be read as the provider's.
 */
function providersOf(pid: number): readonly number[] {
  const terraform = programOf(pid);
  return childrenOf(pid).filter((child) => ![undefined, terraform].includes(programOf(child)));
}

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}

function peakMemoryOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
