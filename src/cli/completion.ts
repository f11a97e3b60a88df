import type { Command } from 'commander';

/**
 * `sdp completion bash`: the script that makes a shell complete commands and options. The library that writes it, and
 * answers what the script asks by `sdp complete -- …`, is loaded for these two alone.
 */
export async function registerCompletion(program: Command, asked: string | undefined): Promise<void> {
  if (asked === 'completion' || asked === 'complete') {
    const { default: offerCompletion } = await import('@bomb.sh/tab/commander');
    offerCompletion(program, { completionCommandName: 'completion' });
    program.commands
      .find((command) => command.name() === 'completion')
      ?.description(description)
      .addHelpText('after', examples);
    return;
  }
  program.command('completion <shell>').description(description).addHelpText('after', examples);
}

const description = 'Print the script that makes a shell complete sdp: bash, zsh, fish or powershell.';
const examples = '\nExamples:\n  $ source <(sdp completion bash)\n  $ sdp completion zsh > ~/.zfunc/_sdp';
