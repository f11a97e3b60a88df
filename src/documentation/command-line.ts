/**
 * The commands of a line as it is typed into a shell, each as its words: those that `&&`, `|` and `;` join, and those within
 * `$(…)` and `<(…)`. Quotes are taken off; comments, redirections and variables before a command are left out.
 */
export function readCommands(line: string): readonly (readonly string[])[] {
  const within: string[] = [];
  const outside = line.replace(/(?:\$|<)\(([^()]*)\)/g, (_, inner: string) => {
    within.push(inner);
    return 'SUBSTITUTED';
  });
  const commands: string[][] = [[]];
  for (const [word] of outside.matchAll(/&&|\|\|?|;|(?:'[^']*'|"[^"]*"|\\.|[^\s;|&'"]|&(?!&))+/g)) {
    if (/^(?:&&|\|\|?|;)$/.test(word)) commands.push([]);
    else if (word.startsWith('#')) break;
    else commands.at(-1)?.push(word.replace(/^(["'])(.*)\1$/, '$2'));
  }
  return [
    ...commands.map(withoutSurroundings).filter((words) => words.length > 0),
    ...within.flatMap(readCommands),
  ];
}

function withoutSurroundings(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const kept = start === -1 ? [] : words.slice(start);
  const redirection = /^\d?(?:>>?|<)(?:&\d)?$/;
  return kept.filter((word, index) => !/^\d?[<>]/.test(word) && !redirection.test(kept[index - 1] ?? ''));
}
