import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { exitCodes, note } from './terminal-output.ts';

/** A line from the terminal that is not shown while it is typed. Ctrl-C ends the process. */
export async function askHidden(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(`${question}: `);
  terminal.once('SIGINT', () => {
    note('\nNothing was changed.');
    process.exit(exitCodes.interrupted);
  });
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return await Promise.race([terminal.question('').catch(() => ''), ended]);
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

/** All of standard input, without the line break that `echo` and editors put at its end. */
export async function readStandardInput(): Promise<string> {
  return (await buffer(process.stdin)).toString('utf8').replace(/\r?\n$/, '');
}
