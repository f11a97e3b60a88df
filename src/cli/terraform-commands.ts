import { type Command, Option } from 'commander';
import type { ApplyOptions } from './apply-command.ts';
import type { PlanOptions } from './plan-command.ts';

const passedOn =
  '\nAll other arguments are passed on to terraform (or tofu); the commands that are run are shown. The address of the\nstate is the project\'s own; credentials are those of the platform that "sdp init" wrote it for, or of the environment.';

export function registerTerraformCommands(program: Command): void {
  const register = (name: string, description: string, more: string) =>
    program
      .command(`${name} [arguments...]`)
      .description(description)
      .option('--data <dir>', 'data folder of the platform')
      .option('--chdir <dir>', "the project's folder", '.')
      .allowUnknownOption()
      .helpOption('--help', 'display help for command')
      .addHelpText('after', `${passedOn}\n${more}`);

  register(
    'plan',
    'Say what an apply would change, and what each change does to what runs.',
    `
Exit codes: 0 planned, 1 a problem, 2 usage; with --detailed-exitcode 0 nothing changes, 1 a problem, 2 something changes.

Examples:
  $ sdp plan -out change.tfplan
  $ sdp plan --markdown > comment.md`,
  )
    .addOption(new Option('--json', 'print one JSON object').conflicts('markdown'))
    .option('--markdown', 'print a comment for a merge request')
    .option('--reports <dir>', 'also write plan.json and plan.md, the same as --json and --markdown print')
    .option('--detailed-exitcode', 'exit with 0 when nothing changes, with 2 when something does')
    .option('--terraform-output', "print Terraform's own plan, attribute by attribute, after the table")
    .action(async (args: readonly string[], options: PlanOptions) => {
      const { runPlan } = await import('./plan-command.ts');
      await runPlan(args, options);
    });

  register(
    'apply',
    'Change what differs from the files, after showing it and asking.',
    '\nExamples:\n  $ sdp apply\n  $ sdp apply -auto-approve\n  $ sdp apply change.tfplan',
  ).action(async (args: readonly string[], options: ApplyOptions) => {
    const { runApply } = await import('./apply-command.ts');
    await runApply(args, options);
  });

  register(
    'destroy',
    'Delete all that the project declares, after showing it and asking.',
    '\nExample:\n  $ sdp destroy',
  ).action(async (args: readonly string[], options: ApplyOptions) => {
    const { runDestroy } = await import('./apply-command.ts');
    await runDestroy(args, options);
  });
}
