import { resolve } from 'node:path';
import type { Command } from 'commander';
import { findDataFolder } from '../platform/data-folder.ts';
import { printJson, printLine } from './terminal-output.ts';

interface BackupOptions {
  data?: string;
  restore?: boolean;
  json?: boolean;
}

export function registerBackup(program: Command): void {
  program
    .command('backup <file>')
    .description("Write the stopped platform's control plane into a file, or put it back.")
    .option('--data <dir>', 'data folder of the platform')
    .option('--restore', 'put the file back; what is there is kept beside it')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nIn it are all Kubernetes objects, credentials, Secrets, Terraform states and published artifacts, so keep it as you keep those. Topics and\ncheckpoints are not.\n\nExamples:\n  $ sdp down && sdp backup monday.tar.gz\n  $ sdp down && sdp backup --restore monday.tar.gz && sdp up',
    )
    .action(async (file: string, options: BackupOptions) => {
      const folder = await findDataFolder(options.data);
      const { createBackup, restoreBackup } = await import('../platform/backup.ts');
      const target = resolve(file);
      const { content, kept } =
        options.restore === true
          ? await restoreBackup(folder, target)
          : { content: await createBackup(folder, target), kept: undefined };
      if (options.json) {
        printJson({ file: target, data: folder.path, ...content, ...(kept !== undefined && { kept }) });
        return;
      }
      const what = `${content.objects} objects at revision ${content.revision}`;
      if (options.restore === true) printLine(`${folder.path} has the ${what} of ${content.time} again.`);
      else printLine(`${target} has ${what}. Its owner alone may read it: Secrets are in it.`);
      if (kept !== undefined) printLine(`What was there is in ${kept}; delete it when all is well.`);
    });
}
