import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';
import type { Lineage } from '../terraform/hcl/lineage.ts';
import { addProjectOptions, type ProjectOptions } from './project-options.ts';
import { note, outputColors, printJson, printLine } from './terminal-output.ts';

interface LineageOptions extends ProjectOptions {
  json?: boolean;
  mermaid?: boolean;
}

export function registerLineage(program: Command): void {
  addProjectOptions(
    program
      .command('lineage')
      .description('Show what the jobs and connectors of a project read and write, from its files alone.'),
  )
    .addOption(new Option('--json', 'as JSON').conflicts('mermaid'))
    .option('--mermaid', 'as a flowchart for Markdown')
    .addHelpText('after', '\nExamples:\n  $ sdp lineage\n  $ sdp lineage --mermaid > lineage.mmd')
    .action(async (options: LineageOptions) => {
      const lineage = await read(options);
      if (options.json) return printJson({ version: 1, ...lineage });
      const { renderLineage, toMermaid } = await import('./lineage-text.ts');
      if (options.mermaid) return printLine(toMermaid(lineage));
      if (lineage.movers.length === 0) note('The project has no jobs and no connectors.');
      for (const line of renderLineage(lineage, outputColors())) printLine(line);
    });

  addProjectOptions(
    program
      .command('impact <name>')
      .description('Show all that a change of a topic, a table, a job or a connector reaches.'),
  )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sdp impact orders\n  $ sdp impact "FlinkSessionJob default/totals" --json',
    )
    .action(async (name: string, options: LineageOptions) => {
      const lineage = await read(options);
      const { findNamed, impactOf, renderImpact } = await import('./lineage-text.ts');
      const starts = findNamed(lineage, name);
      if (starts.length === 0) throw new DiagnosticError(unknownName(name, lineage));
      const impacts = starts.map((start) => impactOf(lineage, start));
      if (options.json) return printJson({ version: 1, impacts });
      for (const impact of impacts) renderImpact(impact).forEach((line) => printLine(line));
    });
}

async function read({ chdir = '.', varFile = [] }: LineageOptions): Promise<Lineage> {
  const [{ readLineage }, { ProjectFiles }] = await Promise.all([
    import('../terraform/hcl/lineage.ts'),
    import('../terraform/hcl/project-files.ts'),
  ]);
  return readLineage(resolve(chdir), new ProjectFiles(), {
    variableFiles: varFile,
    environment: process.env,
  });
}

function unknownName(name: string, { places, movers, flows }: Lineage) {
  const names = [
    ...places.map((place) => place.name),
    ...movers.map(({ object }) => object.name),
    ...flows.flatMap(({ table }) => table ?? []),
  ];
  const similar = findSimilar(name, names, (item) => item);
  return {
    severity: 'error',
    reason: 'LineageUnknown',
    summary: `Nothing in the project is called ${name}`,
    detail: `${similar === undefined ? '' : `Did you mean ${similar}? `}A topic, a table, a job or a connector can be named: "sdp lineage" shows them.`,
  } as const;
}
