import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { run, sdpCommand } from './commands.ts';

/** One platform for all end-to-end tests, on a data folder of its own; whatever it started is ended after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const data = await mkdtemp(join(tmpdir(), 'sdp-e2e-'));
  await run(sdpCommand, ['up', '--detach', '--data', data]);
  project.provide('dataFolder', data);
  return async () => {
    // For a look at what a failed test left.
    if (process.env.SDP_TEST_KEEP !== undefined) return;
    await run(sdpCommand, ['down', '--purge', '--data', data]);
    await rm(data, { recursive: true, force: true });
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    dataFolder: string;
  }
}
