import type { Command } from 'commander';
import { findPrerequisites } from '../platform/prerequisites.ts';
import { addClusterOptions, type ClusterOptions } from './cluster-options.ts';
import { exitCodes, outputColors, printDiagnostic, printJson, printLine } from './terminal-output.ts';

interface DoctorOptions extends ClusterOptions {
  cluster?: boolean;
  json?: boolean;
}

export function registerDoctor(program: Command): void {
  addClusterOptions(
    program
      .command('doctor')
      .description('Check that this machine has what sdp needs, or that a cluster has it.')
      .option('--cluster', 'check a cluster: kinds, rights, operators, proxy, storage'),
    "with --cluster: the team's namespace; that of the kubeconfig when absent",
  )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 all is well, 1 something is missing.

Examples:
  $ sdp doctor
  $ sdp doctor --cluster --kubeconfig ~/.kube/config --namespace orders-tst`,
    )
    .action(async (options: DoctorOptions) => {
      if (options.cluster) {
        const { runClusterDoctor } = await import('./doctor-cluster.ts');
        await runClusterDoctor(options);
      } else await checkMachine(options);
    });
}

async function checkMachine({ json }: DoctorOptions): Promise<void> {
  const results = await findPrerequisites();
  const colors = outputColors();
  if (json) printJson(results);
  for (const { name, purpose, found, problem } of json ? [] : results) {
    if (problem !== undefined) printDiagnostic(problem);
    else printLine(`${colors.green('✓')} ${name}: ${found?.command} ${found?.version}, ${purpose}`);
  }
  if (results.some(({ problem }) => problem !== undefined)) process.exitCode = exitCodes.problem;
}
