import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { lazyPlanner } from './lazy-planner.ts';
import { addProjectOptions, type ProjectOptions } from './project-options.ts';
import { exitCodes, note, outputColors, printJson, printLine } from './terminal-output.ts';
import type { Validation } from './validate-project.ts';

interface ValidateOptions extends ProjectOptions {
  codeQuality?: string;
  static?: boolean;
  json?: boolean;
}

export function registerValidate(program: Command): void {
  addProjectOptions(
    program
      .command('validate')
      .description(
        "Check the project's SQL: its files, and what Flink's planner says. No platform is needed.",
      ),
  )
    .option('--static', "without Flink's planner: the files alone, at once")
    .option('--code-quality <file>', 'write a GitLab Code Quality report')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
All errors of all scripts at once. From the files alone: syntax, tables that nobody defines, arguments that are missing or not used,
numbers of columns, topics that no module declares, tables that no script uses, secrets in plain text (in Terraform files, too). By
Flink's planner: types, functions, watermarks, options, connectors that are not there, updates for a table that takes none. Modules are
read where they are: those of a registry or of git after "terraform init".

The planner of the running platform is asked, else one is started for this command. Only what changed is planned again.

Exit codes: 0 no errors, 1 errors, 2 usage.

Examples:
  $ sdp validate
  $ sdp validate --static
  $ sdp validate --code-quality gl-code-quality-report.json`,
    )
    .action(async (options: ValidateOptions) => {
      const folder = resolve(options.chdir ?? '.');
      const [{ validateProject }, { cacheFolder }] = await Promise.all([
        import('./validate-project.ts'),
        import('../engines/download-cache.ts'),
      ]);
      const printed = new Set<Diagnostic>();
      const print = async (found: readonly Diagnostic[]) => {
        if (options.json) return;
        const { renderProblems } = await import('./validation-text.ts');
        const fresh = found.filter((diagnostic) => !printed.has(diagnostic));
        for (const diagnostic of fresh) printed.add(diagnostic);
        for (const text of await renderProblems(fresh, folder, outputColors())) printLine(text);
      };
      const planner = options.static ? undefined : lazyPlanner(print);
      try {
        const validation = await validateProject({
          folder,
          variableFiles: options.varFile ?? [],
          environment: process.env,
          cache: join(cacheFolder(), 'validate'),
          ...(planner && { planner }),
        });
        await planner?.stop();
        await report(validation, options, print);
      } catch (error) {
        await planner?.stop();
        if (planner?.isInterrupted()) process.exitCode = exitCodes.interrupted;
        else throw error;
      }
    });
}

async function report(
  validation: Validation,
  { codeQuality, json }: ValidateOptions,
  print: (found: readonly Diagnostic[]) => Promise<void>,
): Promise<void> {
  const { summary, diagnostics } = validation;
  if (codeQuality !== undefined) {
    const { toCodeQuality } = await import('../diagnostics/code-quality.ts');
    await writeFile(codeQuality, `${JSON.stringify(toCodeQuality(diagnostics), undefined, 2)}\n`);
  }
  if (json) printJson({ version: 1, summary, diagnostics });
  else {
    const { summaryLine } = await import('./validation-text.ts');
    await print(diagnostics);
    note(summaryLine(validation));
  }
  process.exitCode = summary.errors > 0 ? exitCodes.problem : exitCodes.done;
}
