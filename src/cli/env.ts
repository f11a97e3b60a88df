import type { Command } from 'commander';
import { connectPlatform, findBootstrapServers, withApi } from './running-platform.ts';
import { printJson, printLine } from './terminal-output.ts';

export function registerEnv(program: Command): void {
  program
    .command('env')
    .description('Print exports for a shell: plain terraform, kubectl, twine and mvn then use this platform.')
    .option('--data <dir>', 'data folder of the platform')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  $ eval "$(sdp env)"\n  $ terraform plan')
    .action(async (options: { data?: string; json?: boolean }) => {
      const { address, client } = await connectPlatform(options.data);
      const [bootstrapServers, scramServers] = await withApi('read where Kafka answers', () =>
        Promise.all([findBootstrapServers(client), findBootstrapServers(client, 'scram')]),
      );
      await client.close();
      const variables: Record<string, string> = {
        KUBECONFIG: address.kubeconfig,
        TF_HTTP_USERNAME: 'sdp',
        TF_HTTP_PASSWORD: address.stateToken,
        TF_HTTP_CLIENT_CA_CERTIFICATE_PEM: address.caCertificate,
        SDP_STATE_URL: `${address.url}/state`,
        SDP_INGRESS_URL: address.ingressUrl,
        SDP_METRICS_URL: address.metricsUrl,
        SDP_REGISTRY_URL: address.registryUrl,
        SDP_REGISTRY_TOKEN: address.registryToken,
        SDP_MAVEN_SETTINGS: address.mavenSettings,
        TWINE_REPOSITORY_URL: `${address.registryUrl}/legacy/`,
        TWINE_USERNAME: '__token__',
        TWINE_PASSWORD: address.registryToken,
        ...(address.schemaRegistryUrl !== undefined && {
          SDP_SCHEMA_REGISTRY_URL: address.schemaRegistryUrl,
        }),
        ...(bootstrapServers !== undefined && { SDP_BOOTSTRAP_SERVERS: bootstrapServers }),
        ...(scramServers !== undefined && { SDP_SCRAM_BOOTSTRAP_SERVERS: scramServers }),
      };
      if (options.json) printJson(variables);
      else for (const [name, value] of Object.entries(variables)) printLine(`export ${name}=${quote(value)}`);
    });
}

/** For POSIX shells: everything inside single quotes is literal. */
function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
