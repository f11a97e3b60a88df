import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../src/package-file.ts';
import type { PlatformCommands } from '../e2e/commands.ts';

export interface JobVariables {
  readonly parallelism: number;
  readonly state: 'running' | 'suspended';
  /** A literal of the script. */
  readonly revision: number;
}

/** A project of Terraform that is applied again until it is as it should be, whatever dies meanwhile. */
export interface NumbersProject {
  /** Makes the folder ready and applies. */
  start(variables: JobVariables): Promise<void>;
  /** Answers whether the apply succeeded. */
  apply(variables: JobVariables): Promise<ApplyResult>;
  remove(): Promise<void>;
}

export interface ApplyResult {
  readonly ok: boolean;
  readonly output: string;
}

export async function copyNumbersProject(platform: PlatformCommands): Promise<NumbersProject> {
  const root = await mkdtemp(join(tmpdir(), 'sdp-numbers-'));
  const folder = join(root, 'test', 'numbers');
  await mkdir(folder, { recursive: true });
  await cp(packageFile('test', 'faults', 'numbers'), folder, { recursive: true });
  await cp(packageFile('terraform-modules'), join(root, 'terraform-modules'), { recursive: true });

  async function write({ revision, ...variables }: JobVariables): Promise<void> {
    await writeFile(join(folder, 'job.auto.tfvars.json'), JSON.stringify(variables));
    const script = join(folder, 'sql', 'jobs', 'numbers.sql');
    const text = await readFile(script, 'utf8');
    await writeFile(script, text.replace(/\d+ AS revision/, `${revision} AS revision`));
  }

  async function apply(variables: JobVariables): Promise<ApplyResult> {
    await write(variables);
    await recoverState();
    const { code, output } = await platform.terraform(folder, ['apply', '-auto-approve']);
    const lock = /ID: +([0-9a-f-]{36})/.exec(output)?.[1];
    if (code !== 0 && lock !== undefined) await platform.terraform(folder, ['force-unlock', '-force', lock]);
    return { ok: code === 0, output };
  }

  /** As Terraform asks for, where it could not save the state of a run. */
  async function recoverState(): Promise<void> {
    const left = join(folder, 'errored.tfstate');
    if (!existsSync(left)) return;
    const { code, output } = await platform.terraform(folder, ['state', 'push', left]);
    if (code !== 0) throw new Error(`the state of an interrupted run cannot be pushed:\n${output}`);
    await rm(left);
  }

  return {
    async start(variables) {
      await platform.sdp(['init', folder, '--project', 'numbers']);
      const { code, output } = await platform.terraform(folder, ['init']);
      if (code !== 0) throw new Error(output);
      const applied = await apply(variables);
      if (!applied.ok) throw new Error(applied.output);
    },
    apply,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
