import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Restored, StateVersion } from '../platform/state-versions.ts';
import { problem } from './problem.ts';
import { connectPlatform } from './running-platform.ts';
import { formatTable, printJson, printLine } from './terminal-output.ts';

interface HistoryOptions {
  data?: string;
  project?: string;
  environment?: string;
  restore?: string;
  json?: boolean;
}

/** Whose state. */
export interface StateName {
  readonly project: string;
  readonly environment: string;
}

export function registerHistory(program: Command): void {
  program
    .command('history')
    .description("List the versions of a project's Terraform state, or put an old one back.")
    .option('--data <dir>', 'data folder of the platform')
    .option('--project <name>', 'name of the project; the one of backend.tf in this folder when absent')
    .option('--environment <name>', 'its environment; the one of backend.tf, else local')
    .option('--restore <version>', 'make this version the current one again, as a new version')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  $ sdp history\n  $ sdp history --restore 12 && terraform plan')
    .action(async (options: HistoryOptions) => {
      const name = await chooseState(options, resolve('.'));
      const { address, client } = await connectPlatform(options.data);
      await client.close();
      const { askStateBackend } = await import('./ask-state-backend.ts');
      if (options.restore === undefined) {
        const versions = await askStateBackend<readonly StateVersion[]>(address, name, 'GET', '/versions');
        if (options.json) printJson(versions);
        else printVersions(name, versions);
        return;
      }
      const version = parseVersion(options.restore);
      const restored = await askStateBackend<Restored>(address, name, 'POST', `/versions/${version}/restore`);
      if (options.json) printJson(restored);
      else describeRestored(version, restored).forEach((line) => printLine(line));
    });
}

/** The options, else the address that "sdp init" wrote into backend.tf. */
export async function chooseState(
  options: Pick<HistoryOptions, 'project' | 'environment'>,
  folder: string,
): Promise<StateName> {
  const text = await readFile(resolve(folder, 'backend.tf'), 'utf8').catch(() => '');
  const [, project, environment] =
    /^\s*address\s*=\s*"[^"]*\/state\/([^/"]+)\/([^/"]+)"/m.exec(text)?.map(decodeURIComponent) ?? [];
  const chosen = options.project ?? project;
  if (chosen === undefined) {
    throw problem(
      'ProjectUnknown',
      'Whose history?',
      `${folder} has no backend.tf that "sdp init" wrote. Go to a project's folder, or name it by --project.`,
    );
  }
  const isOwn = chosen === project;
  return {
    project: chosen,
    environment: options.environment ?? (isOwn ? environment : undefined) ?? 'local',
  };
}

function parseVersion(text: string): number {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw problem(
    'InvalidVersion',
    `${JSON.stringify(text)} is no version`,
    'Name one of the numbers that "sdp history" lists, such as 12.',
  );
}

function printVersions({ project, environment }: StateName, versions: readonly StateVersion[]): void {
  if (versions.length === 0) {
    printLine(`${project} (${environment}) has no state yet: nothing was applied.`);
    return;
  }
  const rows = versions.map((item) => [
    String(item.version),
    String(item.serial ?? ''),
    item.time.replace('T', ' ').slice(0, 19),
    (item.bytes / 1024).toFixed(1),
    String(item.resources),
    item.current ? 'current' : '',
  ]);
  printLine(formatTable(['VERSION', 'SERIAL', 'TIME (UTC)', 'SIZE (KB)', 'RESOURCES', ''], rows));
}

/** What was done, and what the next plan makes of it. */
export function describeRestored(version: number, restored: Restored): readonly string[] {
  const { returned, forgotten } = restored;
  const name = (addresses: readonly string[]) => {
    const shown = addresses.slice(0, 10).map((address) => `  ${address}`);
    return addresses.length > 10 ? [...shown, `  and ${addresses.length - 10} more`] : shown;
  };
  return [
    `Version ${version} is the current state again, as version ${restored.version}: ${restored.resources} resources.`,
    'Nothing but the state has changed. "terraform plan" compares it with what is really there:',
    ...(returned.length === 0 && forgotten.length === 0
      ? [
          '- it has the same resources as before; live values are read anew, so the plan shows what differs now.',
        ]
      : []),
    ...(returned.length === 0
      ? []
      : [
          `- ${returned.length} known again. Those that are gone will be created; those that the configuration no longer has, destroyed:`,
          ...name(returned),
        ]),
    ...(forgotten.length === 0
      ? []
      : [
          `- ${forgotten.length} no longer known. Those that the configuration has will be "created": an object of this project that exists is taken over as it is:`,
          ...name(forgotten),
        ]),
  ];
}
