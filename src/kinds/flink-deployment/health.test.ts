import { describe, expect, it } from 'vitest';
import { assessDeploymentHealth } from './health.ts';
import type { FlinkDeploymentStatus } from './spec.ts';

function assess(status: FlinkDeploymentStatus | undefined, generation = 2) {
  const object = {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkDeployment',
    metadata: { name: 'session', namespace: 'team', generation },
    status,
  };
  return assessDeploymentHealth(object);
}
const refusal = JSON.stringify({
  type: 'a.b.ValidationException',
  message: 'Flink Version must be defined.',
});
const ready = { observedGeneration: 2, jobManagerDeploymentStatus: 'READY' } as const;

describe('assessDeploymentHealth', () => {
  it.each<[string, FlinkDeploymentStatus | undefined, string]>([
    ['is ready', ready, 'healthy'],
    ['has no status', undefined, 'progressing'],
    ['is ready for an earlier spec', { ...ready, observedGeneration: 1 }, 'progressing'],
    ['is starting', { observedGeneration: 2, jobManagerDeploymentStatus: 'DEPLOYING' }, 'progressing'],
    ['does not answer', { ...ready, jobManagerDeploymentStatus: 'DEPLOYED_NOT_READY' }, 'progressing'],
    ['is refused', { ...ready, observedGeneration: 1, error: refusal }, 'failed'],
  ])('a cluster that %s', (_, status, state) => {
    expect(assess(status).state).toBe(state);
  });

  it('says what the JobManager is waiting for', () => {
    const conditions = [{ type: 'Running', status: 'False', message: 'Downloading Flink: 12 MB' }];
    expect(assess({ conditions })).toMatchObject({ message: 'Downloading Flink: 12 MB' });
  });

  it("hands on the operator's words", () => {
    expect(assess({ error: refusal })).toMatchObject({
      diagnostics: [{ reason: 'ValidationException', detail: 'Flink Version must be defined.' }],
    });
  });
});
