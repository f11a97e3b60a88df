import { describe, expect, it } from 'vitest';
import type { FlinkSessionJobSpec } from './spec.ts';
import { type SessionJobSurroundings, validateSessionJob } from './validate.ts';

const flinkConfiguration = {
  'state.checkpoints.dir': 'file:/cp',
  'execution.checkpointing.savepoint-dir': 'file:/sp',
};
const cluster = { flinkConfiguration };
const legal = withJob({ upgradeMode: 'savepoint' });
const noCheckpoints =
  'Checkpoint directory[execution.checkpointing.dir] must be defined for last-state and savepoint upgrade modes';

function withJob(job: FlinkSessionJobSpec['job'], configuration = {}): FlinkSessionJobSpec {
  return { deploymentName: 'session', job: { parallelism: 1, ...job }, flinkConfiguration: configuration };
}

describe('validateSessionJob', () => {
  it.each<[string, FlinkSessionJobSpec, SessionJobSurroundings, string | undefined]>([
    ['a stateful job on a cluster with folders', legal, { cluster }, undefined],
    ['the same job again', legal, { cluster, before: legal }, undefined],
    [
      'a stateful job with folders of its own',
      withJob({ upgradeMode: 'savepoint' }, flinkConfiguration),
      { cluster: {} },
      undefined,
    ],
    ['a stateless job without folders', withJob({}), { cluster: {} }, undefined],
    ['a stateful job whose cluster is not known', legal, {}, undefined],
    [
      'another cluster',
      { ...legal, deploymentName: 'other' },
      { cluster, before: legal },
      "The deploymentName can't be changed",
    ],
    [
      'an application cluster',
      legal,
      { cluster: { job: {} } },
      'Can not submit session job to application cluster',
    ],
    ['savepoint without a checkpoint folder', legal, { cluster: {} }, noCheckpoints],
    [
      'last-state without a checkpoint folder',
      withJob({ upgradeMode: 'last-state' }),
      { cluster: {} },
      noCheckpoints,
    ],
    [
      'savepoint without a savepoint folder',
      legal,
      { cluster: { flinkConfiguration: { 'execution.checkpointing.dir': 'file:/cp' } } },
      'Job could not be upgraded with savepoint while config key[execution.checkpointing.savepoint-dir] is not set',
    ],
    [
      'periodic savepoints without a folder',
      withJob({}, { 'kubernetes.operator.periodic.savepoint.interval': '1h' }),
      { cluster: {} },
      'Periodic savepoints cannot be enabled when config key[execution.checkpointing.savepoint-dir] is not set',
    ],
    [
      'an age of checkpoints without a folder for savepoints',
      withJob({}, { 'kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age': '1h' }),
      { cluster: {} },
      'In order to use max-checkpoint age functionality config key[execution.checkpointing.savepoint-dir] must be set to allow triggering savepoint upgrades.',
    ],
    [
      'no parallelism',
      withJob({ parallelism: undefined }),
      { cluster },
      'Job parallelism must be larger than 0',
    ],
    [
      'parallelism 0 on any cluster',
      withJob({ parallelism: 0 }),
      {},
      'Job parallelism must be larger than 0',
    ],
    ['a jar by https', withJob({ jarURI: 'https://repo/a.jar' }), { cluster }, undefined],
    ['a jar without a scheme', withJob({ jarURI: '/a.jar' }), { cluster }, 'jarURI must include a scheme'],
    [
      'a jar with a space',
      withJob({ jarURI: 'file:/a b.jar' }),
      {},
      'jarURI is not a valid URI: file:/a b.jar',
    ],
    [
      'a jar by ftp',
      withJob({ jarURI: 'ftp://repo/a.jar' }),
      { cluster },
      "jarURI scheme 'ftp' is not in the allowlist [file, http, https]. Configure 'kubernetes.operator.user.artifacts.allowed-schemes' to extend the allowlist.",
    ],
  ])('%s', (_, spec, surroundings, refusal) => {
    expect(validateSessionJob(spec, surroundings)).toBe(refusal);
  });

  it('a cluster name that none can have', () => {
    expect(validateSessionJob({ ...legal, deploymentName: '1a' })).toContain(
      'The FlinkDeployment name: 1a is invalid',
    );
  });
});
