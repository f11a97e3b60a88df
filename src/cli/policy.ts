import { type Command, Option } from 'commander';
import type { PolicyOptions } from './policy-command.ts';
import { addProjectOptions } from './project-options.ts';

export function registerPolicy(program: Command): void {
  const policy = addProjectOptions(
    program
      .command('policy')
      .description("Hold a plan against the platform's rules: names, sizes, and what must not be destroyed."),
  )
    .option(
      '--plan <file>',
      'a saved plan, or what "terraform show -json" says of one; made anew when absent',
    )
    .option('--policy <file>', 'rules; may be repeated. policy.yaml of the project when absent', collect)
    .option('--environment <name>', 'environment whose rules hold; that of "sdp init" when absent')
    .option('--data <dir>', 'data folder of the platform')
    .addOption(new Option('--json', 'as JSON').conflicts('markdown'))
    .option('--markdown', 'as a part of a comment on a merge request')
    .option('--code-quality <file>', 'write a GitLab Code Quality report')
    .option('--junit <file>', 'write a JUnit report')
    .option(
      '--reports <dir>',
      'write all of them into a folder, and the part of the comment after its plan.md',
    )
    .addHelpText(
      'after',
      `
All objects of the plan are checked, whether they change or not.
Exit codes: 0 no rule of severity error is broken, 1 one is, 2 usage.

Examples:
  $ sdp policy
  $ sdp plan -out change.tfplan && sdp policy --plan change.tfplan --environment prod
  $ sdp policy --plan change.tfplan --policy /etc/sdp/policy.yaml --junit policy.xml
  $ sdp plan -out change.tfplan --reports plan && sdp policy --plan change.tfplan --reports plan
  $ sdp policy test`,
    )
    .action(async (options: PolicyOptions) => {
      const { runPolicy } = await import('./policy-command.ts');
      await runPolicy(options);
    });

  policy
    .command('test [file]')
    .description('Check the rules themselves: cases of objects, and which rules they break.')
    .option('--chdir <dir>', "the project's folder", '.')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nThe cases are in policy.test.yaml of the project when no file is named. Exit code 1 when one comes out otherwise.\n\nExamples:\n  $ sdp policy test\n  $ sdp policy test platform/policy.test.yaml',
    )
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      // "policy" has the same options, and takes them wherever they stand.
      const options = command.optsWithGlobals<{ chdir?: string; json?: boolean }>();
      const { testPolicy } = await import('./policy-command.ts');
      await testPolicy(file ?? 'policy.test.yaml', options);
    });
}

function collect(file: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), file];
}
