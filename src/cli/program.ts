import { Command } from 'commander';
import { packageVersion } from '../package-file.ts';
import { registerArtifacts } from './artifacts.ts';
import { registerBackup } from './backup.ts';
import { registerBump } from './bump.ts';
import { registerComment } from './comment.ts';
import { registerConnectors } from './connectors.ts';
import { registerConsume } from './consume.ts';
import { registerDoctor } from './doctor.ts';
import { registerDown } from './down.ts';
import { registerEnv } from './env.ts';
import { registerEvents } from './events.ts';
import { registerHistory } from './history.ts';
import { registerImport } from './import.ts';
import { registerInit } from './init.ts';
import { registerJobs } from './jobs.ts';
import { registerLag } from './lag.ts';
import { registerLineage } from './lineage.ts';
import { registerLogs } from './logs.ts';
import { registerNew } from './new.ts';
import { registerPolicy } from './policy.ts';
import { registerPreview } from './preview.ts';
import { registerProduce } from './produce.ts';
import { registerRender } from './render.ts';
import { registerRestart } from './restart.ts';
import { registerRollback } from './rollback.ts';
import { registerSavepoint } from './savepoint.ts';
import { registerSecret } from './secret.ts';
import { registerStatus } from './status.ts';
import { registerTerraformCommands } from './terraform-commands.ts';
import { registerTopics } from './topics.ts';
import { registerUp } from './up.ts';
import { registerUpgrade } from './upgrade.ts';
import { registerValidate } from './validate.ts';

/** The command line with every command but `completion`, which wants to know what was typed. */
export function createProgram(): Command {
  const program = new Command('sdp')
    .description(
      'Deploys streaming data platforms: Kafka topics, connectors and Flink jobs, declared as Terraform modules.',
    )
    .version(packageVersion())
    // Commands have a --version of their own.
    .enablePositionalOptions()
    .showHelpAfterError('Run "sdp --help" for the commands.')
    .exitOverride();

  for (const register of [
    registerUp,
    registerEnv,
    registerStatus,
    registerEvents,
    registerDoctor,
    registerDown,
    registerNew,
    registerUpgrade,
    registerInit,
    registerValidate,
    registerPreview,
    registerLineage,
    registerTerraformCommands,
    registerPolicy,
    registerComment,
    registerBump,
    registerImport,
    registerRender,
    registerHistory,
    registerBackup,
    registerTopics,
    registerProduce,
    registerConsume,
    registerLag,
    registerJobs,
    registerSavepoint,
    registerRestart,
    registerRollback,
    registerConnectors,
    registerSecret,
    registerArtifacts,
    registerLogs,
  ]) {
    register(program);
  }
  return program;
}
