import { describe, expect, it } from 'vitest';
import type { FlinkDeploymentSpec } from './spec.ts';
import { validateDeployment } from './validate.ts';

const resource = { cpu: 1, memory: '1600m' };
const legal: FlinkDeploymentSpec = {
  flinkVersion: 'v2_2',
  jobManager: { resource },
  taskManager: { resource },
};

describe('validateDeployment', () => {
  it.each<[string, string, FlinkDeploymentSpec, RegExp | undefined]>([
    ['a session cluster', 'session', legal, undefined],
    ['a name of 45 characters', 'a'.repeat(45), legal, undefined],
    ['a longer name', 'a'.repeat(46), legal, /no more than 45 characters/],
    ['a name that starts with a digit', '1a', legal, /start with an alphabetic character/],
    ['no version', 'session', { ...legal, flinkVersion: undefined }, /Flink Version must be defined/],
    [
      'a version in other words',
      'session',
      { ...legal, flinkVersion: '2.2' },
      /version 2\.2 is not supported/,
    ],
    [
      "a key of the operator's",
      'session',
      { ...legal, flinkConfiguration: { 'kubernetes.cluster-id': 'x' } },
      /Forbidden Flink config key: kubernetes\.cluster-id/,
    ],
    ['no JobManager', 'session', { ...legal, jobManager: undefined }, /JobManager resource must be defined/],
    [
      'no TaskManager',
      'session',
      { ...legal, taskManager: undefined },
      /TaskManager resource must be defined/,
    ],
    [
      'memory that is none',
      'session',
      { ...legal, taskManager: { resource: { memory: 'much' } } },
      /TaskManager resource memory parse error: much/,
    ],
    [
      'two JobManagers without high availability',
      'session',
      { ...legal, jobManager: { resource, replicas: 2 } },
      /High availability should be enabled/,
    ],
    [
      'two JobManagers with it',
      'session',
      {
        ...legal,
        jobManager: { resource, replicas: 2 },
        flinkConfiguration: { 'high-availability.type': 'kubernetes' },
      },
      undefined,
    ],
  ])('%s', (_, name, spec, refusal) => {
    expect(validateDeployment(name, spec) ?? 'accepted').toMatch(refusal ?? /^accepted$/);
  });
});
