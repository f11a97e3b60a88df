import type { Command } from 'commander';
import type { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { type ArtifactAnswer, artifactsPath } from '../platform/registry/api.ts';
import { addressOf, chooseArtifact, describeArtifact, formatArtifacts } from './artifact-text.ts';
import { registerArtifactTokens } from './artifact-tokens.ts';
import { askRegistry, listArtifacts } from './ask-registry.ts';
import { confirm } from './confirm.ts';
import { problem } from './problem.ts';
import { requirePlatform } from './running-platform.ts';
import { note, printJson, printLine } from './terminal-output.ts';

interface ArtifactOptions {
  data?: string;
  json?: boolean;
}

export function registerArtifacts(program: Command): void {
  const artifacts = program
    .command('artifacts')
    .description("List what is published in the platform's registry, and which jobs use it.")
    .option('--data <dir>', 'data folder of the platform')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nPublish with twine and mvn, to where "sdp env" says.\n\nExamples:\n  $ sdp artifacts\n  $ sdp artifacts show readings\n  $ sdp artifacts delete internal.shop:totals 1.0.0\n  $ sdp artifacts token create orders-ci --expires 90d',
    )
    .action(async (options: ArtifactOptions) => {
      const { address } = await requirePlatform(options.data);
      const found = await listArtifacts(address);
      if (options.json) printJson(found);
      else if (found.length === 0)
        note('Nothing is published. "twine upload" and "mvn deploy" do, after eval "$(sdp env)".');
      else printLine(formatArtifacts(found, Date.now()));
    });
  registerShow(artifacts);
  registerDelete(artifacts);
  registerArtifactTokens(artifacts);
}

function registerShow(artifacts: Command): void {
  artifacts
    .command('show <artifact>')
    .description(
      'Show the versions of an artifact: files, hashes, who uses them, and the addresses for modules.',
    )
    .option('--data <dir>', 'data folder of the platform')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sdp artifacts show readings\n  $ sdp artifacts show internal.shop:totals',
    )
    .action(async (name: string, _: ArtifactOptions, command: Command) => {
      const options = command.optsWithGlobals<ArtifactOptions>();
      const { address } = await requirePlatform(options.data);
      const found = chooseArtifact(name, await listArtifacts(address));
      if (options.json) {
        printJson(
          found.map((artifact) => ({
            ...artifact,
            files: artifact.files.map((file) => ({ ...file, address: addressOf(artifact, file) })),
          })),
        );
      } else {
        for (const artifact of found)
          describeArtifact(artifact, Date.now()).forEach((line) => printLine(line));
      }
    });
}

function registerDelete(artifacts: Command): void {
  artifacts
    .command('delete <artifact> <version>')
    .description('Delete a version of an artifact, which no job may use.')
    .option('--data <dir>', 'data folder of the platform')
    .option('--yes', 'without asking')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  $ sdp artifacts delete internal.shop:totals 1.0.0')
    .action(async (name: string, version: string, given: { yes?: boolean }, command: Command) => {
      const options = command.optsWithGlobals<ArtifactOptions>();
      const { address } = await requirePlatform(options.data);
      const versions = chooseArtifact(name, await listArtifacts(address));
      const artifact = versions.find((other) => other.version === version);
      if (artifact === undefined) {
        throw problem(
          'ArtifactNotFound',
          `There is no version ${version} of ${name}`,
          `There are: ${versions.map((other) => other.version).join(', ')}.`,
        );
      }
      const { type, files } = artifact;
      if (artifact.usedBy.length > 0) throw isUsed(artifact);
      const consequence = `${artifact.name} ${version} goes, with ${files.length === 1 ? 'its file' : `${files.length} files`}; whoever has fetched it keeps it.`;
      if (!(await confirm(given.yes, consequence))) return;
      const path = [type, artifact.name, version].map(encodeURIComponent).join('/');
      await askRegistry(address, 'DELETE', `${artifactsPath}/${path}`);
      if (options.json) printJson({ type, name: artifact.name, version });
      else printLine(`${artifact.name} ${version} is deleted.`);
    });
}

/** The registry refuses it too; here nobody is asked first about what is refused then. */
function isUsed({ name, version, usedBy }: ArtifactAnswer): DiagnosticError {
  return problem(
    'ArtifactUsed',
    `${name} ${version} is used`,
    `${usedBy.join(', ')} could not start again without it. Give them another version, or delete them, first.`,
  );
}
