import type { Command } from 'commander';

export interface Page {
  /** Within the site, with `.md`. */
  readonly path: string;
  readonly text: string;
}

/** A page of reference for each command of the command line, and one that lists them. */
export function buildCommandPages(program: Command): readonly Page[] {
  const rows = program.commands.map(
    (command) =>
      `| [\`sdp ${command.name()}\`](commands/${command.name()}.md) | ${toText(command.description())} |`,
  );
  const list = ['# Commands', '', toText(program.description()), '', '| | |', '|---|---|', ...rows, ''].join(
    '\n',
  );
  return [
    { path: 'reference/commands.md', text: list },
    ...program.commands.map((command) => ({
      path: `reference/commands/${command.name()}.md`,
      text: `${describeCommand(command, ['sdp'], 1).join('\n')}\n`,
    })),
  ];
}

function describeCommand(command: Command, above: readonly string[], level: number): readonly string[] {
  const names = [...above, command.name()];
  const help = command.createHelp();
  const givenArguments = help.visibleArguments(command);
  const options = help.visibleOptions(command).filter((option) => option.long !== '--help');
  return [
    `${'#'.repeat(level)} ${names.join(' ')}`,
    '',
    toText(command.description()),
    '',
    '```',
    [...above, command.name(), command.usage()].join(' '),
    '```',
    '',
    ...table([
      ...givenArguments.map((item) => [help.argumentTerm(item), help.argumentDescription(item)] as const),
      ...options.map((item) => [help.optionTerm(item), help.optionDescription(item)] as const),
    ]),
    ...describeNotes(readNotes(command)),
    ...command.commands.flatMap((below) => describeCommand(below, names, Math.min(level + 1, 3))),
  ];
}

/** What a command's help says after its options: text, and examples. */
export function readNotes(command: Command): { readonly text: string; readonly examples: readonly string[] } {
  let printed = '';
  const { writeOut } = command.configureOutput();
  command.configureOutput({ writeOut: (text) => (printed += text) });
  command.outputHelp();
  if (writeOut !== undefined) command.configureOutput({ writeOut });
  const options = command.helpInformation();
  const notes = printed.slice(printed.indexOf(options) + options.length);
  const [text = '', examples = ''] = notes.split(/^Examples?:$/m);
  const lines = examples.split('\n').flatMap((line) => /^ *\$ (.*)$/.exec(line)?.[1] ?? []);
  return { text: text.trim(), examples: lines };
}

function describeNotes({ text, examples }: ReturnType<typeof readNotes>): readonly string[] {
  return [
    ...(text === '' ? [] : [toText(text), '']),
    ...(examples.length === 0 ? [] : ['```sh', ...examples, '```', '']),
  ];
}

function table(rows: readonly (readonly [term: string, description: string])[]): readonly string[] {
  if (rows.length === 0) return [];
  const lines = rows.map(
    ([term, description]) => `| \`${term.replaceAll('|', '\\|')}\` | ${toText(description)} |`,
  );
  return ['| | |', '|---|---|', ...lines, ''];
}

/** Plain text as Markdown. */
function toText(text: string): string {
  return text.replace(/[<|*_[\]\\{}]/g, '\\$&').replace(/\\\{\\\{/g, '&#123;&#123;');
}
