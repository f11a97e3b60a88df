import { type StdioOptions, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { note } from './terminal-output.ts';

/** How terraform or tofu is run in a project. */
export interface Terraform {
  readonly command: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs it where the user sees and answers it, having said which. What it prints is a note where the result of the
 * command is something else. Answers its exit code.
 */
export async function runInTerminal(
  terraform: Terraform,
  args: readonly string[],
  { asNote = false }: { readonly asNote?: boolean } = {},
): Promise<number> {
  note(`$ ${[terraform.command, ...args].join(' ')}`);
  const { code } = await start(terraform, args, ['inherit', asNote ? 2 : 'inherit', 'inherit']);
  return code;
}

export interface CapturedRun {
  readonly code: number;
  readonly output: string;
}

/** Runs it for what it prints; what it writes to standard error is shown, unless it is `quiet`. */
export async function capture(
  terraform: Terraform,
  args: readonly string[],
  quiet = false,
): Promise<CapturedRun> {
  const chunks: string[] = [];
  const { code } = await start(terraform, args, ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'], (line) =>
    chunks.push(line),
  );
  return { code, output: chunks.join('\n') };
}

export interface StreamedRun {
  readonly code: number;
  /** By Ctrl-C. */
  readonly interrupted: boolean;
}

/** Runs it line by line. Ctrl-C reaches it from the terminal: it ends well, and this process after it. */
export function stream(
  terraform: Terraform,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<StreamedRun> {
  return start(terraform, args, ['ignore', 'pipe', 'inherit'], onLine);
}

function start(
  { command, folder, env }: Terraform,
  args: readonly string[],
  stdio: StdioOptions,
  onLine: (line: string) => void = () => undefined,
): Promise<StreamedRun> {
  let interrupted = false;
  const ignore = () => {
    interrupted = true;
  };
  process.on('SIGINT', ignore);
  return new Promise<StreamedRun>((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, stdio });
    const pass = () => child.kill('SIGTERM');
    process.on('SIGTERM', pass);
    const lines =
      child.stdout === null ? undefined : createInterface({ input: child.stdout, crlfDelay: Infinity });
    lines?.on('line', onLine);
    const read =
      lines === undefined ? Promise.resolve() : new Promise<void>((done) => lines.once('close', done));
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGTERM', pass);
      void read.then(() => resolve({ code: code ?? 130, interrupted }));
    });
  }).finally(() => process.off('SIGINT', ignore));
}
