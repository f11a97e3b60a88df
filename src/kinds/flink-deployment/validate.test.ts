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
      /^Flink version 2\.2 is not supported by this operator version$/,
    ],
    [
      'a version that is too old',
      'session',
      { ...legal, flinkVersion: 'v1_14' },
      /^Flink version v1_14 is not supported by this operator version$/,
    ],
    [
      'rollback without high availability',
      'session',
      { ...legal, flinkConfiguration: { 'kubernetes.operator.deployment.rollback.enabled': 'true' } },
      /^HA must be enabled for rollback support\.$/,
    ],
    [
      'health checks without recovery',
      'session',
      {
        ...legal,
        flinkConfiguration: {
          'kubernetes.operator.cluster.health-check.enabled': 'true',
          'kubernetes.operator.jm-deployment-recovery.enabled': 'false',
        },
      },
      /^Deployment recovery \(kubernetes\.operator\.jm-deployment-recovery\.enabled\) must be enabled for job health check/,
    ],
    [
      'a log file of another name',
      'session',
      { ...legal, logConfiguration: { 'log4j.properties': '' } },
      /^Invalid log config key: log4j\.properties\. Allowed keys are \[log4j-console\.properties, logback-console\.xml\]$/,
    ],
    [
      'an Ingress without a template',
      'session',
      { ...legal, ingress: {} },
      /^Ingress template must be defined$/,
    ],
    ['a job without parallelism', 'app', { ...legal, job: {} }, /^Job parallelism must be larger than 0$/],
    [
      'a job without parallelism on TaskManagers that are counted',
      'app',
      { ...legal, job: {}, taskManager: { resource, replicas: 2 } },
      undefined,
    ],
    [
      'a job on no TaskManagers',
      'app',
      { ...legal, job: {}, taskManager: { resource, replicas: 0 } },
      /^TaskManager replicas must be larger than 0$/,
    ],
    [
      "a key of the operator's",
      'session',
      { ...legal, flinkConfiguration: { 'kubernetes.cluster-id': 'x' } },
      /Forbidden Flink config key: kubernetes\.cluster-id/,
    ],
    [
      'no JobManager',
      'session',
      { ...legal, jobManager: undefined },
      /JobManager resource memory must be defined using `spec\.jobManager\.resource\.memory`/,
    ],
    [
      'no TaskManager',
      'session',
      { ...legal, taskManager: undefined },
      /TaskManager resource memory must be defined using `spec\.taskManager\.resource\.memory`/,
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

  const job = { parallelism: 1, state: 'running' } as const;
  const flinkConfiguration = { 'state.checkpoints.dir': 'file:/cp', 'state.savepoints.dir': 'file:/sp' };
  const app: FlinkDeploymentSpec = { ...legal, job, flinkConfiguration };

  it.each<[string, FlinkDeploymentSpec, FlinkDeploymentSpec, string | undefined]>([
    ['nothing', app, app, undefined],
    ['a job in a session cluster', legal, app, 'Cannot switch from session to job cluster'],
    ['no job any more', app, legal, 'Cannot switch from job to session cluster'],
    [
      'standalone',
      legal,
      { ...legal, mode: 'standalone' },
      'Cannot switch from native kubernetes to standalone kubernetes cluster',
    ],
    [
      'native again',
      { ...legal, mode: 'standalone' },
      legal,
      'Cannot switch from standalone kubernetes to native kubernetes cluster',
    ],
    [
      'a nonce without a path',
      app,
      { ...app, job: { ...job, savepointRedeployNonce: 1 } },
      'InitialSavepointPath must not be empty for savepoint redeployment',
    ],
    [
      'another version while high availability keeps the state',
      { ...app, job: { ...job, state: 'suspended', upgradeMode: 'last-state' } },
      { ...app, flinkVersion: 'v2_1', job: { ...job, upgradeMode: 'last-state' } },
      'Changing flinkVersion after last-state suspend is not allowed. Restore your cluster with the current flinkVersion and perform the version upgrade afterwards.',
    ],
  ])('a change to %s', (_, before, spec, refusal) => {
    expect(validateDeployment('app', spec, before)).toBe(refusal);
  });
});
