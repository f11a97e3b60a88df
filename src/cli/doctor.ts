import type { Command } from 'commander';
import { findPrerequisites } from '../platform/prerequisites.ts';
import { exitCodes, outputColors, printDiagnostic, printJson, printLine } from './terminal-output.ts';

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check that this machine has what sdp needs.')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  $ sdp doctor')
    .action(async (options: { json?: boolean }) => {
      const results = await findPrerequisites();
      const colors = outputColors();
      if (options.json) printJson(results);
      for (const { name, purpose, found, problem } of options.json ? [] : results) {
        if (problem !== undefined) printDiagnostic(problem);
        else printLine(`${colors.green('✓')} ${name}: ${found?.command} ${found?.version}, ${purpose}`);
      }
      if (results.some(({ problem }) => problem !== undefined)) process.exitCode = exitCodes.problem;
    });
}
