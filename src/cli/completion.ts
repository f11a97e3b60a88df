import type { RootCommand } from '@bomb.sh/tab';
import type { Command } from 'commander';
import type { CompletedName } from './completed-names.ts';

/**
 * Lists what a name may be: `job`, `connector`, `topic`, `artifact` (that is published) or `used artifact` (of the project), by the
 * words that were typed. Never rejects.
 */
export type NameLister = (what: string, words: readonly string[]) => Promise<readonly CompletedName[]>;

/**
 * `sdp completion bash`: the script that makes a shell complete commands, options and names. The library that writes it, and
 * answers what the script asks by `sdp complete -- …`, is loaded for these two alone.
 */
export async function registerCompletion(
  program: Command,
  args: readonly string[],
  listNames: NameLister = listFromPlatform,
): Promise<void> {
  const [asked] = args;
  if (asked === 'completion' || asked === 'complete') {
    const { default: offerCompletion } = await import('@bomb.sh/tab/commander');
    const offered = offerCompletion(program, { completionCommandName: 'completion' });
    program.commands
      .find((command) => command.name() === 'completion')
      ?.description(description)
      .addHelpText('after', examples);
    if (asked === 'complete') await offerNames(offered, args.slice(args.indexOf('--') + 1), listNames);
    return;
  }
  program.command('completion <shell>').description(description).addHelpText('after', examples);
}

/** The library wants names at once: those of the command that is being typed are listed before it is asked. */
async function offerNames(
  offered: RootCommand,
  words: readonly string[],
  listNames: NameLister,
): Promise<void> {
  const [path] = [...offered.commands.keys()]
    .filter((command) => command !== '' && command.split(' ').every((word, index) => words[index] === word))
    .toSorted((a, b) => b.length - a.length);
  const [entry] = offered.commands.get(path ?? '')?.arguments ?? [];
  if (entry === undefined) return;
  const [name, argument] = entry;
  const what = path === 'bump' ? `used ${name}` : name;
  if (!['job', 'connector', 'topic', 'artifact', 'used artifact'].includes(what)) return;
  const names = await listNames(what, words);
  argument.handler = (complete) => names.forEach((item) => complete(item.name, item.about));
}

const listFromPlatform: NameLister = async (what, words) => {
  const { listCompletedNames } = await import('./completed-names.ts');
  return listCompletedNames(what, words);
};

const description = 'Print the script that makes a shell complete sdp: bash, zsh, fish or powershell.';
const examples = '\nExamples:\n  $ source <(sdp completion bash)\n  $ sdp completion zsh > ~/.zfunc/_sdp';
