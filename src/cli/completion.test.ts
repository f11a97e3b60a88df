import { Command } from 'commander';
import { afterEach, expect, it, vi } from 'vitest';
import { registerCompletion } from './completion.ts';

afterEach(() => vi.restoreAllMocks());

async function run(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: unknown) => void printed.push(String(text)));
  const program = new Command('sdp').exitOverride();
  program.command('consume <topic>').description('Print a topic.').option('--from <time>', 'from a time');
  await registerCompletion(program, args[0]);
  await program.parseAsync(['node', 'sdp', ...args]);
  return printed.join('\n');
}

it('knows the commands and their options', async () => {
  expect(await run('complete', '--', 'con')).toContain('consume\tPrint a topic.');
  expect(await run('complete', '--', 'consume', '--f')).toContain('--from\tfrom a time');
});

it('prints a script for each shell', async () => {
  expect(await run('completion', 'bash')).toContain('complete -F');
  expect(await run('completion', 'zsh')).toContain('#compdef sdp');
  await expect(run('completion', 'csh')).rejects.toThrow('Allowed choices');
});
