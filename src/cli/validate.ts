import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { addProjectOptions, type ProjectOptions } from './project-options.ts';
import { exitCodes, note, outputColors, printJson, printLine } from './terminal-output.ts';
import type { Validation } from './validate-project.ts';

interface ValidateOptions extends ProjectOptions {
  codeQuality?: string;
  json?: boolean;
}

export function registerValidate(program: Command): void {
  addProjectOptions(
    program
      .command('validate')
      .description("Check the project's SQL from its files alone: no platform and no terraform is needed."),
  )
    .option('--code-quality <file>', 'write a GitLab Code Quality report')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
All errors of all scripts at once: syntax, tables that nobody defines, arguments that are missing or not used, numbers of columns,
topics that no module declares, tables that no script uses. Modules are read where they are: those of a registry or of git after
"terraform init".

Exit codes: 0 no errors, 1 errors, 2 usage.

Examples:
  $ sdp validate
  $ sdp validate --code-quality gl-code-quality-report.json`,
    )
    .action(async (options: ValidateOptions) => {
      const folder = resolve(options.chdir ?? '.');
      const [{ validateProject }, { cacheFolder }] = await Promise.all([
        import('./validate-project.ts'),
        import('../engines/download-cache.ts'),
      ]);
      const validation = await validateProject({
        folder,
        variableFiles: options.varFile ?? [],
        environment: process.env,
        cache: join(cacheFolder(), 'validate'),
      });
      const { summary, diagnostics } = validation;
      if (options.codeQuality !== undefined) {
        const { toCodeQuality } = await import('../diagnostics/code-quality.ts');
        await writeFile(options.codeQuality, `${JSON.stringify(toCodeQuality(diagnostics), undefined, 2)}\n`);
      }
      if (options.json) printJson({ version: 1, summary, diagnostics });
      else await print(validation, folder);
      process.exitCode = summary.errors > 0 ? exitCodes.problem : exitCodes.done;
    });
}

async function print(validation: Validation, folder: string): Promise<void> {
  const { renderValidation, summaryLine } = await import('./validation-text.ts');
  for (const text of await renderValidation(validation, folder, outputColors())) printLine(text);
  note(summaryLine(validation));
}
