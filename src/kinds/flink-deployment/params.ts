import { z } from 'zod';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { checkClusterName } from '../flink-job/cluster-name.ts';
import { restoreParam } from '../flink-job/restore.ts';
import { jobSources } from '../flink-job/sources.ts';
import type { DeclaredMetadata } from '../kind.ts';
import { checkOpenFields } from '../open-fields.ts';
import { ingressAddress } from './ingress-address.ts';
import { flinkDeploymentSpec } from './spec.ts';
import { reservedKeys } from './validate.ts';

export const flinkDeploymentParams = flinkDeploymentSpec.extend({
  // Those that the CRD of operator 1.15.0 knows.
  flinkVersion: z
    .enum(['v1_13', 'v1_14', 'v1_15', 'v1_16', 'v1_17', 'v1_18', 'v1_19', 'v1_20', 'v2_0', 'v2_1', 'v2_2'])
    .optional()
    .describe(
      'Flink version of the image as the operator writes it: v2_2. The operator refuses a cluster without it.',
    ),
  ...jobSources,
  restore: restoreParam,
});

export type FlinkDeploymentParams = z.output<typeof flinkDeploymentParams>;

/** Where an image has the runner for application clusters: Flink puts the jars of `usrlib` onto the job's classpath. */
export const runnerJar = 'local:///opt/flink/usrlib/sdp-runner.jar';

const podFields = ['apiVersion', 'kind', 'metadata', 'spec'];

/** What is wrong with a cluster before the operator sees it. */
export function checkDeployment(
  metadata: DeclaredMetadata,
  params: FlinkDeploymentParams,
): readonly Diagnostic[] {
  return [
    ...checkClusterName(metadata.name, ['name']),
    ...checkConfiguration(params.flinkConfiguration ?? {}),
    ...checkOpenFields(params.podTemplate, podFields, ['podTemplate']),
    ...checkOpenFields(params.jobManager?.podTemplate, podFields, ['jobManager', 'podTemplate']),
    ...checkOpenFields(params.taskManager?.podTemplate, podFields, ['taskManager', 'podTemplate']),
    ...checkIngress(metadata, params.ingress),
    ...checkSourceHasJob(params),
    ...checkJar(params),
  ];
}

function checkConfiguration(configuration: Readonly<Record<string, string>>): readonly Diagnostic[] {
  return reservedKeys
    .filter((key) => configuration[key] !== undefined)
    .map((key) => ({
      severity: 'error',
      reason: 'ReservedConfigKey',
      summary: `flink_configuration must not set ${key}`,
      detail: `${key} belongs to the operator, which refuses the cluster otherwise. Remove it.`,
      path: ['flinkConfiguration', key],
    }));
}

function checkIngress(
  { name, namespace }: DeclaredMetadata,
  ingress: FlinkDeploymentParams['ingress'],
): readonly Diagnostic[] {
  if (ingress === undefined) return [];
  const { template } = ingress;
  const path = ['ingress', 'template'];
  if (template === undefined) {
    return [
      {
        severity: 'error',
        reason: 'MissingValue',
        summary: 'Missing value for ingress.template',
        detail:
          'The operator refuses an Ingress without an address. Set ingress.template: flink.example.com/{{name}}.',
        path,
      },
    ];
  }
  if (ingressAddress(template, name, namespace) !== undefined) return [];
  return [
    {
      severity: 'error',
      reason: 'InvalidValue',
      summary: 'Invalid value for ingress.template',
      detail: `${JSON.stringify(template)} is no address once name and namespace are filled in. Write a host and a path: flink.example.com/{{name}}.`,
      path,
    },
  ];
}

function checkSourceHasJob({ job, sql, python }: FlinkDeploymentParams): readonly Diagnostic[] {
  const source = sql !== undefined ? 'sql' : python !== undefined ? 'python' : undefined;
  if (job !== undefined || source === undefined) return [];
  return [
    {
      severity: 'error',
      reason: 'MissingValue',
      summary: 'Missing value for job',
      detail: `A cluster without job is a session cluster and would not run ${source}. Set job with its parallelism and upgrade_mode, or job = {}.`,
      path: ['job'],
    },
  ];
}

/** Flink starts a native application cluster with exactly one jar, unless its entry class is that of PyFlink. */
function checkJar({
  job,
  sql,
  python,
  mode,
  flinkConfiguration,
}: FlinkDeploymentParams): readonly Diagnostic[] {
  const named =
    job === undefined ||
    (sql ?? python) !== undefined ||
    job.jarURI !== undefined ||
    job.entryClass === 'org.apache.flink.client.python.PythonDriver' ||
    flinkConfiguration?.['pipeline.jars'] !== undefined;
  if (named || mode === 'standalone') return [];
  return [
    {
      severity: 'warning',
      reason: 'MissingJar',
      summary: 'The application cluster has no jar',
      detail:
        'In mode native Flink refuses to start an application without one. Set job.jar_uri, for a jar of the image local:///opt/flink/usrlib/….',
      path: ['job', 'jarURI'],
    },
  ];
}
