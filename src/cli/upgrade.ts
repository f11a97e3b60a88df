import type { Command } from 'commander';
import type { UpgradeOptions } from './upgrade-command.ts';

export function registerUpgrade(program: Command): void {
  program
    .command('upgrade [dir]')
    .description('Bring the files that "sdp new" made to this sdp, showing the difference first.')
    .option('--yes', 'write without asking')
    .option('--check', 'only show: exit code 1 when something would be written')
    .option('--modules <source>', 'another place of the common modules, as "sdp new" takes it')
    .option('--ref <version>', 'another version of the common modules')
    .option('--ci-ref <version>', "version of the CI components; this sdp's when absent")
    .option('--json', 'as JSON; writes only with --yes')
    .addHelpText(
      'after',
      `
Files that you changed stay as they are, and so do those that you deleted; the difference says what to take over by hand.

Examples:
  $ sdp upgrade --check
  $ sdp upgrade orders/terraform --ref v1.5.0
  $ sdp upgrade orders/terraform --modules git::https://git.example.com/platform/terraform-modules.git --ref v1.5.0`,
    )
    .action(async (dir: string | undefined, options: UpgradeOptions) => {
      const { runUpgrade } = await import('./upgrade-command.ts');
      await runUpgrade(dir ?? '.', options);
    });
}
