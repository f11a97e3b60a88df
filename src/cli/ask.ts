import { createInterface } from 'node:readline/promises';

/** Whether somebody sits at a terminal who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** What is typed at the terminal, or the default for an empty line; undefined after Ctrl-C and Ctrl-D. */
export async function ask(question: string, otherwise = ''): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)));
  try {
    const asked = terminal.question(question).catch(() => undefined);
    const answer = await Promise.race([asked, ended]);
    return answer === undefined ? undefined : answer.trim() || otherwise;
  } finally {
    terminal.close();
  }
}
