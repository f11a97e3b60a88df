import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../flink-job/spec.ts';
import { assessDeploymentHealth } from './health.ts';
import { refuseOtherFlink } from './other-flink.ts';
import type { FlinkDeploymentStatus } from './spec.ts';

const process = { resource: { memory: '1g' } };

function assess(
  status: FlinkDeploymentStatus | undefined,
  generation = 2,
  job?: JobSpec,
  flinkVersion = 'v2_2',
) {
  const object = {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkDeployment',
    metadata: { name: 'session', namespace: 'team', generation },
    spec: { flinkVersion, jobManager: process, taskManager: process, ...(job && { job }) },
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

describe('an application', () => {
  const runs: FlinkDeploymentStatus = {
    ...ready,
    lifecycleState: 'STABLE',
    jobStatus: { state: 'RUNNING' },
  };
  const failed = JSON.stringify({ type: 'a.b.DeploymentFailedException', message: 'why' });

  it.each<[string, JobSpec, FlinkDeploymentStatus | undefined, string]>([
    ['that runs', {}, runs, 'healthy'],
    ['that has finished', {}, { ...runs, jobStatus: { state: 'FINISHED' } }, 'healthy'],
    ['without a status', {}, undefined, 'progressing'],
    ['that runs an earlier generation', {}, { ...runs, observedGeneration: 1 }, 'progressing'],
    ['that restarts, though STABLE', {}, { ...runs, jobStatus: { state: 'RESTARTING' } }, 'progressing'],
    ['whose JobManager answers', {}, { ...ready, lifecycleState: 'DEPLOYED' }, 'progressing'],
    [
      'whose main() has not submitted yet',
      {},
      { ...ready, lifecycleState: 'DEPLOYED', error: 'Job Not Found', jobStatus: { state: 'RECONCILING' } },
      'progressing',
    ],
    [
      'whose job is lost',
      {},
      { ...runs, error: 'Job Not Found', jobStatus: { state: 'RECONCILING' } },
      'failed',
    ],
    ['that cannot be deployed', {}, { ...ready, lifecycleState: 'UPGRADING', error: failed }, 'failed'],
    [
      'with the error of the generation before',
      {},
      { ...runs, observedGeneration: 1, error: failed },
      'progressing',
    ],
    ['that was put right after a refusal', {}, { ...runs, error: refusal }, 'healthy'],
    ['that is suspended', { state: 'suspended' }, { ...ready, lifecycleState: 'SUSPENDED' }, 'healthy'],
    [
      'that is suspended and changed, of which nothing is written',
      { state: 'suspended' },
      {
        ...ready,
        observedGeneration: 1,
        lifecycleState: 'SUSPENDED',
        reconciliationStatus: {
          lastReconciledSpec: JSON.stringify({ spec: { job: { state: 'suspended' } } }),
        },
      },
      'healthy',
    ],
    ['that is being suspended', { state: 'suspended' }, runs, 'progressing'],
  ])('%s', (_, job, status, state) => {
    expect(assess(status, 2, job).state).toBe(state);
  });

  it('whose first spec is refused has failed', () => {
    expect(assess({ error: refusal }, 1, {}).state).toBe('failed');
    expect(assess({ error: refusal }, 2, { parallelism: 1 }).state).toBe('progressing');
  });

  it('that the local platform does not run has failed, whatever ran before', () => {
    const message = refuseOtherFlink({ flinkVersion: 'v1_20' });
    const error = JSON.stringify({ type: 'a.b.ValidationException', message });
    const status = { ...runs, observedGeneration: 1, error };
    expect(assess(status, 2, {}, 'v1_20')).toMatchObject({
      state: 'failed',
      diagnostics: [
        {
          detail: expect.stringMatching(
            /the local platform runs Flink 2\.2\.0 alone\. Set flink_version to 2\.2/,
          ),
        },
      ],
    });
    expect(assess(status, 2, { parallelism: 1 }).state).toBe('progressing');
    expect(assess({ ...runs, observedGeneration: 1 }, 2, {}, 'v1_20').state).toBe('progressing');
  });
});
