import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';
import type { Lineage, ReadLineage } from '../terraform/hcl/lineage.ts';
import { lazyPlanner } from './lazy-planner.ts';
import { addProjectOptions, type ProjectOptions } from './project-options.ts';
import { exitCodes, note, outputColors, printJson, printLine } from './terminal-output.ts';

interface LineageOptions extends ProjectOptions {
  json?: boolean;
  mermaid?: boolean;
  columns?: boolean;
}

export function registerLineage(program: Command): void {
  addProjectOptions(
    program
      .command('lineage')
      .description('Show what the jobs and connectors of a project read and write, from its files.'),
  )
    .addOption(
      new Option(
        '--columns',
        "where the columns come from that SQL jobs write, by Flink's planner",
      ).conflicts('mermaid'),
    )
    .addOption(new Option('--json', 'as JSON').conflicts('mermaid'))
    .option('--mermaid', 'as a flowchart for Markdown')
    .addHelpText(
      'after',
      `
With --columns the planner of the running platform is asked, else one is started for this command. A column is that of a table as it is
(orders.id), made "from" columns, "computed" from none, or "constant"; "unknown" where the planner does not tell.

Examples:
  $ sdp lineage
  $ sdp lineage --columns
  $ sdp lineage --mermaid > lineage.mmd`,
    )
    .action(async (options: LineageOptions) => {
      const found = await read(options);
      const lineage = options.columns ? await askColumns(found) : found.lineage;
      if (lineage === undefined) return;
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
      const { lineage } = await read(options);
      const { findNamed, impactOf, renderImpact } = await import('./lineage-text.ts');
      const starts = findNamed(lineage, name);
      if (starts.length === 0) throw new DiagnosticError(unknownName(name, lineage));
      const impacts = starts.map((start) => impactOf(lineage, start));
      if (options.json) return printJson({ version: 1, impacts });
      for (const impact of impacts) renderImpact(impact).forEach((line) => printLine(line));
    });
}

async function read({ chdir = '.', varFile = [] }: LineageOptions): Promise<ReadLineage> {
  const [{ readLineage }, { ProjectFiles }] = await Promise.all([
    import('../terraform/hcl/lineage.ts'),
    import('../terraform/hcl/project-files.ts'),
  ]);
  return readLineage(resolve(chdir), new ProjectFiles(), {
    variableFiles: varFile,
    environment: process.env,
  });
}

/** The lineage with columns; undefined where it was interrupted. */
async function askColumns({ lineage, jobs }: ReadLineage): Promise<Lineage | undefined> {
  if (jobs.size === 0) return lineage;
  const [{ readColumns }, { withColumns }] = await Promise.all([
    import('../sql/column-origins.ts'),
    import('../terraform/hcl/column-lineage.ts'),
  ]);
  const planner = lazyPlanner();
  try {
    planner.onStart([]);
    const { inserts, unknown } = await readColumns(jobs, planner.columns, planner.onAnswer);
    await planner.stop();
    if (unknown.length > 0)
      note(`The columns of ${unknown.join(', ')} are not known: "sdp validate" tells why.`);
    return withColumns(lineage, inserts);
  } catch (error) {
    await planner.stop();
    if (!planner.isInterrupted()) throw error;
    process.exitCode = exitCodes.interrupted;
    return undefined;
  }
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
