import type { Command } from 'commander';

/** Which project, for commands that read its files. */
export interface ProjectOptions {
  readonly chdir?: string;
  readonly varFile?: readonly string[];
}

export function addProjectOptions(command: Command): Command {
  return command
    .option('--chdir <dir>', "the project's folder", '.')
    .option('--var-file <file>', 'variables of Terraform; may be repeated', collect);
}

function collect(file: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), file];
}
