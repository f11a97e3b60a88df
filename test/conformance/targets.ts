import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestServer } from '../../src/apiserver/testing/start-test-server.ts';
import { startWithKubeconfig } from './start-kubernetes.ts';

/** A server that the suite runs against. */
export interface TargetServer {
  readonly name: 'embedded' | 'original' | 'cluster';
  /** The path of a kubeconfig whose user may do everything. */
  readonly kubeconfig: string;
}

interface RunningServer extends TargetServer {
  stop(): Promise<void>;
}

/**
 * SDP_CONFORMANCE chooses the servers: `embedded`, `original`, or the path of a kubeconfig for any cluster. Absent: both
 * of the first two.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running: RunningServer[] = [];
  const stop = async (): Promise<void> => {
    for (const server of running) await server.stop();
  };
  try {
    for (const chosen of (process.env.SDP_CONFORMANCE ?? 'original,embedded').split(',')) {
      if (chosen === 'original') running.push(await startOriginal());
      else if (chosen === 'embedded') running.push(await startEmbedded());
      else running.push({ name: 'cluster', kubeconfig: chosen, stop: async () => undefined });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const servers = running.map(({ name, kubeconfig }) => ({ name, kubeconfig }));
  project.provide('servers', servers);
  return stop;
}

async function startEmbedded(): Promise<RunningServer> {
  const { kubeconfig, close } = await startTestServer();
  return { name: 'embedded', kubeconfig, stop: close };
}

async function startOriginal(): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-kubernetes-'));
  try {
    const { kubeconfig, stop } = await startWithKubeconfig(folder);
    return {
      name: 'original',
      kubeconfig,
      async stop() {
        await stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    servers: readonly TargetServer[];
  }
}
