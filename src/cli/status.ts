import type { Command } from 'commander';
import { podType } from '../apiclient/core-types.ts';
import type { KindDefinition } from '../kinds/kind.ts';
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
      const { kinds } = await import('../kinds/catalog.ts');
      const [resources, pods] = await withApi('read the resources', () =>
        Promise.all([
          Promise.all(
            kinds.map(async (kind) =>
              (await client.list<WithStatus>(kind.type)).items.map((item) => assess(kind, item)),
            ),
          ),
          client.list<Pod>(podType),
        ]),
      );
      await client.close();
      const all = resources.flat();
      if (options.json) {
        printJson({ data: folder.path, url: address.url, resources: all, pods: pods.items.map(describePod) });
      } else {
        printText(folder.path, address.url, all, pods.items.map(describePod));
      }
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

function printText(
  data: string,
  url: string,
  resources: readonly ReturnType<typeof assess>[],
  pods: readonly ReturnType<typeof describePod>[],
): void {
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
  for (const { health } of resources) {
    if (health.state === 'failed') health.diagnostics.forEach(printDiagnostic);
  }
}
