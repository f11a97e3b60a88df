import { apiVersionOf } from '../../apiclient/object.ts';
import { failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import { flinkDeploymentType } from '../flink-deployment/resource-type.ts';
import { checkClusterName } from '../flink-job/cluster-name.ts';
import { restoringOf } from '../flink-job/restore.ts';
import { flinkJobRollout } from '../flink-job/rollout.ts';
import { buildJob, findJobTopics } from '../flink-job/sources.ts';
import { flinkJobStatus } from '../flink-job/spec.ts';
import { defineKind } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { assessJobHealth } from './health.ts';
import { flinkSessionJobParams } from './params.ts';
import { flinkSessionJobType } from './resource-type.ts';
import { flinkSessionJobSpec } from './spec.ts';
import { sessionJobVerdicts } from './verdicts.ts';

export const flinkSessionJob = defineKind({
  type: flinkSessionJobType,
  singular: 'flinksessionjob',
  shortNames: ['sessionjob'],
  description: 'A job on a Flink session cluster.',
  spec: flinkSessionJobSpec,
  status: flinkJobStatus,
  printerColumns: [
    { name: 'Job Status', type: 'string', jsonPath: '.status.jobStatus.state' },
    { name: 'Lifecycle State', type: 'string', jsonPath: '.status.lifecycleState' },
    { name: 'Cluster', type: 'string', jsonPath: '.spec.deploymentName' },
    { name: 'Job Id', type: 'string', jsonPath: '.status.jobStatus.jobId', priority: 1 },
    { name: 'Error', type: 'string', jsonPath: '.status.error', priority: 1 },
  ],
  assessHealth: assessJobHealth,
  rollout: flinkJobRollout((object) => ({
    type: flinkDeploymentType,
    name: (object as { spec?: { deploymentName?: string } }).spec?.deploymentName ?? '',
  })),
  declared: {
    params: flinkSessionJobParams,
    // The operator refuses another deploymentName.
    replacedBy: [['deploymentName']],
    async buildManifest(metadata, { sql, python, restore: _restore, ...spec }) {
      const { job, flinkConfiguration } = spec;
      const name = checkClusterName(spec.deploymentName, ['deploymentName']);
      const built = await buildJob(metadata, { job, sql, python, flinkConfiguration });
      if (built.value === undefined || hasErrors(name)) return failed(...name, ...built.diagnostics);
      const { companions, ...made } = built.value;
      return ok(
        {
          manifest: {
            apiVersion: apiVersionOf(flinkSessionJobType),
            kind: flinkSessionJobType.kind,
            metadata: { ...metadata },
            spec: { ...spec, ...made },
          },
          companions,
        },
        built.diagnostics,
      );
    },
    topics: findJobTopics,
    needs: ({ deploymentName }) => [
      { type: flinkDeploymentType, name: deploymentName, path: ['deploymentName'] },
    ],
    restoring: restoringOf('FlinkSessionJob'),
    verdicts: sessionJobVerdicts,
    readParams(object, prior) {
      const { sql, python, restore } = prior;
      return readAtPaths(
        { ...(object as { spec?: object }).spec, sql, python, restore },
        prior,
      ) as typeof prior;
    },
  },
});
