import { z } from 'zod';
import { configMapType } from '../../apiclient/core-types.ts';
import type { ResourceType } from '../../apiclient/object.ts';
import { apiVersionOf } from '../../apiclient/object.ts';
import { type Diagnostic, failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import { buildRevision, sqlRunnerEntryClass } from '../../sql/revision.ts';
import { type Companion, type DeclaredMetadata, defineKind } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { assessJobHealth } from './health.ts';
import { flinkSessionJobSpec, flinkSessionJobStatus, jobSpec } from './spec.ts';

export const flinkSessionJobType: ResourceType = {
  group: 'flink.apache.org',
  version: 'v1beta1',
  kind: 'FlinkSessionJob',
  plural: 'flinksessionjobs',
  namespaced: true,
};

const sourceText = z.object({
  path: z.string().describe('Path of the file, as messages name it.'),
  text: z.string().describe('Content of the file.'),
});

const sqlParams = z.object({
  script: sourceText.describe('The script: one or more INSERT statements make one job.'),
  ddl: z.array(sourceText).describe('Files with the DDL statements that scripts may use.'),
  parameters: z
    .record(z.string(), z.string())
    .optional()
    .describe(`Values for \${name} in the script and in the DDL that it reaches.`),
});

const flinkSessionJobParams = flinkSessionJobSpec.extend({
  job: jobSpec.describe('The job.'),
  sql: sqlParams
    .optional()
    .describe('A Flink SQL job. The entry class, its arguments and the revision are then made from it.'),
});

export const flinkSessionJob = defineKind({
  type: flinkSessionJobType,
  singular: 'flinksessionjob',
  shortNames: ['sessionjob'],
  description: 'A job on a Flink session cluster.',
  spec: flinkSessionJobSpec,
  status: flinkSessionJobStatus,
  printerColumns: [
    { name: 'Job Status', type: 'string', jsonPath: '.status.jobStatus.state' },
    { name: 'Lifecycle State', type: 'string', jsonPath: '.status.lifecycleState' },
    { name: 'Cluster', type: 'string', jsonPath: '.spec.deploymentName' },
    { name: 'Job Id', type: 'string', jsonPath: '.status.jobStatus.jobId', priority: 1 },
    { name: 'Error', type: 'string', jsonPath: '.status.error', priority: 1 },
  ],
  assessHealth: assessJobHealth,
  declared: {
    params: flinkSessionJobParams,
    // The operator refuses another deploymentName.
    replacedBy: [['deploymentName']],
    async buildManifest(metadata, { sql, ...spec }) {
      const conflict = sql === undefined ? undefined : checkOnlySql(spec.job);
      if (conflict !== undefined) return failed(conflict);
      const revision = sql === undefined ? undefined : await buildSqlJob(metadata, sql);
      if (revision !== undefined && revision.value === undefined) return failed(...revision.diagnostics);
      return ok(
        {
          manifest: {
            apiVersion: apiVersionOf(flinkSessionJobType),
            kind: flinkSessionJobType.kind,
            metadata: { ...metadata },
            spec: { ...spec, job: { ...spec.job, ...revision?.value.job } },
          },
          companions: revision?.value.companions ?? [],
        },
        revision?.diagnostics,
      );
    },
    readParams(object, prior) {
      return readAtPaths({ ...(object as { spec?: object }).spec, sql: prior.sql }, prior) as typeof prior;
    },
  },
});

function checkOnlySql(job: z.output<typeof jobSpec>): Diagnostic | undefined {
  const other = (['jarURI', 'entryClass', 'args'] as const).find((field) => job[field] !== undefined);
  if (other === undefined) return undefined;
  return {
    severity: 'error',
    reason: 'ConflictingArguments',
    summary: `job.${other} is set beside sql`,
    detail: `A SQL job's jar, entry class and arguments are made from sql. Remove job.${other}, or sql.`,
    path: ['job', other],
  };
}

async function buildSqlJob(metadata: DeclaredMetadata, sql: z.output<typeof sqlParams>) {
  const built = await buildRevision({
    job: metadata.name,
    namespace: metadata.namespace,
    script: sql.script,
    ddl: sql.ddl,
    parameters: sql.parameters ?? {},
  });
  if (built.value === undefined || hasErrors(built.diagnostics)) {
    return failed<{ job: object; companions: readonly Companion[] }>(...built.diagnostics);
  }
  return ok(
    {
      job: { entryClass: sqlRunnerEntryClass, args: built.value.args },
      companions: [{ type: configMapType, manifest: built.value.configMap }],
    },
    built.diagnostics,
  );
}
