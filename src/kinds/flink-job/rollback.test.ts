import { describe, expect, it } from 'vitest';
import { flinkDeployment } from '../flink-deployment/kind.ts';
import { flinkSessionJob } from '../flink-session-job/kind.ts';
import { useSimulation } from '../flink-session-job/testing/use-simulation.ts';
import { writeReconciledSpec } from '../reconciled-spec.ts';
import type { FlinkJob } from './flink-jobs.ts';
import { flinkGoBack } from './go-back.ts';
import type { FlinkJobSpec } from './resource.ts';
import { decideRollback, mergePatch } from './rollback.ts';

const sql = (revision: string, more: Partial<FlinkJobSpec['job']> = {}): FlinkJobSpec => ({
  job: {
    entryClass: 'internal.sdp.runner.SqlRunner',
    args: ['--namespace', 'default', '--job', 'totals', '--revision', revision],
    parallelism: 1,
    state: 'running',
    upgradeMode: 'savepoint',
    ...more,
  },
});

function job(spec: FlinkJobSpec, stable: FlinkJobSpec | undefined, application = false): FlinkJob {
  return {
    kind: application ? flinkDeployment : flinkSessionJob,
    cluster: 'session',
    application,
    object: {
      apiVersion: 'flink.apache.org/v1beta1',
      kind: application ? 'FlinkDeployment' : 'FlinkSessionJob',
      metadata: { name: 'totals', namespace: 'default' },
      spec,
      status: {
        reconciliationStatus: {
          ...(stable && { lastStableSpec: writeReconciledSpec({ spec: stable, firstDeployment: false }) }),
        },
      },
    },
  };
}

describe('a rollback', () => {
  it.each<[string, FlinkJobSpec, FlinkJobSpec, object, string | undefined]>([
    [
      'of SQL names the revision before',
      sql('b'),
      // As the operator records a first deployment.
      sql('a', { upgradeMode: 'stateless' }),
      { job: { args: ['--namespace', 'default', '--job', 'totals', '--revision', 'a'] } },
      'a',
    ],
    [
      'of a jar with other arguments',
      { job: { jarURI: 'https://jars/2.jar', args: ['x'], parallelism: 4 } },
      { job: { jarURI: 'https://jars/1.jar', entryClass: 'org.Main', parallelism: 2 } },
      { job: { jarURI: 'https://jars/1.jar', entryClass: 'org.Main', args: null, parallelism: 2 } },
      undefined,
    ],
    [
      'takes configuration away that the change brought, and brings back what it took',
      { ...sql('a'), flinkConfiguration: { kept: '1', changed: '2', added: '3' } },
      { ...sql('a'), flinkConfiguration: { kept: '1', changed: '1', removed: '0' } },
      { flinkConfiguration: { changed: '1', added: null, removed: '0' } },
      'a',
    ],
  ])('%s', (_, spec, stable, patch, revision) => {
    const { value } = decideRollback(job(spec, stable));
    expect(value).toMatchObject({ patch: { spec: patch }, revision });
    expect(value?.patch).toEqual({ spec: patch });
  });

  it('of an application brings the image back too', () => {
    const stable = { job: { args: ['1'] }, image: 'app:1' };
    const { value } = decideRollback(job({ job: { args: ['1'] }, image: 'app:2' }, stable, true));
    expect(value?.patch).toEqual({ spec: { image: 'app:1' } });
    expect(value?.changes).toEqual([{ path: 'image', before: 'app:2', after: 'app:1' }]);
  });

  it.each<[string, FlinkJobSpec, FlinkJobSpec | undefined, string]>([
    ['has never run', sql('a'), undefined, 'NeverRan'],
    ['runs as it is declared', sql('a'), sql('a'), 'NothingToRollBack'],
    [
      'differs in how it is upgraded alone',
      sql('a', { upgradeMode: 'last-state', initialSavepointPath: 'file:/s', state: 'suspended' }),
      sql('a'),
      'NothingToRollBack',
    ],
    [
      // Java's record has a number, null and an empty object where the spec has nothing.
      'is recorded as the original operator does',
      { job: { entryClass: 'a.B' } },
      {
        job: { entryClass: 'a.B', jarURI: null, parallelism: 0 },
        flinkConfiguration: {},
      } as unknown as FlinkJobSpec,
      'NothingToRollBack',
    ],
  ])('is refused for a job that %s', (_, spec, stable, reason) => {
    const { value, diagnostics } = decideRollback(job(spec, stable));
    expect(value).toBeUndefined();
    expect(diagnostics).toMatchObject([{ reason, object: { kind: 'FlinkSessionJob', name: 'totals' } }]);
  });
});

it('a merge patch makes one of the other', () => {
  const apply = (target: unknown, patch: unknown): unknown => {
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
    const result: Record<string, unknown> = { ...(target as object) };
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) delete result[key];
      else result[key] = apply(result[key] ?? {}, value);
    }
    return result;
  };
  const before = { a: 1, list: [1, 2], gone: 'x', inner: { p: 'q', r: 's' } };
  const after = { a: 2, list: [1], inner: { p: 'q', t: 'u' }, come: { deep: true } };
  expect(apply(before, mergePatch(before, after))).toEqual(after);
  expect(mergePatch(after, after)).toEqual({});
});

describe('with the operator', () => {
  const simulation = useSimulation();

  it('a change that does not start goes back to the savepoint that it was made from', async () => {
    const { job: running } = simulation;
    await simulation.deploy('savepoint');
    await running.change({ args: ['fails-to-start', '1'], parallelism: 2 });
    await running.settle();
    expect(await running.standing()).toMatchObject({ state: 'FAILED', savepoint: 'file:/sp/savepoint-1' });

    const object = await running.resource();
    const { value } = decideRollback({
      kind: flinkSessionJob,
      cluster: 'session',
      application: false,
      object: object as FlinkJob['object'],
    });
    expect(value?.changes.map(({ path }) => path)).toEqual(['job.args.0', 'job.args.1', 'job.parallelism']);
    running.newLog();
    await running.change(((value?.patch ?? {}) as { spec?: { job: object } }).spec?.job ?? {});
    await running.settle();
    expect(running.newLog()).toContain('REST run runs from file:/sp/savepoint-1');
    expect(await running.standing()).toMatchObject({ state: 'RUNNING', lifecycle: 'STABLE' });
    expect(
      decideRollback({
        kind: flinkSessionJob,
        cluster: 'session',
        application: false,
        object: (await running.resource()) as FlinkJob['object'],
      }).diagnostics,
    ).toMatchObject([{ reason: 'NothingToRollBack' }]);
  });

  it.each<[string, 'RESTARTING' | 'FAILED', string]>([
    ['runs and fails', 'RESTARTING', 'REST cancel'],
    ['has failed for good', 'FAILED', 'REST run runs from file:/sp/savepoint-1'],
  ])(
    'a change that %s before its first checkpoint goes back to its savepoint, not to nothing',
    async (_, state, says) => {
      const { job: running } = simulation;
      await simulation.deploy('savepoint');
      const healthy = (await running.resource()) as FlinkJob['object'];
      await running.change({ args: ['runs', '2'] });
      await running.settle();
      const resource = async () => (await running.resource()) as FlinkJob['object'];
      const startedFrom = flinkGoBack.startedFrom(await resource());
      expect(startedFrom).toBe('file:/sp/savepoint-1');
      for (const job of running.flink.jobs.values()) Object.assign(job, { state, checkpoints: 0 });
      await running.settle();
      running.newLog();

      const way = flinkGoBack.decide(await resource(), healthy.spec, startedFrom);
      const back = way?.spec as FlinkJobSpec | undefined;
      const { args = null, ...job } = back?.job ?? {};
      await running.change({ ...job, args });
      await running.settle();
      expect(running.newLog()).toEqual(
        expect.arrayContaining([expect.stringContaining(says), 'REST run runs from file:/sp/savepoint-1']),
      );
      expect(await running.standing()).toMatchObject({ state: 'RUNNING', lifecycle: 'STABLE' });
    },
  );
});
