import { describe, expect, it } from 'vitest';
import type { FlinkDeploymentSpec } from './spec.ts';
import { idleTimeoutMs, nameTaskManagers, parallelismOf, planTaskManagers } from './task-managers.ts';

const gigabyte = 2 ** 30;
const room = { free: 10 * gigabyte, total: 16 * gigabyte };

function session(changes: Partial<FlinkDeploymentSpec> = {}): FlinkDeploymentSpec {
  return {
    taskManager: { resource: { memory: '1g' } },
    flinkConfiguration: { 'taskmanager.numberOfTaskSlots': '4' },
    ...changes,
  };
}

const jobs = (...slots: number[]) => slots.map((count, index) => ({ job: `job-${index + 1}`, slots: count }));

describe('planTaskManagers', () => {
  it.each<[string, FlinkDeploymentSpec, number[], number]>([
    ['one is kept warm for a session cluster', session(), [], 1],
    ['an application without a job that runs has none', session({ job: {} }), [], 0],
    ['as many as the slots in use', session(), [4, 4, 1], 3],
    ['not one for each job', session(), [1, 1, 1], 1],
    [
      'at least as many as replicas',
      session({ taskManager: { resource: { memory: '1g' }, replicas: 3 } }),
      [1],
      3,
    ],
    [
      'as many as replicas in mode standalone',
      session({ mode: 'standalone', taskManager: { resource: { memory: '1g' }, replicas: 2 } }),
      [40],
      2,
    ],
    ['one slot each by default', session({ flinkConfiguration: {} }), [2, 1], 3],
  ])('%s', (_what, spec, slots, count) => {
    expect(planTaskManagers(spec, jobs(...slots), room)).toMatchObject({ count, shortage: undefined });
  });

  it('names a job that does not fit, and gives the others what they need', () => {
    const { count, unfit } = planTaskManagers(session(), jobs(4, 80, 8), room);
    expect(count).toBe(3);
    expect(unfit).toEqual([
      {
        job: 'job-2',
        message:
          'The job needs 80 slots and would take 20 TaskManagers with 4 each, of 1024 MiB, 20480 MiB in all. This machine has 16384 MiB, ' +
          'of which 10240 MiB are not asked for by others. ' +
          "Lower the parallelism or the TaskManager's memory, or raise taskmanager.numberOfTaskSlots.",
      },
    ]);
  });

  it('says that there is no room for a single one', () => {
    const plan = planTaskManagers(session(), [], { free: 0.5 * gigabyte, total: 16 * gigabyte });
    expect(plan).toEqual({
      count: 0,
      unfit: [],
      shortage:
        'There is no room for a TaskManager of 1024 MiB. This machine has 16384 MiB, of which 512 MiB are not asked for by others.',
    });
  });
});

describe('nameTaskManagers', () => {
  const known = (...idle: number[]) =>
    idle.map((idleMs, index) => ({ name: `c-taskmanager-1-${index + 1}`, idleMs }));

  it.each<[string, number, number[], number[]]>([
    ['new ones get the next numbers', 3, [0], [1, 2, 3]],
    ['one that works stays, whatever its number', 1, [40_000, 0], [2]],
    ['one that is idle for a short time stays', 1, [0, 10_000], [1, 2]],
    ['the highest idle ones go', 1, [40_000, 40_000, 40_000], [1]],
    ['none is needed', 0, [40_000], []],
  ])('%s', (_what, count, idle, numbers) => {
    expect(nameTaskManagers('c', count, known(...idle), 30_000)).toEqual(
      numbers.map((number) => `c-taskmanager-1-${number}`),
    );
  });

  it('fills the first gap', () => {
    const there = [{ name: 'c-taskmanager-1-2', idleMs: 0 }];
    expect(nameTaskManagers('c', 2, there, 30_000)).toEqual(['c-taskmanager-1-1', 'c-taskmanager-1-2']);
  });
});

it('reads how long a TaskManager may be idle', () => {
  expect(idleTimeoutMs(session())).toBe(30_000);
  const configured = session({ flinkConfiguration: { 'resourcemanager.taskmanager-timeout': '2 min' } });
  expect(idleTimeoutMs(configured)).toBe(120_000);
});

it.each<[FlinkDeploymentSpec, number]>([
  [session({ job: {} }), 1],
  [session({ job: { parallelism: 3 } }), 3],
  [session({ job: {}, flinkConfiguration: { 'parallelism.default': '5' } }), 5],
  [session({ job: { parallelism: 3 }, taskManager: { resource: { memory: '1g' }, replicas: 2 } }), 8],
])('parallelism of an application %#', (spec, parallelism) => {
  expect(parallelismOf(spec)).toBe(parallelism);
});
