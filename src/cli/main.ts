import { CommanderError } from 'commander';
import { registerCompletion } from './completion.ts';
import { createProgram } from './program.ts';
import { exitCodes, failWith } from './terminal-output.ts';

const program = createProgram();
await registerCompletion(program, process.argv.slice(2));
// Commander copies this to subcommands only when they are made by it.
for (const command of program.commands) command.exitOverride();

// A reader that goes away (`sdp logs … | head`) ends the command quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage);
  failWith(error);
}
