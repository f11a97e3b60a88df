import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageFile } from '../../src/package-file.ts';

/** Real programs, as a user types them. A missing one is a failure. */

export const sdpCommand = packageFile('bin', 'sdp.js');

export interface Result {
  readonly code: number;
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The output of a command, which has to succeed. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, output } = await tryRun(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

/** Exit code and output (both streams) of a command, whatever it is. */
export function tryRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      [...args],
      { cwd: options.cwd, env: { ...process.env, ...options.env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code === 'string') reject(error);
        else resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
      },
    );
  });
}

/** `sdp` on one data folder, and what its `env` gives to other programs. */
export function platformCommands(data: string) {
  const sdp = (args: readonly string[]) => run(sdpCommand, args, { env: { SDP_DATA: data } });
  const env = async () => JSON.parse(await sdp(['env', '--json'])) as Record<string, string>;
  // For other programs: addresses and credentials stay the same while a platform runs.
  let known: Promise<Record<string, string>> | undefined;
  const knownEnv = () => {
    known ??= env();
    return known;
  };
  return {
    sdp,
    env,
    trySdp: (args: readonly string[]) => tryRun(sdpCommand, args, { env: { SDP_DATA: data } }),
    kubectl: async (args: readonly string[]) => run('kubectl', args, { env: await knownEnv() }),
    terraform: async (folder: string, args: readonly string[]) =>
      tryRun('terraform', args, {
        cwd: folder,
        env: { ...(await knownEnv()), CHECKPOINT_DISABLE: '1', TF_INPUT: '0', TF_CLI_ARGS: '-no-color' },
      }),
    async getJson<T>(args: readonly string[]): Promise<T> {
      return JSON.parse(await run('kubectl', ['get', ...args, '-o', 'json'], { env: await knownEnv() })) as T;
    },
    /** The values of a topic's committed records, as JSON. */
    async consume<T>(topic: string): Promise<T[]> {
      const output = await sdp(['consume', topic]);
      return output
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as T);
    },
  };
}

export type PlatformCommands = ReturnType<typeof platformCommands>;

/** A project's folder with a copy of the example and of the modules it names, made ready by `sdp init`. */
export async function copyExample(platform: PlatformCommands, project: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'sdp-project-'));
  const folder = join(root, 'examples', project);
  await mkdir(folder, { recursive: true });
  const example = packageFile('examples', 'market-data');
  for (const name of ['main.tf', 'sql'])
    await cp(join(example, name), join(folder, name), { recursive: true });
  await cp(packageFile('terraform-modules'), join(root, 'terraform-modules'), { recursive: true });
  await platform.sdp(['init', folder, '--project', project]);
  return folder;
}

/** Asks until the answer holds, and fails with the last one otherwise. */
export async function eventually<T>(
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`not so within ${timeoutMs} ms; last: ${JSON.stringify(answer)}`);
    await sleep(250);
  }
}
