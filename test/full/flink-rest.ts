import type { PlatformCommands } from '../e2e/commands.ts';

/** Where a cluster's JobManager answers: `http://127.0.0.1:40001/v1`. */
export async function flinkRest({ getJson }: PlatformCommands, cluster: string): Promise<string> {
  const pod = await getJson<{ metadata: { annotations: Record<string, string> } }>([
    'pod',
    `${cluster}-jobmanager-0`,
  ]);
  const { rest } = JSON.parse(pod.metadata.annotations['sdp.internal/ports'] ?? '{}') as { rest: number };
  return `http://127.0.0.1:${rest}/v1`;
}
