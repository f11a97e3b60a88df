import type { Command } from 'commander';
import { ingressType, podType } from '../apiclient/core-types.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import type { IngressObject } from '../platform/ingress/ingress.ts';
import type { Pod } from '../pods/pod.ts';
import { connectPlatform, type WithStatus, withApi } from './running-platform.ts';
import {
  exitCodes,
  formatTable,
  outputColors,
  printDiagnostic,
  printJson,
  printLine,
} from './terminal-output.ts';

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('Show every resource of the platform with its health, and the processes behind them.')
    .option('--data <dir>', 'data folder of the platform')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit code 1 when a resource has failed.\n\nExample:\n  $ sdp status')
    .action(async (options: { data?: string; json?: boolean }) => {
      const { client, folder, address } = await connectPlatform(options.data);
      const [{ kinds }, { findAddresses }] = await Promise.all([
        import('../kinds/catalog.ts'),
        import('../platform/ingress/addresses.ts'),
      ]);
      const [resources, pods, ingresses] = await withApi('read the resources', () =>
        Promise.all([
          Promise.all(
            kinds.map(async (kind) =>
              (await client.list<WithStatus>(kind.type)).items.map((item) => assess(kind, item)),
            ),
          ),
          client.list<Pod>(podType),
          client.list<IngressObject>(ingressType),
        ]),
      );
      await client.close();
      const all = resources.flat();
      const port = Number(new URL(address.ingressUrl).port);
      const shown: Status = {
        data: folder.path,
        url: address.url,
        resources: all,
        pods: pods.items.map(describePod),
        ingresses: ingresses.items.map((ingress) => ({
          namespace: ingress.metadata.namespace ?? '',
          name: ingress.metadata.name,
          addresses: findAddresses(ingress, port),
        })),
      };
      if (options.json) printJson(shown);
      else printText(shown);
      if (all.some(({ health }) => health.state === 'failed')) process.exitCode = exitCodes.problem;
    });
}

function assess(kind: KindDefinition, object: WithStatus) {
  const { namespace = '', name } = object.metadata;
  return { kind: kind.type.kind, namespace, name, health: kind.assessHealth(object) };
}

function describePod(pod: Pod) {
  const [container] = pod.status?.containerStatuses ?? [];
  return {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    ready: container?.ready ?? false,
    restarts: container?.restartCount ?? 0,
    state:
      container?.state.waiting?.message ?? container?.state.waiting?.reason ?? pod.status?.phase ?? 'Pending',
  };
}

interface Status {
  readonly data: string;
  readonly url: string;
  readonly resources: readonly ReturnType<typeof assess>[];
  readonly pods: readonly ReturnType<typeof describePod>[];
  readonly ingresses: readonly { namespace: string; name: string; addresses: readonly string[] }[];
}

function printText({ data, url, resources, pods, ingresses }: Status): void {
  const colors = outputColors();
  printLine(`Platform ${url}, data in ${data}\n`);
  const marks = { healthy: colors.green('✓'), progressing: colors.yellow('…'), failed: colors.red('✗') };
  const rows = resources.map(({ kind, namespace, name, health }) => [
    kind,
    `${namespace}/${name}`,
    health.state,
    health.state === 'failed' ? (health.diagnostics[0]?.detail.split('\n')[0] ?? '') : health.message,
  ]);
  const [header, ...lines] = formatTable(['KIND', 'NAME', 'HEALTH', 'MESSAGE'], rows).split('\n');
  printLine(`  ${header}`);
  lines.forEach((line, index) =>
    printLine(`${marks[resources[index]?.health.state ?? 'progressing']} ${line}`),
  );
  printLine();
  printLine(
    formatTable(
      ['POD', 'READY', 'RESTARTS', 'STATE'],
      pods.map((pod) => [
        `${pod.namespace}/${pod.name}`,
        pod.ready ? 'yes' : 'no',
        String(pod.restarts),
        pod.state,
      ]),
    ),
  );
  if (ingresses.length > 0) {
    printLine();
    printLine(
      formatTable(
        ['INGRESS', 'ADDRESS'],
        ingresses.flatMap(({ namespace, name, addresses }) =>
          addresses.map((address) => [`${namespace}/${name}`, address]),
        ),
      ),
    );
  }
  for (const { health } of resources) {
    if (health.state === 'failed') health.diagnostics.forEach(printDiagnostic);
  }
}
