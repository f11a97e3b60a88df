import { describe, expect, it } from 'vitest';
import type { FlinkJobStatus } from '../flink-job/spec.ts';
import { writeReconciledSpec } from '../reconciled-spec.ts';
import { assessJobHealth } from './health.ts';
import type { FlinkSessionJobSpec } from './spec.ts';

const generation = 2;
const running = spec({ state: 'running' });
const suspended = spec({ state: 'suspended' });
const stable: FlinkJobStatus = {
  observedGeneration: 2,
  lifecycleState: 'STABLE',
  jobStatus: { jobId: 'J1', state: 'RUNNING' },
  reconciliationStatus: { state: 'DEPLOYED', lastReconciledSpec: record(running) },
};
const refusal = error('ValidationException', 'Job parallelism must be larger than 0');

function spec(job: FlinkSessionJobSpec['job']): FlinkSessionJobSpec {
  return { deploymentName: 'session', job: { upgradeMode: 'savepoint', parallelism: 1, ...job } };
}
function record(recorded: FlinkSessionJobSpec): string {
  return writeReconciledSpec({ spec: recorded, firstDeployment: false });
}
function error(type: string, message = 'why'): string {
  return JSON.stringify({ type: `org.apache.flink.kubernetes.operator.exception.${type}`, message });
}
function assess(declared: FlinkSessionJobSpec, status: FlinkJobStatus | undefined, at = generation) {
  const object = {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkSessionJob',
    metadata: { name: 'j1', namespace: 'team', generation: at },
    spec: declared,
    status,
  };
  return assessJobHealth(object);
}

describe('assessJobHealth', () => {
  it.each<[string, FlinkSessionJobSpec, FlinkJobStatus | undefined, string]>([
    ['runs', running, stable, 'healthy'],
    ['has finished', running, { ...stable, jobStatus: { state: 'FINISHED' } }, 'healthy'],
    ['has no status: no such cluster yet', running, undefined, 'progressing'],
    ['runs an earlier generation', running, { ...stable, observedGeneration: 1 }, 'progressing'],
    [
      'is restarting, though STABLE',
      running,
      { ...stable, jobStatus: { state: 'RESTARTING' } },
      'progressing',
    ],
    [
      'is not RUNNING again after a resumption',
      running,
      { ...stable, lifecycleState: 'DEPLOYED' },
      'progressing',
    ],
    ['runs half of its program', running, { ...stable, error: error('ReconciliationException') }, 'failed'],
    [
      'is lost, and starts again for it is stateless',
      spec({ state: 'running', upgradeMode: 'stateless' }),
      { ...stable, error: 'Job Not Found', jobStatus: { state: 'RECONCILING' } },
      'progressing',
    ],
    [
      'is lost',
      running,
      { ...stable, error: 'Job Not Found', jobStatus: { state: 'RECONCILING' } },
      'failed',
    ],
    ['has failed', running, { ...stable, lifecycleState: 'FAILED', error: error('JobException') }, 'failed'],
    [
      'was put right after a refusal, which still stands there',
      running,
      { ...stable, error: refusal },
      'healthy',
    ],
    [
      'has a stale error before the operator acted',
      running,
      { ...stable, observedGeneration: 1, error: error('X') },
      'progressing',
    ],
    [
      'has a spec that is refused',
      spec({ parallelism: 0 }),
      { ...stable, observedGeneration: 1, error: refusal },
      'failed',
    ],
    [
      'has a spec that is refused for what its cluster does not configure',
      running,
      {
        ...stable,
        observedGeneration: 1,
        error: error(
          'ValidationException',
          'Checkpoint directory[execution.checkpointing.dir] must be defined for last-state and savepoint upgrade modes',
        ),
      },
      'failed',
    ],
    [
      'has the refusal of an earlier spec, which this one put right',
      running,
      { ...stable, observedGeneration: 1, error: refusal },
      'progressing',
    ],
    [
      'names another cluster',
      { ...running, deploymentName: 'other' },
      {
        ...stable,
        observedGeneration: 1,
        error: error('ValidationException', "The deploymentName can't be changed"),
      },
      'failed',
    ],
  ])('a job that %s', (_, declared, status, state) => {
    expect(assess(declared, status).state).toBe(state);
  });

  it('a first spec that is refused has failed: no error can be older', () => {
    const status = { lifecycleState: 'FAILED', error: refusal, reconciliationStatus: { state: 'UPGRADING' } };
    expect(assess(running, status, 1).state).toBe('failed');
    expect(assess(running, status, 2).state).toBe('progressing');
  });

  it.each<[string, FlinkJobStatus, string]>([
    [
      'with savepoint: SUSPENDED',
      {
        observedGeneration: 2,
        lifecycleState: 'SUSPENDED',
        jobStatus: { state: 'FINISHED' },
        reconciliationStatus: { lastReconciledSpec: record(suspended) },
      },
      'healthy',
    ],
    [
      'with last-state: UPGRADING and the old generation for ever',
      {
        observedGeneration: 1,
        lifecycleState: 'UPGRADING',
        jobStatus: { jobId: 'J1', state: 'CANCELED' },
        reconciliationStatus: { state: 'UPGRADING', lastReconciledSpec: record(suspended) },
      },
      'healthy',
    ],
    [
      'before anything was submitted',
      { observedGeneration: 2, reconciliationStatus: { lastReconciledSpec: record(suspended) } },
      'healthy',
    ],
    [
      'while the job is being cancelled',
      { ...stable, observedGeneration: 1, jobStatus: { jobId: 'J1', state: 'CANCELLING' } },
      'progressing',
    ],
    ['of a job that still runs', { ...stable, observedGeneration: 1 }, 'progressing'],
    [
      'of a job that had finished before',
      { ...stable, observedGeneration: 1, jobStatus: { state: 'FINISHED' } },
      'progressing',
    ],
  ])('a suspension %s', (_, status, state) => {
    expect(assess(suspended, status).state).toBe(state);
  });

  it('says what the operator last complained of while it has not acted', () => {
    const status = { ...stable, observedGeneration: 1, error: error('ReconciliationException') };
    expect(assess(running, status)).toMatchObject({ message: expect.stringContaining('why') as string });
  });

  it('names the job and the reason in its diagnostic', () => {
    expect(assess(running, { ...stable, error: error('ReconciliationException') })).toEqual({
      state: 'failed',
      diagnostics: [
        {
          severity: 'error',
          reason: 'ReconciliationException',
          summary: 'Flink job j1 does not run',
          detail: 'why',
          object: { kind: 'FlinkSessionJob', name: 'j1', namespace: 'team' },
        },
      ],
    });
  });
});
