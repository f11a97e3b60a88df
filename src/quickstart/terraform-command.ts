import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';

export interface TerraformCommand {
  /** `terraform` or `tofu`. */
  readonly command: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Asks Terraform to end well: it finishes what it does, writes its state and gives back the lock. */
  readonly interrupted: AbortSignal;
}

/** Runs a real Terraform command; `onLine` gets what it prints. A failure is a diagnostic with Terraform's own words. */
export async function runTerraform(
  { command, folder, env, interrupted }: TerraformCommand,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<void> {
  const child = spawn(command, [...args, '-no-color', '-input=false'], {
    cwd: folder,
    env: { ...process.env, ...env, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Away from the terminal's Ctrl-C: a second one makes Terraform leave its state behind.
    detached: true,
  });
  const interrupt = () => child.kill('SIGINT');
  interrupted.addEventListener('abort', interrupt, { once: true });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (line.trim() !== '') onLine(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => interrupted.removeEventListener('abort', interrupt));
  if (code === 0) return;
  const error = lines.findIndex((line) => line.startsWith('Error:'));
  throw new DiagnosticError({
    severity: 'error',
    reason: 'TerraformFailed',
    summary: `${command} ${args[0]} failed`,
    detail: lines.slice(error === -1 ? -20 : error).join('\n'),
  });
}
