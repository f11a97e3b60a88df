import { type Command, CommanderError } from 'commander';
import { readCommands } from './command-line.ts';
import type { Document, Finding, Piece } from './document.ts';

export interface KnownCommands {
  /** A new one each time: parsing leaves values in it. */
  readonly program: () => Command;
  /** Scripts of package.json. */
  readonly scripts: readonly string[];
}

/**
 * Commands of `sdp` and `npm` that the command line or package.json would refuse: a command or an option that there is not, an argument that
 * is missing. Of code within text, where arguments are left out and placeholders stand, only commands and names of options count.
 */
export function checkCommands(documents: readonly Document[], known: KnownCommands): readonly Finding[] {
  return documents.flatMap(({ file, fences, spans }) => {
    const typed = fences.flatMap(typedLines).map((piece) => ({ piece, isWhole: true }));
    const named = spans
      .filter(({ text }) => /^(?:npx sdp|sdp|npm) [\w-]/.test(text))
      .map(({ text, line }) => ({ piece: { text: text.replace(/[[\]]/g, ''), line }, isWhole: false }));
    return [...typed, ...named].flatMap(({ piece: { text, line }, isWhole }) =>
      readCommands(text).flatMap((words) => {
        const problem = checkCommand(words, known, isWhole);
        return problem === undefined ? [] : [{ file, line, problem: `${words.join(' ')}: ${problem}` }];
      }),
    );
  });
}

/** What of a fence is typed into a shell: all of one that says so, of others what stands after a prompt, or is a step of a pipeline. */
function typedLines({ language, lines }: Document['fences'][number]): readonly Piece[] {
  const prompt = lines.some(({ text }) => text.startsWith('$ '));
  const isTyped = {
    sh: () => true,
    yaml: (text: string) => /^\s+- (?:sdp|npm) /.test(text),
    '': (text: string) => !prompt && /^(?:npx sdp|sdp|npm) /.test(text),
  }[language];
  return joinContinued(
    lines.flatMap(({ text, line }) => {
      if (prompt) return text.startsWith('$ ') ? [{ text: text.slice(2), line }] : [];
      return isTyped?.(text) === true ? [{ text: text.replace(/^\s+- /, ''), line }] : [];
    }),
  );
}

function joinContinued(lines: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const { text, line } of lines) {
    const last = joined.at(-1);
    if (last?.text.endsWith('\\') === true)
      joined[joined.length - 1] = { ...last, text: last.text.slice(0, -1) + text };
    else joined.push({ text, line });
  }
  return joined;
}

/** Why a command would be refused; undefined where it would not, or where it is another program's. */
export function checkCommand(
  words: readonly string[],
  known: KnownCommands,
  isWhole = true,
): string | undefined {
  const [program, ...args] = words[0] === 'npx' ? words.slice(1) : words;
  if (program === 'npm') return checkScript(args, known.scripts);
  if (program !== 'sdp') return undefined;
  return checkArguments(known.program(), args, isWhole);
}

function checkScript([verb, name]: readonly string[], scripts: readonly string[]): string | undefined {
  const script = verb === 'run' ? name : ['start', 'test'].find((known) => known === verb);
  return script === undefined || scripts.includes(script)
    ? undefined
    : `package.json has no script ${script}`;
}

function checkArguments(command: Command, args: readonly string[], isWhole: boolean): string | undefined {
  const [name = '', ...rest] = args;
  const next = command.commands.find((item) => item.name() === name || item.aliases().includes(name));
  if (next !== undefined) return checkArguments(next, rest, isWhole);
  const places = command.registeredArguments;
  if (command.parent === null && name !== '' && !name.startsWith('-')) return `there is no command ${name}`;
  const silent = () => undefined;
  command.exitOverride().configureOutput({ writeOut: silent, writeErr: silent });
  try {
    const { operands, unknown } = command.parseOptions([...args]);
    const strange = unknown.find(
      (word) => word.startsWith('-') && !isPassedOn(command, word) && !isHelp(word),
    );
    if (strange !== undefined) return `there is no option ${strange}`;
    const required = places.filter((place) => place.required).length;
    if (isWhole && !unknown.some(isHelp) && operands.length < required)
      return `${places[operands.length]?.name()} is missing`;
    const isOpen = places.at(-1)?.variadic === true;
    if (isWhole && !isOpen && unknown.length === 0 && operands.length > places.length)
      return `${operands[places.length]} is one argument too many`;
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    const isPlaceholder = ['commander.invalidArgument', 'commander.optionMissingArgument'].includes(
      error.code,
    );
    return isPlaceholder && !isWhole ? undefined : error.message;
  }
}

/** Terraform's options have one dash. */
function isPassedOn(command: Command, word: string): boolean {
  return command.registeredArguments.some(({ variadic }) => variadic) && /^-[a-z]/.test(word);
}

function isHelp(word: string): boolean {
  return ['-h', '--help', '-V', '--version'].includes(word);
}
