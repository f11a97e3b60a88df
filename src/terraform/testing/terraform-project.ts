import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildProvider } from '../../../scripts/build-provider.js';
import { cacheFolder } from '../../engines/download-cache.ts';
import { packageFile } from '../../package-file.ts';
import { installProvider } from '../install-provider.ts';

export interface TerraformRun {
  readonly code: number;
  /** stdout and stderr. */
  readonly output: string;
}

/** A project folder with the provider of these sources, for the real `terraform`; a missing binary fails. */
export interface TerraformProject {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  run(...args: readonly string[]): Promise<TerraformRun>;
  /** As `run`, with Ctrl-C once the output matches. */
  interrupt(when: RegExp, ...args: readonly string[]): Promise<TerraformRun>;
  /** As `run`, but an exit code other than 0 is an exception with the output. */
  succeed(...args: readonly string[]): Promise<string>;
  /** `terraform show -json` of the state. */
  state(): Promise<readonly StateResource[]>;
  remove(): Promise<void>;
}

export interface StateResource {
  readonly address: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly tainted?: boolean;
}

/** What is run as Terraform: OpenTofu, where `npm run opentofu` names it. */
export const terraformCommand = process.env['SDP_TERRAFORM'] || 'terraform';

let bundle: Promise<string> | undefined;

async function buildOnce(): Promise<string> {
  // In one place that stays: nobody tells a worker of tests that it ends. Workers that build at once write the same bytes.
  const folder = packageFile('node_modules', '.cache', 'sdp', 'test-provider');
  const draft = join(folder, `build-${process.pid}`);
  await buildProvider({ outfile: draft });
  const outfile = join(folder, 'terraform-provider-sdp');
  await rename(draft, outfile);
  return outfile;
}

/** `template` is copied in, without its own traces of Terraform; the project is the folder `within` it. */
export async function createTerraformProject(
  environment: Readonly<Record<string, string>>,
  template?: string,
  within = '',
): Promise<TerraformProject> {
  bundle ??= buildOnce();
  const root = await mkdtemp(join(tmpdir(), 'sdp-terraform-'));
  if (template !== undefined) await cp(template, root, { recursive: true });
  const folder = join(root, within);
  await installProvider(await bundle, { project: folder });

  const options = {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      SDP_CACHE: cacheFolder(),
      TMPDIR: process.env['TMPDIR'] ?? tmpdir(),
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      TF_CLI_ARGS: '-no-color',
      ...environment,
    },
  };
  const start = (args: readonly string[], interruptAt?: RegExp) =>
    new Promise<TerraformRun>((resolve, reject) => {
      const child = spawn(terraformCommand, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      let interrupted = false;
      const take = (chunk: Buffer) => {
        output += chunk.toString();
        if (interrupted || interruptAt?.test(output) !== true) return;
        interrupted = true;
        child.kill('SIGINT');
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('error', (cause) => reject(new Error(`${terraformCommand} could not be run`, { cause })));
      child.once('close', (code) => resolve({ code: code ?? -1, output }));
    });
  const run = (...args: readonly string[]) => start(args);
  const succeed = async (...args: readonly string[]) => {
    const { code, output } = await run(...args);
    if (code !== 0) throw new Error(`${terraformCommand} ${args.join(' ')} ended with ${code}:\n${output}`);
    return output;
  };

  return {
    folder,
    run,
    interrupt: (when, ...args) => start(args, when),
    succeed,
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        const path = join(folder, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
    },
    async state() {
      const shown = JSON.parse(await succeed('show', '-json')) as { values?: { root_module?: StateModule } };
      return resourcesOf(shown.values?.root_module);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

interface StateModule {
  readonly resources?: readonly StateResource[];
  readonly child_modules?: readonly StateModule[];
}

function resourcesOf(module: StateModule | undefined): readonly StateResource[] {
  return [...(module?.resources ?? []), ...(module?.child_modules ?? []).flatMap(resourcesOf)];
}
