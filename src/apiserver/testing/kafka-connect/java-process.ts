import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface JavaProcess {
  /** What it printed so far. */
  output(): string;
  /** Throws when the process has ended. */
  check(): void;
  stop(): Promise<void>;
}

/** A server that lives as long as a test: it is killed with this process at the latest. */
export function startJava(
  argv: readonly [string, ...string[]],
  workFolder: string,
  env: NodeJS.ProcessEnv = {},
): JavaProcess {
  const [command, ...args] = argv;
  const child = spawn(command, args, {
    cwd: workFolder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text: Buffer): void => {
    output += text.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').catch(keep);
  return {
    output: () => output,
    check() {
      if (child.exitCode === null && child.signalCode === null) return;
      throw new Error(
        `${command} ended with ${child.exitCode ?? child.signalCode}:\n${output.slice(-4_000)}`,
      );
    },
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(kill, 15_000);
      await ended;
      clearTimeout(timer);
      process.removeListener('exit', kill);
    },
  };
}
