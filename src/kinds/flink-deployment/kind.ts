import { apiVersionOf } from '../../apiclient/object.ts';
import { failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import { restoringOf } from '../flink-job/restore.ts';
import { flinkJobRollout } from '../flink-job/rollout.ts';
import { buildJob, findJobTopics } from '../flink-job/sources.ts';
import { defineKind } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { assessDeploymentHealth } from './health.ts';
import { checkOtherFlink } from './other-flink.ts';
import { checkDeployment, flinkDeploymentParams, runnerJar } from './params.ts';
import { flinkDeploymentType } from './resource-type.ts';
import { flinkDeploymentSpec, flinkDeploymentStatus } from './spec.ts';
import { deploymentVerdicts } from './verdicts.ts';

export const flinkDeployment = defineKind({
  type: flinkDeploymentType,
  singular: 'flinkdeployment',
  shortNames: ['flinkdep'],
  description: 'A Flink cluster: a session cluster, or with a job an application cluster.',
  spec: flinkDeploymentSpec,
  status: flinkDeploymentStatus,
  printerColumns: [
    { name: 'JobManager', type: 'string', jsonPath: '.status.jobManagerDeploymentStatus' },
    { name: 'Job Status', type: 'string', jsonPath: '.status.jobStatus.state' },
    { name: 'Lifecycle State', type: 'string', jsonPath: '.status.lifecycleState' },
    { name: 'Version', type: 'string', jsonPath: '.status.clusterInfo.flink-version' },
    { name: 'Error', type: 'string', jsonPath: '.status.error', priority: 1 },
  ],
  assessHealth: assessDeploymentHealth,
  rollout: flinkJobRollout(({ metadata }) => ({ name: metadata.name })),
  declared: {
    params: flinkDeploymentParams,
    replacedBy: [],
    async buildManifest(metadata, { sql, python, restore: _restore, ...spec }) {
      const problems = checkDeployment(metadata, { ...spec, sql, python });
      const { job, flinkConfiguration } = spec;
      const built =
        (job ?? sql ?? python) === undefined
          ? ok({ companions: [] })
          : await buildJob(
              metadata,
              { job: job ?? {}, sql, python, flinkConfiguration },
              { jarURI: runnerJar },
            );
      const diagnostics = [...problems, ...built.diagnostics];
      if (built.value === undefined || hasErrors(diagnostics)) return failed(...diagnostics);
      const { companions, ...made } = built.value;
      return ok(
        {
          manifest: {
            apiVersion: apiVersionOf(flinkDeploymentType),
            kind: flinkDeploymentType.kind,
            metadata: { ...metadata },
            spec: { ...spec, ...made },
          },
          companions,
        },
        diagnostics,
      );
    },
    refusedLocally: checkOtherFlink,
    topics: findJobTopics,
    restoring: restoringOf('FlinkDeployment'),
    verdicts: deploymentVerdicts,
    readParams(object, prior) {
      const { sql, python, restore } = prior;
      return readAtPaths(
        { ...(object as { spec?: object }).spec, sql, python, restore },
        prior,
      ) as typeof prior;
    },
  },
});
