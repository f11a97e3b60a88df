import { homedir } from 'node:os';
import { findAccess } from '../apiclient/find-access.ts';
import { createApiClient } from '../apiclient/http-client.ts';
import { inspectCluster } from '../cluster/inspect-cluster.ts';
import { judgeCluster } from '../cluster/judge-cluster.ts';
import type { ClusterOptions } from './cluster-options.ts';
import { connectPlatform, withApi } from './running-platform.ts';
import { exitCodes, outputColors, printDiagnostic, printJson, printLine } from './terminal-output.ts';

/** `sdp doctor --cluster`: the command. */
export async function runClusterDoctor(options: ClusterOptions & { readonly json?: boolean }): Promise<void> {
  const { client, server, namespace } = await connect(options);
  try {
    const seen = await withApi('look at the cluster', () => inspectCluster(client, server, namespace));
    const findings = judgeCluster(seen);
    const problems = findings.flatMap((finding) => finding.problems);
    if (options.json) printJson({ server, namespace, version: seen.version, findings });
    else {
      const colors = outputColors();
      for (const { what, problems: found } of findings) {
        if (found.length === 0) printLine(`${colors.green('✓')} ${what}`);
        for (const problem of found) printDiagnostic(problem);
      }
    }
    if (problems.some(({ severity }) => severity === 'error')) process.exitCode = exitCodes.problem;
  } finally {
    await client.close();
  }
}

async function connect({ data, kubeconfig, context, namespace }: ClusterOptions) {
  if (kubeconfig === undefined && context === undefined && process.env['KUBECONFIG'] === undefined) {
    const { client, address } = await connectPlatform(data);
    return { client, server: address.url, namespace: namespace ?? 'default' };
  }
  const access = await findAccess({ kubeconfig, context }, { environment: process.env, home: homedir() });
  return {
    client: createApiClient(access),
    server: access.server,
    namespace: namespace ?? access.namespace ?? 'default',
  };
}
